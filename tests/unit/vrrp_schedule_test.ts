// The deadlines of an engine against a look at every router.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  advance,
  configure,
  detectStall,
  earliestDeadline,
  type Engine,
  forget,
  newEngine,
  regroup,
} from "../../src/vrrp/engine.ts";
import {
  advertDueAt,
  choreDueAt,
  takeOverDueAt,
} from "../../src/vrrp/deadline.ts";
import type { Input, RouterConfig } from "../../src/vrrp/state.ts";
import {
  advert,
  expireAt,
  LINK_DOWN,
  LINK_UP,
  ONE_BURST,
  V2,
  V3,
} from "./vrrp_example.ts";

const NAMES = ["a", "b", "c", "d"];
const GROUPINGS: readonly (readonly (readonly string[])[])[] = [
  [],
  [["a", "b"]],
  [["a", "b"], ["c", "d"]],
  [["d", "a", "c", "b"]],
  [["b", "c", "nobody"]],
];
const CONFIGS: readonly RouterConfig[] = [
  V2,
  { ...V3, advertInterval: 100 },
  { ...ONE_BURST, priority: 255 },
  { ...V2, preempt: false, priority: 200 },
];

/** The earliest deadline, found by a look at all of them. */
function scan(
  { routers }: Engine,
  groups: readonly (readonly string[])[],
): number {
  const alone = [...routers.keys()]
    .filter((name) => !groups.some((group) => group.includes(name)))
    .map((name) => [name]);
  const takeOvers = [...groups, ...alone].map((unit) => {
    const times = unit.flatMap((name) => {
      const { config, state } = routers.get(name) ?? {};
      if (config === undefined || state === undefined) return [];
      return state.name === "MASTER" ? [] : [takeOverDueAt(config, state)];
    });
    return times.length === 0 ? Infinity : Math.max(...times);
  });
  const others = [...routers.values()].flatMap(({ config, state }) => [
    advertDueAt(config, state),
    choreDueAt(config, state),
  ]);
  return Math.min(...takeOvers, ...others);
}

const inputs: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>(
    { type: "startup" },
    { type: "shutdown" },
    { type: "held" },
    { type: "addressRefused", failure: "no" },
    { type: "addressLost" },
    { type: "macChanged" },
    { type: "priority", priority: 150 },
    { type: "fault", cause: "link", reason: LINK_DOWN },
    { type: "fault", cause: "link", reason: LINK_DOWN, delay: 700 },
    { type: "recover", cause: "link", reason: LINK_UP },
    { type: "recover", cause: "link", reason: LINK_UP, delay: 700 },
  ),
  fc.integer({ min: 0, max: 255 }).map((n) => advert("10.0.0.20", n)),
);
const name = fc.constantFrom(...NAMES);
const operations = fc.array(
  fc.record({
    wait: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.constant(-1)),
    what: fc.oneof(
      { weight: 8, arbitrary: fc.record({ name, input: inputs }) },
      { weight: 2, arbitrary: fc.record({ lost: fc.nat({ max: 9000 }) }) },
      {
        weight: 1,
        arbitrary: fc.record({ name, config: fc.constantFrom(...CONFIGS) }),
      },
      { weight: 1, arbitrary: fc.record({ grouping: fc.nat({ max: 4 }) }) },
      { weight: 1, arbitrary: fc.record({ gone: name }) },
    ),
  }),
  { maxLength: 80, size: "max" },
);

Deno.test("the earliest deadline is the one that a look at all routers finds, whatever happens", () => {
  fc.assert(
    fc.property(operations, (operations) => {
      const engine = newEngine();
      let groups: readonly (readonly string[])[] = [];
      let now = 0;
      for (const name of NAMES) {
        configure(engine, name, V2);
        advance(engine, name, { type: "startup" }, now);
      }
      for (const { wait, what } of operations) {
        const due = earliestDeadline(engine);
        now = wait >= 0
          ? now + wait
          : due < Infinity
          ? Math.max(now, due)
          : now;
        if ("input" in what) advance(engine, what.name, what.input, now);
        else if ("config" in what) configure(engine, what.name, what.config);
        else if ("gone" in what) forget(engine, what.gone);
        else if ("grouping" in what) {
          groups = GROUPINGS[what.grouping] ?? [];
          const named = groups.map((group, i) => [`${i}`, group] as const);
          regroup(engine, new Map(named), now);
        } else {
          detectStall(engine, what.lost, now);
          expireAt(engine, what.lost, now, 1 + what.lost % 3);
        }
        strictEqual(earliestDeadline(engine), scan(engine, groups));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("deadlines that are run a few at a time are all run", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), (most) => {
      const engine = newEngine();
      for (const [i, name] of NAMES.entries()) {
        configure(engine, name, CONFIGS[i] ?? V2);
        advance(engine, name, { type: "startup" }, 0);
      }
      regroup(engine, new Map([["G", ["a", "d"]]]), 0);
      let calls = 0;
      while (earliestDeadline(engine) <= 5000) {
        expireAt(engine, 0, 5000, most);
        ok(++calls <= 8, "does not end");
      }
      deepStrictEqual(
        NAMES.map((name) => engine.routers.get(name)?.state.name),
        ["MASTER", "MASTER", "MASTER", "MASTER"],
      );
    }),
  );
});
