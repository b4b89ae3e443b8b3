/**
 * Another configuration for a daemon that runs: what did not change is not
 * touched.
 *
 * @module
 */

import { diffInstances } from "../../config/diff.ts";
import { type Daemon, loadSettings } from "./side.ts";

/** Read the file again. It is checked wholly first; with a mistake nothing changes. */
export function reload(daemon: Daemon): void {
  const { options, core, log, services, notifyManager } = daemon;
  notifyManager("RELOADING=1");
  const next = loadSettings(options, log);
  if (next === null) {
    log.log({
      level: "error",
      event: "reload",
      message: "Reload refused: the configuration in force stays",
    });
    notifyManager("READY=1");
    return;
  }
  const { instances, syncGroups, global } = daemon.settings;
  const diff = diffInstances(instances, next.instances);
  for (const { name } of [...diff.removed, ...diff.restarted]) {
    core.remove(name);
  }
  for (
    const instance of [...diff.changed, ...diff.restarted, ...diff.added]
  ) {
    core.configure(instance);
  }
  const { vipLeaseSeconds } = next.global;
  const sameGroups =
    JSON.stringify(syncGroups) === JSON.stringify(next.syncGroups);
  if (!sameGroups || vipLeaseSeconds !== global.vipLeaseSeconds) {
    core.apply({ syncGroups: next.syncGroups, vipLeaseSeconds });
  }
  void services.update(next);
  daemon.settings = next;
  const counts = Object.entries(diff)
    .filter(([, instances]) => instances.length > 0)
    .map(([kind, instances]) => `${instances.length} ${kind}`);
  log.log({
    level: "info",
    event: "reload",
    message: `Reloaded: ${counts.join(", ")}`,
  });
  if (next.global.realtime !== global.realtime) {
    const message = "realtime changes with the next start, not with a reload";
    log.log({ level: "warning", event: "reload", message });
  }
  notifyManager("READY=1");
}
