/**
 * What the control socket asks of the daemon, as one interface that it is
 * given. Every answer is made when it is asked for; none is from memory.
 *
 * @module
 */

import type { State, Status } from "./snapshot.ts";

/** The core did not answer in time. */
export interface Silence {
  /** Discriminant. */
  readonly answers: false;
  /** Since when it has not answered, in seconds. */
  readonly silentSeconds: number;
}

/** A status as it is now, or none. */
export type StatusAnswer =
  | { readonly answers: true; readonly status: Status }
  | Silence;

/** Which instances an order is for. */
export type Targets = readonly string[] | "all";

/** An order to serve no more. */
export interface DrainOrder {
  readonly instances: Targets;
  /** Milliseconds until it ends by itself, or null. */
  readonly duration: number | null;
  /** Why, in the operator's words, or null. */
  readonly reason: string | null;
  /** Who asks, as the client says, or null. */
  readonly by: string | null;
  /** Whether to serve with priority 1 when nobody else does. */
  readonly lastResort: boolean;
}

/** What became of an order, for one instance. */
export interface Outcome {
  readonly instance: string;
  /** Why nothing was done, as a sentence, or null when it was. */
  readonly refused: string | null;
  /** What is so now, as a sentence, or null. */
  readonly note: string | null;
}

/** What became of a handing over. */
export interface Failover {
  readonly instance: string;
  /** Why it was not tried, as a sentence, or null. */
  readonly refused: string | null;
  /** When it resigned, in milliseconds since 1970 UTC, or null. */
  readonly resignedAt: number | null;
  /** Who is master since then, or null for nobody else. */
  readonly successor: {
    readonly address: string;
    readonly priority: number;
    /** Seconds from the resignation to its first advert. */
    readonly afterSeconds: number;
  } | null;
  /** Seconds that nobody held the addresses, when this host took them back. */
  readonly awaySeconds: number | null;
}

/** What a reload did, or would do. */
export interface ReloadOutcome {
  /** Whether the file could be used. */
  readonly ok: boolean;
  /** Mistakes and warnings, each as `file:line:column …`. */
  readonly issues: readonly string[];
  /** Names of instances that started, stopped, restarted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly restarted: readonly string[];
  /** What changed in place: name, and each key with old and new value. */
  readonly changed: readonly {
    readonly name: string;
    readonly keys: readonly string[];
  }[];
}

/** What came of a restart. */
export type RestartOutcome =
  /** The process of this id serves, and this one ends. */
  | { readonly ok: true; readonly pid: number }
  /** Why this process goes on as before, as a sentence. */
  | { readonly ok: false; readonly why: string };

/** A change of state that was. */
export interface PastEvent {
  readonly time: string;
  readonly instance: string;
  readonly from: State;
  readonly to: State;
  readonly reason: string;
  readonly priority: number;
  /** Whether FAULT is by an operator's order: DRAINED. Absent for no. */
  readonly drained?: boolean;
}

/** What a watcher is told. */
export interface WatchEvent {
  /** RFC 3339. */
  readonly time: string;
  readonly type:
    | "transition"
    | "priority"
    | "check"
    | "vip"
    | "drain"
    | "reload"
    | "master"
    | "other";
  /** Name of the event, as in the log. */
  readonly event: string;
  /** Instance that it is about, or null. */
  readonly instance: string | null;
  /** Severity, as in the log. */
  readonly level: string;
  /** The sentence of the log. */
  readonly message: string;
  /** The facts, as in the log. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Levels of the log, the least severe first. */
export const CONTROL_LOG_LEVELS = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
] as const;

/** A level of the log. */
export type ControlLogLevel = typeof CONTROL_LOG_LEVELS[number];

/** The daemon, for those who ask. */
export interface DaemonPort {
  /** Names of the instances that run, for suggestions. */
  instances(): readonly string[];
  /** Ask the core, for at most half a second. */
  status(): Promise<StatusAnswer>;
  /** Take instances out of service. */
  drain(order: DrainOrder): Promise<readonly Outcome[] | Silence>;
  /** Put them into service again, and let those that yielded preempt. */
  resume(
    instances: Targets,
    by: string | null,
  ): Promise<readonly Outcome[] | Silence>;
  /** Hand instances over that are master; waits for who takes them. */
  failover(
    instances: readonly string[],
    by: string | null,
  ): Promise<readonly Failover[] | Silence>;
  /**
   * Read the configuration again.
   *
   * @param dryRun Whether to say what would change, and change nothing.
   */
  reload(dryRun: boolean): Promise<ReloadOutcome>;
  /**
   * Log at another level.
   *
   * @param duration Milliseconds until the configured one counts again, or null
   *   for until the next reload.
   */
  setLogLevel(level: ControlLogLevel, duration: number | null): void;
  /**
   * Hand over to a new daemon, started from the program on disk; when nobody
   * took over this one goes on.
   */
  restart(): Promise<RestartOutcome>;
  /** Past transitions, the newest last. */
  events(limit: number, instance: string | null): readonly PastEvent[];
  /**
   * Be told of what happens from now on.
   *
   * @returns Ends it.
   */
  watch(listener: (event: WatchEvent) => void): () => void;
  /** Somebody looks at the peers: ask them more often for a while. */
  lookAtPeers(): void;
}
