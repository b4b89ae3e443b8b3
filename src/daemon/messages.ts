/**
 * What passes between the two isolates: plain data, a closed set each way.
 * To the core go messages on a channel, from it come posted messages.
 *
 * @module
 */

import type { InstanceSettings } from "../config/settings/instance.ts";
import type { SyncGroupSettings } from "../config/settings/sync_group.ts";
import type { SignalName } from "../kernel/port.ts";
import type { ServiceManagerSettings } from "../kernel/service_manager.ts";
import type { Reason } from "../vrrp/reason.ts";
import type { StateName } from "../vrrp/state.ts";
import type { LogEvent } from "../log/catalogue.ts";
import type { LogLevel } from "../log/level.ts";
import type { LineStyle } from "../log/log_format.ts";
import type { CoreStatus } from "./core_status.ts";
import type { Drain } from "../vrrp/operator.ts";

/**
 * Number of what a core hands over to that of another daemon. It rises when
 * anything in it changes its meaning or comes to it: daemons of different
 * numbers do not hand over.
 */
export const HAND_OVER = 1;

/** What the core is told of the whole. */
export interface CoreSettings {
  /** Instances that are master together. */
  readonly syncGroups: readonly SyncGroupSettings[];
  /** Seconds that the kernel keeps a VIP unrenewed, or null. */
  readonly vipLeaseSeconds: number | null;
  /** Least severe event that is posted. */
  readonly logLevel: LogLevel;
}

/** What the core starts with. */
export interface CoreStart extends CoreSettings {
  /** What to run. */
  readonly instances: readonly InstanceSettings[];
  /** Milliseconds to wait before any instance takes part. */
  readonly startupDelay: number;
  /** How a line of the log is written that does not pass by the side. */
  readonly logStyle: LineStyle;
  /** Whether to run with realtime priority. */
  readonly realtime: boolean;
  /** Milliseconds in which the watchdog must be fed, or null. */
  readonly watchdog: number | null;
  /** Whether another daemon serves, and will hand over; default: no. */
  readonly takesOver?: boolean;
  /** Orders to drain that are in force, by instance. */
  readonly drains: Readonly<Record<string, Drain>>;
}

/** The one message that is posted to the Worker, before its loop starts. */
export interface WorkerStart {
  /** Descriptor of the core's end of the channel. */
  readonly channelFd: number;
  /** Reading end of the pipe of signals, or null when there is none. */
  readonly signalFd: number | null;
  /** Changed by the side while it lives. */
  readonly sideWord: Int32Array<SharedArrayBuffer>;
  /** Changed by the core with each turn. */
  readonly turns: Int32Array<SharedArrayBuffer>;
  /** Path of the record of held addresses. */
  readonly recordPath: string;
  /** Whom to feed the watchdog of, or null. */
  readonly serviceManager: ServiceManagerSettings | null;
  /** What the core starts with. */
  readonly core: CoreStart;
}

/** Another configuration: applied as one, or not at all. */
export interface Reload {
  /** Discriminant. */
  readonly type: "reload";
  /** Names of instances that stop. */
  readonly removed: readonly string[];
  /** Instances that stop and start as another virtual router. */
  readonly restarted: readonly InstanceSettings[];
  /** Instances that go on with other settings. */
  readonly changed: readonly InstanceSettings[];
  /** Instances that start. */
  readonly added: readonly InstanceSettings[];
  /** Settings of the whole. */
  readonly settings: CoreSettings;
  /** What the log says of it, before all that comes of it; default: nothing. */
  readonly tales?: readonly LogEvent[];
}

/** What an operator orders. */
export type Order =
  /** Serve no more, or only when nobody else does. */
  | { readonly verb: "drain"; readonly drain: Drain }
  /** Hand over once, and do not preempt who takes it. */
  | {
    readonly verb: "failover";
    /** Who asks, as the client said, or null. */
    readonly by: string | null;
  }
  /** Serve again, and preempt again. */
  | {
    readonly verb: "resume";
    /** Who asks, as the client said, or null. */
    readonly by: string | null;
    /** Whether nobody asks, but its time is over. */
    readonly isOver: boolean;
  };

/** An order for some instances. */
export interface Operate {
  /** Discriminant. */
  readonly type: "operate";
  /** Comes back with what became of it. */
  readonly id: number;
  /** What to do. */
  readonly order: Order;
  /** Names; a sync group obeys as a whole. */
  readonly instances: readonly string[];
  /**
   * Until when it counts, in milliseconds since 1970 UTC: whoever gave it is
   * told that nothing was done, and nothing is from then on.
   */
  readonly validUntil: number;
}

