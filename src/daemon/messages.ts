/**
 * What passes between the two isolates: plain data, a closed set each way.
 * To the core go JSON datagrams on a channel, from it come posted messages.
 *
 * @module
 */

import type { InstanceSettings } from "../config/settings.ts";
import type { LogEvent } from "./log.ts";

/** The one message that is posted to the core, before its loop starts. */
export interface CoreStart {
  /** Descriptor of the core's end of the channel. */
  readonly channelFd: number;
  /** Path of the record of held addresses. */
  readonly recordPath: string;
  /** What to run. */
  readonly instances: readonly InstanceSettings[];
}

/** From the side to the core. */
export type ToCore =
  /** Run an instance, or give one of the same name these settings. */
  | { readonly type: "configure"; readonly instance: InstanceSettings }
  /** Stop an instance and forget it. */
  | { readonly type: "remove"; readonly instance: string }
  /** Answer, to show that the loop turns. */
  | { readonly type: "heartbeat" }
  /** Stop everything in order and end the loop. */
  | { readonly type: "stop" };

/** From the core to the side. */
export type FromCore =
  /** All instances were started. */
  | { readonly type: "ready" }
  | { readonly type: "log"; readonly event: LogEvent }
  | { readonly type: "heartbeat" }
  /** The loop ended as asked. */
  | { readonly type: "stopped" }
  /** The loop ended by an error, after the last gasp. */
  | { readonly type: "failed"; readonly error: string };
