import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  applyResult,
  initialMonitor,
  nextStart,
  startOffset,
} from "../../src/health/monitor.ts";

const SETTINGS = { rise: 3, fall: 2 };

/** The verdicts after each of some results. */
function verdicts(results: string): string {
  let state = initialMonitor;
  let text = "";
  for (const result of results) {
    state = applyResult(SETTINGS, state, result === "+");
    text += state.verdict ? "+" : "-";
  }
  return text;
}

Deno.test("applyResult() lets the first result decide", () => {
  strictEqual(verdicts("+"), "+");
  strictEqual(verdicts("-"), "-");
});

Deno.test("applyResult() counts failures in a row", () => {
  strictEqual(verdicts("+-+-+--"), "++++++-");
});

Deno.test("applyResult() counts successes in a row", () => {
  strictEqual(verdicts("-++-+++"), "------+");
});

Deno.test("applyResult() keeps a state that nothing changed", () => {
  const state = { verdict: true, streak: 0 };
  strictEqual(applyResult(SETTINGS, state, true), state);
  deepStrictEqual(applyResult(SETTINGS, { verdict: true, streak: 1 }, true), {
    verdict: true,
    streak: 0,
  });
});

Deno.test("applyResult() with 1 follows every result", () => {
  fc.assert(fc.property(fc.array(fc.boolean()), (results) => {
    let state = initialMonitor;
    for (const ok of results) {
      state = applyResult({ rise: 1, fall: 1 }, state, ok);
      deepStrictEqual(state, { verdict: ok, streak: 0 });
    }
  }));
});

Deno.test("startOffset() spreads checks over their interval", () => {
  const offsets = [0, 1, 2, 3].map((index) => startOffset(index, 4, 1000));
  deepStrictEqual(offsets, [0, 250, 500, 750]);
});

Deno.test("nextStart() gives points of the grid, and each but once", () => {
  strictEqual(nextStart(10, 100, 10), 110);
  strictEqual(nextStart(10, 100, 109.9), 110);
  strictEqual(nextStart(10, 100, 110), 210);
  strictEqual(nextStart(10, 100, 5), 10);
});

Deno.test("nextStart() leaves out points that passed", () => {
  strictEqual(nextStart(0, 100, 350), 400);
});

Deno.test("nextStart() does not drift", () => {
  let at = 0;
  // Each run starts 1.3 ms late and takes 7 ms.
  for (let i = 0; i < 1000; i++) at = nextStart(0, 100, at + 8.3);
  strictEqual(at, 100_000);
});
