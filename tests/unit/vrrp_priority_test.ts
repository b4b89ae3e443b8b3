import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  type Tracker,
  type Verdict,
  weigh,
  type Weighing,
} from "../../src/vrrp/priority.ts";

const UP: Verdict = { up: true, value: null };
const DOWN: Verdict = { up: false, value: null };
const UNKNOWN: Verdict = { up: null, value: null };

/** A number that was read. */
function reads(value: number): Verdict {
  return { up: true, value };
}

/** What priority 100 becomes by one tracker. */
function one(
  verdict: Verdict | undefined,
  weight: number,
  reverse = false,
): Weighing {
  const tracker = { subject: "x", weight, reverse };
  const verdicts = new Map<string, Verdict>();
  if (verdict !== undefined) verdicts.set("x", verdict);
  return weigh(100, [tracker], verdicts);
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
    verdict: { up: false, value: 7 },
    weight: 3,
    priority: 121,
  },
  {
    name: "a number that is unknown does not count",
    verdict: { up: null, value: 7 },
    weight: 3,
    priority: 100,
  },
];

for (const { name, verdict, weight, reverse, priority } of terms) {
  Deno.test(`weigh(): ${name}`, () => {
    const weighing = one(verdict, weight, reverse);
    const term = priority - 100;
    deepStrictEqual(weighing, {
      priority,
      terms: term === 0 ? [] : [{ subject: "x", term }],
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
    verdict: { up: false, value: 7 },
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
      faults: fault ? ["x"] : [],
    });
  });
}

Deno.test("weigh(): a number that takes 253 away is no fault yet", () => {
  deepStrictEqual(one(reads(-23), 11), {
    priority: 1,
    terms: [{ subject: "x", term: -253 }],
    faults: [],
  });
});

/** Trackers of these weights, all of them down. */
function downs(weights: readonly number[]): [Tracker[], Map<string, Verdict>] {
  const trackers = weights.map((weight, i) => ({
    subject: `x${i}`,
    weight,
    reverse: false,
  }));
  return [trackers, new Map(trackers.map(({ subject }) => [subject, DOWN]))];
}

Deno.test("weigh(): the terms of all trackers add up, beyond the bounds in between", () => {
  const [trackers, verdicts] = downs([-200, -90]);
  const raised = [...trackers, { subject: "y", weight: 230, reverse: true }];
  deepStrictEqual(weigh(100, raised, verdicts.set("y", DOWN)), {
    priority: 40,
    terms: [
      { subject: "x0", term: -200 },
      { subject: "x1", term: -90 },
      { subject: "y", term: 230 },
    ],
    faults: [],
  });
});

Deno.test("weigh(): a fault does not hide what the others add", () => {
  const [trackers, verdicts] = downs([-10, 0, -20]);
  const { priority, faults } = weigh(100, trackers, verdicts);
  strictEqual(priority, 70);
  deepStrictEqual(faults, ["x1"]);
});

Deno.test("weigh(): the priority does not fall below 1", () => {
  const [trackers, verdicts] = downs([-60, -60]);
  strictEqual(weigh(100, trackers, verdicts).priority, 1);
});

Deno.test("weigh(): the priority does not rise above 254, which 255 would make an owner", () => {
  strictEqual(one(UP, 155).priority, 254);
});

Deno.test("weigh(): an owner never moves, but may have a fault", () => {
  const [trackers, verdicts] = downs([-60, 0]);
  const { priority, faults } = weigh(255, trackers, verdicts);
  strictEqual(priority, 255);
  deepStrictEqual(faults, ["x1"]);
});

Deno.test("weigh(): without trackers the priority is the configured one", () => {
  for (const base of [1, 100, 254, 255]) {
    deepStrictEqual(weigh(base, [], new Map()), {
      priority: base,
      terms: [],
      faults: [],
    });
  }
});

Deno.test("weigh(): the priority is 1 to 254 whatever is read, and an owner's 255", () => {
  const verdict = fc.record({
    up: fc.option(fc.boolean()),
    value: fc.option(fc.maxSafeInteger()),
  });
  const watched = fc.tuple(
    fc.integer({ min: -253, max: 253 }),
    fc.boolean(),
    verdict,
  );
  const base = fc.integer({ min: 1, max: 255 });
  fc.assert(fc.property(base, fc.array(watched), (base, all) => {
    const trackers = all.map(([weight, reverse], i) => ({
      subject: `${i}`,
      weight,
      reverse,
    }));
    const verdicts = new Map(all.map(([, , verdict], i) => [`${i}`, verdict]));
    const { priority } = weigh(base, trackers, verdicts);
    const least = base === 255 ? 255 : 1;
    const most = base === 255 ? 255 : 254;
    strictEqual(priority >= least && priority <= most, true);
  }));
});
