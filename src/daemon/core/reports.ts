/**
 * What was said already of an instance or a link. The same thing is said again
 * when the state has changed, but not at once, whatever a peer does; and of so
 * many sources of a kind only, where the others are counted.
 *
 * @module
 */

/** Sources of a kind that are remembered; what others do is not said. */
export const MAX_SOURCES = 16;
/** Least milliseconds between two reports of the same. */
export const SPACING = 10_000;

interface Said {
  at: number;
  unsaid: number;
  again: boolean;
}

/** The reports of one instance or link. */
export class Reports {
  readonly #kinds = new Map<string, Map<string, Said>>();
  #leftOut = new Map<string, number>();

  /**
   * Ask whether something is to be said now.
   *
   * @param kind What kind of thing; each has its own room.
   * @param source Whose doing it is.
   * @param now Milliseconds of the monotonic clock.
   * @param every Milliseconds after which it is said again though the state is
   *   the same; default: never.
   * @returns How often it was not said since the last time, or null when it is
   *   not to be said.
   */
  say(
    kind: string,
    source: string,
    now: number,
    every: number = Infinity,
  ): number | null {
    const sources = this.#kinds.get(kind) ?? new Map<string, Said>();
    this.#kinds.set(kind, sources);
    const said = sources.get(source);
    if (said === undefined) {
      if (sources.size >= MAX_SOURCES && !forgetOne(sources, now, every)) {
        this.leaveOut(kind);
        return null;
      }
      sources.set(source, { at: now, unsaid: 0, again: false });
      return 0;
    }
    const since = now - said.at;
    if (since < every && (!said.again || since < SPACING)) {
      said.unsaid++;
      return null;
    }
    const { unsaid } = said;
    sources.set(source, { at: now, unsaid: 0, again: false });
    return unsaid;
  }

  /** Something of a kind is not said. */
  leaveOut(kind: string): void {
    this.#leftOut.set(kind, (this.#leftOut.get(kind) ?? 0) + 1);
  }

  /** Whether something was left out for want of room. */
  get hasLeftOut(): boolean {
    return this.#leftOut.size > 0;
  }

  /** How often that was, by kind, since this was asked last. */
  takeLeftOut(): ReadonlyMap<string, number> {
    const leftOut = this.#leftOut;
    this.#leftOut = new Map();
    return leftOut;
  }

  /** The state has changed: what was said may be said again. */
  renew(): void {
    for (const sources of this.#kinds.values()) {
      for (const said of sources.values()) said.again = true;
    }
  }
}

function forgetOne(
  sources: Map<string, Said>,
  now: number,
  every: number,
): boolean {
  for (const [source, { at, again }] of sources) {
    const since = now - at;
    if (since >= every || (again && since >= SPACING)) {
      return sources.delete(source);
    }
  }
  return false;
}
