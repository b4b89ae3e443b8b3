/**
 * What a daemon has to do with the ones before and after it: whom this process
 * took over from, to whom it hands over, and what of its other doings has to
 * wait or to be left undone because of that.
 *
 * @module
 */

import type { ReadConfig } from "../../config/read.ts";
import type { Settings } from "../../config/settings.ts";
import { unlockNamespace } from "../../kernel/namespace_lock.ts";
import {
  missingCapabilities,
  ownCommand,
  unlockDirectory,
} from "../../kernel/process.ts";
import type { Log } from "../../log/log.ts";
import type { CoreHandle } from "./core_handle.ts";
import type { DaemonOptions, NotifyManager } from "./daemon.ts";
import type {
  ReloadOutcome,
  RestartOutcome,
} from "../../control/daemon_port.ts";
import { HandOver } from "./hand_over.ts";
import { routersOf } from "./hand_over_messages.ts";
import { hostBeside, SILENT, takeLocks } from "./may_run.ts";
import { predecessor } from "./predecessor.ts";
import type { Reloader } from "./reload.ts";
import type { Services } from "./services.ts";
import { type OfSuccession, Succession, type Taken } from "./succession.ts";
import { Successor } from "./successor.ts";
import { toleranceOf } from "./tolerance.ts";
import type { FromCore } from "../messages.ts";

/** The daemon in this process. */
export interface RelayHost {
  /** The command line. */
  readonly options: DaemonOptions;
  /** Where it writes. */
  readonly log: Log;
  /** The core. */
  readonly core: CoreHandle;
  /** Health checks and notifications. */
  readonly services: Services;
  /** Tells the service manager, whatever it makes of it. */
  readonly tellManager: NotifyManager;
  /** Start the core beside another daemon. */
  readonly standBy: (read: ReadConfig) => void;
  /** This daemon serves from now on. */
  readonly takeOver: (taken: Taken) => void;
  /** The service manager takes this process for the daemon from now on. */
  readonly settled: () => void;
  /** Answer nobody any more who asks or orders. */
  readonly leave: () => void;
  /** Stop. */
  readonly stop: (signal: string) => void;
  /** Undo what a dead daemon left. */
  readonly rescue: (settings: Settings | null) => void;
  /** End the process. */
  readonly end: (code: number) => void;
}

/** What of a daemon's a hand-over needs. */
interface Runs {
  readonly daemon: { readonly settings: Settings };
  readonly reloader: Pick<Reloader, "request">;
}

/** What a reload is told that comes too late. */
const HANDED_OVER: ReloadOutcome = {
  ok: false,
  issues: ["This daemon has just handed over to a new one: ask that"],
  ...{ added: [], removed: [], restarted: [], changed: [] },
};

/** The daemons before and after this one. */
export class Relay {
  readonly #host: RelayHost;
  /** To be known before anybody replaces the program. */
  readonly #command = ownCommand();
  readonly #before = predecessor();
  readonly #succession: Succession | null;
  readonly #handOver: HandOver;
  #runs: Runs | null = null;
  #reloading: Promise<unknown> = Promise.resolve();
  /** Whether the service manager was told of a new daemon. */
  #isReplaced = false;
  /** Whether this process took the locks, beside the daemon before it. */
  #hasLocks = false;
  #settings: Settings | null = null;

  /** @param host The daemon in this process. */
  constructor(host: RelayHost) {
    this.#host = host;
    this.#handOver = this.#openHandOver();
    this.#succession = this.#openSuccession();
  }

  /** Whether this process was started to take over. */
  get isSuccessor(): boolean {
    return this.#succession !== null;
  }

  /** Whether another daemon serves, and has not handed over yet. */
  get isGuest(): boolean {
    return this.#succession?.isWaiting ?? false;
  }

  /** Whether another daemon serves, to which this one handed over. */
  get isPast(): boolean {
    return this.#handOver.isPast;
  }

