import { deepStrictEqual } from "node:assert/strict";
// Loads libraries, which is none of a test's doing.
import "../../src/health/runner.ts";
import { Services } from "../../src/daemon/side/services.ts";
import type { LogEvent } from "../../src/log/catalogue.ts";
import { Log } from "../../src/log/log.ts";
import { type Told, told } from "../lab/told.ts";
import { settingsOf } from "./side_settings.ts";

/** What the log is told of the first verdict about a file that is missing. */
async function firstVerdict(
  ...trackers: readonly Record<string, unknown>[]
): Promise<Told> {
  const { promise, resolve } = Promise.withResolvers<Told>();
  class Listener extends Log {
    override log(event: LogEvent): void {
      if (event.event === "check_down") resolve(told(event));
    }
  }
  const log = new Listener({ level: "info", format: "json" });
  const services = new Services(log, () => {});
  await services.update(settingsOf(trackers.map((tracker, i) => ({
    virtual_router_id: i + 1,
    virtual_ips: [`10.0.0.${i + 1}`],
    track_files: [{ path: "/nonexistent/maintenance", ...tracker }],
  }))));
  const verdict = await promise;
  await services.stop();
  return verdict;
}

Deno.test("a check that is down is a warning, unless all count it in reverse", async () => {
  const levels = [
    await firstVerdict({}),
    await firstVerdict({ reverse: true }),
    await firstVerdict({ reverse: true }, { reverse: true }),
    await firstVerdict({ reverse: true }, {}),
  ].map(({ level }) => level);
  deepStrictEqual(levels, ["warning", "info", "info", "warning"]);
});
