/**
 * Other masters of an instance that is master: since when, how often they
 * advertised, and when each was over. One that comes and goes has lines of its
 * own a few times a minute; the other times are counted.
 *
 * @module
 */

/**
 * Masters that are remembered, those heard last; there are more only when
 * somebody forges.
 */
const MOST = 16;
/** Times within {@linkcode MINUTE} that one has lines of their own. */
export const MOST_TIMES = 3;
/** Milliseconds. */
export const MINUTE = 60_000;

/** Another master, from its first advert until it is silent. */
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
  /** Whether it has lines, is counted with others, or had no room. */
  telling: "lines" | "sum" | "none";
  /** When it was told of last as one that stays, or null. */
  toldAt: number | null;
}

/** The times of one source that have no line of their own. */
export interface Untold {
  /** Its address. */
  readonly source: string;
  /** How many times. */
  times: number;
  /** Adverts that were answered then. */
  count: number;
  /** Milliseconds that they lasted in all. */
  lasted: number;
  /** When the first of them began. */
  readonly since: number;
  /** When the last of them was over. */
  until: number;
}

/** The other masters of one instance. */
export class Rivals {
  readonly #rivals = new Map<string, Rival>();
  /** When those began that have lines, by source. */
  readonly #told = new Map<string, readonly number[]>();
  readonly #untold = new Map<string, Untold>();

  /**
   * One of them has advertised.
   *
   * @returns What is known of it.
   */
  heard(source: string, priority: number, now: number): Rival {
    const rival = this.#rivals.get(source) ?? this.#begin(source, now);
    rival.priority = priority;
    rival.count++;
    rival.lastAt = now;
    // Behind the others, so that the first is the one to forget.
    this.#rivals.delete(source);
    const [oldest] = this.#rivals.values();
    if (this.#rivals.size >= MOST && oldest) this.#end(oldest);
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
    for (const rival of ended) this.#end(rival);
    return ended;
  }

  /**
   * Take the sums whose time has come: a minute after they began.
   *
   * @param isLast Whether to take all of them.
   */
  takeUntold(now: number, isLast: boolean): readonly Untold[] {
    const due = [...this.#untold.values()].filter(({ since }) =>
      isLast || now - since >= MINUTE
    );
    for (const { source } of due) this.#untold.delete(source);
    return due;
  }

  /** When the first has been silent for so long, or a sum is due; or Infinity. */
  tellAt(patience: number): number {
    const last = Array.from(this.#rivals.values(), ({ lastAt }) => lastAt);
    const first = Array.from(this.#untold.values(), ({ since }) => since);
    return Math.min(
      ...last.map((at) => at + patience),
      Math.min(...first) + MINUTE,
    );
  }

  #begin(source: string, now: number): Rival {
    return {
      ...{ source, priority: 0, count: 0, since: now, lastAt: now },
      ...{ telling: this.#tellingOf(source, now), toldAt: null },
    };
  }

  #tellingOf(source: string, now: number): Rival["telling"] {
    for (const [other, times] of this.#told) {
      const lately = times.filter((at) => now - at < MINUTE);
      if (lately.length > 0) this.#told.set(other, lately);
      else this.#told.delete(other);
    }
    const times = this.#told.get(source) ?? [];
    if (times.length === 0 && this.#told.size >= MOST) return "none";
    if (times.length >= MOST_TIMES) return "sum";
    this.#told.set(source, [...times, now]);
    return "lines";
  }

  #end({ source, telling, count, since, lastAt }: Rival): void {
    this.#rivals.delete(source);
    if (telling !== "sum") return;
    const untold = this.#untold.get(source) ??
      { source, times: 0, count: 0, lasted: 0, since, until: lastAt };
    untold.times++;
    untold.count += count;
    untold.lasted += lastAt - since;
    untold.until = lastAt;
    this.#untold.set(source, untold);
  }
}
