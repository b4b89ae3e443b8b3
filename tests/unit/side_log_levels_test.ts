import { deepStrictEqual } from "node:assert/strict";
import type { LogLevel } from "../../src/log/level.ts";
import { LogLevels } from "../../src/daemon/side/log_levels.ts";
import { told } from "../lab/told.ts";
import { until } from "../lab/wait.ts";

class Bench implements Disposable {
  /** Levels of the log and of the core, and lines, in order. */
  readonly done: string[] = [];
  level: LogLevel = "info";
  readonly levels = new LogLevels({
    log: {
      log: (event) => void this.done.push(told(event).message),
      update: ({ level }) => void this.done.push(`log ${level}`),
    },
    configured: () => ({ level: this.level, format: "json" }),
    tellCore: (level) => void this.done.push(`core ${level}`),
  });

  [Symbol.dispose](): void {
    this.levels.stop();
  }
}

Deno.test("another level counts for log and core until the next reload", () => {
  using bench = new Bench();
  bench.levels.set("debug", null);
  deepStrictEqual(bench.done.splice(0), [
    'Logs from "debug" on until the next reload',
    ...["log debug", "core debug"],
  ]);
  bench.level = "warning";
  bench.levels.reloaded();
  deepStrictEqual(bench.done.splice(0), ["core warning"]);
  bench.levels.reloaded();
  deepStrictEqual(bench.done, []);
});

Deno.test("another level ends by its time, and the configured one is back", async () => {
  using bench = new Bench();
  bench.levels.set("debug", 5);
  await until(() => bench.done.length > 3);
  deepStrictEqual(bench.done.slice(1), [
    ...["log debug", "core debug", "log info", "core info"],
    'Logs from "info" on again, as configured',
  ]);
});

Deno.test("a level that is given again begins its time anew", async () => {
  using bench = new Bench();
  bench.levels.set("debug", 5);
  bench.levels.set("error", 60_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  deepStrictEqual(bench.done.slice(-2), ["log error", "core error"]);
});
