// Stamps of the wall clock become times of the clock of deadlines: never early,
// whatever somebody does to the wall clock.

import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { ArrivalClock } from "../../src/kernel/linux/arrival_clock.ts";

/** The wall clock is so far ahead of the other. */
const AHEAD = 1_700_000_000_000;

/** A socket opened at 1000 and read at 2000, the wall clock set in between. */
function readAfter(set = 0): ArrivalClock {
  const clock = new ArrivalClock({ wall: AHEAD + 1000, now: 1000 });
  clock.look({ wall: AHEAD + 2000 + set, now: 2000 });
  return clock;
}

for (
  const [stamped, at, what] of [
    [1999.75, 1999.75, "before the read"],
    [1995, 1995, "5 ms before the read"],
    [1994.5, 2000, "longer ago than 5 ms"],
    [0, 2000, "long ago"],
    [2000, 2000, "with the read"],
    [2000.5, 2000, "behind the read"],
    [NaN, 2000, "at no time"],
  ] as const
) {
  Deno.test(`a datagram stamped ${what} came at ${at}`, () => {
    strictEqual(readAfter().at(AHEAD + stamped), at);
  });
}

Deno.test("a datagram without a stamp came with the read", () => {
  strictEqual(readAfter().at(null), 2000);
});

Deno.test("no stamp counts when the wall clock was set since the last look", () => {
  for (const set of [0.0625, -0.0625, 3, -3, 3_600_000, -3_600_000]) {
    strictEqual(readAfter(set).at(AHEAD + 1999.75 + set), 2000, `${set}`);
  }
});

Deno.test("the two clocks are not read at quite the same moment", () => {
  for (const gap of [0.03125, -0.03125]) {
    const wall = AHEAD + 2000 + gap;
    strictEqual(readAfter(gap).at(wall - 0.5), 1999.5, `${gap}`);
  }
});

Deno.test("what was stamped before the wall clock was set counts in no later read", () => {
  const clock = readAfter(3);
  const before = AHEAD + 1999.75;
  for (const now of [2000.25, 2005]) {
    clock.look({ wall: AHEAD + now + 3, now });
    strictEqual(clock.at(before), now);
    // Nor does anything else, for as long.
    strictEqual(clock.at(AHEAD + now + 3 - 0.125), now);
  }
  clock.look({ wall: AHEAD + 2005.25 + 3, now: 2005.25 });
  strictEqual(clock.at(before), 2005.25);
  strictEqual(clock.at(AHEAD + 2005.25 + 3 - 0.125), 2005.125);
});

Deno.test("no datagram counts as older than it is, however the wall clock is set", () => {
  const happening = fc.record({
    passes: fc.double({ min: 0, max: 8, noNaN: true }),
    what: fc.constantFrom("comes", "comes", "look", "look", "set"),
    set: fc.double({ min: -10, max: 10, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (story) => {
      let [now, ahead, mayBeSet] = [1000, AHEAD, true];
      let queue: { readonly at: number; readonly stamp: number }[] = [];
      const clock = new ArrivalClock({ wall: ahead + now, now });
      for (const { passes, what, set } of story) {
        now += passes;
        if (what === "comes") queue.push({ at: now, stamp: ahead + now });
        if (what === "set" && mayBeSet) {
          [ahead, mayBeSet] = [ahead + set, false];
        }
        if (what !== "look") continue;
        clock.look({ wall: ahead + now, now });
        mayBeSet = true;
        // Some are left for the next read.
        for (const { at, stamp } of queue.splice(0, 2)) {
          const told = clock.at(stamp);
          // Less than the tolerance of a look may have gone unnoticed.
          ok(told >= at - 0.051, `${told} is before ${at}`);
          ok(told <= now);
        }
      }
      queue = [];
    }),
    { numRuns: 2000 },
  );
});
