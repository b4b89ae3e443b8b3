/**
 * A master advertises in time, and not in storms: an advert is no later than
 * its interval, the time in which the daemon was not run and the call that was
 * in flight when it was due explain.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { Thread } from "../machine/thread.ts";
import { Violation } from "./violation.ts";

/** Milliseconds of work after a call, before adverts go out. */
const PIECE = 30;
/** Milliseconds more for each instance that has adverts due as well. */
const EACH = 0.3;

/** Adverts of one daemon, by instance. */
export class AdvertRule {
  readonly #thread: Thread;
  readonly #lastAt = new Map<string, number>();
  readonly #sent = new Map<string, number[]>();

  /** @param thread Its calls and pauses excuse. */
  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** An instance is not master: nothing is due. */
  rests(name: string): void {
    this.#lastAt.delete(name);
  }

  /** A master sends. */
  sends(
    instance: InstanceSettings,
    now: number,
    instances: number,
    prompts: number,
  ): void {
    const { name } = instance;
    this.check(instance, now, instances);
    this.#lastAt.set(name, now);
    this.#checkRate(instance, now, prompts);
  }

  /** What is due must have been sent, as far as it can. */
  check(
    { name, advertInterval }: InstanceSettings,
    now: number,
    instances: number,
  ): void {
    const lastAt = this.#lastAt.get(name);
    if (lastAt === undefined) return;
    const due = lastAt + advertInterval;
    if (now <= due + PIECE) return;
    const lost = this.#thread.lostIn(lastAt, now);
    const [longest = 0, second = 0] = this.#thread.longestIn(due, now);
    const allowed = lost + longest + second + PIECE + EACH * instances;
    if (now <= due + allowed) return;
    throw new Violation(
      "late",
      `"${name}" advertises ${(now - due).toFixed(3)} ms late; ` +
        `${allowed.toFixed(3)} ms are explained`,
    );
  }

  /**
   * @param prompts Messages of the side that may each have prompted an advert.
   */
  #checkRate(
    { name, advertInterval, unicastPeers }: InstanceSettings,
    now: number,
    prompts: number,
  ): void {
    const times = this.#sent.get(name) ?? [];
    while ((times[0] ?? Infinity) <= now - advertInterval) times.shift();
    times.push(now);
    this.#sent.set(name, times);
    const answers = advertInterval / Math.min(advertInterval / 2, 100);
    const each = Math.max(1, unicastPeers.length);
    const most = each * (5 + 2 * answers + prompts);
    if (times.length <= most) return;
    throw new Violation(
      "storm",
      `"${name}" sent ${times.length} adverts within ${advertInterval} ms`,
    );
  }
}
