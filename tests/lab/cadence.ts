/**
 * How regular a host's adverts are.
 *
 * @module
 */

import { now } from "./wait.ts";
import type { Watch } from "./watch.ts";

/** The gaps between adverts. */
export interface Cadence {
  /** Milliseconds of each gap, shortest first. */
  readonly gaps: readonly number[];
  /** Milliseconds by which the latest advert was late that came. */
  readonly latest: number;
  /** Adverts that did not come at all. */
  readonly missed: number;
}

/**
 * Look at all adverts from a source since a time.
 *
 * @param from Milliseconds since the epoch.
 * @param interval Milliseconds that were to be between them.
 */
export function cadence(
  watch: Watch,
  source: string,
  { from, interval }: { readonly from: number; readonly interval: number },
): Cadence {
  const times = watch.adverts(source).map(({ time }) => time)
    .filter((time) => time >= from);
  const gaps = times.map((time, i) => time - (times[i - 1] ?? from)).slice(1);
  // Adverts that stop coming are missed; one that is due may be under way.
  const open = now() - (times.at(-1) ?? from);
  return {
    gaps: gaps.toSorted((a, b) => a - b),
    latest: Math.max(...gaps) - interval,
    missed: [...gaps, open]
      .map((gap) => Math.max(0, Math.round(gap / interval) - 1))
      .reduce((sum, missed) => sum + missed, 0),
  };
}
