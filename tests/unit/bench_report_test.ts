// What the bench collects, and how it shows it.

import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { atMost, type Row, timesKeepalived } from "../../tools/bench/part.ts";
import {
  type Circumstances,
  Collection,
  judged,
} from "../../tools/bench/report.ts";
import { figure, reportText, withReport } from "../../tools/bench/table.ts";

const LATE: Row = { name: "late", unit: "ms", goal: timesKeepalived(0.5) };
const LOST: Row = { name: "lost", unit: "", goal: atMost(0) };
const ASIDE: Row = { name: "aside", unit: "MiB" };

const CIRCUMSTANCES: Circumstances = {
  from: "2026-01-02T10:00:00.000Z",
  to: "2026-01-02T10:59:50.000Z",
  machine: "Linux 6.1, 2 × abacus",
  load: [0.25, 1.5],
  versions: { alived: "alived 1", keepalived: "Keepalived 2" },
};

function collection(): Collection {
  const collected = new Collection([LATE, LOST, ASIDE]);
  collected.add("takeover", "alived", [[LATE, 0.1], [LATE, 0.2, 0.125]]);
  collected.add("takeover", "keepalived", [[LATE, 0.25, NaN]]);
  collected.add("preemption", "alived", [[LOST, 2]]);
  collected.fail("preemption", "keepalived", "Waited in vain\nfor long");
  return collected;
}

Deno.test("a collection keeps all values, and what was not seen as a failure", () => {
  const { results, failures } = collection().report(CIRCUMSTANCES);
  deepStrictEqual(results, [
    { ...LATE, values: { alived: [0.1, 0.2, 0.125], keepalived: [0.25] } },
    { ...LOST, values: { alived: [2], keepalived: [] } },
    { ...ASIDE, values: { alived: [], keepalived: [] } },
  ]);
  deepStrictEqual(failures, [
    {
      ...{ part: "takeover", contender: "keepalived" },
      reason: 'did not see "late"',
    },
    {
      ...{ part: "preemption", contender: "keepalived" },
      reason: "Waited in vain\nfor long",
    },
  ]);
});

Deno.test("judged() judges medians", () => {
  const { results } = collection().report(CIRCUMSTANCES);
  deepStrictEqual(results.map((result) => judged(result).verdict), [
    { ratio: 0.5, ahead: "alived", met: true },
    { ratio: null, ahead: null, met: false },
    { ratio: null, ahead: null, met: null },
  ]);
});

const TEXT =
  `- 2026-01-02, 60 minutes; load average 0.3 at the begin, 1.5 at the end
- Linux 6.1, 2 × abacus
- alived 1
- Keepalived 2
- goals met: 1 of 2

| row      | goal               | alived                 | keepalived | ratio | ahead  | verdict     |
| -------- | ------------------ | ---------------------- | ---------- | ----- | ------ | ----------- |
| late, ms | ≤ 0.5 × keepalived | 0.125 [0.100–0.200] (3) | 0.250      | 0.50  | alived | met         |
| lost     | ≤ 0                | 2                      | –          |       |        | **not met** |

Not measured:

- takeover, keepalived: did not see "late"
- preemption, keepalived: Waited in vain
`;

Deno.test("a report is a table with its circumstances and failures", () => {
  const squeeze = (text: string): string =>
    text.replace(/ +/g, " ").replace(/-{3,}/g, "---");
  const report = collection().report(CIRCUMSTANCES);
  strictEqual(squeeze(reportText(report)), squeeze(TEXT));
  const lines = reportText(report).split("\n")
    .filter((line) => line.startsWith("|"));
  deepStrictEqual(new Set(lines.map((line) => line.length)).size, 1);
});

Deno.test("withReport() replaces the report of a page and nothing else", () => {
  const begin = "<!-- figures: written by `deno task bench --docs` -->";
  const end = "<!-- end of the figures -->";
  const page = `# Title\n\n${begin}\n\nold\n\n${end}\n\nText.\n`;
  const report = collection().report(CIRCUMSTANCES);
  const fresh = withReport(page, report);
  strictEqual(
    fresh,
    `# Title\n\n${begin}\n\n${reportText(report)}\n${end}\n\nText.\n`,
  );
  strictEqual(withReport(fresh, report), fresh);
  throws(() => withReport("# Title\n", report), /Cannot find the place/);
});

Deno.test("figure() shows three digits that say something", () => {
  const shown = [
    ...[0.0123, 0.1234, 1.234, 12.34, 123.44, 1_234.44, 72, 0, -6.5, 99.96],
  ].map(figure);
  deepStrictEqual(shown, [
    ...["0.012", "0.123", "1.23", "12.3", "123.4", "1234.4", "72", "0"],
    ...["-6.50", "100.0"],
  ]);
});
