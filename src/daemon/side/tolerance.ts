/**
 * How long a host may be silent before others take over.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";

/** Missed adverts that every peer tolerates, less one. */
const ADVERTS = 2;
/** Milliseconds that a new daemon gets at least, whatever the others do. */
const LEAST = 100;
/** Milliseconds at most: it takes a few. */
const MOST = 1000;

/**
 * Milliseconds that a new daemon may take to serve, so that the old one can
 * still go on before the others have given it up.
 */
export function toleranceOf(
  { instances }: Pick<Settings, "instances">,
): number {
  const intervals = instances.map(({ advertInterval }) => advertInterval);
  return Math.min(MOST, Math.max(LEAST, ADVERTS * Math.min(...intervals)));
}
