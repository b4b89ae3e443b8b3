import { strictEqual } from "node:assert/strict";
import {
  beatOf,
  masterDownInterval,
  skewTime,
  type Version,
} from "../../src/vrrp/timing.ts";

// Worked out by hand from the formulas of RFC 3768 and RFC 9568 §6.1.
const values: readonly {
  name: string;
  of: readonly [Version, priority: number, interval: number, adverts: number];
  skew: number;
  down: number;
}[] = [
  {
    name: "v2, priority 100",
    of: [2, 100, 1000, 3],
    skew: 609.375,
    down: 3609.375,
  },
  {
    name: "v2, priority 1",
    of: [2, 1, 1000, 3],
    skew: 996.09375,
    down: 3996.09375,
  },
  {
    name: "v2, priority 255",
    of: [2, 255, 1000, 3],
    skew: 3.90625,
    down: 3003.90625,
  },
  {
    name: "v2, every 5 s",
    of: [2, 100, 5000, 3],
    skew: 609.375,
    down: 15_609.375,
  },
  {
    name: "v2, five adverts",
    of: [2, 100, 1000, 5],
    skew: 609.375,
    down: 5609.375,
  },
  {
    name: "v3, priority 200",
    of: [3, 200, 1000, 3],
    skew: 218.75,
    down: 3218.75,
  },
  {
    name: "v3, priority 254, every 10 ms",
    of: [3, 254, 10, 3],
    skew: 0.078125,
    down: 30.078125,
  },
  {
    name: "v3, priority 1, the longest interval",
    of: [3, 1, 40_950, 3],
    skew: 40_790.0390625,
    down: 163_640.0390625,
  },
  { name: "v3, one advert", of: [3, 128, 100, 1], skew: 50, down: 150 },
];

for (
  const { name, of: [version, priority, interval, adverts], skew, down }
    of values
) {
  Deno.test(`skewTime() of ${name} is ${skew} ms`, () => {
    strictEqual(skewTime(version, priority, interval), skew);
  });
  Deno.test(`masterDownInterval() of ${name} is ${down} ms`, () => {
    strictEqual(masterDownInterval(version, priority, interval, adverts), down);
  });
}

for (
  const [interval, time, beat] of [
    [1000, 12_349.999, 12_345],
    [1000, 12_345, 12_345],
    [100, 12_349.999, 12_345],
    [40, 12_345.999, 12_344],
    [10, 12_345.499, 12_345],
    [10, 12_345.999, 12_345.5],
    [40_950, 4.999, 0],
  ] as const
) {
  Deno.test(`beatOf() every ${interval} ms at ${time}`, () => {
    strictEqual(beatOf(interval, time), beat);
  });
}
