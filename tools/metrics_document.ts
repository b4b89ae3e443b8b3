/**
 * Make the tables of docs/monitoring.md of the metrics that there are.
 *
 * @module
 */

import { KEEPALIVED_METRICS } from "../src/control/keepalived_metrics.ts";
import { METRICS } from "../src/control/metrics.ts";
import { IDENTITY, type Metric } from "../src/control/metrics/metric.ts";
import { formatted } from "./log_document.ts";

const MADE = "made by `deno task docs:metrics`";

/**
 * The document with its tables made anew.
 *
 * @param text The document as it is: a table stands between comments that say
 *   so.
 */
export async function metricsDocument(text: string): Promise<string> {
  const tables = {
    metrics: Object.entries(METRICS)
      .map(([heading, metrics]) => `### ${heading}\n\n${tableOf(metrics)}`)
      .join("\n\n"),
    keepalived: tableOf(KEEPALIVED_METRICS),
  };
  let document = text;
  for (const [name, table] of Object.entries(tables)) {
    const begin = `<!-- ${name}, ${MADE} -->`;
    const end = `<!-- end of ${name} -->`;
    const [before, rest = ""] = document.split(begin);
    const [, after] = rest.split(end);
    if (after === undefined) throw new Error(`No place for ${name}`);
    document = `${before}${begin}\n\n${table}\n\n${end}${after}`;
  }
  return await formatted(document);
}

function tableOf(metrics: readonly Metric[]): string {
  const rows = metrics.map(({ name, type, labels, help }) =>
    `| \`${name}\` | ${type} | ${labelsOf(labels)} | ${help} |`
  );
  return [
    "| Metric | Type | Labels | Meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Those of every instance stand for themselves. */
function labelsOf(labels: readonly string[]): string {
  const isOfInstance = IDENTITY.every((label) => labels.includes(label));
  const rest = isOfInstance ? labels.slice(IDENTITY.length) : labels;
  return [
    ...isOfInstance ? ["those of an instance"] : [],
    ...rest.map((label) => `\`${label}\``),
  ].join(", ");
}

if (import.meta.main) {
  const path = new URL("../docs/monitoring.md", import.meta.url);
  await Deno.writeTextFile(
    path,
    await metricsDocument(await Deno.readTextFile(path)),
  );
}
