// The arithmetic of the bench, and what it thinks of figures.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { rhythm } from "../../tools/bench/crowd.ts";
import type { Frame } from "../../tools/bench/frame.ts";
import {
  atLeast,
  atMost,
  type Row,
  timesKeepalived,
} from "../../tools/bench/part.ts";
import {
  gaps,
  median,
  percent,
  percentile,
  summary,
} from "../../tools/bench/statistics.ts";
import { goalText, judge } from "../../tools/bench/verdict.ts";

Deno.test("percentile() is the value at the nearest rank", () => {
  const values = [15, 20, 35, 40, 50];
  strictEqual(percentile(values, 0.05), 15);
  strictEqual(percentile(values, 0.3), 20);
  strictEqual(percentile(values, 0.4), 20);
  strictEqual(percentile(values, 0.41), 35);
  strictEqual(percentile(values, 1), 50);
  strictEqual(percentile([3, 1, 2], 0.99), 3);
  strictEqual(percentile([7], 0.01), 7);
  strictEqual(percentile([], 0.5), NaN);
});

Deno.test("percentile() leaves one of a hundred above p99", () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  strictEqual(percentile(values, 0.99), 198);
});

Deno.test("median() is in the middle, whatever the order", () => {
  strictEqual(median([9, 1, 5]), 5);
  strictEqual(median([10, 9, 1, 2]), 5.5);
  strictEqual(median([4]), 4);
  strictEqual(median([]), NaN);
});

Deno.test("summary() has median, least, greatest and how many", () => {
  deepStrictEqual(summary([0.3, 0.1, 100, 0.2]), {
    ...{ count: 4, median: 0.25, least: 0.1, greatest: 100 },
  });
  strictEqual(summary([]), null);
});

Deno.test("gaps() are one fewer than the times", () => {
  deepStrictEqual(gaps([1, 11, 22, 30]), [10, 11, 8]);
  deepStrictEqual(gaps([5]), []);
  deepStrictEqual(gaps([]), []);
});

Deno.test("percent() is a part of a whole", () => {
  strictEqual(percent(24_900, 25_000), 99.6);
});

function adverts(vrid: number, ...times: number[]): Frame[] {
  return times.map((time) => ({
    ...{ kind: "advert", address: "192.0.2.1", priority: 200, vrid, time },
  }));
}

const CROWD = { count: 2, interval: 10 };

Deno.test("rhythm() takes gaps within an instance, in the window alone", () => {
  const frames = [
    ...adverts(1, 900, 1_000, 1_010, 1_020.25, 1_030.25, 1_040),
    ...adverts(2, 1_004, 1_014, 1_024.5, 1_034.5),
  ];
  deepStrictEqual(rhythm(frames, CROWD, [1_000, 1_040]), {
    ...{ sent: 100, gapP99: 10.5 },
  });
});

Deno.test("rhythm() takes silence at the end for a gap", () => {
  const frames = [
    ...adverts(1, 1_000, 1_010, 1_020, 1_030),
    ...adverts(2, 1_004, 1_014),
  ];
  deepStrictEqual(rhythm(frames, CROWD, [1_000, 1_040]), {
    ...{ sent: 75, gapP99: 26 },
  });
});

Deno.test("rhythm() takes an instance that is not heard for one gap", () => {
  const frames = adverts(1, 1_000, 1_010, 1_020, 1_030);
  deepStrictEqual(rhythm(frames, CROWD, [1_000, 1_040]), {
    ...{ sent: 50, gapP99: 40 },
  });
});

const LATE: Row = { name: "late", unit: "ms", goal: timesKeepalived(0.5) };
const SENT: Row = {
  ...{ name: "sent", unit: "%", goal: atLeast(99.5), moreIsBetter: true },
};
const LOST: Row = { name: "lost", unit: "", goal: atMost(0) };

Deno.test("judge() holds a ratio against keepalived", () => {
  deepStrictEqual(judge(LATE, 0.1, 0.2), {
    ...{ ratio: 0.5, ahead: "alived", met: true },
  });
  deepStrictEqual(judge(LATE, 0.15, 0.2), {
    ...{ ratio: 0.15 / 0.2, ahead: "alived", met: false },
  });
  deepStrictEqual(judge(LATE, 0.3, 0.2), {
    ...{ ratio: 0.3 / 0.2, ahead: "keepalived", met: false },
  });
});

Deno.test("judge() does not judge what was not measured", () => {
  const nothing = { ratio: null, ahead: null, met: null };
  deepStrictEqual(judge(LATE, null, 0.2), nothing);
  deepStrictEqual(judge(LATE, 0.1, null), nothing);
  deepStrictEqual(judge(SENT, 99.5, null), { ...nothing, met: true });
  deepStrictEqual(judge({ name: "aside", unit: "ms" }, 1, 2), {
    ...{ ratio: 0.5, ahead: "alived", met: null },
  });
});

Deno.test("judge() knows rows where more is better", () => {
  deepStrictEqual(judge(SENT, 99.6, 50), {
    ...{ ratio: 1.992, ahead: "alived", met: true },
  });
  deepStrictEqual(judge(SENT, 50, 100), {
    ...{ ratio: 0.5, ahead: "keepalived", met: false },
  });
});

Deno.test("judge() calls medians level that differ by a hundredth, and zeros", () => {
  strictEqual(judge(LATE, 100, 101).ahead, "level");
  strictEqual(judge(LATE, 100, 101.1).ahead, "alived");
  deepStrictEqual(judge(LOST, 0, 0), {
    ...{ ratio: null, ahead: "level", met: true },
  });
  deepStrictEqual(judge(LOST, 1, 0), {
    ...{ ratio: null, ahead: "keepalived", met: false },
  });
});

Deno.test("goalText() is what a person writes", () => {
  strictEqual(goalText(LATE), "≤ 0.5 × keepalived");
  strictEqual(goalText(SENT), "≥ 99.5 %");
  strictEqual(goalText(LOST), "≤ 0");
  strictEqual(goalText({ name: "aside", unit: "ms" }), "");
});
