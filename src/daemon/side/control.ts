/**
 * The daemon for those who ask it and order: the sockets, what is answered on
 * them, and what has to be remembered for that.
 *
 * @module
 */

import { refuse } from "../../control/answer.ts";
import type {
  DaemonPort,
  StatusAnswer,
  WatchEvent,
} from "../../control/daemon_port.ts";
import { handle } from "../../control/router.ts";
import type { PeerStatus, Status } from "../../control/snapshot.ts";
import { Watchers } from "../../control/watchers.ts";
import type { Settings } from "../../config/settings.ts";
import { didYouMean } from "../../config/suggest.ts";
import type { LogEvent } from "../../log/catalogue.ts";
import type { Log } from "../../log/log.ts";
import type { LogLevel } from "../../log/level.ts";
import type { Drain } from "../../vrrp/operator.ts";
import type { Transition } from "../messages.ts";
import { ControlServer } from "./control_server.ts";
import type { Daemon } from "./daemon.ts";
import { logSettings } from "./load.ts";
import { LogLevels } from "./log_levels.ts";
import { Operator, type OperatorParts } from "./operator.ts";
import { PastEvents } from "./past_events.ts";
import { Peers } from "./peers.ts";
import type { Reloader } from "./reload.ts";
import { watchEvent } from "./watch_event.ts";

/** What it is made with. */
export interface ControlParts {
  /** Absolute path of the run directory. */
  readonly runDirectory: string;
  /** State directory. */
  readonly stateDirectory: string;
  readonly log: Pick<Log, "log" | "listen" | "update">;
  readonly core: {
    readonly operate: OperatorParts["operate"];
    readonly setLogLevel: (level: LogLevel) => void;
  };
  /** Hand over to a new daemon. */
  readonly restart: DaemonPort["restart"];
  /** Ask the core for what is so now. */
  readonly status: () => Promise<StatusAnswer>;
}

/** A daemon that runs. */
interface Running {
  readonly daemon: Pick<Daemon, "options" | "settings">;
  readonly reloader: Pick<Reloader, "request" | "compare">;
}

/** The way in for those who ask and order. */
export class Control {
  readonly #parts: ControlParts;
  readonly #operator: Operator;
  readonly #levels: LogLevels;
  readonly #server: ControlServer;
  readonly #watchers: Watchers;
  readonly #past = new PastEvents();
  readonly #peers = new Peers();
  readonly #listeners = new Set<(event: WatchEvent) => void>();
  #running: Running | null = null;
  #hosts: ReadonlySet<string> = new Set();

  constructor(parts: ControlParts) {
    this.#parts = parts;
    const { log, core, status, runDirectory, stateDirectory } = parts;
    this.#operator = new Operator({
      ...{ log, status, directory: stateDirectory },
      operate: core.operate,
      instances: () => this.#instances(),
    });
    this.#levels = new LogLevels({
      log,
      tellCore: core.setLogLevel,
      configured: () => {
        const { options, settings } = this.#daemon();
        return logSettings(options, settings);
      },
    });
    const port = this.#port();
    this.#watchers = new Watchers(port);
    this.#server = new ControlServer({
      ...{ log, runDirectory },
      endStreams: () => this.#watchers.closeAll(),
      handle: async (request, door) => {
        try {
          return await handle(request, door, {
            ...{ daemon: port, watchers: this.#watchers },
            hosts: this.#hosts,
            keepalivedMetrics:
              this.#daemon().settings.global.http?.keepalivedMetrics ?? false,
            suggest: didYouMean,
          });
        } catch (error) {
          const why = error instanceof Error && error.stack || String(error);
          log.log({ event: "side_error", error: why });
          return refuse(500, "An error of alived itself: see its log");
        }
      },
    });
  }

  /** Orders to drain that were given before, by instance. */
  loadDrains(): Readonly<Record<string, Drain>> {
    return this.#operator.load();
  }

  /** Listen: the core was started. */
  start(running: Running): void {
    this.#running = running;
    this.#parts.log.listen((event) => this.#tell(event));
    this.#operator.start();
    this.#use(running.daemon.settings);
  }

  /** Another configuration is in force, or the same once more. */
  reloaded(): void {
    if (this.#running === null) return;
    this.#levels.reloaded();
    this.#use(this.#running.daemon.settings);
  }

  /** Keep a transition for those who ask afterwards. */
  note(transition: Transition): void {
    this.#past.note(transition);
  }

  /** Who watches. */
  get watchers(): Status["watchers"] {
    return this.#watchers.counts;
  }

  /** What is known of other hosts. */
  get peers(): readonly PeerStatus[] {
    return this.#peers.statuses;
  }

  /** Answer nobody any more. */
  async stop(): Promise<void> {
    this.#operator.stop();
    this.#levels.stop();
    this.#peers.stop();
    await this.#server.close();
  }

  #use({ global }: Settings): void {
    this.#hosts = hostNames(global.http?.allowedHosts ?? []);
    this.#peers.update(global.peers);
    void this.#server.update(global);
  }

  #tell(event: LogEvent): void {
    if (this.#listeners.size === 0) return;
    const told = watchEvent(event);
    if (told === null) return;
    for (const listener of this.#listeners) listener(told);
  }

  #daemon(): Running["daemon"] {
    if (this.#running === null) throw new Error("The daemon has not started");
    return this.#running.daemon;
  }

  #instances(): readonly string[] {
    return this.#daemon().settings.instances.map(({ name }) => name);
  }

  #port(): DaemonPort {
    return {
      instances: () => this.#instances(),
      status: () => this.#parts.status(),
      drain: (order) => this.#operator.drain(order),
      resume: (instances, by) => this.#operator.resume(instances, by),
      failover: (instances, by) => this.#operator.failover(instances, by),
      reload: async (dryRun) => {
        if (this.#running === null) throw new Error("It has not started");
        const { reloader } = this.#running;
        return dryRun ? reloader.compare() : await reloader.request();
      },
      restart: () => this.#parts.restart(),
      setLogLevel: (level, duration) => this.#levels.set(level, duration),
      events: (limit, instance) => this.#past.of(limit, instance),
      watch: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
      lookAtPeers: () => this.#peers.look(),
    };
  }
}

/** Names that are this host, beside all addresses. */
function hostNames(allowed: readonly string[]): ReadonlySet<string> {
  const own = Deno.hostname().toLowerCase();
  const [short = own] = own.split(".");
  return new Set(["localhost", own, short, ...allowed]);
}
