/**
 * The states of all instances in one line, as `systemctl status` shows it.
 *
 * @module
 */

import type { StateName } from "../../vrrp/state.ts";

/** Bytes that the line has at most; systemd takes 4,096 with all else. */
export const MAX_STATUS = 1000;

/** Instances that are all named, each with its state. */
const FEW = 4;

/** In the order of what an operator wants to know first. */
const ORDER: readonly StateName[] = ["FAULT", "MASTER", "BACKUP", "INIT"];

/**
 * Write the states: of a few instances each by name, of more the counts with
 * the names of those that are not in the most common state.
 *
 * @param states Name → state.
 * @returns At most {@linkcode MAX_STATUS} bytes of UTF-8.
 *
 * @example
 * ```ts
 * import { statusLine } from "./status_line.ts";
 * import { strictEqual } from "node:assert/strict";
 * const states = ["MASTER", "MASTER", "FAULT", "MASTER", "MASTER"] as const;
 * strictEqual(
 *   statusLine(new Map(states.map((state, i) => [`VI_${i}`, state]))),
 *   "1 FAULT (VI_2), 4 MASTER",
 * );
 * ```
 */
export function statusLine(states: ReadonlyMap<string, StateName>): string {
  if (states.size <= FEW) {
    const line = Array.from(states, (pair) => pair.join(" ")).join(", ");
    // Names of 64 characters of four bytes each do not fit.
    if (bytes(line) <= MAX_STATUS) return line;
  }
  const groups = Map.groupBy(states.keys(), (name) => states.get(name));
  const present = ORDER.flatMap((state) => {
    const names = groups.get(state);
    return names === undefined ? [] : [{ state, names }];
  });
  const most = Math.max(...present.map(({ names }) => names.length));
  const common = present.findLast(({ names }) => names.length === most)?.state;
  // The counts always fit; names share what they leave.
  let room = MAX_STATUS - bytes(
    present.map(({ state, names }) => `${names.length} ${state}`).join(", "),
  );
  const parts = present.map(({ state, names }) => {
    const count = `${names.length} ${state}`;
    if (state === common) return count;
    const list = namesWithin(names, room);
    room -= bytes(list);
    return count + list;
  });
  return parts.join(", ");
}

/** ` (a, b and 3 more)`, or nothing where not even that has room. */
function namesWithin(names: readonly string[], room: number): string {
  let length = bytes(" ()");
  let shown = 0;
  for (const name of names) {
    const more = names.length - shown - 1;
    const next = length + bytes(name) + (shown > 0 ? 2 : 0);
    if (next + (more > 0 ? bytes(` and ${more} more`) : 0) > room) break;
    length = next;
    shown++;
  }
  if (shown === 0) return "";
  const more = names.length - shown;
  return ` (${names.slice(0, shown).join(", ")}${
    more > 0 ? ` and ${more} more` : ""
  })`;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
