/**
 * The other hosts of one virtual router, by the adverts that were accepted from
 * them. Noted with each advert: a host that says the same again costs nothing.
 *
 * @module
 */

import type { Heard } from "./heard.ts";

/**
 * Hosts that are remembered, those heard last; there are more only when
 * somebody forges.
 */
const MOST = 16;

/** Another host. */
export interface HeardHost {
  /** Its last advert. */
  heard: Heard;
  /** When that came. */
  at: number;
  /** Its adverts so far. */
  adverts: number;
}

/** The hosts that one instance hears. */
export class HeardHosts {
  readonly #hosts = new Map<string, HeardHost>();
  /** Who spoke last. */
  #speaker: HeardHost | null = null;

  /**
   * An advert was accepted.
   *
   * @param heard What came of the last one, when it is the same again.
   * @param at When it came.
   */
  note(heard: Heard, at: number): void {
    let speaker = this.#speaker;
    if (speaker?.heard !== heard) {
      speaker = this.#speaker = this.#hostOf(heard, at);
    }
    speaker.at = at;
    speaker.adverts++;
  }

  /** Another daemon has heard so many adverts of a host, the last one this. */
  goOn({ heard, at, adverts }: HeardHost): void {
    const host = this.#hostOf(heard, at);
    host.at = at;
    host.adverts = adverts;
  }

  /** All of them, who spoke last first. */
  newest(): readonly HeardHost[] {
    return [...this.#hosts.values()].toSorted((a, b) => b.at - a.at);
  }

  /** Know of none. */
  clear(): void {
    this.#hosts.clear();
    this.#speaker = null;
  }

  #hostOf(heard: Heard, at: number): HeardHost {
    const { source } = heard;
    const known = this.#hosts.get(source);
    if (known !== undefined) {
      known.heard = heard;
      return known;
    }
    if (this.#hosts.size >= MOST) this.#forgetOldest();
    const host = { heard, at, adverts: 0 };
    this.#hosts.set(source, host);
    return host;
  }

  #forgetOldest(): void {
    const oldest = this.#hosts.values().reduce((a, b) => b.at < a.at ? b : a);
    this.#hosts.delete(oldest.heard.source);
  }
}
