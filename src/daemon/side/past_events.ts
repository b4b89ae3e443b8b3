/**
 * What instances went through, for those who ask afterwards.
 *
 * @module
 */

import type { PastEvent } from "../../control/daemon_port.ts";
import { reasonInWords } from "../../log/reason_words.ts";
import type { Transition } from "../messages.ts";

/** Transitions of an instance that are kept. */
const MOST = 200;
/** Instances whose transitions are kept, also after they are gone. */
const MOST_INSTANCES = 10_000;

/** The last transitions of each instance. */
export class PastEvents {
  readonly #byInstance = new Map<string, PastEvent[]>();

  /** Keep a transition. */
  note({ instance, from, to, reason, priority, time }: Transition): void {
    const events = this.#byInstance.get(instance) ?? [];
    events.push({
      time: new Date(time).toISOString(),
      ...{ instance, from, to, priority },
      reason: reasonInWords(reason),
      ...(reason.kind === "drained" && to === "FAULT" ? { drained: true } : {}),
    });
    if (events.length > MOST) events.shift();
    this.#byInstance.set(instance, events);
    const [oldest] = this.#byInstance.keys();
    if (this.#byInstance.size > MOST_INSTANCES && oldest !== undefined) {
      this.#byInstance.delete(oldest);
    }
  }

  /**
   * The last of them, the newest last.
   *
   * @param limit How many at most.
   * @param instance Of which one, or null for all.
   */
  of(limit: number, instance: string | null): readonly PastEvent[] {
    const events = instance === null
      ? [...this.#byInstance.values()].flat()
      : this.#byInstance.get(instance) ?? [];
    return events
      .toSorted((a, b) => a.time < b.time ? -1 : a.time > b.time ? 1 : 0)
      .slice(-limit);
  }
}
