/**
 * The arithmetic of figures.
 *
 * @module
 */

/** A row's values in three numbers. */
export interface Summary {
  /** How many values. */
  readonly count: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/**
 * The value that a part of all values do not exceed (nearest rank).
 *
 * @param share Above 0 and up to 1, such as 0.99.
 * @returns NaN when there are no values.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}

/** The value in the middle, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? NaN;
  return Number.isInteger(half)
    ? (upper + (sorted[half - 1] ?? NaN)) / 2
    : upper;
}

/** @returns Null when there are no values. */
export function summary(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  return {
    count: values.length,
    median: median(values),
    least: percentile(values, Number.MIN_VALUE),
    greatest: percentile(values, 1),
  };
}

/** What lies between one time and the next. */
export function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? NaN));
}

/** How many per cent of `whole` a `part` is. */
export function percent(part: number, whole: number): number {
  return part / whole * 100;
}
