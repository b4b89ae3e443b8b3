import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { MAX_STATUS, statusLine } from "../../src/daemon/side/status_line.ts";
import type { StateName } from "../../src/vrrp/state.ts";

/** States of instances with these names in order. */
function states(
  ...runs: readonly (readonly [number, StateName])[]
): Map<string, StateName> {
  const all = runs.flatMap(([count, state]) => Array(count).fill(state));
  return new Map(all.map((state, i) => [`VI_${i + 1}`, state]));
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

Deno.test("a few instances are named with their states", () => {
  strictEqual(statusLine(new Map()), "");
  strictEqual(statusLine(states([1, "MASTER"])), "VI_1 MASTER");
  strictEqual(
    statusLine(states([3, "BACKUP"], [1, "FAULT"])),
    "VI_1 BACKUP, VI_2 BACKUP, VI_3 BACKUP, VI_4 FAULT",
  );
});

Deno.test("more instances are counted, those beside the most common named", () => {
  strictEqual(statusLine(states([5, "BACKUP"])), "5 BACKUP");
  strictEqual(
    statusLine(states([500, "MASTER"], [2, "BACKUP"], [1, "FAULT"])),
    "1 FAULT (VI_503), 500 MASTER, 2 BACKUP (VI_501, VI_502)",
  );
});

Deno.test("one of two states as common is named", () => {
  strictEqual(
    statusLine(states([3, "BACKUP"], [3, "MASTER"])),
    "3 MASTER (VI_4, VI_5, VI_6), 3 BACKUP",
  );
});

Deno.test("the line is 1,000 bytes long at most, and says what it leaves out", () => {
  const line = statusLine(states([501, "MASTER"], [499, "BACKUP"]));
  ok(bytes(line) <= 1000 && bytes(line) > 985, `${bytes(line)} bytes`);
  ok(line.startsWith("501 MASTER, 499 BACKUP (VI_502, VI_503, "), line);
  ok(/ VI_\d+ and \d+ more\)$/.test(line), line);
  const shown = line.match(/VI_\d+/g)?.length ?? 0;
  strictEqual(Number(/ and (\d+) more/.exec(line)?.[1]), 499 - shown);
});

Deno.test("names that fit to the byte are all shown, and one byte more is not", () => {
  // "6 MASTER, 5 BACKUP (" + names with ", " between + ")" is 1,000 bytes.
  const rest = 1000 - "6 MASTER, 5 BACKUP ()".length - 4 * 2;
  const names = (length: number): string[] => {
    const each = Math.floor(length / 5);
    return [0, 1, 2, 3, 4].map((i) =>
      `${i}`.padEnd(i === 4 ? length - 4 * each : each, "x")
    );
  };
  const line = (length: number): string =>
    statusLine(
      new Map([
        ...states([6, "MASTER"]),
        ...names(length).map((name) => [name, "BACKUP"] as const),
      ]),
    );
  strictEqual(bytes(line(rest)), 1000);
  ok(!line(rest).includes("more"));
  ok(line(rest + 1).endsWith(" and 1 more)"));
  ok(bytes(line(rest + 1)) <= 1000);
});

Deno.test("no names of any kind make it longer", () => {
  const state = fc.constantFrom<StateName>("INIT", "BACKUP", "MASTER", "FAULT");
  const name = fc.string({ unit: "binary", minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, state), { maxLength: 200, size: "max" }),
      (entries) => bytes(statusLine(new Map(entries))) <= MAX_STATUS,
    ),
    { numRuns: 100 },
  );
});
