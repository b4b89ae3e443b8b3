import { strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../src/config/duration.ts";

for (
  const [value, milliseconds] of [
    ["3s", 3000],
    ["250ms", 250],
    ["1m30s", 90_000],
    ["1h", 3_600_000],
    ["1h2m3s4ms", 3_723_004],
    ["1.5s", 1500],
    ["40.95s", 40_950],
    ["1.001s", 1001],
    ["0s", 0],
    [0, 0],
    [1, 1000],
    [0.25, 250],
    [1.001, 1001],
    [0.29, 290],
    ["", null],
    ["3", null],
    ["s", null],
    ["3 s", null],
    ["3S", null],
    ["-3s", null],
    ["1s1s", null],
    ["1s1m", null],
    ["1.s", null],
    [".5s", null],
    ["1.2.3s", null],
    ["1us", null],
    [-1, null],
    [NaN, null],
    [Infinity, null],
  ] as const
) {
  Deno.test(`parseDuration() reads ${JSON.stringify(value)} as ${milliseconds}`, () => {
    strictEqual(parseDuration(value), milliseconds);
  });
}

Deno.test("parseDuration() reads what formatDuration() writes", () => {
  fc.assert(fc.property(fc.nat(100_000_000), (milliseconds) => {
    strictEqual(parseDuration(formatDuration(milliseconds)), milliseconds);
  }));
});

Deno.test("formatDuration() writes whole seconds as seconds", () => {
  strictEqual(formatDuration(0), "0s");
  strictEqual(formatDuration(90_000), "90s");
  strictEqual(formatDuration(1500), "1500ms");
});
