/**
 * What passes between the two isolates: plain data, a closed set each way.
 * To the core go JSON datagrams on a channel, from it come posted messages.
 *
 * @module
 */

import type { InstanceSettings } from "../config/settings/instance.ts";
import type { SyncGroupSettings } from "../config/settings/sync_group.ts";
import type { ServiceManagerSettings } from "../kernel/service_manager.ts";
import type { StateName } from "../vrrp/state.ts";
import type { LogEvent } from "../log/log.ts";

/** What the core is told of the whole. */
export interface CoreSettings {
  /** Instances that are master together. */
  readonly syncGroups: readonly SyncGroupSettings[];
  /** Seconds that the kernel keeps a VIP unrenewed, or null. */
  readonly vipLeaseSeconds: number | null;
}

/** The one message that is posted to the core, before its loop starts. */
export interface CoreStart extends CoreSettings {
  /** Descriptor of the core's end of the channel. */
  readonly channelFd: number;
  /** Path of the record of held addresses. */
  readonly recordPath: string;
  /** What to run. */
  readonly instances: readonly InstanceSettings[];
  /** Milliseconds to wait before any instance takes part. */
  readonly startupDelay: number;
  /** Whether to run with realtime priority. */
  readonly realtime: boolean;
  /** Whom to feed the watchdog of, or null. */
  readonly serviceManager: ServiceManagerSettings | null;
}

/** From the side to the core. */
export type ToCore =
  /** Run an instance, or give one of the same name these settings. */
  | { readonly type: "configure"; readonly instance: InstanceSettings }
  /** Stop an instance and forget it. */
  | { readonly type: "remove"; readonly instance: string }
  /** Settings of the whole. */
  | { readonly type: "settings"; readonly settings: CoreSettings }
  /** What is known of a health check now. */
  | {
    readonly type: "verdict";
    readonly check: string;
    readonly up: boolean | null;
    readonly value: number | null;
  }
  /** Answer, to show that the loop turns. */
  | { readonly type: "heartbeat" }
  /** Stop everything in order and end the loop. */
  | { readonly type: "stop" };

/** An instance changed its state. */
export interface Transition {
  /** Name of the instance. */
  readonly instance: string;
  /** State before. */
  readonly from: StateName;
  /** State from now on. */
  readonly to: StateName;
  /** Why, in words. */
  readonly reason: string;
  /** Effective priority. */
  readonly priority: number;
}

/** From the core to the side. */
export type FromCore =
  /** All instances were started. */
  | { readonly type: "ready" }
  | { readonly type: "transition"; readonly transition: Transition }
  | { readonly type: "log"; readonly event: LogEvent }
  | { readonly type: "heartbeat" }
  /** The loop ended as asked. */
  | { readonly type: "stopped" }
  /** The loop ended by an error, after the last gasp. */
  | { readonly type: "failed"; readonly error: string };
