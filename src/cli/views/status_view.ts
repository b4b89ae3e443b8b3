/**
 * What `alived status` prints of a whole daemon.
 *
 * @module
 */

import type {
  CheckStatus,
  InstanceStatus,
  Status,
} from "../../control/snapshot.ts";
import { wrap } from "../layout.ts";
import { type Cell, columns, type Line } from "./columns.ts";
import {
  masterWords,
  noteWords,
  priorityWords,
  sinceWords,
  vipWords,
} from "./instance_words.ts";
import { age, secondsBetween, span } from "./span.ts";
import { shadeOf, stateWord } from "./state_word.ts";
import { type Look, shaded } from "./style.ts";
import { warnings } from "./warnings.ts";

const HEADINGS = ["INSTANCE", "STATE", "SINCE", "PRIO", "MASTER", "VIPS"];
const MARGIN = 11;
const GAP = 3;

/**
 * Describe all instances, their checks, and what an operator should know.
 *
 * @returns Lines without line feeds.
 */
export function statusView(status: Status, look: Look): string[] {
  const { instances, checks } = status;
  const warned = warnings(status);
  return [
    ...headerView(status, look),
    "",
    ...columns(
      HEADINGS,
      instances.map((each) => lineOf(each, status.time, look)),
      look,
    ),
    ...(checks.length === 0 ? [] : ["", ...checkLines(checks, status, look)]),
    ...(warned.length === 0 ? [] : [""]),
    ...warned.map((each) => wrap(`! ${each}`, look.width, 2)),
  ];
}

/** Who answers, and when. */
export function headerView(status: Status, look: Look): string[] {
  const { version, host, started, time, core } = status;
  const left = `alived ${version} on ${host}, up ` +
    `${age(secondsBetween(started, time))}, ` +
    `core answers in ${span(core.answered_in_seconds)}`;
  const right = look.clock(time);
  const gap = look.width - left.length - right.length;
  return gap >= 2
    ? [left + " ".repeat(gap) + right]
    : [...wrap(left, look.width, 2).split("\n"), right];
}

function lineOf(instance: InstanceStatus, time: string, look: Look): Line {
  const word = stateWord(instance);
  const isMoved = instance.priority.effective !== instance.priority.base;
  return {
    cells: [
      [instance.name, null],
      [word, shadeOf(word)],
      [sinceWords(instance, time), null],
      [priorityWords(instance), isMoved ? "yellow" : null],
      [masterWords(instance), null],
      [vipWords(instance), null],
    ],
    notes: noteWords(instance, look),
  };
}

/** All checks one behind the other, those that fit a line unbroken. */
function checkLines(
  checks: readonly CheckStatus[],
  { time }: Status,
  look: Look,
): string[] {
  const lines: Cell[][] = [];
  let length = Infinity;
  for (const check of checks) {
    const shade = check.state === "down" ? "red" : null;
    const text = `${check.name} ${checkWords(check, time)}`;
    const [first = "", ...more] = wrap(text, look.width - MARGIN, 2)
      .split("\n");
    if (length + GAP + first.length > look.width - MARGIN) {
      lines.push([]);
      length = -GAP;
    }
    lines.at(-1)?.push([first, shade]);
    lines.push(...more.map((each): Cell[] => [[each, shade]]));
    length += GAP + first.length;
    if (more.length > 0) length = Infinity;
  }
  const heading = shaded("CHECKS", "bold", look) +
    " ".repeat(MARGIN - "CHECKS".length);
  return lines.map((cells, i) => {
    const texts = cells.map(([text, shade]) => shaded(text, shade, look));
    const start = i === 0 ? heading : " ".repeat(MARGIN);
    return start + texts.join(" ".repeat(GAP));
  });
}

/** How a check is: `up 4 ms`, `down: connection refused (12s)`. */
export function checkWords(
  { state, since, history }: CheckStatus,
  time: string,
): string {
  const last = history.at(-1);
  if (state === "unknown" || last === undefined) return "no result yet";
  if (state === "up") return `up ${span(last.seconds)}`;
  const reason = history.findLast(({ ok }) => !ok)?.message ?? null;
  const why = reason === null ? "" : `: ${reason}`;
  const lasted = since === null ? "" : ` (${age(secondsBetween(since, time))})`;
  return `down${why}${lasted}`;
}
