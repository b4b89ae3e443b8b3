/**
 * Another configuration for a daemon that runs: what did not change is not
 * touched.
 *
 * @module
 */

import { diffInstances, equal, type InstanceDiff } from "../../config/diff.ts";
import type { Settings } from "../../config/settings.ts";
import type { ReloadOutcome } from "../../control/daemon_port.ts";
import { type LogEvent, sentenceOf } from "../../log/catalogue.ts";
import type { Log } from "../../log/log.ts";
import type { Reload } from "../messages.ts";
import type { Daemon } from "./daemon.ts";
import { instancesStarted } from "./instance_report.ts";
import { coreSettings, loadSettings, logSettings } from "./load.ts";
import { NO_CHANGE, reloadOutcome, reportReload } from "./reload_report.ts";

/** Instances of a reload that have a line of their own when they start. */
const MOST_STARTED = 20;

/** Of a file that changes nothing. */
const NOTHING: Omit<ReloadOutcome, "ok" | "issues"> = {
  ...{ added: [], removed: [], restarted: [], changed: [] },
};

/** What a reloader may be given beside the daemon. */
export interface ReloaderOptions {
  /** Reads the file; default: from disk. */
  readonly load?: typeof loadSettings;
  /** Called behind each reload, whatever came of it. */
  readonly done?: () => void;
}

/** Reloads one after the other. */
export class Reloader {
  readonly #daemon: Daemon;
  readonly #load: typeof loadSettings;
  readonly #done: () => void;
  /** Those who asked since the last reload began. */
  #asked: ((outcome: ReloadOutcome) => void)[] = [];
  #running = false;
  #stopped = false;

  constructor(
    daemon: Daemon,
    { load = loadSettings, done = () => {} }: ReloaderOptions = {},
  ) {
    this.#daemon = daemon;
    this.#load = load;
    this.#done = done;
  }

  /**
   * Read the file again and use it. Asked during a reload it is done once more
   * afterwards, with what the file says then.
   *
   * @returns What became of it. Never rejected.
   */
  request(): Promise<ReloadOutcome> {
    const { promise, resolve } = Promise.withResolvers<ReloadOutcome>();
    this.#asked.push(resolve);
    if (!this.#running) void this.#run();
    return promise;
  }

  /** Read the file and say what a reload would change; nothing is. */
  compare(): ReloadOutcome {
    const { options, settings: before } = this.#daemon;
    const issues: string[] = [];
    const read = this.#load(options, {
      ...{ log: noting(issues), update: () => {} },
    });
    if (read === null) return { ok: false, issues, ...NOTHING };
    const { settings: after } = read;
    const diff = diffInstances(before.instances, after.instances);
    return reloadOutcome(before, after, diff, issues);
  }

  /** Reload no more: the daemon stops. */
  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { log, notifyManager, options } = this.#daemon;
    while (this.#asked.length > 0 && !this.#stopped) {
      const asked = this.#asked;
      this.#asked = [];
      notifyManager("RELOADING=1");
      const outcome = await this.#reload().catch((error): ReloadOutcome => {
        const why = error instanceof Error && error.stack || String(error);
        return fail(this.#daemon, "failed", [], why);
      });
      if (!this.#stopped) notifyManager("READY=1");
      // One that is not in force now may have been followed.
      log.update(logSettings(options, this.#daemon.settings));
      this.#done();
      for (const resolve of asked) resolve(outcome);
    }
    this.#running = false;
    const stops = { ok: false, issues: ["The daemon stops"], ...NOTHING };
    for (const resolve of this.#asked.splice(0)) resolve(stops);
  }

  /** The file is checked wholly first; with a mistake nothing changes. */
  async #reload(): Promise<ReloadOutcome> {
    const daemon = this.#daemon;
    const { options, core, log, services, settings: before } = daemon;
    const time = Date.now();
    const issues: string[] = [];
    const note = noting(issues);
    const read = this.#load(options, {
      log: (event) => {
        note(event);
        log.log(event);
      },
      update: (settings) => log.update(settings),
    });
    if (read === null) return fail(daemon, "refused", issues);
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
      return this.#stopped
        ? { ok: false, issues: ["The daemon stops"], ...NOTHING }
        : fail(daemon, "failed", issues);
    }
    daemon.settings = after;
    daemon.config.applied(bytes, time);
    return reloadOutcome(before, after, diff, issues);
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

/** Keeps what is said of the file, as `file:line:column …`. */
function noting(issues: string[]): Log["log"] {
  return (event) => {
    if (event.event === "config") issues.push(sentenceOf(event));
  };
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
  issues: readonly string[],
  error: string | null = null,
): ReloadOutcome {
  const event = { event: "reload", ...NO_CHANGE, result, error } as const;
  config.refused(Date.now());
  log.log(event);
  return {
    ok: false,
    issues: result === "refused" ? issues : [...issues, sentenceOf(event)],
    ...NOTHING,
  };
}
