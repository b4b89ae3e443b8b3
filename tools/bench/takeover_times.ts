/**
 * Takeovers as a capture of the segment shows them; pure.
 *
 * @module
 */

import type { Frame } from "./frame.ts";

/** Who is on the segment, and what its timers are. */
export interface Scene {
  /** Source address of the master's adverts. */
  readonly master: string;
  /** Source address of the backup's. */
  readonly backup: string;
  /** The virtual router. */
  readonly vrid: number;
  /** Its addresses, without prefixes. */
  readonly vips: readonly string[];
  /** Milliseconds from the last advert to the deadline. */
  readonly masterDown: number;
  /** Milliseconds from a resignation to the deadline. */
  readonly skew: number;
  /**
   * Adverts in a row that make a master: fewer may have crossed those of a
   * backup that has yet to read them.
   */
  readonly adverts: number;
}

/** One takeover, with times in milliseconds. */
export interface Takeover {
  /** Whether the master resigned; else it fell silent. */
  readonly resigned: boolean;
  /** From the deadline to the backup's first advert. */
  readonly late: number;
  /** From that advert to the first announcement; NaN without one. */
  readonly announced: number;
  /** From the deadline until all was announced once; NaN when not all was. */
  readonly allAnnounced: number;
}

/**
 * Find the takeovers, in order of time. The deadline counts from the last
 * advert of the master, as the kernel saw it.
 */
export function takeoversOf(
  frames: readonly Frame[],
  scene: Scene,
): Takeover[] {
  const found: Takeover[] = [];
  let row: Frame[] = [];
  for (const [i, frame] of frames.entries()) {
    if (frame.kind !== "advert" || frame.vrid !== scene.vrid) continue;
    if (frame.address === scene.master) {
      row.push(frame);
    } else if (frame.address === scene.backup) {
      const last = row.at(-1);
      if (last !== undefined && row.length >= scene.adverts) {
        found.push(takeover(frames, i, last, scene));
      }
      row = [];
    }
  }
  return found;
}

/**
 * Find the takeovers of a play that has so many.
 *
 * @throws {Error} When there were others: this machine kept the master from its
 *   grid, and it is not known which was the first.
 */
export function takeoversOfPlay(
  frames: readonly Frame[],
  scene: Scene,
  count: number,
): Takeover[] {
  const found = takeoversOf(frames, scene);
  if (found.length === count) return found;
  throw new Error(`Saw ${found.length} takeovers of ${count}`);
}

/** @param at Index of the backup's first advert. */
function takeover(
  frames: readonly Frame[],
  at: number,
  last: Frame,
  { master, vrid, vips, masterDown, skew }: Scene,
): Takeover {
  const time = frames[at]?.time ?? NaN;
  const resigned = last.priority === 0;
  const deadline = last.time + (resigned ? skew : masterDown);
  const announced = new Map<string, number>();
  for (const frame of frames.slice(at)) {
    if (frame.kind === "announcement") {
      const { address } = frame;
      if (vips.includes(address) && !announced.has(address)) {
        announced.set(address, frame.time);
      }
    } else if (frame.address === master && frame.vrid === vrid) {
      break;
    }
  }
  const times = vips.map((vip) => announced.get(vip) ?? NaN);
  return {
    resigned,
    late: time - deadline,
    announced: announced.size === 0
      ? NaN
      : Math.min(...announced.values()) - time,
    allAnnounced: Math.max(...times) - deadline,
  };
}
