/**
 * When datagrams came, by the clock that deadlines are on. The kernel stamps
 * them by the wall clock, which can be set: what is not certain counts from
 * the read, for a takeover may be late but never early.
 *
 * @module
 */

/** Both clocks at one moment, in milliseconds. */
export interface Clocks {
  /** The wall clock, read first. */
  readonly wall: number;
  /** The clock of deadlines, read next. */
  readonly now: number;
}

/** A datagram that is older when it is read is taken for as old as the read. */
const OLDEST = 5;
/** The clocks were not set, where they moved against each other by less. */
const TOLERANCE = 0.05;

/** Turns the stamps of one socket into times. */
export class ArrivalClock {
  #clocks: Clocks;
  /** Before it there may be stamps of a wall clock that was set since. */
  #trustedFrom = -Infinity;

  /** @param clocks Now, before anything has come. */
  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** Datagrams were read; to be called before {@linkcode at} for each. */
  look(clocks: Clocks): void {
    const { wall, now } = this.#clocks;
    const moved = (clocks.wall - wall) - (clocks.now - now);
    // What was stamped before is too old to be believed when this is over.
    if (Math.abs(moved) > TOLERANCE) this.#trustedFrom = clocks.now + OLDEST;
    this.#clocks = clocks;
  }

  /**
   * When a datagram came.
   *
   * @param stamp When by the wall clock, or null where it is not known.
   * @returns By the clock of deadlines; never later than it was read.
   */
  at(stamp: number | null): number {
    const { wall, now } = this.#clocks;
    if (stamp === null || now <= this.#trustedFrom) return now;
    const age = wall - stamp;
    return age > 0 && age <= OLDEST ? now - age : now;
  }
}
