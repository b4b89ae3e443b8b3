import { deepStrictEqual } from "node:assert/strict";
import { LatenessHistogram } from "../../src/daemon/core/lateness.ts";

Deno.test("lateness is counted by bounds that belong to their buckets", () => {
  const histogram = new LatenessHistogram();
  for (const late of [0, 0.1, 0.2, 1, 5, 10, 20, 50, 100, 1000, 1000.5]) {
    histogram.note(late);
  }
  deepStrictEqual(histogram.status(), {
    counts: [2, 4, 5, 6, 7, 8, 9, 10, 11],
    ...{ sum: 2186.8, max: 1000.5 },
  });
});

Deno.test("nothing was late before anything was due", () => {
  deepStrictEqual(new LatenessHistogram().status(), {
    counts: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...{ sum: 0, max: 0 },
  });
});
