import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  addRun,
  type CheckRun,
  noRuns,
  type RunOutcome,
} from "../../src/health/history.ts";

function run(time: number): CheckRun {
  return { time, duration: 3, ok: time % 2 === 0, detail: `${time}` };
}

Deno.test("addRun() keeps the last 20 runs, the newest last, and counts all", () => {
  let history = noRuns;
  const outcomes: readonly RunOutcome[] = ["ok", "fail", "timeout", "ok"];
  for (let time = 0; time < 41; time++) {
    history = addRun(history, run(time), outcomes[time % 4] ?? "ok");
  }
  deepStrictEqual(
    history.last.map(({ time }) => time),
    Array.from({ length: 20 }, (_, i) => i + 21),
  );
  deepStrictEqual(history.runs, { ok: 21, fail: 10, timeout: 10 });
  deepStrictEqual(history.last.at(-1), run(40));
});

Deno.test("addRun() changes nothing of what was", () => {
  addRun(noRuns, run(1), "ok");
  strictEqual(noRuns.last.length, 0);
  deepStrictEqual(noRuns.runs, { ok: 0, fail: 0, timeout: 0 });
});
