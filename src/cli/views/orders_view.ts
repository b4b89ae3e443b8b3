/**
 * What the commands that change something print of what became of it.
 *
 * @module
 */

import type { Outcome, ReloadOutcome } from "../../control/daemon_port.ts";
import { span, timeOfDay } from "./span.ts";
import type { Look } from "./style.ts";

/** Lines for standard output, and for standard error what was refused. */
export interface Told {
  readonly done: readonly string[];
  readonly refused: readonly string[];
}

/** What became of handing over, as the daemon says it. */
export interface FailoverWords {
  readonly instance: string;
  /** Why it was not tried, or null. */
  readonly refused: string | null;
  /** RFC 3339, or null. */
  readonly resigned_at: string | null;
  /** Who is master since then, or null for nobody else. */
  readonly successor: {
    readonly address: string;
    readonly priority: number;
    readonly after_seconds: number;
  } | null;
  /** Seconds that nobody was master, when this host is again. */
  readonly away_seconds: number | null;
}

/**
 * Say what became of an order.
 *
 * @param word What is so of an instance then: `drained`, `resumed`.
 */
export function outcomesView(
  outcomes: readonly Outcome[],
  word: string,
): Told {
  return {
    done: outcomes.filter(({ refused }) => refused === null)
      .map(({ instance, note }) =>
        `${instance}: ${word}${note === null ? "" : `. ${note}`}`
      ),
    refused: outcomes.filter(({ refused }) => refused !== null)
      .map(({ instance, refused }) => `${instance}: ${refused}`),
  };
}

/** Say what became of handing over. */
export function failoversView(
  failovers: readonly FailoverWords[],
  { clock }: Look,
): Told {
  return {
    done: failovers.flatMap((each) => failoverLines(each, clock)),
    refused: failovers.flatMap((each) => whyNot(each)),
  };
}

function failoverLines(
  { instance, refused, resigned_at: resigned, successor }: FailoverWords,
  clock: Look["clock"],
): string[] {
  if (refused !== null || successor === null) return [];
  const { address, priority, after_seconds: after } = successor;
  const at = resigned === null ? "" : ` at ${preciseTime(resigned, clock)}`;
  return [
    `${instance}: resigned${at}; ${address} (${priority}) is MASTER after ` +
    span(after),
    `${instance}: stays BACKUP while ${address} lives; ` +
    `\`alived resume ${instance}\` takes it back`,
  ];
}

function whyNot(
  { instance, refused, successor, away_seconds: away }: FailoverWords,
): string[] {
  if (refused !== null) return [`${instance}: ${refused}`];
  if (successor !== null) return [];
  return [
    away === null
      ? `${instance}: resigned, and nobody is MASTER yet: ` +
        `\`alived explain ${instance}\``
      : `${instance}: nobody took over: this host is MASTER again after ` +
        span(away),
  ];
}

/** Time of day with milliseconds. */
function preciseTime(time: string, clock: Look["clock"]): string {
  return timeOfDay(clock(time)) + (/\.\d+/.exec(time)?.[0] ?? "");
}

/**
 * Say what a reload did, or would do.
 *
 * @param isDry Whether it only looked.
 */
export function reloadView(outcome: ReloadOutcome, isDry: boolean): Told {
  const { ok, issues } = outcome;
  if (!ok) {
    return {
      done: [],
      refused: [
        ...issues,
        "Nothing was changed: the configuration before it is in force",
      ],
    };
  }
  return { done: changes(outcome, isDry), refused: issues };
}

function changes(
  { added, removed, restarted, changed }: ReloadOutcome,
  isDry: boolean,
): string[] {
  const lines = [
    ...verb(added, isDry ? "would start" : "started"),
    ...verb(removed, isDry ? "would stop" : "stopped"),
    ...verb(restarted, isDry ? "would restart" : "restarted"),
    ...changed.flatMap(({ name, keys }) =>
      keys.map((key) => `${name}: ${isDry ? "would change " : ""}${key}`)
    ),
  ];
  if (lines.length > 0) return lines;
  return [isDry ? "Nothing would change" : "Reloaded: nothing changed"];
}

function verb(names: readonly string[], words: string): string[] {
  return names.map((name) => `${name}: ${words}`);
}
