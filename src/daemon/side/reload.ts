/**
 * Another configuration for a daemon that runs: what did not change is not
 * touched.
 *
 * @module
 */

import { diffInstances, equal, type InstanceDiff } from "../../config/diff.ts";
import type { Settings } from "../../config/settings.ts";
import type { LogEvent } from "../../log/catalogue.ts";
import type { Reload } from "../messages.ts";
import type { Daemon } from "./daemon.ts";
import { instancesStarted } from "./instance_report.ts";
import { coreSettings, loadSettings, logSettings } from "./load.ts";
import { NO_CHANGE, reportReload } from "./reload_report.ts";

/** Instances of a reload that have a line of their own when they start. */
const MOST_STARTED = 20;

/** Reloads one after the other. */
export class Reloader {
  readonly #daemon: Daemon;
  readonly #load: typeof loadSettings;
  #running = false;
  #owed = false;
  #stopped = false;

  /** @param load Reads the file. */
  constructor(daemon: Daemon, load: typeof loadSettings = loadSettings) {
    this.#daemon = daemon;
    this.#load = load;
  }

  /**
   * Read the file again and use it. Asked during a reload it is done once more
   * afterwards, with what the file says then.
   *
   * @returns When nothing is left to do. Never rejected.
   */
  async request(): Promise<void> {
    this.#owed = true;
    if (this.#running) return;
    this.#running = true;
    const { log, notifyManager } = this.#daemon;
    while (this.#owed && !this.#stopped) {
      this.#owed = false;
      notifyManager("RELOADING=1");
      try {
        await this.#reload();
      } catch (error) {
        const why = error instanceof Error && error.stack || String(error);
        fail(this.#daemon, "failed", why);
      }
      if (!this.#stopped) notifyManager("READY=1");
    }
    // One that is not in force now may have been followed.
    log.update(logSettings(this.#daemon.options, this.#daemon.settings));
    this.#running = false;
  }

  /** Reload no more: the daemon stops. */
  stop(): void {
    this.#stopped = true;
  }

  /** The file is checked wholly first; with a mistake nothing changes. */
  async #reload(): Promise<void> {
    const daemon = this.#daemon;
    const { options, core, log, services, settings: before } = daemon;
    const time = Date.now();
    const read = this.#load(options, log);
    if (read === null) return fail(daemon, "refused");
    const { settings: after, bytes } = read;
    const diff = diffInstances(before.instances, after.instances);
    // Before the core: once this is done no check that goes gives a verdict
    // any more, and none that comes has given one, so that the core need not
    // know of either what its trackers do not watch. Checks and core change in
    // the same turn of this event loop.
    await services.update(after);
    const tales = talesOf(before, after, diff);
    const message = messageOf(daemon, after, diff, tales);
    if (message === null) { for (const event of tales) log.log(event); }
    else if (!await core.reload(message)) {
      await services.update(before);
      if (this.#stopped) return;
      return fail(daemon, "failed");
    }
    daemon.settings = after;
    daemon.config.applied(bytes, time);
  }
}

/**
 * What the log says of a reload. Where the core has part in it, it is told by
 * the core, before what comes of it.
 */
function talesOf(
  before: Settings,
  after: Settings,
  diff: InstanceDiff,
): readonly LogEvent[] {
  const fresh = [...diff.restarted, ...diff.added];
  const isDeferred = after.global.realtime !== before.global.realtime;
  return [
    ...reportReload(before, after, diff),
    ...instancesStarted(fresh, MOST_STARTED),
    ...(isDeferred
      ? [{ event: "reload_deferred", key: "realtime" } as const]
      : []),
  ];
}

/** What the core is sent, or null when it has nothing to change. */
function messageOf(
  { options, settings: before }: Daemon,
  after: Settings,
  { removed, restarted, changed, added }: InstanceDiff,
  tales: readonly LogEvent[],
): Reload | null {
  const settings = coreSettings(options, after);
  const same =
    [removed, restarted, changed, added].every((instances) =>
      instances.length === 0
    ) && equal(coreSettings(options, before), settings);
  if (same) return null;
  const names = removed.map(({ name }) => name);
  return {
    type: "reload",
    removed: names,
    restarted,
    changed,
    added,
    settings,
    tales,
  };
}

function fail(
  { log, config }: Daemon,
  result: "refused" | "failed",
  error: string | null = null,
): void {
  config.refused(Date.now());
  log.log({ event: "reload", ...NO_CHANGE, result, error });
}
