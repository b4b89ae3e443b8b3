/**
 * The thread of one daemon in virtual time. While one of its calls takes time
 * the others go on, so that it may last longer than was told, never shorter.
 *
 * @module
 */

import type { Agenda } from "../agenda.ts";
import { Violation } from "../rules/violation.ts";

/** Unwinds the stack of a daemon that was killed within a call. */
export class Killed extends Error {
  override name = "Killed";
}

/** Stands for a bug of the core, thrown within a call. */
export class SimulatedBug extends TypeError {
  override name = "SimulatedBug";
}

/** A piece of time. */
export interface Span {
  /** Its beginning in virtual milliseconds. */
  readonly from: number;
  /** Its end. */
  readonly to: number;
}

/** Calls that one turn may make before it counts as endless. */
const MAX_CALLS = 30_000;
/** Readings of the clock that one turn may make. */
const MAX_READINGS = 100_000;
/** Milliseconds from which on a call, or a loss of time, is remembered. */
const LONG = 1;
/** Spans that are remembered of each kind. */
const MAX_SPANS = 64;

/** A thread. */
export class Thread {
  readonly #agenda: Agenda;
  #killed = false;
  #pausedUntil = -Infinity;
  #pauseAtClock = 0;
  #callsToBug = Infinity;
  #calls = 0;
  #readings = 0;
  #leftAt: number | null = null;
  /** Calls that took long. */
  readonly long: Span[] = [];
  /** Times in which it was not run although it should have been. */
  readonly lost: Span[] = [];

  /** @param agenda What goes on meanwhile. */
  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** When it goes on, if it stands still. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** A turn begins: its calls are counted anew. */
  beginTurn(): void {
    this.#calls = 0;
    this.#readings = 0;
  }

  /** It makes a call. */
  enter(): void {
    this.check();
    if (++this.#calls > MAX_CALLS) {
      throw new Violation("endless", `${MAX_CALLS} calls in one turn`);
    }
    if (--this.#callsToBug < 0) {
      this.#callsToBug = Infinity;
      throw new SimulatedBug("A bug that the story tells of");
    }
  }

  /** A call takes time. */
  spend(milliseconds: number): void {
    const from = this.#agenda.now;
    this.#agenda.runUntil(from + milliseconds);
    this.#stand();
    const to = this.#agenda.now;
    if (to - from >= LONG) remember(this.long, { from, to });
    this.check();
  }

  /** It reads the clock; it may have stood still just before. */
  readClock(): number {
    this.check();
    if (++this.#readings > MAX_READINGS) {
      throw new Violation("endless", "a turn that only reads the clock");
    }
    if (this.#pauseAtClock > 0) {
      this.#pausedUntil = this.#agenda.now + this.#pauseAtClock;
      this.#pauseAtClock = 0;
      this.#stand();
      this.check();
    }
    return this.#agenda.now;
  }

  #stand(): void {
    while (this.#pausedUntil > this.#agenda.now) {
      const from = this.#agenda.now;
      this.#agenda.runUntil(this.#pausedUntil);
      remember(this.lost, { from, to: this.#agenda.now });
    }
  }

  /** Several pieces were one call. */
  tookSince(from: number): void {
    const to = this.#agenda.now;
    if (to - from >= LONG) remember(this.long, { from, to });
  }

  /** It is woken later than it wanted. */
  wasLate(from: number, to: number): void {
    if (to - from >= LONG) remember(this.lost, { from, to });
  }

  /** Nobody serves from now on, whatever is done meanwhile. */
  leave(): void {
    this.#leftAt = this.#agenda.now;
  }

  /** Nobody has served until now, if it was left: that is lost time. */
  stayAway(): void {
    const from = this.#leftAt;
    if (from === null) return;
    for (const spans of [this.long, this.lost]) {
      while ((spans.at(-1)?.from ?? -Infinity) >= from) spans.pop();
    }
    this.#leftAt = this.#agenda.now;
    this.wasLate(from, this.#leftAt);
  }

  /** What is done from now on is work, as was all since it was taken over. */
  comeBack(isTaken: boolean): void {
    if (!isTaken) this.stayAway();
    this.#leftAt = null;
  }

  /** It stands still from now on. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** It stands still when it next reads the clock in a turn. */
  pauseAtClock(milliseconds: number): void {
    this.#pauseAtClock = milliseconds;
  }

  /** It goes on. */
  resume(): void {
    this.#pausedUntil = -Infinity;
    this.#pauseAtClock = 0;
  }

  /** One of its next calls runs into a bug. */
  breakIn(calls: number): void {
    this.#callsToBug = calls;
  }

  /** No bug comes any more. */
  mend(): void {
    this.#callsToBug = Infinity;
  }

  /** It does nothing more. */
  kill(): void {
    this.#killed = true;
  }

  /** Throws when it was killed. */
  check(): void {
    if (this.#killed) throw new Killed();
  }

  /** Milliseconds of a time in which it was not run. */
  lostIn(from: number, to: number): number {
    return overlap(this.lost, from, to).reduce((sum, one) => sum + one, 0);
  }

  /** Milliseconds of the longest calls within a time, the longest first. */
  longestIn(from: number, to: number): readonly number[] {
    return overlap(this.long, from, to).sort((a, b) => b - a);
  }
}

function remember(spans: Span[], span: Span): void {
  spans.push(span);
  if (spans.length > MAX_SPANS) spans.splice(0, MAX_SPANS / 2);
}

function overlap(spans: readonly Span[], from: number, to: number): number[] {
  const found: number[] = [];
  for (const span of spans) {
    const common = Math.min(to, span.to) - Math.max(from, span.from);
    if (common > 0) found.push(common);
  }
  return found;
}