  /** Tell the service manager, if it takes this process for the daemon. */
  readonly notify: NotifyManager = (...assignments) => {
    if (this.#succession?.isUnknown || this.#isReplaced) return;
    this.#host.tellManager(...assignments);
  };

  /** Come up beside the daemon that started this process. */
  succeed(read: ReadConfig | null): void {
    const { log, standBy } = this.#host;
    const succession = this.#succession;
    if (succession === null) return;
    this.#settings = read?.settings ?? null;
    if (read === null) {
      return succession.refuse("its configuration cannot be used", 2);
    }
    const missing = missingCapabilities();
    if (missing.length > 0) {
      log.log({ event: "no_capability", missing });
      return succession.refuse(`it does not have ${missing.join(" and ")}`);
    }
    standBy(read);
    succession.begin(read.settings);
  }

  /** When it is known who serves, and whoever asked for that was told. */
  settled(): Promise<void> {
    return this.#handOver.settled();
  }

  /** This process has a daemon from now on. */
  run(runs: Runs): void {
    this.#runs = runs;
  }

  /** The core said something of a hand-over. */
  hear(
    message:
      | OfSuccession
      | Extract<FromCore, { readonly type: "handedOver" | "keeps" }>,
  ): void {
    const { type } = message;
    if (type === "handedOver" || type === "keeps") this.#handOver.hear(message);
    else this.#succession?.hear(message);
  }

  /** Hand over to a new daemon; see `DaemonPort.restart()`. */
  async restart(): Promise<RestartOutcome> {
    // One restart right behind another.
    await this.#succession?.over;
    const why = this.#obstacle();
    if (why !== null) return { ok: false, why };
    const outcome = await this.#handOver.restart();
    if (!outcome.ok) this.#catchUp(this.#handOver.takeOwed());
    return outcome;
  }

  #obstacle(): string | null {
    if (this.#runs === null || this.#succession?.isUnknown) {
      return "this daemon does not run yet";
    }
    return Deno.pid === 1
      ? "process 1 cannot be replaced: restart the container"
      : null;
  }

  #catchUp(
    { stop, reload }: {
      readonly stop: string | null;
      readonly reload: boolean;
    },
  ): void {
    if (stop !== null) this.#host.stop(stop);
    else if (reload) void this.reload();
  }

  /** Reload, or have it done when it is known who serves. */
  async reload(): Promise<void> {
    if (this.#handOver.isUnderWay) return this.#handOver.oweReload();
    await this.request();
  }

  /** Reload as soon as it is known who serves, and tell what came of it. */
  async request(): Promise<ReloadOutcome> {
    await this.#handOver.settled();
    if (this.#runs === null || this.isPast) return HANDED_OVER;
    const reloading = this.#runs.reloader.request();
    this.#reloading = reloading;
    return await reloading;
  }

  /**
   * A signal to stop came.
   *
   * @returns Whether it is this daemon's to do.
   */
  mayStop(signal: string): boolean {
    if (this.isGuest) this.#succession?.refuse(`it got ${signal}`);
    return !this.isGuest && this.#handOver.stop(signal);
  }

  /**
   * The core is no more: do what has to be done then, when it is known that
   * the addresses are this daemon's.
   *
   * @param why Completes "The new daemon refused: …".
   */
  lost(why: string, act: () => void): void {
    if (this.isGuest) this.#succession?.refuse(why);
    else if (this.#handOver.isSuspended) {
      void this.#handOver.settled().then(() => this.lost(why, act));
    } else if (this.isPast) this.#host.end(0);
    else act();
  }

  #openHandOver(): HandOver {
    const { core, log, options, services, tellManager } = this.#host;
    const settings = (): Pick<Settings, "instances"> =>
      this.#runs?.daemon.settings ?? { instances: [] };
    return new HandOver({
      ...{ core, log },
      start: () => new Successor(this.#command),
      lock: {
        give: () => unlockDirectory(options.runDirectory),
        takeBack: () => void takeLocks(options, log),
      },
      routers: () => routersOf(settings()),
      reload: async () => {
        await this.#runs?.reloader.request();
      },
      idle: () => this.#reloading,
      checks: () => services.checks,
      tolerance: () => toleranceOf(settings()),
      left: (pid) => {
        tellManager(`MAINPID=${pid}`);
        this.#isReplaced = true;
        unlockNamespace();
        this.#host.leave();
      },
    });
  }

  #openSuccession(): Succession | null {
    const before = this.#before;
    if (before === null) return null;
    const { options, log, core, takeOver, settled } = this.#host;
    const { version } = options;
    return new Succession(before, {
      ...{ version, core, serves: takeOver },
      lock: () => {
        const host = hostBeside(before.pid);
        this.#hasLocks = takeLocks(options, log, host) === "run";
        return this.#hasLocks;
      },
      settled: (owed) => {
        settled();
        this.#catchUp(owed);
      },
      ends: (code, isLeft) => {
        if (isLeft) this.#afterDeath(before.pid);
        this.#host.end(code);
      },
    });
  }

  /** The other daemon may have been killed, and nobody else undoes its doings. */
  #afterDeath(pid: number): void {
    const { options, log, rescue } = this.#host;
    log.log({ event: "hand_over", result: "left", pid, error: null });
    const claim = this.#hasLocks ? "run" : takeLocks(options, SILENT);
    if (claim === "run" || claim === "clean") rescue(this.#settings);
  }
}
