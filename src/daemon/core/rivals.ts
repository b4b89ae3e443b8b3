/**
 * Other masters of an instance that is master: since when, how often they
 * advertised, and when each was over.
 *
 * @module
 */

/**
 * Masters that are remembered, those heard last; there are more only when
 * somebody forges.
 */
const MOST = 16;

/** Another master. */
export interface Rival {
  /** Its address. */
  readonly source: string;
  /** Its priority, by its last advert. */
  priority: number;
  /** Adverts of it that were answered. */
  count: number;
  /** When the first of them came. */
  readonly since: number;
  /** When the last of them came. */
  lastAt: number;
  /** Whether it was told of as one that stays. */
  isTold: boolean;
}

/** The other masters of one instance. */
export class Rivals {
  readonly #rivals = new Map<string, Rival>();

  /**
   * One of them has advertised.
   *
   * @returns What is known of it.
   */
  heard(source: string, priority: number, now: number): Rival {
    const times = { since: now, lastAt: now };
    const rival = this.#rivals.get(source) ??
      { source, priority, count: 0, ...times, isTold: false };
    rival.priority = priority;
    rival.count++;
    rival.lastAt = now;
    // Behind the others, so that the first is the one to forget.
    this.#rivals.delete(source);
    const [oldest] = this.#rivals.keys();
    if (this.#rivals.size >= MOST && oldest) this.#rivals.delete(oldest);
    this.#rivals.set(source, rival);
    return rival;
  }

  /**
   * Forget those that are silent.
   *
   * @param patience Milliseconds of silence after which one is master no more.
   * @returns Those that were forgotten.
   */
  takeEnded(patience: number, now: number): readonly Rival[] {
    const ended = [...this.#rivals.values()].filter(({ lastAt }) =>
      now - lastAt >= patience
    );
    for (const { source } of ended) this.#rivals.delete(source);
    return ended;
  }

  /** When the first of them will have been silent for so long, or Infinity. */
  endsAt(patience: number): number {
    const last = Array.from(this.#rivals.values(), ({ lastAt }) => lastAt);
    return Math.min(...last) + patience;
  }
}
