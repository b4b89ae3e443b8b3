/**
 * Stretches of time, and when an address was where.
 *
 * @module
 */

import type { AddressEvent } from "./monitor.ts";

/** From a time to another, both milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds of a span. */
export function lengthOf({ from, to }: Span): number {
  return to - from;
}

/**
 * When a host had an address.
 *
 * @param events All that was heard of that address, in order of time.
 * @param end Where one that is there still is cut off.
 */
export function heldSpans(
  events: readonly AddressEvent[],
  end: number,
): Span[] {
  const spans: Span[] = [];
  let from: number | null = null;
  for (const { time, gone } of events) {
    if (!gone) from ??= time;
    if (!gone || from === null) continue;
    spans.push({ from, to: time });
    from = null;
  }
  return from === null ? spans : [...spans, { from, to: end }];
}

/** What lies in a span of both lists. */
export function shared(a: readonly Span[], b: readonly Span[]): Span[] {
  return a.flatMap((one) =>
    b.map((other) => ({
      from: Math.max(one.from, other.from),
      to: Math.min(one.to, other.to),
    }))
  ).filter((span) => lengthOf(span) > 0);
}

/** What lies in no span of a list. */
export function outside(spans: readonly Span[]): Span[] {
  const edges = [
    -Infinity,
    ...spans.toSorted((a, b) => a.from - b.from)
      .flatMap(({ from, to }) => [from, to]),
    Infinity,
  ];
  return edges.flatMap((from, i) => {
    const to = edges[i + 1];
    return i % 2 === 0 && to !== undefined && to > from ? [{ from, to }] : [];
  });
}

/** Notes when this process was not run: how busy the machine is. */
export class StallClock implements Disposable {
  static readonly #TICK = 10;
  readonly #stalls: Span[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  /** Starts to look. */
  constructor() {
    let from = Date.now();
    this.#timer = setInterval(() => {
      const to = Date.now();
      if (to - from > 2 * StallClock.#TICK) this.#stalls.push({ from, to });
      from = to;
    }, StallClock.#TICK);
  }

  /** Milliseconds of a span in which this process was not run. */
  within(span: Span): number {
    return shared(this.#stalls, [span])
      .reduce((sum, stall) => sum + lengthOf(stall), 0);
  }

  /** Look no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
