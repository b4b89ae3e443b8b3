// What takeovers begin with, known before they are run.

import {
  deepStrictEqual,
  notStrictEqual,
  ok,
  strictEqual,
} from "node:assert/strict";
import fc from "fast-check";
import { readyAt } from "../../src/vrrp/deadline.ts";
import {
  type FirstWord,
  firstWords,
  foresee,
  getReadyAt,
  unsaid,
  whatIsDue,
} from "../../src/vrrp/due.ts";
import {
  advance,
  configure,
  type Engine,
  newEngine,
  regroup,
} from "../../src/vrrp/engine.ts";
import type { Input, RouterConfig } from "../../src/vrrp/state.ts";
import {
  advert,
  BACKUP,
  expireAt,
  LINK_DOWN,
  LINK_UP,
  sends,
  V2,
  V3,
} from "./vrrp_example.ts";

/** Backups by name, started at these times. */
function backups(
  routers: Readonly<Record<string, readonly [RouterConfig, startedAt: number]>>,
): Engine {
  const engine = newEngine();
  for (const [name, [config, at]] of Object.entries(routers)) {
    configure(engine, name, config);
    advance(engine, name, { type: "startup" }, at);
  }
  return engine;
}

function wordsAt(
  engine: Engine,
  lost: number,
  now: number,
  most?: number,
): readonly FirstWord[] {
  return firstWords(engine, whatIsDue(engine, lost, now, most), now);
}

const word = (instance: string, priority = 100): unknown => ({
  instance,
  action: sends(priority),
});

Deno.test("firstWords() are those of takeovers that are due, and none is early", () => {
  const engine = backups({ a: [V2, 10_000], b: [V2, 10_001] });
  deepStrictEqual(wordsAt(engine, 0, 13_609.374), []);
  deepStrictEqual(wordsAt(engine, 0, 13_609.375), [word("a")]);
  deepStrictEqual(wordsAt(engine, 0, 13_610.375), [word("a"), word("b")]);
  strictEqual(engine.routers.get("a")?.state.name, "BACKUP");
});

Deno.test("firstWords() are those of masters too, behind those of takeovers", () => {
  const engine = backups({ a: [V2, 10_000], b: [V2, 11_001] });
  expireAt(engine, 0, 13_610);
  deepStrictEqual(wordsAt(engine, 0, 14_609.999), []);
  deepStrictEqual(wordsAt(engine, 0, 14_610), [word("a")]);
  deepStrictEqual(wordsAt(engine, 0, 14_611), [word("b"), word("a")]);
});

Deno.test("firstWords() say nothing of a master that may be at fault", () => {
  const engine = backups({ a: [V2, 10_000] });
  expireAt(engine, 0, 13_610);
  const down: Input = {
    ...{ type: "fault", cause: "link", reason: LINK_DOWN },
    delay: 500,
  };
  advance(engine, "a", down, 14_110);
  deepStrictEqual(wordsAt(engine, 0, 14_610), []);
  deepStrictEqual(expireAt(engine, 0, 14_610)[0], word("a", 0));
});

Deno.test("firstWords() speak for no more than expire() runs", () => {
  const engine = backups({ a: [V2, 10_000], b: [V2, 10_001] });
  deepStrictEqual(wordsAt(engine, 0, 14_000, 1), [word("a")]);
});

Deno.test("firstWords() are those of a whole group, when its last may", () => {
  const engine = backups({ a: [V2, 10_000], b: [V2, 10_500] });
  regroup(engine, new Map([["g", ["a", "b"]]]), 11_000);
  deepStrictEqual(wordsAt(engine, 0, 14_109.374), []);
  deepStrictEqual(wordsAt(engine, 0, 14_109.375), [word("a"), word("b")]);
});

Deno.test("firstWords() say nothing of who stood still, was refused or may be at fault", () => {
  const engine = backups({ a: [V2, 10_000] });
  deepStrictEqual(wordsAt(engine, 2000, 15_000), []);
  const down: Input = {
    ...{ type: "fault", cause: "link", reason: LINK_DOWN },
    delay: 609.375,
  };
  advance(engine, "a", down, 13_000);
  deepStrictEqual(wordsAt(engine, 0, 13_609.375), []);
  const refused = backups({ a: [V2, 10_000] });
  expireAt(refused, 0, 13_700);
  const input: Input = { type: "addressRefused", failure: "no" };
  advance(refused, "a", input, 13_700);
  expireAt(refused, 0, 14_700);
  strictEqual(refused.routers.get("a")?.state.name, "BACKUP");
  deepStrictEqual(wordsAt(refused, 0, 20_000), []);
});

