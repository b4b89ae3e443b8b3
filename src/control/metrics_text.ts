/**
 * The text that Prometheus reads, version 0.0.4 of its format.
 *
 * @module
 */

import type { Metric } from "./metrics/metric.ts";

/** Content type of the text; Prometheus 3 refuses it without its version. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Write metrics as text, each with its help and its type; one that has no
 * series is left out.
 *
 * @param metrics In their order in the text.
 * @param source What they are read from.
 * @returns Lines that end with a newline; empty when there is no series.
 */
export function textOf<Source>(
  metrics: readonly Metric<Source>[],
  source: Source,
): string {
  return metrics.map((metric) => familyOf(metric, source)).join("");
}

function familyOf<Source>(
  { name, type, help, read }: Metric<Source>,
  source: Source,
): string {
  const samples = read(source);
  if (samples.length === 0) return "";
  const lines = samples.map(({ part, labels, value }) => {
    const series = part === undefined ? name : `${name}_${part}`;
    return labels === ""
      ? `${series} ${numberOf(value)}\n`
      : `${series}{${labels}} ${numberOf(value)}\n`;
  });
  return `# HELP ${name} ${escapedHelp(help)}\n# TYPE ${name} ${type}\n` +
    lines.join("");
}

/**
 * Labels as they stand between braces: `a="b",c="d"`.
 *
 * @param labels Value by name.
 */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapedLabel(value)}"`)
    .join(",");
}

/** A number as the format has it. */
export function numberOf(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return String(value);
}

function escapedLabel(value: string): string {
  // A host may have fifty thousand series, and hardly one such sign.
  if (!/[\\"\n]/.test(value)) return value;
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}

function escapedHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
