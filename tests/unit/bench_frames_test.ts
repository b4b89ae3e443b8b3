// What the bench reads out of captured frames, and the takeovers in them.

import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import {
  type Frame,
  readRecords,
  RECORD,
  writeRecord,
} from "../../tools/bench/frame.ts";
import {
  type Scene,
  takeoversOf,
  takeoversOfPlay,
} from "../../tools/bench/takeover_times.ts";

const ADVERT = "01005e000012 020000000001 0800" +
  "46c0002c00000000ff700000 c0000201 e0000012 94040000" +
  "2133c801 000acafe c0000264";
const ANNOUNCEMENT = "ffffffffffff 020000000002 0806 0001080006040001" +
  "020000000002 c0000264 000000000000 c0000264";
const QUESTION = "ffffffffffff 020000000002 0806 0001080006040001" +
  "020000000002 c0000202 000000000000 c0000264";

/** Frames one after the other in memory, each behind 3 bytes, as records. */
function record(...frames: string[]): Uint8Array {
  const records = new Uint8Array(frames.length * RECORD);
  let length = 0;
  for (const [i, frame] of frames.entries()) {
    const hex = "ffffff" + frame.replaceAll(" ", "");
    const bytes = (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
    const view = new DataView(new Uint8Array(bytes).buffer);
    const to = new DataView(records.buffer);
    if (writeRecord(view, 3, 1_000.25 + i, to, length)) length += RECORD;
  }
  return records.subarray(0, length);
}

Deno.test("adverts and announcements survive as records, questions do not", () => {
  deepStrictEqual(readRecords(record(ADVERT, QUESTION, ANNOUNCEMENT)), [
    {
      ...{ kind: "advert", time: 1_000.25, address: "192.0.2.1" },
      ...{ vrid: 51, priority: 200 },
    },
    {
      ...{ kind: "announcement", time: 1_002.25, address: "192.0.2.100" },
      ...{ vrid: 0, priority: 0 },
    },
  ]);
});

Deno.test("readRecords() leaves out a record that is not whole", () => {
  const records = record(ADVERT, ANNOUNCEMENT);
  strictEqual(readRecords(records.subarray(0, 31)).length, 1);
  strictEqual(readRecords(records.subarray(0, 15)).length, 0);
});

const [A, B] = ["192.0.2.1", "192.0.2.2"];
const SCENE: Scene = {
  ...{ master: A, backup: B, vrid: 51, adverts: 2 },
  vips: ["192.0.2.100", "192.0.2.101"],
  ...{ masterDown: 36, skew: 6 },
};

function advert(time: number, address: string, priority = 200): Frame {
  return { kind: "advert", time, address, vrid: 51, priority };
}

function announcement(time: number, address: string): Frame {
  return { kind: "announcement", time, address, vrid: 0, priority: 0 };
}

Deno.test("takeoversOf() counts from the last advert of a silent master", () => {
  const frames = [
    ...[advert(0, A), advert(10, A), advert(20, A)],
    // Somebody else's.
    { ...advert(40, B), vrid: 52 },
    advert(56.5, B),
    announcement(57.25, "192.0.2.9"),
    announcement(57.5, "192.0.2.100"),
    announcement(59, "192.0.2.101"),
    announcement(60, "192.0.2.100"),
    advert(66.5, B),
  ];
  deepStrictEqual(takeoversOf(frames, SCENE), [
    { resigned: false, late: 0.5, announced: 1, allAnnounced: 3 },
  ]);
});

Deno.test("takeoversOf() counts from a resignation", () => {
  const frames = [
    ...[advert(0, A), advert(10, A), advert(20, A, 0)],
    ...[advert(26.25, B), announcement(26.5, "192.0.2.101")],
  ];
  deepStrictEqual(takeoversOf(frames, SCENE), [
    { resigned: true, late: 0.25, announced: 0.25, allAnnounced: NaN },
  ]);
});

Deno.test("takeoversOf() sees that nothing was announced before the master came back", () => {
  const frames = [
    ...[advert(0, A), advert(10, A), advert(46, B)],
    ...[advert(50, A), announcement(51, "192.0.2.100")],
  ];
  deepStrictEqual(takeoversOf(frames, SCENE), [
    { resigned: false, late: 0, announced: NaN, allAnnounced: NaN },
  ]);
});

Deno.test("takeoversOf() shows one that came too early", () => {
  const frames = [advert(0, A), advert(10, A), advert(40, B)];
  strictEqual(takeoversOf(frames, SCENE)[0]?.late, -6);
});

Deno.test("takeoversOf() takes no adverts that cross for a takeover", () => {
  const frames = [
    ...[advert(0, B), advert(9.5, A), advert(10, B)],
    ...[advert(19.5, A), advert(29.5, A), advert(66, B)],
  ];
  deepStrictEqual(takeoversOf(frames, SCENE).map(({ late }) => late), [0.5]);
});

Deno.test("takeoversOfPlay() refuses a play with other takeovers than planned", () => {
  const once = [advert(0, A), advert(10, A), advert(46, B)];
  const twice = [...once, advert(60, A), advert(70, A), advert(106, B)];
  strictEqual(takeoversOfPlay(twice, SCENE, 2).length, 2);
  throws(() => takeoversOfPlay(twice, SCENE, 1), /Saw 2 takeovers of 1/);
  throws(() => takeoversOfPlay(once, SCENE, 2), /Saw 1 takeovers of 2/);
});