Deno.test("unsaid() leaves out what was said, and nothing else", () => {
  const engine = backups({ a: [V2, 10_000], b: [V2, 10_000] });
  const said = wordsAt(engine, 0, 13_700);
  const actions = unsaid(expireAt(engine, 0, 13_700), said);
  deepStrictEqual(
    actions.map(({ instance, action }) => `${instance} ${action.type}`),
    ["a", "b"].flatMap((name) =>
      ["hold", "announce", "transition"].map((type) => `${name} ${type}`)
    ),
  );
});

const events = fc.array(
  fc.record({
    name: fc.constantFrom("a", "b", "c", "d"),
    wait: fc.constantFrom(0, 5, 100, 700, 4000),
    input: fc.option(
      fc.constantFrom<Input>(
        advert("10.0.0.20", 200),
        advert("10.0.0.20", 0),
        advert("10.0.0.20", 50),
        { type: "fault", cause: "link", reason: LINK_DOWN, delay: 700 },
        { type: "fault", cause: "link", reason: LINK_DOWN },
        { type: "recover", cause: "link", reason: LINK_UP },
        { type: "addressRefused", failure: "no" },
        { type: "held" },
        { type: "failover", by: null },
        { type: "resume" },
      ),
      { nil: null },
    ),
    most: fc.constantFrom(1, 2, Infinity),
    lost: fc.constantFrom(0, 0, 1500),
  }),
  { maxLength: 50 },
);

Deno.test("firstWords() are always among what expire() says", () => {
  let spoken = 0;
  fc.assert(fc.property(events, (all) => {
    const engine = backups({
      a: [V2, 0],
      b: [V3, 0],
      c: [{ ...V2, garp: { delay: 1, refresh: 500 } }, 0],
      d: [V2, 0],
    });
    regroup(engine, new Map([["g", ["a", "b"]]]), 0);
    let now = 0;
    for (const { name, wait, input, most, lost } of all) {
      now += wait;
      if (input !== null) advance(engine, name, input, now);
      const said = wordsAt(engine, lost, now, most);
      const states = said.map(({ instance }) => engine.routers.get(instance));
      const actions = expireAt(engine, lost, now, most);
      const left = unsaid(actions, said);
      strictEqual(actions.length - left.length, said.length);
      for (const [i, { instance, action }] of said.entries()) {
        const first = actions.find((one) => one.instance === instance);
        deepStrictEqual(first?.action, action);
        notStrictEqual(states[i]?.state.name, "FAULT");
        strictEqual(engine.routers.get(instance)?.state.name, "MASTER");
      }
      spoken += said.length;
    }
  }));
  ok(spoken > 100, `${spoken}`);
});

Deno.test("foresee() knows who is due by a time, the first first", () => {
  const engine = backups({
    a: [V2, 10_010],
    b: [{ ...V2, priority: 101 }, 10_000],
    c: [V2, 10_030],
  });
  deepStrictEqual(foresee(engine, 13_620), [word("b", 101), word("a")]);
});

Deno.test("readyAt() is so long before the takeover, but after a living master was heard", () => {
  strictEqual(readyAt(V2, BACKUP, 10), 13_599.375);
  strictEqual(readyAt(V2, BACKUP, 100), 13_509.375);
  strictEqual(readyAt(V2, { ...BACKUP, waits: "skew" }, 10), 10_599.375);
  // Without a missed advert there is the skew time alone: 156/256 of 10 ms.
  const hasty = { ...V3, advertInterval: 10, downTimerAdverts: 1 };
  const heard = {
    ...BACKUP,
    master: { address: "10.0.0.20", priority: 200, interval: 10 },
  };
  strictEqual(readyAt(hasty, heard, 10), 10_013.046_875);
  const patient = { ...hasty, downTimerAdverts: 3 };
  strictEqual(readyAt(patient, heard, 10), 10_026.093_75);
  strictEqual(readyAt(patient, heard, 100), 10_023.046_875);
});

Deno.test("getReadyAt() is for the first takeover", () => {
  const engine = backups({ a: [V2, 10_000], b: [V2, 10_500] });
  strictEqual(getReadyAt(engine, 10), 13_599.375);
  strictEqual(getReadyAt(engine, 100), 13_509.375);
  advance(engine, "a", advert("10.0.0.20", 200), 11_000);
  strictEqual(getReadyAt(engine, 10), 14_099.375);
  strictEqual(getReadyAt(newEngine(), 10), Infinity);
});
