/**
 * What `alived checks` prints.
 *
 * @module
 */

import type { CheckStatus } from "../../control/snapshot.ts";
import { table, wrap } from "../layout.ts";
import { columns, type Line } from "./columns.ts";
import { checkWords } from "./status_view.ts";
import { age, secondsBetween, span } from "./span.ts";
import { type Look, shaded } from "./style.ts";

const HEADINGS = ["CHECK", "STATE", "SINCE", "TYPE", "EVERY", "LAST RESULT"];

/**
 * Describe all checks, a line each.
 *
 * @param time When it is so: RFC 3339.
 */
export function checksView(
  checks: readonly CheckStatus[],
  time: string,
  look: Look,
): string[] {
  if (checks.length === 0) return ["No health checks are configured"];
  return columns(HEADINGS, checks.map((each) => lineOf(each, time)), look);
}

function lineOf(check: CheckStatus, time: string): Line {
  const { name, state, since, type, interval_seconds: interval } = check;
  const last = check.history.at(-1);
  return {
    cells: [
      [name, null],
      [state, state === "down" ? "red" : state === "up" ? "green" : null],
      [since === null ? "–" : age(secondsBetween(since, time)), null],
      [type, null],
      [span(interval), null],
      [last === undefined ? "none yet" : resultWords(last), null],
    ],
    notes: [],
  };
}

function resultWords(
  { ok, seconds, message }: CheckStatus["history"][number],
): string {
  if (ok) return `ok in ${span(seconds)}`;
  return `failed: ${message ?? `after ${span(seconds)}`}`;
}

/** Describe one check with its last results. */
export function checkView(
  check: CheckStatus,
  time: string,
  look: Look,
): string[] {
  const { name, type, interval_seconds: interval, rise, fall } = check;
  const { ok, fail, timeout } = check.runs;
  const head = `${name} is ${checkWords(check, time)}`;
  return [
    wrap(
      shaded(head, check.state === "down" ? "red" : null, look),
      look.width,
      2,
    ),
    ...table(
      [
        ["type", [
          `${type}, every ${span(interval)}, rise ${rise}, fall ${fall}`,
        ]],
        ["used by", [check.used_by.join(", ") || "no instance"]],
        ["runs", [`${ok} ok, ${fail} failed, ${timeout} timed out`]],
        ["streak", streak(check)],
        [
          "results",
          check.history.map((result) =>
            `${look.clock(result.time)} ${resultWords(result)}`
          ),
        ],
      ],
      look.width,
      2,
    ),
  ];
}

/** Results in a row that speak against what it is. */
function streak({ state, streak, rise, fall }: CheckStatus): string[] {
  if (streak === 0 || state === "unknown") return [];
  return state === "up"
    ? [`${streak} of ${fall} failures that make it down`]
    : [`${streak} of ${rise} successes that make it up`];
}
