import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Announcer, type Frame } from "../../src/daemon/core/announcer.ts";

const ONCE = { repeat: 1, interval: 0 };
const PACED = { repeat: 3, interval: 50 };

function on(index: number, ...numbers: readonly number[]): Frame[] {
  return numbers.map((number) => ({
    index,
    key: `${index} ${number}`,
    bytes: new Uint8Array([number]),
  }));
}

/** Link and frame, such as `2/7`; null as it is. */
function word(frame: Frame | null): string | null {
  return frame && `${frame.index}/${frame.bytes[0]}`;
}

/** All that goes out at a moment. */
function out(announcer: Announcer, now: number): string[] {
  const found: string[] = [];
  for (;;) {
    const frame = word(announcer.next(now));
    if (frame === null) return found;
    found.push(frame);
  }
}

/** All that goes out from a moment on, with when it does. */
function outFrom(announcer: Announcer, start: number): string[] {
  const found: string[] = [];
  for (let now = start; announcer.dueAt < Infinity;) {
    now = Math.max(now, announcer.dueAt);
    for (const frame of out(announcer, now)) found.push(`${now} ${frame}`);
  }
  return found;
}

Deno.test("Announcer has nothing to do at first", () => {
  const announcer = new Announcer();
  strictEqual(announcer.dueAt, Infinity);
  strictEqual(announcer.next(0), null);
  strictEqual(announcer.isBusy("VI_1"), false);
});

Deno.test("Announcer sends each address of all instances before any again", () => {
  const announcer = new Announcer();
  announcer.burst("VI_1", 2, on(2, 1, 2), { repeat: 3, interval: 0 }, 0);
  announcer.burst("VI_2", 3, on(3, 7), { repeat: 2, interval: 0 }, 0);
  strictEqual(announcer.dueAt, -Infinity);
  strictEqual(announcer.isBusy("VI_2"), true);
  deepStrictEqual(out(announcer, 0), [
    ...["2/1", "2/2", "3/7"],
    ...["2/1", "2/2", "3/7"],
    ...["2/1", "2/2"],
  ]);
  strictEqual(announcer.dueAt, Infinity);
  strictEqual(announcer.isBusy("VI_1"), false);
});

Deno.test("Announcer keeps the interval between two frames of a link", () => {
  const announcer = new Announcer();
  announcer.burst("VI_1", 2, on(2, 1, 2), PACED, 1000);
  deepStrictEqual(outFrom(announcer, 1000), [
    ...["1000 2/1", "1050 2/2", "1100 2/1"],
    ...["1150 2/2", "1200 2/1", "1250 2/2"],
  ]);
});

Deno.test("Announcer announces all addresses of an instance on two links, each at its pace", () => {
  const announcer = new Announcer();
  announcer.burst("VI_1", 2, on(2, 100, 101), PACED, 0);
  announcer.burst("VI_1", 3, on(3, 200), PACED, 0);
  deepStrictEqual(outFrom(announcer, 0), [
    ...["0 2/100", "0 3/200", "50 2/101", "50 3/200"],
    ...["100 2/100", "100 3/200", "150 2/101"],
    ...["200 2/100", "250 2/101"],
  ]);
});

Deno.test("Announcer does not hurry after a pause", () => {
  const announcer = new Announcer();
  announcer.burst("VI_1", 2, on(2, 1), PACED, 0);
  deepStrictEqual(out(announcer, 0), ["2/1"]);
  deepStrictEqual(out(announcer, 49.9), []);
  deepStrictEqual(out(announcer, 500), ["2/1"]);
  strictEqual(announcer.dueAt, 550);
});

Deno.test("Announcer puts a burst in the place of the last of that instance and link", () => {
  for (const interval of [0, 50]) {
    const announcer = new Announcer();
    const shape = { repeat: 1, interval };
    announcer.burst("VI_1", 2, on(2, 1, 2), shape, 0);
    announcer.burst("VI_2", 2, on(2, 7), shape, 0);
    announcer.burst("VI_1", 3, on(3, 8), shape, 0);
    announcer.burst("VI_1", 2, on(2, 3), shape, 0);
    deepStrictEqual(
      outFrom(announcer, 0).map((line) => line.slice(2)),
      ["2/7", "3/8", "2/3"],
    );
  }
});

Deno.test("Announcer lets a burst without frames end the last one", () => {
  const announcer = new Announcer();
  announcer.burst("VI_1", 2, on(2, 1), ONCE, 0);
  announcer.burst("VI_1", 2, [], ONCE, 0);
  strictEqual(announcer.dueAt, Infinity);
});

