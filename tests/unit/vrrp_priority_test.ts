import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  causeOf,
  type Tracker,
  type Verdict,
  type Watch,
  type Watched,
  watchOf,
  weigh,
  type Weighing,
} from "../../src/vrrp/priority.ts";

const UP: Verdict = { up: true, value: null, detail: "HTTP 200" };
const DOWN: Verdict = { up: false, value: null, detail: "HTTP 503" };
const UNKNOWN: Verdict = { up: null, value: null, detail: null };

/** A number that was read. */
function reads(value: number): Verdict {
  return { up: true, value, detail: null };
}

/** A tracker of a check. */
function tracks(name: string, weight: number, reverse = false): Tracker {
  return { watch: { type: "check", name }, weight, reverse };
}

/** What priority 100 becomes by one tracker. */
function one(
  verdict: Verdict | undefined,
  weight: number,
  reverse = false,
): Weighing {
  return weigh(100, [{ tracker: tracks("x", weight, reverse), verdict }]);
}

const terms: readonly {
  name: string;
  verdict: Verdict | undefined;
  weight: number;
  reverse?: boolean;
  priority: number;
}[] = [
  {
    name: "a positive weight counts while up",
    verdict: UP,
    weight: 20,
    priority: 120,
  },
  {
    name: "a positive weight does not count while down",
    verdict: DOWN,
    weight: 20,
    priority: 100,
  },
  {
    name: "a negative weight counts while down",
    verdict: DOWN,
    weight: -20,
    priority: 80,
  },
  {
    name: "a negative weight does not count while up",
    verdict: UP,
    weight: -20,
    priority: 100,
  },
  {
    name: "a positive weight in reverse counts while down",
    verdict: DOWN,
    weight: 20,
    reverse: true,
    priority: 120,
  },
  {
    name: "a positive weight in reverse does not count while up",
    verdict: UP,
    weight: 20,
    reverse: true,
    priority: 100,
  },
  {
    name: "a negative weight in reverse counts while up",
    verdict: UP,
    weight: -20,
    reverse: true,
    priority: 80,
  },
  {
    name: "a negative weight in reverse does not count while down",
    verdict: DOWN,
    weight: -20,
    reverse: true,
    priority: 100,
  },
  {
    name: "a positive weight does not count while nothing is known",
    verdict: UNKNOWN,
    weight: 20,
    priority: 100,
  },
  {
    name: "a negative weight does not count while nothing is known",
    verdict: UNKNOWN,
    weight: -20,
    priority: 100,
  },
  {
    name: "a weight in reverse does not count while nothing is known",
    verdict: UNKNOWN,
    weight: -20,
    reverse: true,
    priority: 100,
  },
  {
    name: "a subject without a verdict is not known",
    verdict: undefined,
    weight: -20,
    priority: 100,
  },
  {
    name: "a number is multiplied by the weight",
    verdict: reads(7),
    weight: -3,
    priority: 79,
  },
  {
    name: "a negative number turns the sign of the weight",
    verdict: reads(-7),
    weight: -3,
    priority: 121,
  },
  {
    name: "a number in reverse counts the other way",
    verdict: reads(7),
    weight: -3,
    reverse: true,
    priority: 121,
  },
  {
    name: "a number of 0 adds nothing",
    verdict: reads(0),
    weight: -253,
    priority: 100,
  },
  {
    name: "a number counts though it is called down",
    verdict: { up: false, value: 7, detail: null },
    weight: 3,
    priority: 121,
  },
  {
    name: "a number that is unknown does not count",
    verdict: { up: null, value: 7, detail: null },
    weight: 3,
    priority: 100,
  },
];

for (const { name, verdict, weight, reverse, priority } of terms) {
  Deno.test(`weigh(): ${name}`, () => {
    const weighing = one(verdict, weight, reverse);
    const term = priority - 100;
    const tracker = tracks("x", weight, reverse);
    deepStrictEqual(weighing, {
      priority,
      terms: term === 0 ? [] : [{ tracker, verdict, term }],
      operator: 0,
      faults: [],
    });
  });
}

const faults: readonly {
  name: string;
  verdict: Verdict | undefined;
  weight: number;
  reverse?: boolean;
  fault: boolean;
}[] = [
  {
    name: "weight 0 means FAULT while down",
    verdict: DOWN,
    weight: 0,
    fault: true,
  },
  {
    name: "weight 0 means nothing while up",
    verdict: UP,
    weight: 0,
    fault: false,
  },
  {
    name: "weight 0 in reverse means FAULT while up",
    verdict: UP,
    weight: 0,
    reverse: true,
    fault: true,
  },
  {
    name: "weight 0 in reverse means nothing while down",
    verdict: DOWN,
    weight: 0,
    reverse: true,
    fault: false,
  },
  {
    name: "weight 0 means nothing while nothing is known",
    verdict: UNKNOWN,
    weight: 0,
    fault: false,
  },
  {
    name: "weight 0 in reverse means nothing while nothing is known",
    verdict: UNKNOWN,
    weight: 0,
    reverse: true,
    fault: false,
  },
  {
    name: "weight 0 without a verdict means nothing",
    verdict: undefined,
    weight: 0,
    fault: false,
  },
  {
    name: "weight 0 looks at up and down, not at the number",
    verdict: { up: false, value: 7, detail: null },
    weight: 0,
    fault: true,
  },
  {
    name: "a number that takes 254 away means FAULT",
    verdict: reads(-127),
    weight: 2,
    fault: true,
  },
  {
    name: "a number that takes 254 away in reverse means FAULT",
    verdict: reads(127),
    weight: 2,
    reverse: true,
    fault: true,
  },
];

