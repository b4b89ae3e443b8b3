import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  MAX_SOURCES,
  Reports,
  SPACING,
} from "../../src/daemon/core/reports.ts";

Deno.test("Reports remember 16 sources of a kind and speak every 10 s", () => {
  deepStrictEqual([MAX_SOURCES, SPACING], [16, 10_000]);
});

Deno.test("Reports say a thing once until the state changes", () => {
  const reports = new Reports();
  strictEqual(reports.say("checksum", "10.0.0.1", 0), 0);
  strictEqual(reports.say("checksum", "10.0.0.1", 1), null);
  strictEqual(reports.say("checksum", "10.0.0.1", 3_600_000), null);
  strictEqual(reports.say("checksum", "10.0.0.2", 2), 0);
  strictEqual(reports.say("hop_limit", "10.0.0.1", 2), 0);
});

Deno.test("Reports say it again after a change of state, with what was not said", () => {
  const reports = new Reports();
  reports.say("checksum", "10.0.0.1", 0);
  reports.say("checksum", "10.0.0.1", 1);
  reports.say("checksum", "10.0.0.1", 2);
  reports.renew();
  strictEqual(reports.say("checksum", "10.0.0.1", 10_000), 2);
  // Counted anew, and once more only after the next change.
  strictEqual(reports.say("checksum", "10.0.0.1", 30_000), null);
  reports.renew();
  strictEqual(reports.say("checksum", "10.0.0.1", 30_001), 1);
});

Deno.test("Reports say nothing twice within 10 s, however often the state changes", () => {
  const reports = new Reports();
  reports.say("checksum", "10.0.0.1", 500);
  for (let at = 501; at < 10_500; at += 100) {
    reports.renew();
    strictEqual(reports.say("checksum", "10.0.0.1", at), null, `${at}`);
  }
  strictEqual(reports.say("checksum", "10.0.0.1", 10_499.9), null);
  strictEqual(reports.say("checksum", "10.0.0.1", 10_500), 101);
});

Deno.test("Reports say some things again after a while though the state is the same", () => {
  const reports = new Reports();
  const say = (now: number): number | null =>
    reports.say("lost", "", now, 60_000);
  deepStrictEqual([say(0), say(59_999), say(60_000), say(60_001)], [
    ...[0, null, 1, null],
  ]);
  reports.renew();
  deepStrictEqual([say(69_999), say(70_000)], [null, 2]);
});

Deno.test("Reports name 16 sources of a kind, and not the 17th", () => {
  const reports = new Reports();
  for (let i = 1; i <= 16; i++) {
    strictEqual(reports.say("checksum", `10.0.0.${i}`, 0), 0);
  }
  strictEqual(reports.say("checksum", "10.0.0.17", 0), null);
  strictEqual(reports.say("checksum", "10.0.0.17", 60_000), null);
  // Each kind has its own room.
  strictEqual(reports.say("hop_limit", "10.0.0.17", 0), 0);
  // What finds no room is counted, once.
  deepStrictEqual([...reports.takeLeftOut()], [["checksum", 2]]);
  strictEqual(reports.hasLeftOut, false);
});

Deno.test("Reports give the room of a source to another when it may be said again", () => {
  const reports = new Reports();
  const say = (source: string, now: number): number | null =>
    reports.say("lost", source, now, 60_000);
  for (let i = 1; i <= 16; i++) say(`${i}`, i * 1000);
  deepStrictEqual([say("17", 60_999), say("17", 61_000)], [null, 0]);
});

Deno.test("Reports give the room of a source to another when both change of state and 10 s have passed", () => {
  const reports = new Reports();
  for (let i = 1; i <= 16; i++) {
    reports.say("checksum", `10.0.0.${i}`, i === 1 ? 0 : 5000);
  }
  strictEqual(reports.say("checksum", "10.0.0.17", 20_000), null);
  reports.renew();
  strictEqual(reports.say("checksum", "10.0.0.17", 9999), null);
  strictEqual(reports.say("checksum", "10.0.0.17", 10_000), 0);
  // One room became free, that of the first.
  strictEqual(reports.say("checksum", "10.0.0.18", 10_000), null);
  strictEqual(reports.say("checksum", "10.0.0.2", 15_000), 0);
});