/** What became of an order, for one instance. */
export interface Obeyed {
  /** Name of the instance. */
  readonly instance: string;
  /** Why nothing was done, or null when it was. */
  readonly refused:
    /** There is no such instance. */
    | "unknown"
    /** It is not master, and cannot hand over. */
    | "not_master"
    /** It owns its addresses: priority 255 never moves. */
    | "owner"
    /** It was so before. */
    | "already"
    | null;
}

/** From the side to the core. */
export type ToCore =
  | Reload
  | Operate
  /** Post events of this level and above, until the next reload. */
  | { readonly type: "logLevel"; readonly level: LogLevel }
  /** Say what is so, from this instance on; `id` comes back. */
  | { readonly type: "status"; readonly id: number; readonly from: number }
  /** What is known of a health check now. */
  | {
    readonly type: "verdict";
    readonly check: string;
    readonly up: boolean | null;
    readonly value: number | null;
    /** Why it fails, in the probe's words, or null. */
    readonly detail: string | null;
  }
  /** Take a turn, to show that the loop does. */
  | { readonly type: "wake" }
  /** So many posted messages were read since the start. */
  | { readonly type: "read"; readonly count: number }
  /** Say all that is known as soon as nothing is under way, and do no more. */
  | { readonly type: "handOver" }
  /** Nobody took over: go on. */
  | { readonly type: "goOn" }
  /** Another daemon has taken over: end the loop, and leave all as it is. */
  | { readonly type: "leave" }
  /** The other daemon is about to hand over: open the sockets. */
  | { readonly type: "arm" }
  /** Begin with what the other daemon knew. */
  | { readonly type: "takeOver"; readonly state: string }
  /** Stop everything in order and end the loop. */
  | { readonly type: "stop" };

/** What a core is told of a hand-over. */
export type RelayMessage = Extract<
  ToCore,
  { readonly type: "handOver" | "goOn" | "leave" | "arm" | "takeOver" }
>;

/** An instance changed its state. */
export interface Transition {
  /** Name of the instance. */
  readonly instance: string;
  /** State before. */
  readonly from: StateName;
  /** State from now on. */
  readonly to: StateName;
  /** Why. */
  readonly reason: Reason;
  /** Effective priority. */
  readonly priority: number;
  /** Causes of the faults that it has. */
  readonly causes: readonly string[];
  /** When it happened, in milliseconds since 1970 UTC. */
  readonly time: number;
  /** Whether the log takes it: a peer may make an instance change for ever. */
  readonly isLogged: boolean;
  /** Transitions before it that were not told because the side stood still. */
  readonly missed: number;
}

/** From the core to the side. */
export type FromCore =
  /** All instances were started. */
  | { readonly type: "ready" }
  | { readonly type: "transition"; readonly transition: Transition }
  | { readonly type: "log"; readonly event: LogEvent }
  /** What became of an order of this number, for all that it concerned. */
  | {
    readonly type: "obeyed";
    readonly id: number;
    readonly outcomes: readonly Obeyed[];
  }
  /** The answer to a question of this number. */
  | {
    readonly type: "status";
    readonly id: number;
    readonly status: CoreStatus;
  }
  /** It stops because of a signal, of which the side hears by itself too. */
  | { readonly type: "stopping"; readonly signal: SignalName }
  /** All that it knew; it does nothing from then on. */
  | { readonly type: "handedOver"; readonly state: string }
  /** It does not hand over, and goes on. */
  | { readonly type: "keeps"; readonly why: string }
  /** Beside a daemon that serves it has come as far as it can. */
  | { readonly type: "prepared" }
  /** Its sockets are open. */
  | { readonly type: "armed" }
  /** It does not take over, and ends. */
  | { readonly type: "refuses"; readonly why: string }
  /** It serves now; the states that its instances have, by name. */
  | {
    readonly type: "tookOver";
    readonly states: Readonly<Record<string, StateName>>;
    /** Milliseconds since the last turn of the other daemon's core. */
    readonly took: number;
  }
  /** The loop ended as asked. */
  | { readonly type: "stopped" }
  /** The loop ended by an error, after the last gasp. */
  | { readonly type: "failed"; readonly error: string };
