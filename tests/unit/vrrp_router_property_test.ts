// What holds for every sequence of inputs.

import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  choreDueAt,
  nextDeadline,
  takeOverDueAt,
} from "../../src/vrrp/deadline.ts";
import { step } from "../../src/vrrp/router.ts";
import { reason as reasonOf } from "../../src/vrrp/reason_shape.ts";
import { Misshapen } from "../../src/vrrp/shape.ts";
import { routerState } from "../../src/vrrp/state_shape.ts";
import {
  type Action,
  initialState,
  type Input,
  mayHold,
  type RouterConfig,
  type RouterState,
} from "../../src/vrrp/state.ts";
import {
  LINK_DOWN,
  LINK_GONE,
  LINK_UP,
  NO_ROUTE,
  YIELDED,
} from "./vrrp_example.ts";

const configs: fc.Arbitrary<RouterConfig> = fc.record({
  version: fc.constantFrom(2, 3),
  priority: fc.oneof(fc.integer({ min: 1, max: 254 }), fc.constant(255)),
  advertInterval: fc.constantFrom(10, 250, 1000, 40_950),
  preempt: fc.boolean(),
  preemptDelay: fc.constantFrom(0, 3000),
  downTimerAdverts: fc.integer({ min: 1, max: 100 }),
  garp: fc.record({
    delay: fc.constantFrom(0, 100, 5000),
    refresh: fc.constantFrom(0, 1000, 60_000),
  }),
  higherPriorityAdvert: fc.boolean(),
});

const cause = fc.constantFrom("link", "probe", "addresses");
const reason = fc.constantFrom(LINK_DOWN, LINK_GONE, NO_ROUTE);
const failure = fc.constantFrom("a", "b");
const priority = fc.integer({ min: 1, max: 255 });
const delay = fc.constantFrom(0, 1500);
const address = fc.constantFrom("10.0.0.9", "10.0.0.10", "192.0.2.1");

const inputs: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ type: fc.constant("startup") }),
  fc.record({ type: fc.constant("shutdown") }),
  fc.record({
    type: fc.constant("advert"),
    source: address,
    priority: fc.integer({ min: 0, max: 255 }),
    interval: fc.constantFrom(10, 1000, 40_950),
  }),
  fc.record({ type: fc.constant("priority"), priority }),
  fc.record({
    type: fc.constant("source"),
    source: fc.option(address, { nil: null }),
  }),
  fc.record({ type: fc.constant("fault"), cause, reason, delay }),
  fc.record({
    type: fc.constant("recover"),
    cause,
    reason: fc.constant(LINK_UP),
    delay,
  }),
  fc.record({
    type: fc.constant("stall"),
    lost: fc.constantFrom(1, 3000, 1e6),
  }),
  fc.record({ type: fc.constant("demote"), reason: fc.constant(YIELDED) }),
  fc.record({
    type: fc.constant("failover"),
    by: fc.constantFrom("alice", null),
  }),
  fc.record({ type: fc.constant("resume") }),
  fc.record({ type: fc.constant("held") }),
  fc.record({ type: fc.constant("addressLost") }),
  fc.record({ type: fc.constant("macChanged") }),
  fc.record({
    type: fc.constant("listening"),
    since: fc.double({ min: 0, max: 5000, noNaN: true }),
  }),
  fc.record({ type: fc.constant("config"), priority }),
  fc.record({ type: fc.constant("addressRefused"), failure }),
);

/** An input after a while, or null for running into the next deadline. */
const sequences = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 5000, noNaN: true }),
    fc.option(inputs, { nil: null }),
  ),
  { maxLength: 60 },
);

type Sequence = readonly (readonly [wait: number, Input | null])[];

/** One step of a sequence, and what it came from. */
interface Moment {
  before: RouterState;
  input: Input;
  now: number;
  after: RouterState;
  actions: readonly Action[];
}

function play(config: RouterConfig, sequence: Sequence): Moment[] {
  const moments: Moment[] = [];
  let state: RouterState = initialState(config);
  let now = 0;
  const started: Sequence = [[0, { type: "startup" }], ...sequence];
  for (const [wait, next] of started) {
    const due = nextDeadline(config, state);
    now = next === null && due < Infinity ? Math.max(now, due) : now + wait;
    const input = next ?? dueAt(config, state, now);
    const { state: after, actions } = step(config, state, input, now);
    moments.push({ before: state, input, now, after, actions });
    state = after;
  }
  return moments;
}

