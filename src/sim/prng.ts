/**
 * A seeded source of chance: the same seed, the same run.
 *
 * @module
 */

/** Gives the next number, 0 inclusive to 1 exclusive. */
export type Prng = () => number;

/** Tommy Ettinger's mulberry32 (public domain). */
export function mulberry32(seed: number): Prng {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Chance of its own for one part of a run, so that what is left out of one
 * part does not change what happens in another.
 *
 * @param part A name of the part, such as `lan 1`.
 */
export function streamOf(seed: number, part: string): Prng {
  // FNV-1a.
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < part.length; i++) {
    hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
  }
  return mulberry32(hash);
}

/** A whole number from `min` to `max`, both inclusive. */
export function whole(prng: Prng, min: number, max: number): number {
  return min + Math.floor(prng() * (max - min + 1));
}

/** A number from `min` to `max`. */
export function between(prng: Prng, min: number, max: number): number {
  return min + prng() * (max - min);
}

/** One of several values. */
export function pick<T>(prng: Prng, values: readonly [T, ...T[]]): T {
  return values[whole(prng, 0, values.length - 1)] ?? values[0];
}

/** Whether something of this chance, 0 to 1, happens. */
export function happens(prng: Prng, chance: number): boolean {
  return chance > 0 && prng() < chance;
}
