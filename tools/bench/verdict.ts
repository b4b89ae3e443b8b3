/**
 * Whether alived reaches its goal, and who is ahead.
 *
 * @module
 */

import type { Goal, Row } from "./part.ts";

/** What is thought of a row. */
export interface Verdict {
  /** alived's median divided by keepalived's; null without both. */
  readonly ratio: number | null;
  /** Null without both. */
  readonly ahead: "alived" | "keepalived" | "level" | null;
  /** Null without a goal, or without what it is judged by. */
  readonly met: boolean | null;
}

/** Two medians that differ by less than a hundredth are level. */
const LEVEL = 0.01;

/**
 * Judge a row by its medians.
 *
 * @param own alived's, or null when it was not measured.
 * @param other keepalived's, or null when it was not measured.
 */
export function judge(
  row: Row,
  own: number | null,
  other: number | null,
): Verdict {
  return {
    ratio: own === null || other === null || other === 0 ? null : own / other,
    ahead: aheadOf(row, own, other),
    met: row.goal === undefined || own === null
      ? null
      : isMet(row.goal, own, other),
  };
}

function aheadOf(
  { moreIsBetter = false }: Row,
  own: number | null,
  other: number | null,
): Verdict["ahead"] {
  if (own === null || other === null) return null;
  const largest = Math.max(Math.abs(own), Math.abs(other));
  if (Math.abs(own - other) <= LEVEL * largest) return "level";
  return own > other === moreIsBetter ? "alived" : "keepalived";
}

function isMet(goal: Goal, own: number, other: number | null): boolean | null {
  if (goal.kind === "most") return own <= goal.value;
  if (goal.kind === "least") return own >= goal.value;
  return other === null ? null : own <= goal.value * other;
}

/** The goal as a person writes it. */
export function goalText({ goal, unit }: Row): string {
  if (goal === undefined) return "";
  if (goal.kind === "ratio") return `≤ ${goal.value} × keepalived`;
  return `${goal.kind === "most" ? "≤" : "≥"} ${goal.value} ${unit}`.trimEnd();
}