/** The addresses that it claimed are held. */
const CLAIMED: Input = {
  type: "takeOver",
  due: 0,
  stalled: false,
  claim: false,
};

/** What the engine gives to a router at a time. */
function dueAt(config: RouterConfig, state: RouterState, now: number): Input {
  if (state.name === "BACKUP" && state.holds) return CLAIMED;
  const due = takeOverDueAt(config, state);
  return due <= now && choreDueAt(config, state) > now
    ? { type: "takeOver", due, stalled: false, claim: state.refusals > 0 }
    : { type: "deadline" };
}

/** Check every moment of many sequences. */
function always(check: (moment: Moment, config: RouterConfig) => void): void {
  fc.assert(
    fc.property(configs, sequences, (config, sequence) => {
      for (const moment of play(config, sequence)) check(moment, config);
    }),
    { numRuns: 1000 },
  );
}

function types(actions: readonly Action[]): string[] {
  return actions.map(({ type }) => type);
}

Deno.test("any state is read again from plain data, and none that lacks a part", () => {
  always(({ after, actions }) => {
    for (const action of actions) {
      if (action.type !== "transition") continue;
      const why = action.reason;
      deepStrictEqual(reasonOf(JSON.parse(JSON.stringify(why))), why);
    }
    const text = JSON.stringify(after);
    deepStrictEqual(routerState(JSON.parse(text)), after);
    for (const part of Object.keys(after)) {
      const { [part]: _, ...rest } = JSON.parse(text);
      throws(() => routerState(rest), Misshapen);
    }
  });
});

Deno.test("reasons of a group are read again, and none that there are not", () => {
  const listens = { kind: "listens", peer: "10.0.0.9", peerPriority: 3 };
  for (
    const why of [
      { kind: "group", instance: "VI_2", because: listens },
      { kind: "group", instance: "VI_2", because: { kind: "owner" } },
      { kind: "recovered", what: { kind: "group_well" } },
      {
        kind: "recovered",
        what: { kind: "group", instance: "VI_2", because: { kind: "retry" } },
      },
    ]
  ) deepStrictEqual(reasonOf(why), why);
  for (
    const why of [
      { kind: "constructor" },
      { kind: "group", instance: "VI_2", because: { kind: "group" } },
      { kind: "listens", peer: 9, peerPriority: 3 },
      null,
    ]
  ) throws(() => reasonOf(why), Misshapen);
});

Deno.test("step() has addresses held only by MASTER, and by BACKUP that was refused before", () => {
  always(({ after, actions }) => {
    if (!types(actions).includes("hold")) return;
    ok(mayHold(after));
    if (after.name === "BACKUP") ok(after.refusals > 0);
  });
});

Deno.test("step() releases the addresses when they may be held no more, and only then", () => {
  always(({ before, after, actions }) => {
    const leaves = mayHold(before) && !mayHold(after);
    strictEqual(types(actions).includes("release"), leaves);
  });
});

Deno.test("step() says nothing to others while it claims its addresses", () => {
  always(({ before, after, actions }) => {
    if (before.name !== "BACKUP" || after.name === "MASTER") return;
    ok(!types(actions).includes("sendAdvert"));
    ok(!types(actions).includes("announce"));
  });
});

Deno.test("step() takes addresses that were refused only when it holds them", () => {
  always(({ before, after }) => {
    if (before.name === "MASTER" || after.name !== "MASTER") return;
    ok(before.refusals === 0 || before.name === "BACKUP" && before.holds);
  });
});

Deno.test("step() enters MASTER by advert, addresses, announcement, transition", () => {
  always(({ before, after, actions }) => {
    if (before.name === "MASTER" || after.name !== "MASTER") return;
    // A burst too soon after the last is put off.
    const announce = after.burstAt === before.burstAt ? [] : ["announce"];
    deepStrictEqual(types(actions), [
      ...["sendAdvert", "hold", ...announce, "transition"],
    ]);
  });
});

Deno.test("step() makes at most one burst a second, but for another MAC, and remembers each", () => {
  always(({ before, input, now, after, actions }) => {
    const bursts = actions.filter((action) =>
      action.type === "announce" && action.what === "all"
    );
    if (bursts.length === 0) return strictEqual(after.burstAt, before.burstAt);
    strictEqual(bursts.length, 1);
    strictEqual(after.burstAt, now);
    if (input.type === "macChanged" || before.burstAt === null) return;
    ok(now >= before.burstAt + 1000);
  });
});