Deno.test("Announcer refreshes at 50 frames a second in all", () => {
  const announcer = new Announcer();
  announcer.refresh("VI_1", [...on(2, 1), ...on(3, 2)]);
  announcer.refresh("VI_2", on(2, 7));
  deepStrictEqual(outFrom(announcer, 1000), [
    "1000 2/1",
    "1020 3/2",
    "1040 2/7",
  ]);
  // The spacing reaches into the next refresh.
  announcer.refresh("VI_1", on(2, 1));
  deepStrictEqual(out(announcer, 1059.9), []);
  strictEqual(announcer.dueAt, 1060);
  deepStrictEqual(out(announcer, 1060), ["2/1"]);
});

Deno.test("Announcer refreshes an instance once at a time", () => {
  const announcer = new Announcer();
  announcer.refresh("VI_1", on(2, 1, 2));
  announcer.refresh("VI_1", on(2, 3));
  announcer.refresh("VI_2", []);
  deepStrictEqual(outFrom(announcer, 0), ["0 2/1", "20 2/2"]);
});

Deno.test("Announcer sends bursts before it refreshes, and a refresh is no burst", () => {
  const announcer = new Announcer();
  announcer.refresh("VI_1", on(2, 9));
  strictEqual(announcer.isBusy("VI_1"), false);
  announcer.burst("VI_2", 2, on(2, 2), PACED, 0);
  announcer.burst("VI_3", 2, on(2, 1), ONCE, 0);
  deepStrictEqual(out(announcer, 0), ["2/1", "2/2", "2/9"]);
});

Deno.test("Announcer sends no refresh that was made before a burst", () => {
  const announcer = new Announcer();
  announcer.refresh("VI_1", on(2, 9));
  announcer.refresh("VI_2", on(2, 8));
  announcer.burst("VI_1", 2, on(2, 1), ONCE, 0);
  deepStrictEqual(outFrom(announcer, 0).map((line) => line.split(" ")[1]), [
    "2/1",
    "2/8",
  ]);
});

Deno.test("Announcer sends nothing more for who is cancelled", () => {
  const announcer = new Announcer();
  for (const owner of ["VI_1", "VI_2"]) {
    const number = Number(owner.slice(3));
    announcer.burst(owner, 2, on(2, number), ONCE, 0);
    announcer.burst(owner, 3, on(3, number), PACED, 0);
    announcer.refresh(owner, on(2, 10 * number));
  }
  announcer.cancel("VI_1");
  strictEqual(announcer.isBusy("VI_1"), false);
  deepStrictEqual(outFrom(announcer, 0).map((line) => line.split(" ")[1]), [
    ...["2/2", "3/2", "2/20"],
    ...["3/2", "3/2"],
  ]);
});

Deno.test("Announcer goes on where a burst was that is replaced, at its pace", () => {
  const announcer = new Announcer();
  announcer.burst("VI_1", 2, on(2, 1, 2, 3, 4), PACED, 0);
  deepStrictEqual(out(announcer, 0), ["2/1"]);
  deepStrictEqual(out(announcer, 50), ["2/2"]);
  announcer.burst("VI_1", 2, on(2, 1, 2, 3, 4), { ...PACED, repeat: 1 }, 60);
  deepStrictEqual(outFrom(announcer, 60), [
    ...["100 2/3", "150 2/4", "200 2/1", "250 2/2"],
  ]);
});

Deno.test("Announcer goes on with what another one had still to send", () => {
  const one = new Announcer();
  one.burst("VI_1", 2, on(2, 1, 2), { repeat: 3, interval: 0 }, 0);
  one.burst("VI_2", 3, on(3, 7, 8), PACED, 0);
  one.refresh("VI_3", on(2, 9));
  one.refresh("VI_3", on(2, 9));
  deepStrictEqual(one.take(3, 0).map(word), ["2/1", "2/2", "2/1"]);
  const debts = JSON.parse(JSON.stringify(one.debts()));
  const other = new Announcer();
  for (const debt of debts) {
    const frames = [...on(2, 2, 1, 9), ...on(3, 8, 7)];
    other.owe(debt, frames);
  }
  deepStrictEqual(other.debts(), one.debts());
  deepStrictEqual(outFrom(other, 0), outFrom(one, 0));
});

Deno.test("Announcer leaves out of that what is there no more", () => {
  const one = new Announcer();
  one.burst("VI_1", 2, on(2, 1, 2), { repeat: 2, interval: 0 }, 0);
  one.refresh("VI_3", on(2, 9));
  const other = new Announcer();
  for (const debt of one.debts()) other.owe(debt, on(2, 2));
  deepStrictEqual(outFrom(other, 0), ["0 2/2", "0 2/2"]);
});
