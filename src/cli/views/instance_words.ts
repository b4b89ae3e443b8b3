/**
 * Facts of an instance as words, for tables and for sentences.
 *
 * @module
 */

import type { DrainStatus, InstanceStatus } from "../../control/snapshot.ts";
import { OPERATOR, stateWord } from "./state_word.ts";
import { age, secondsBetween, signed } from "./span.ts";
import type { Look } from "./style.ts";

/** Stands where there is nothing to say. */
export const NOTHING = "–";
const MOST_TERMS = 3;

type Term = InstanceStatus["priority"]["terms"][number];

/** `100`, `140 (150−10)`, or nothing while the instance cannot serve. */
export function priorityWords(instance: InstanceStatus): string {
  const { base, effective } = instance.priority;
  const word = stateWord(instance);
  if (word === "FAULT" || word === "DRAINED") return NOTHING;
  if (base === effective) return `${effective}`;
  return instance.drained === null
    ? `${effective} (${base}${sumWords(instance)})`
    : `${effective} (last resort)`;
}

/** What the trackers add, one behind the other: `−10−20`. */
function sumWords({ priority: { terms } }: InstanceStatus): string {
  const moved = terms.filter(({ term }) => term !== 0);
  const sum = moved.reduce((sum, { term }) => sum + term, 0);
  return moved.length > MOST_TERMS
    ? signed(sum)
    : moved.map(({ term }) => signed(term)).join("");
}

/** `this host`, `192.0.2.2 (200)`, or nothing while none is known. */
export function masterWords({ master }: InstanceStatus): string {
  if (master === null) return "none known";
  if (master.self) return "this host";
  return `${master.address ?? "another host"} (${master.priority})`;
}

/** The address, or how many there are. */
export function vipWords({ vips }: InstanceStatus): string {
  const [first] = vips;
  if (first === undefined) return "none";
  return vips.length === 1 ? first.address : `${vips.length} addresses`;
}

/** What a tracker is called: `check web`, `interface eth1`, `process nginx`. */
export function trackerWords(
  { kind, tracker }: Pick<Term, "kind" | "tracker">,
): string {
  // Those of files and processes say in their names what they are.
  return tracker.includes(" ") ? tracker : `${kind} ${tracker}`;
}

/** How a tracker is: `check web is down: HTTP 503`. */
export function termWords(term: Term): string {
  const { up, value, detail } = term;
  const name = trackerWords(term);
  if (up === null) return `${name} has no result yet`;
  if (value !== null) return `${name} gives ${value}`;
  const why = up || detail === null ? "" : `: ${detail}`;
  return `${name} is ${up ? "up" : "down"}${why}`;
}

/** What is to be said of an instance besides its row, one line each. */
export function noteWords(instance: InstanceStatus, look: Look): string[] {
  const { drained, yielded, faults, name } = instance;
  const own = faults.filter(({ cause }) => cause !== OPERATOR);
  return [
    ...(drained === null ? [] : [drainWords(name, drained, look)]),
    ...new Set(own.map(({ reason }) => `${reason}; heals by itself`)),
    ...(yielded
      ? [`handed over: does not preempt until \`alived resume ${name}\``]
      : []),
  ];
}

/** Who took it out of service, why, and until when. */
function drainWords(
  name: string,
  { by, reason, until, last_resort: last }: DrainStatus,
  { clock }: Look,
): string {
  const who = by === null ? "drained" : `by ${by}`;
  const how = last ? `last resort, ${who}` : who;
  const why = reason === null ? "" : `: "${reason}"`;
  const end = until === null ? "" : ` or ${dayless(clock(until))}`;
  return `${how}${why}, until \`alived resume ${name}\`${end}`;
}

/** Date and time; the reader knows the year. */
function dayless(clock: string): string {
  return clock.slice(5, 16);
}

/** For how long it has been what it is. */
export function sinceWords({ since }: InstanceStatus, time: string): string {
  return age(secondsBetween(since, time));
}
