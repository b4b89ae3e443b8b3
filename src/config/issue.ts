/**
 * What is wrong with a configuration, and how an operator is told.
 *
 * @module
 */

/** Where something stands in a configuration: keys and list indices. */
export type Path = readonly (string | number)[];

/** A mistake that is known by its path and has no place in the text yet. */
export interface Finding {
  /** Path of the key or value that is wrong, or of the key that is missing. */
  readonly path: Path;
  /** Which side of `key: value` the operator has to look at. */
  readonly at: "key" | "value";
  /** What is wrong, without the path: `must be …`. */
  readonly problem: string;
}

/** A piece of a line of the file, fit to be shown. */
export interface Excerpt {
  /** Without secrets and signs that do harm; at most 74 characters. */
  readonly text: string;
  /** Where in it the caret stands, from 0. */
  readonly at: number;
  /** For how many characters the caret stands, 1 or more. */
  readonly length: number;
}

/** A mistake, or a warning, with its place. */
export interface ConfigIssue {
  /** Name of the file as the operator gave it. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column in characters, from 1. */
  readonly column: number;
  /** For example `vrrp_instances[0].priority`; empty for the whole file. */
  readonly path: string;
  /** What is wrong; never holds a password. */
  readonly problem: string;
  /** The line, or null when the issue is about no line or a very long one. */
  readonly excerpt: Excerpt | null;
}

/** A configuration that cannot be used; its message has a line an issue. */
export class ConfigError extends Error {
  /** Error name. */
  override readonly name = "ConfigError";
  /** All that is wrong, in file order; empty when no file could be read. */
  readonly issues: readonly ConfigIssue[];
  /** What may not be expected beside it, in file order. */
  readonly warnings: readonly ConfigIssue[];

  /**
   * Say that a configuration cannot be used.
   *
   * @param message What an operator reads.
   * @param issues All that is wrong, in file order.
   * @param options The error behind this one, as `cause`; warnings.
   */
  constructor(
    message: string,
    issues: readonly ConfigIssue[],
    options: ErrorOptions & { readonly warnings?: readonly ConfigIssue[] } = {},
  ) {
    super(message, options);
    this.issues = issues;
    this.warnings = options.warnings ?? [];
  }
}

/**
 * Write an issue as `file:line:column path: problem`.
 *
 * @example
 * ```ts
 * import { formatIssue } from "./issue.ts";
 * import { strictEqual } from "node:assert/strict";
 * const issue = { path: "global.log", problem: "must be a map" };
 * strictEqual(
 *   formatIssue({ file: "a.yaml", line: 3, column: 5, ...issue }),
 *   "a.yaml:3:5 global.log: must be a map",
 * );
 * ```
 */
export function formatIssue(issue: Omit<ConfigIssue, "excerpt">): string {
  const place = `${issue.file}:${issue.line}:${issue.column}`;
  return issue.path === ""
    ? `${place}: ${issue.problem}`
    : `${place} ${issue.path}: ${issue.problem}`;
}

/** Write a path as `vrrp_instances[0].priority`. */
export function formatPath(path: Path): string {
  return path.map((step, i) => {
    if (typeof step === "number") return `[${step}]`;
    // Behind a colon that has no space stands what is meant as a value.
    const shown = step.replace(/^([^:=]*[:=]).+$/s, "$1…");
    const key = /^[\w-]+$/.test(step) ? step : quote(shown);
    return i === 0 ? key : `.${key}`;
  }).join("");
}

/** Whether a value of the file is a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Longest text that a message repeats. */
const MAX_QUOTED = 60;

/** Write a value of the file so that it is safe in a terminal and a log. */
export function quote(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (isMap(value)) return "a map";
  if (typeof value !== "string") return String(value);
  const short = value.length > MAX_QUOTED
    ? `${value.slice(0, MAX_QUOTED)}…`
    : value;
  return JSON.stringify(short).replace(
    /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
