import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { AddressEvent } from "../lab/monitor.ts";
import { heldSpans, lengthOf, outside, shared } from "../lab/spans.ts";

function event(time: number, gone: boolean): AddressEvent {
  return { time, gone, link: "eth0", address: "192.0.2.100" };
}

Deno.test("an address is held from when it comes until it goes, or still", () => {
  const events = [
    event(1, true),
    event(2, false),
    event(3, false),
    event(5, true),
    event(8, false),
  ];
  deepStrictEqual(heldSpans(events, 9), [
    { from: 2, to: 5 },
    { from: 8, to: 9 },
  ]);
  deepStrictEqual(heldSpans([], 9), []);
});

Deno.test("what two lists of spans share is in both, and what they only touch is not", () => {
  const held = [{ from: 0, to: 4 }, { from: 6, to: 9 }];
  deepStrictEqual(shared(held, [{ from: 3, to: 7 }]), [
    { from: 3, to: 4 },
    { from: 6, to: 7 },
  ]);
  deepStrictEqual(shared(held, [{ from: 4, to: 6 }]), []);
});

Deno.test("outside of spans is before, between and behind them", () => {
  deepStrictEqual(outside([{ from: 6, to: 9 }, { from: 0, to: 4 }]), [
    { from: -Infinity, to: 0 },
    { from: 4, to: 6 },
    { from: 9, to: Infinity },
  ]);
  strictEqual(outside([]).map(lengthOf)[0], Infinity);
});
