/**
 * What `alived events` and `alived watch` print of what happened.
 *
 * @module
 */

import type { PastEvent } from "../../control/daemon_port.ts";
import type { Status } from "../../control/snapshot.ts";
import { wrap } from "../layout.ts";
import { span } from "./span.ts";
import { stateWord } from "./state_word.ts";
import type { Look } from "./style.ts";

/** Describe past transitions, a line each, the newest last. */
export function eventsView(events: readonly PastEvent[], look: Look): string[] {
  if (events.length === 0) return ["No instance has changed its state"];
  return events.map(({ time, instance, from, to, reason, priority }) =>
    wrap(
      `${
        look.clock(time)
      } ${instance} ${from} → ${to} (${priority}): ${reason}`,
      look.width,
      2,
    )
  );
}

/**
 * A line of a watch as people read it.
 *
 * @param said A status, or something that happened.
 * @returns Nothing when it says nothing new.
 */
export function watchLines(
  said: Readonly<Record<string, unknown>>,
  look: Look,
): string[] {
  const { time, type, message } = said;
  const what = type === "heartbeat"
    ? silence(said)
    : type === "gap"
    ? "Some events are missing: this reader was slow"
    : message;
  if (typeof time !== "string" || typeof what !== "string") return [];
  return [`${look.clock(time)} ${what}`];
}

/** What a heartbeat says of a core that does not answer, or null. */
function silence(
  { core }: { readonly core?: Heart } & Readonly<Record<string, unknown>>,
): string | null {
  if (core?.answers !== false) return null;
  const { silent_seconds: seconds } = core;
  return typeof seconds === "number"
    ? `The core has not answered for ${span(seconds)}`
    : "The core does not answer";
}

interface Heart {
  readonly answers?: boolean;
  readonly silent_seconds?: number | null;
}

/** What a watch begins with: how each instance is. */
export function beginningLines(
  { time, instances }: Status,
  look: Look,
): string[] {
  return instances.map((instance) => {
    const why = instance.reason === null ? "" : `: ${instance.reason}`;
    return `${look.clock(time)} ${instance.name} is ${
      stateWord(instance)
    }${why}`;
  });
}
