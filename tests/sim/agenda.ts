/**
 * Virtual time: what is to happen, and when. Time jumps from one entry to the
 * next; entries of the same moment run in the order they were made.
 *
 * @module
 */

/** What is to happen. */
export interface Agenda {
  /** Virtual milliseconds. */
  now: number;
  /** Latest first. */
  readonly entries: { readonly time: number; readonly run: () => void }[];
}

/** An empty agenda; virtual time starts at 0. */
export function newAgenda(): Agenda {
  return { now: 0, entries: [] };
}

/** Have something happen at a time, or now when that has passed. */
export function schedule(agenda: Agenda, time: number, run: () => void): void {
  const { entries } = agenda;
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.time ?? 0) > time) low = middle + 1;
    else high = middle;
  }
  entries.splice(low, 0, { time, run });
}

/** Let everything up to a time happen. */
export function runUntil(agenda: Agenda, time: number): void {
  for (;;) {
    const entry = agenda.entries.at(-1);
    if (entry === undefined || entry.time > time) break;
    agenda.entries.pop();
    agenda.now = Math.max(agenda.now, entry.time);
    entry.run();
  }
  agenda.now = time;
}
