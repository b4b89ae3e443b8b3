/**
 * Rules, board and documents of monitoring speak of metrics that there are.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { METRICS } from "../../src/control/metrics.ts";
import { metricsDocument } from "../../tools/metrics_document.ts";
import {
  panelsOf,
  readBoard,
  readMonitoring,
  readRules,
} from "../lab/monitoring_files.ts";

const KNOWN = new Set([
  ...Object.values(METRICS).flat().flatMap(({ name, type }) =>
    type === "histogram"
      ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`)
      : [name]
  ),
  "up",
]);

/** Names of metrics that a text has, but in its strings and placeholders. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/\b(?:alived|process|keepalived)_\w+/g)]
    .map(([name]) => name);
}

Deno.test("docs/monitoring.md has what deno task docs:metrics makes", async () => {
  const path = new URL("../../docs/monitoring.md", import.meta.url);
  const text = await Deno.readTextFile(path);
  strictEqual(text, await metricsDocument(text));
});

Deno.test("the document is made of the table, wherever that changes", async () => {
  const path = new URL("../../docs/monitoring.md", import.meta.url);
  const text = await Deno.readTextFile(path);
  const changed = text.replace("`alived_state`", "`alived_states`");
  ok(changed !== text);
  strictEqual(await metricsDocument(changed), text);
});

Deno.test("alert rules are of metrics that there are", () => {
  const rules = readRules();
  ok(rules.length > 15);
  for (const { alert, expr } of rules) {
    ok(/^Alived[A-Z]/.test(alert), alert);
    deepStrictEqual(
      namesIn(expr).filter((name) => !KNOWN.has(name)),
      [],
      alert,
    );
  }
});

Deno.test("every alert says how bad it is, what is so and what to do", () => {
  for (const { alert, labels, annotations } of readRules()) {
    ok(/^(critical|warning|info)$/.test(labels["severity"] ?? ""), alert);
    deepStrictEqual(
      Object.keys(annotations),
      ["summary", "description"],
      alert,
    );
  }
});

Deno.test("every alert is in the document", () => {
  const document = Deno.readTextFileSync(
    new URL("../../docs/monitoring.md", import.meta.url),
  );
  for (const { alert } of readRules()) {
    ok(document.includes(`\`${alert}\``), alert);
  }
});

Deno.test("the board asks for metrics that there are, and says what it shows", () => {
  for (
    const { type, title, description, targets = [] } of panelsOf(readBoard())
  ) {
    if (type === "row") continue;
    ok(description?.endsWith("."), title);
    ok(targets.length > 0, title);
    for (const { expr } of targets) {
      deepStrictEqual(
        namesIn(expr).filter((name) => !KNOWN.has(name)),
        [],
        title,
      );
    }
  }
});

Deno.test("numbers and tables of the board are of now, never the last that was", () => {
  for (const { type, title, targets = [] } of panelsOf(readBoard())) {
    if (type !== "stat" && type !== "table") continue;
    for (const { instant } of targets) strictEqual(instant, true, title);
  }
  ok(!readMonitoring("grafana_alived.json").includes("last_over_time"));
});

Deno.test("panels of the board do not lie on each other", () => {
  const taken = new Set<string>();
  for (const panel of panelsOf(readBoard())) {
    const { x, y, w, h } = (panel as unknown as {
      gridPos: { x: number; y: number; w: number; h: number };
    }).gridPos;
    ok(x + w <= 24, panel.title);
    for (let row = y; row < y + h; row++) {
      for (let column = x; column < x + w; column++) {
        ok(!taken.has(`${row} ${column}`), panel.title);
        taken.add(`${row} ${column}`);
      }
    }
  }
});
