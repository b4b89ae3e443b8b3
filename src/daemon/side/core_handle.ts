/**
 * The side's hold on the core: starts it, sends to it, hears from it and
 * notices when its loop does not turn any more.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { Verdict } from "../../vrrp/priority.ts";
import { Channel } from "../../kernel/linux/channel.ts";
import type { CoreSettings, CoreStart, FromCore, ToCore } from "../messages.ts";

/** Milliseconds between heartbeats. */
const HEARTBEAT = 1000;
/** Milliseconds until a message that found no room is sent again. */
const RETRY = 1;
/** Unanswered heartbeats after which the core counts as hung. */
const MAX_UNANSWERED = 5;

/** A core, started or about to be. */
export interface CoreHandle {
  /** Start the loop. */
  start(start: Omit<CoreStart, "channelFd">): void;
  /** Run an instance, or give the running one these settings. */
  configure(instance: InstanceSettings): void;
  /** Stop an instance. */
  remove(instance: string): void;
  /** Use these settings of the whole. */
  apply(settings: CoreSettings): void;
  /** Tell what is known of a health check. */
  tell(verdict: Verdict & { readonly check: string }): void;
  /** Stop everything in order. */
  stop(): void;
  /** Whether the loop has ended. */
  hasStopped(): boolean;
  /** Hear and send no more. */
  close(): void;
}

/**
 * Load the core's isolate; it does nothing before `start()`.
 *
 * @param heard Called with each message from the core.
 * @param hung Called once when the core does not answer any more, or was not
 *   able to start, with the reason in words.
 */
export function loadCore(
  heard: (message: FromCore) => void,
  hung: (reason: string) => void,
): CoreHandle {
  const channel = new Channel();
  const worker = new Worker(new URL("../core_worker.ts", import.meta.url), {
    type: "module",
  });
  let timer: ReturnType<typeof setInterval> | undefined;
  // Counted in heartbeats, not by the clock: after a pause of the whole
  // process the core gets its turn before it is judged.
  let unanswered = 0;
  let ended = false;
  const outbox: ToCore[] = [];
  let retry: ReturnType<typeof setTimeout> | undefined;

  worker.onmessage = ({ data }: MessageEvent<FromCore>): void => {
    if (data.type === "heartbeat") unanswered = 0;
    if (data.type === "stopped" || data.type === "failed") end();
    heard(data);
  };
  worker.onerror = (event): void => {
    event.preventDefault();
    hung(`The core failed: ${event.message}`);
  };

  function end(): void {
    ended = true;
    clearInterval(timer);
    clearTimeout(retry);
  }

  function send(message: ToCore): void {
    outbox.push(message);
    drain();
  }

  // The kernel queues only a few messages (net.unix.max_dgram_qlen), and a
  // burst of verdicts comes faster than the core wakes up.
  function drain(): void {
    clearTimeout(retry);
    while (outbox.length > 0 && !ended) {
      if (!channel.send(outbox[0])) {
        retry = setTimeout(drain, RETRY);
        return;
      }
      outbox.shift();
    }
  }

  function beat(): void {
    if (++unanswered === MAX_UNANSWERED) {
      hung(`The core did not answer ${MAX_UNANSWERED} heartbeats`);
    }
    if (outbox.length === 0) send({ type: "heartbeat" });
  }

  return {
    start(start): void {
      worker.postMessage({ ...start, channelFd: channel.receiverFd });
      timer = setInterval(beat, HEARTBEAT);
    },
    configure: (instance) => send({ type: "configure", instance }),
    remove: (instance) => send({ type: "remove", instance }),
    apply: (settings) => send({ type: "settings", settings }),
    tell: ({ check, up, value }) => send({ type: "verdict", check, up, value }),
    stop: () => send({ type: "stop" }),
    hasStopped: () => ended,
    close(): void {
      end();
      worker.terminate();
      channel[Symbol.dispose]();
    },
  };
}