Deno.test("step() announces all within a second of a promotion", () => {
  always(({ now, after }) => {
    if (after.name !== "MASTER" || after.announcedAt !== null) return;
    ok(after.announceAgainAt !== null && after.announceAgainAt <= now + 1000);
  });
});

Deno.test("step() tells each change of state once, as the last action, and nothing else", () => {
  always(({ before, after, actions }) => {
    const told = actions.filter(({ type }) => type === "transition");
    if (before.name === after.name) return strictEqual(told.length, 0);
    const last = actions.at(-1);
    deepStrictEqual(told, [last]);
    ok(last?.type === "transition");
    deepStrictEqual([last.from, last.to], [before.name, after.name]);
  });
});

Deno.test("step() sends adverts as MASTER only, and priority 0 only on the way out", () => {
  always(({ before, input, after, actions }, config) => {
    for (const action of actions) {
      if (action.type !== "sendAdvert") continue;
      ok(before.name === "MASTER" || after.name === "MASTER");
      const isLastWord = action.after === "release";
      strictEqual(
        action.priority,
        after.name === "MASTER" || isLastWord ? after.priority : 0,
      );
      if (!isLastWord) continue;
      const wasMissing = before.name === "MASTER" && input.type === "advert" &&
        before.missing === input.source;
      ok(config.higherPriorityAdvert || wasMissing);
      deepStrictEqual(types(actions), ["release", "sendAdvert", "transition"]);
    }
  });
});

Deno.test("step() is in FAULT just when there is a cause, once it has started", () => {
  always(({ after }) => {
    if (after.name === "INIT") return;
    strictEqual(after.name === "FAULT", Object.keys(after.faults).length > 0);
  });
});

Deno.test("step() lets only a master hand over, which then preempts nobody until it is resumed or serves", () => {
  always(({ before, input, after, actions }, config) => {
    if (after.name === "MASTER") strictEqual(after.yielded, false);
    if (after.yielded && !before.yielded) {
      deepStrictEqual([input.type, before.name], ["failover", "MASTER"]);
      ok(config.priority < 255);
      deepStrictEqual(types(actions), ["sendAdvert", "release", "transition"]);
    }
    if (before.yielded && !after.yielded) {
      const ends = after.name === "MASTER" || after.name === "INIT" ||
        input.type === "resume";
      ok(ends);
    }
    if (!before.yielded || before.name !== "BACKUP") return;
    if (input.type !== "advert" || input.priority === 0) return;
    // Whatever it is, it is the master.
    ok(after.name === "BACKUP" && after.master?.address === input.source);
    strictEqual(after.lowerHeard, null);
    strictEqual(after.waits, "masterDown");
  });
});

Deno.test("step() leaves the state alone on a deadline that is early", () => {
  always(({ before, input, now, after, actions }, config) => {
    if (input.type !== "deadline" && input.type !== "takeOver") return;
    if (now >= nextDeadline(config, before) || input === CLAIMED) return;
    strictEqual(after, before);
    deepStrictEqual(actions, []);
  });
});

Deno.test("step() is done with all deadlines soon", () => {
  always(({ before, input, now, after }, config) => {
    if (input.type !== "deadline" && input.type !== "takeOver") return;
    // Several faults, refused addresses, an owner that need not wait.
    const most = 3 + before.pending.length;
    let rest = after;
    for (let n = 0; n < most && nextDeadline(config, rest) <= now; n++) {
      rest = step(config, rest, dueAt(config, rest, now), now).state;
    }
    ok(nextDeadline(config, rest) > now);
  });
});

Deno.test("step() believes no fault before its delay is over, and no end of one", () => {
  always(({ before, input, now, after }) => {
    if (input.type !== "fault" && input.type !== "recover") return;
    if (before.name === "INIT" || (input.delay ?? 0) === 0) return;
    const told = before.faults[input.cause] !== undefined;
    strictEqual(after.faults[input.cause] !== undefined, told);
    for (const { at } of after.pending) ok(at <= now + 1500);
  });
});

Deno.test("step() gives states and actions that survive JSON", () => {
  always(({ after, actions }) => {
    deepStrictEqual(JSON.parse(JSON.stringify({ after, actions })), {
      after,
      actions,
    });
  });
});

Deno.test("step() gives the same for the same inputs", () => {
  fc.assert(
    fc.property(configs, sequences, (config, sequence) => {
      deepStrictEqual(play(config, sequence), play(config, sequence));
    }),
    { numRuns: 300 },
  );
});