for (const { name, verdict, weight, reverse, fault } of faults) {
  Deno.test(`weigh(): ${name}`, () => {
    deepStrictEqual(one(verdict, weight, reverse), {
      priority: 100,
      terms: [],
      operator: 0,
      faults: fault ? [{ tracker: tracks("x", weight, reverse), verdict }] : [],
    });
  });
}

Deno.test("weigh(): a number that takes 253 away is no fault yet", () => {
  deepStrictEqual(one(reads(-23), 11), {
    priority: 1,
    terms: [{ tracker: tracks("x", 11), verdict: reads(-23), term: -253 }],
    operator: 0,
    faults: [],
  });
});

/** Trackers of these weights, all of them down. */
function downs(...weights: readonly number[]): Watched[] {
  return weights.map((weight, i) => ({
    tracker: tracks(`x${i}`, weight),
    verdict: DOWN,
  }));
}

Deno.test("weigh(): the terms of all trackers add up, beyond the bounds in between", () => {
  const raised = { tracker: tracks("y", 230, true), verdict: DOWN };
  deepStrictEqual(weigh(100, [...downs(-200, -90), raised]), {
    priority: 40,
    terms: [
      { tracker: tracks("x0", -200), verdict: DOWN, term: -200 },
      { tracker: tracks("x1", -90), verdict: DOWN, term: -90 },
      { tracker: tracks("y", 230, true), verdict: DOWN, term: 230 },
    ],
    operator: 0,
    faults: [],
  });
});

Deno.test("weigh(): a fault does not hide what the others add", () => {
  const { priority, faults } = weigh(100, downs(-10, 0, -20));
  strictEqual(priority, 70);
  deepStrictEqual(faults, [{ tracker: tracks("x1", 0), verdict: DOWN }]);
});

Deno.test("weigh(): the priority does not fall below 1", () => {
  strictEqual(weigh(100, downs(-60, -60)).priority, 1);
});

Deno.test("weigh(): the priority does not rise above 254, which 255 would make an owner", () => {
  strictEqual(one(UP, 155).priority, 254);
});

Deno.test("weigh(): an owner never moves, but may have a fault", () => {
  const { priority, faults } = weigh(255, downs(-60, 0));
  strictEqual(priority, 255);
  deepStrictEqual(faults, [{ tracker: tracks("x1", 0), verdict: DOWN }]);
});

Deno.test("weigh(): the last resort has priority 1, and the operator takes the rest away", () => {
  const weighed = weigh(100, downs(-30), true);
  strictEqual(weighed.priority, 1);
  strictEqual(weighed.terms.length, 1);
  strictEqual(weighed.operator, -69);
  strictEqual(weigh(100, downs(-200), true).operator, 101);
  deepStrictEqual(weigh(255, [], true), {
    ...{ priority: 255, terms: [], operator: 0, faults: [] },
  });
});

Deno.test("weigh(): without trackers the priority is the configured one", () => {
  for (const base of [1, 100, 254, 255]) {
    deepStrictEqual(weigh(base, []), {
      ...{ priority: base, terms: [], operator: 0, faults: [] },
    });
  }
});

Deno.test("weigh(): the priority is 1 to 254 whatever is read, and an owner's 255", () => {
  const watched = fc.record({
    tracker: fc.record({
      watch: fc.record({
        type: fc.constantFrom("check", "interface"),
        name: fc.string(),
      }),
      weight: fc.integer({ min: -253, max: 253 }),
      reverse: fc.boolean(),
    }),
    verdict: fc.option(
      fc.record({
        up: fc.option(fc.boolean()),
        value: fc.option(fc.maxSafeInteger()),
        detail: fc.constant(null),
      }),
      { nil: undefined },
    ),
  });
  const base = fc.integer({ min: 1, max: 255 });
  fc.assert(fc.property(base, fc.array(watched), (base, all) => {
    const { priority } = weigh(base, all);
    const least = base === 255 ? 255 : 1;
    const most = base === 255 ? 255 : 254;
    strictEqual(priority >= least && priority <= most, true);
  }));
});

Deno.test("watchOf() knows what causeOf() made, and no other cause", () => {
  const watches: readonly Watch[] = [
    { type: "check", name: "eth0" },
    { type: "interface", name: "eth0" },
    { type: "check", name: "interface eth0" },
    { type: "check", name: 'file "/run/a  b"' },
  ];
  const causes = watches.map(causeOf);
  strictEqual(new Set(causes).size, watches.length);
  deepStrictEqual(causes.map(watchOf), watches);
  for (const cause of ["interface", "addresses", "group", "trackers"]) {
    strictEqual(watchOf(cause), null);
  }
});
