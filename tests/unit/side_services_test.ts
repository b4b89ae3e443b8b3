import { deepStrictEqual } from "node:assert/strict";
// Loads libraries, which is none of a test's doing.
import "../../src/health/runner.ts";
import { Services } from "../../src/daemon/side/services.ts";
import type { LogEvent } from "../../src/log/catalogue.ts";
import { Log } from "../../src/log/log.ts";
import { type Told, told } from "../lab/told.ts";
import { settingsOf } from "./side_settings.ts";

/** A port on which nobody listens. */
const CLOSED = { host: "127.0.0.1", port: 1 };

/** A file that is missing, tracked by an instance for each of these. */
function files(
  ...trackers: readonly Record<string, unknown>[]
): readonly Record<string, unknown>[] {
  return trackers.map((tracker) => ({
    track_files: [{ path: "/nonexistent/maintenance", ...tracker }],
  }));
}

/** A service that is down, in the same manner. */
function services(
  ...trackers: readonly Record<string, unknown>[]
): readonly Record<string, unknown>[] {
  return trackers.map((tracker) => ({
    track_scripts: [{ name: "web", ...tracker }],
  }));
}

/** What the log is told of the first verdict, which is a bad one. */
async function firstVerdict(
  instances: readonly Record<string, unknown>[],
): Promise<Told> {
  const { promise, resolve } = Promise.withResolvers<Told>();
  class Listener extends Log {
    override log(event: LogEvent): void {
      if (event.event === "check_down") resolve(told(event));
    }
  }
  const log = new Listener({ level: "info", format: "json" });
  const services = new Services(log, () => {});
  const isUsed = instances.some((one) => "track_scripts" in one);
  await services.update(settingsOf(
    instances.map((instance, i) => ({
      virtual_router_id: i + 1,
      virtual_ips: [`10.0.0.${i + 1}`],
      ...instance,
    })),
    isUsed
      ? { health_checkers: [{ name: "web", type: "tcp", config: CLOSED }] }
      : {},
  ));
  const verdict = await promise;
  await services.stop();
  return verdict;
}

Deno.test("a check that is down is a warning, a file that is gone a notice, unless all count it in reverse", async () => {
  const reverse = { reverse: true };
  for (
    const [subject, bad] of [[services, "warning"], [files, "notice"]] as const
  ) {
    const levels = [
      await firstVerdict(subject({})),
      await firstVerdict(subject(reverse)),
      await firstVerdict(subject(reverse, reverse)),
      await firstVerdict(subject(reverse, {})),
    ].map(({ level }) => level);
    deepStrictEqual(levels, [bad, "info", "info", bad]);
  }
});

Deno.test("services that go on for another daemon tell nobody of what was", async () => {
  const logged: string[] = [];
  class Listener extends Log {
    override log(event: LogEvent): void {
      logged.push(event.event);
    }
  }
  const log = new Listener({ level: "debug", format: "json" });
  const services = new Services(log, () => {});
  const gone = Promise.withResolvers<void>();
  services.goOn({ VI_1: "MASTER", VI_2: "INIT" }, [], gone.promise);
  await services.update(settingsOf([{ notify: "/nonexistent/notify" }, {}]));
  deepStrictEqual([...services.states], [["VI_1", "MASTER"]]);
  deepStrictEqual(logged.length, 0);
  services.tell({
    ...{ instance: "VI_1", from: "MASTER", to: "BACKUP", priority: 100 },
    ...{ reason: { kind: "stopped" }, causes: [], time: 0 },
    ...{ isLogged: true, missed: 0 },
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  // Not while the other one may still be telling.
  deepStrictEqual(logged.length, 0);
  gone.resolve();
  await services.stop();
  deepStrictEqual(logged.includes("notify_failed"), true);
});
