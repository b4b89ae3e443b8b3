// Two instances, "a" and "b", that are master together or not at all.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { reasonInWords } from "../../src/log/reason_words.ts";
import {
  advance,
  configure,
  detectStall,
  earliestDeadline,
  type Engine,
  forget,
  type InstanceAction,
  newEngine,
  regroup,
} from "../../src/vrrp/engine.ts";
import type { Input, RouterConfig, StateName } from "../../src/vrrp/state.ts";
import {
  advert,
  expireAt,
  LINK_DOWN,
  LINK_GONE,
  LINK_UP,
  ONE_BURST,
} from "./vrrp_example.ts";

const DOWN: Input = { type: "fault", cause: "link", reason: LINK_DOWN };
const UP: Input = { type: "recover", cause: "link", reason: LINK_UP };
const GROUP = new Map([["G", ["a", "b"]]]);

/** The group, started at 10,000; its routers are kept in this order. */
function started(
  order: readonly string[] = ["a", "b"],
  configs: Readonly<Record<string, RouterConfig>> = {},
): Engine {
  const engine = newEngine();
  for (const name of order) {
    configure(engine, name, configs[name] ?? ONE_BURST);
  }
  regroup(engine, GROUP, 10_000);
  for (const name of order) {
    advance(engine, name, { type: "source", source: "10.0.0.9" }, 10_000);
    advance(engine, name, { type: "startup" }, 10_000);
  }
  return engine;
}

/** The same, master since 13,609.375. */
function serving(): Engine {
  const engine = started();
  expireAt(engine, 0, 13_609.375);
  deepStrictEqual(states(engine), ["MASTER", "MASTER"]);
  return engine;
}

/** The states of "a" and "b". */
function states(engine: Engine): (StateName | undefined)[] {
  return ["a", "b"].map((name) => engine.routers.get(name)?.state.name);
}

/** What happens, in short. */
function told(actions: readonly InstanceAction[]): string[] {
  return actions.map(({ instance, action }) => {
    switch (action.type) {
      case "sendAdvert":
        return `${instance} ${action.priority}`;
      case "transition":
        return `${instance} ${action.to}: ${reasonInWords(action.reason)}`;
      default:
        return `${instance} ${action.type}`;
    }
  });
}

const TAKE_OVER = [
  "a 100",
  "a hold",
  "a announce",
  "a MASTER: heard no master for 3.609 s",
  "b 100",
  "b hold",
  "b announce",
  "b MASTER: heard no master for 3.609 s",
];

Deno.test("a group takes over together", () => {
  const engine = started();
  strictEqual(earliestDeadline(engine), 13_609.375);
  deepStrictEqual(told(expireAt(engine, 0, 13_609.375)), TAKE_OVER);
});

Deno.test("a member that hears no master waits for the one that does", () => {
  const engine = started();
  advance(engine, "b", advert("10.0.0.20", 200), 13_000);
  strictEqual(earliestDeadline(engine), 16_609.375);
  deepStrictEqual(expireAt(engine, 0, 16_609), []);
  deepStrictEqual(states(engine), ["BACKUP", "BACKUP"]);
  expireAt(engine, 0, 16_609.375);
  deepStrictEqual(states(engine), ["MASTER", "MASTER"]);
});

for (const order of [["a", "b"], ["b", "a"]]) {
  Deno.test(`a member that waited long for its group did not stall: ${order}`, () => {
    const engine = started(order);
    for (let at = 11_000; at <= 60_000; at += 1000) {
      advance(engine, "b", advert("10.0.0.20", 200), at);
      deepStrictEqual(expireAt(engine, 0, at + 900), []);
    }
    const actions = expireAt(engine, 0, 63_610);
    strictEqual(actions.length, 8);
    deepStrictEqual(states(engine), ["MASTER", "MASTER"]);
  });

  Deno.test(`a group that stalled as backup listens once more, all of it: ${order}`, () => {
    const engine = started(order);
    deepStrictEqual(told(expireAt(engine, 7000, 20_000)).sort(), [
      "a stalled",
      "b stalled",
    ]);
    strictEqual(earliestDeadline(engine), 23_609.375);
    expireAt(engine, 0, 23_610);
    deepStrictEqual(states(engine), ["MASTER", "MASTER"]);
  });
}

for (const order of [["a", "b"], ["b", "a"]]) {
  Deno.test(`a member that stalled makes the others listen once more: ${order}`, () => {
    // Late by 200 ms "a" stalled, at an interval of 100 ms, and "b" did not.
    const fast = { ...ONE_BURST, version: 3, advertInterval: 100 } as const;
    const slow = { ...fast, advertInterval: 1000 };
    const engine = started(order, { a: fast, b: slow });
    deepStrictEqual(told(expireAt(engine, 500, 13_809.375)).sort(), [
      "a stalled",
      "b stalled",
    ]);
    strictEqual(earliestDeadline(engine), 17_418.75);
    strictEqual(expireAt(engine, 0, 17_418.75).length, 8);
  });
}

Deno.test("a fault of one puts all in FAULT, and each master resigns", () => {
  const engine = serving();
  deepStrictEqual(told(advance(engine, "b", DOWN, 14_000)), [
    "b 0",
    "b release",
    'b FAULT: interface "eth0" is down',
    "a 0",
    "a release",
    'a FAULT: instance "b" of the group: interface "eth0" is down',
  ]);
  strictEqual(earliestDeadline(engine), Infinity);
});

Deno.test("the end of the fault of one brings all back", () => {
  const engine = serving();
  advance(engine, "b", DOWN, 14_000);
  deepStrictEqual(told(advance(engine, "b", UP, 15_000)), [
    'b BACKUP: interface "eth0" is up again',
    'a BACKUP: instance "b" of the group: interface "eth0" is up again',
  ]);
  strictEqual(earliestDeadline(engine), 18_609.375);
});

Deno.test("a group comes back when the last of its faults is over", () => {
  const engine = serving();
  advance(engine, "b", DOWN, 14_000);
  advance(engine, "a", DOWN, 14_100);
  for (const [one, other] of [["a", "b"], ["b", "a"]] as const) {
    deepStrictEqual(engine.routers.get(one)?.state.faults, {
      link: LINK_DOWN,
      group: { kind: "group", instance: other, because: LINK_DOWN },
    });
  }
  advance(engine, "b", UP, 15_000);
  deepStrictEqual(states(engine), ["FAULT", "FAULT"]);
  advance(engine, "a", UP, 16_000);
  deepStrictEqual(states(engine), ["BACKUP", "BACKUP"]);
});

Deno.test("a fault that changes its words changes those of the others", () => {
  const engine = serving();
  advance(engine, "b", DOWN, 14_000);
  const gone: Input = {
    type: "fault",
    cause: "link",
    reason: LINK_GONE,
  };
  deepStrictEqual(advance(engine, "b", gone, 14_100), []);
  deepStrictEqual(engine.routers.get("a")?.state.faults, {
    group: { kind: "group", instance: "b", because: LINK_GONE },
  });
});

Deno.test("a fault that lasted puts all in FAULT", () => {
  const engine = serving();
  const debounced = { ...DOWN, delay: 300 };
  deepStrictEqual(advance(engine, "a", debounced, 14_000), []);
  strictEqual(earliestDeadline(engine), 14_300);
  expireAt(engine, 0, 14_300);
  deepStrictEqual(states(engine), ["FAULT", "FAULT"]);
});

Deno.test("a backup's pending fault is not put off by its group", () => {
  const engine = started();
  advance(engine, "b", advert("10.0.0.20", 200), 13_000);
  advance(engine, "a", { ...DOWN, delay: 300 }, 14_000);
  strictEqual(earliestDeadline(engine), 14_300);
  expireAt(engine, 0, 14_300);
  deepStrictEqual(states(engine), ["FAULT", "FAULT"]);
});

Deno.test("refused addresses of one put all in FAULT and are tried again by all", () => {
  const engine = serving();
  advance(engine, "b", { type: "addressRefused", failure: "no" }, 14_000);
  deepStrictEqual(states(engine), ["FAULT", "FAULT"]);
  strictEqual(earliestDeadline(engine), 15_000);
  expireAt(engine, 0, 15_000);
  deepStrictEqual(states(engine), ["BACKUP", "BACKUP"]);
});

Deno.test("a group with a fault starts in FAULT", () => {
  const engine = newEngine();
  for (const name of ["a", "b"]) configure(engine, name, ONE_BURST);
  regroup(engine, GROUP, 10_000);
  advance(engine, "b", DOWN, 10_000);
  for (const name of ["a", "b"]) {
    advance(engine, name, { type: "startup" }, 10_000);
  }
  deepStrictEqual(states(engine), ["FAULT", "FAULT"]);
});

Deno.test("a master that yields to a better router takes the others along, who resign", () => {
  const engine = serving();
  const better = advert("10.0.0.20", 200);
  deepStrictEqual(told(advance(engine, "a", better, 14_000)), [
    "a release",
    "a BACKUP: 10.0.0.20 has priority 200, more than our 100",
    "b 0",
    "b release",
    'b BACKUP: instance "a" of the group yielded: 10.0.0.20 has priority ' +
    "200, more than our 100",
  ]);
});

Deno.test("a group does not come back while a better master lives on one link only", () => {
  const engine = serving();
  for (let at = 14_000; at < 60_000; at += 1000) {
    advance(engine, "a", advert("10.0.0.20", 200), at);
    deepStrictEqual(expireAt(engine, 0, at + 500), []);
  }
  deepStrictEqual(states(engine), ["BACKUP", "BACKUP"]);
});

Deno.test("a group that stalled as master yields without resigning, for one interval", () => {
  const engine = serving();
  deepStrictEqual(told(detectStall(engine, 15_000, 30_000)), [
    "a stalled",
    "a release",
    "a BACKUP: stood still for 15.000 s, with an advert overdue by 15.395 s",
    "b stalled",
    "b release",
    "b BACKUP: stood still for 15.000 s, with an advert overdue by 15.395 s",
  ]);
  strictEqual(earliestDeadline(engine), 31_609.375);
  strictEqual(expireAt(engine, 0, 31_609.375).length, 8);
});

Deno.test("a member that joins masters takes over when its own time is up", () => {
  const engine = serving();
  configure(engine, "c", ONE_BURST);
  deepStrictEqual(
    regroup(engine, new Map([["G", ["a", "b", "c"]]]), 14_000),
    [],
  );
  advance(engine, "c", { type: "startup" }, 14_000);
  deepStrictEqual(states(engine), ["MASTER", "MASTER"]);
  for (const at of [14_609.375, 15_609.375, 16_609.375]) {
    expireAt(engine, 0, at);
  }
  strictEqual(engine.routers.get("c")?.state.name, "BACKUP");
  expireAt(engine, 0, 17_609.375);
  strictEqual(engine.routers.get("c")?.state.name, "MASTER");
});

/** Without preemption "a" is master and "b" listens to another host. */
function crossed(): Engine {
  const engine = newEngine();
  const config = { ...ONE_BURST, preempt: false };
  for (const name of ["a", "b"]) {
    configure(engine, name, config);
    advance(engine, name, { type: "startup" }, 10_000);
  }
  advance(engine, "b", advert("10.0.0.20", 50), 13_000);
  expireAt(engine, 0, 13_609.375);
  deepStrictEqual(states(engine), ["MASTER", "BACKUP"]);
  return engine;
}

for (const priority of [100, 200]) {
  Deno.test(`a master resigns when another of its group hears ${priority}`, () => {
    const engine = crossed();
    deepStrictEqual(regroup(engine, GROUP, 14_000), []);
    const heard = advance(engine, "b", advert("10.0.0.20", priority), 14_100);
    deepStrictEqual(told(heard), [
      "a 0",
      "a release",
      'a BACKUP: instance "b" of the group hears 10.0.0.20 with priority ' +
      priority,
    ]);
  });
}

Deno.test("a master waits for what a worse one resigns to another of its group", () => {
  const engine = crossed();
  regroup(engine, GROUP, 14_000);
  deepStrictEqual(advance(engine, "b", advert("10.0.0.20", 99), 14_100), []);
  deepStrictEqual(advance(engine, "b", advert("10.0.0.20", 0), 14_200), []);
  expireAt(engine, 0, 14_200 + 609.375);
  deepStrictEqual(states(engine), ["MASTER", "MASTER"]);
});

Deno.test("a group of masters does not resign to an equal that loses the tie", () => {
  const engine = serving();
  advance(engine, "b", advert("10.0.0.8", 100), 14_100);
  deepStrictEqual(states(engine), ["MASTER", "MASTER"]);
});

Deno.test("a master that is alone hears nothing of others", () => {
  const engine = crossed();
  deepStrictEqual(advance(engine, "b", advert("10.0.0.20", 200), 14_100), []);
  deepStrictEqual(states(engine), ["MASTER", "BACKUP"]);
});

Deno.test("a group that was dissolved has masters on two hosts", () => {
  const engine = serving();
  regroup(engine, new Map(), 14_000);
  advance(engine, "b", advert("10.0.0.20", 200), 14_100);
  advance(engine, "b", advert("10.0.0.20", 200), 14_200);
  deepStrictEqual(states(engine), ["MASTER", "BACKUP"]);
});

Deno.test("an instance outside the group goes its own way", () => {
  const engine = started();
  configure(engine, "c", ONE_BURST);
  advance(engine, "c", { type: "startup" }, 10_000);
  advance(engine, "a", DOWN, 11_000);
  expireAt(engine, 0, 13_609.375);
  deepStrictEqual(states(engine), ["FAULT", "FAULT"]);
  strictEqual(engine.routers.get("c")?.state.name, "MASTER");
});

Deno.test("regroup() frees a member from the faults of its old group", () => {
  const engine = serving();
  advance(engine, "b", DOWN, 14_000);
  deepStrictEqual(told(regroup(engine, new Map(), 15_000)), [
    "a BACKUP: no other instance of the group is in FAULT",
  ]);
  deepStrictEqual(states(engine), ["BACKUP", "FAULT"]);
});

Deno.test("regroup() brings the faults of a new group", () => {
  const engine = newEngine();
  for (const name of ["a", "b"]) {
    configure(engine, name, ONE_BURST);
    advance(engine, name, { type: "startup" }, 10_000);
  }
  advance(engine, "b", DOWN, 11_000);
  deepStrictEqual(told(regroup(engine, GROUP, 12_000)), [
    'a FAULT: instance "b" of the group: interface "eth0" is down',
  ]);
});

Deno.test("regroup() forgets the faults of a member that is gone", () => {
  const engine = serving();
  advance(engine, "b", DOWN, 14_000);
  advance(engine, "b", { type: "shutdown" }, 15_000);
  forget(engine, "b");
  deepStrictEqual(told(regroup(engine, GROUP, 15_000)), [
    "a BACKUP: no other instance of the group is in FAULT",
  ]);
});

Deno.test("regroup() with the same groups does nothing", () => {
  const engine = serving();
  const before = [...engine.routers.values()];
  deepStrictEqual(regroup(engine, GROUP, 14_000), []);
  deepStrictEqual([...engine.routers.values()], before);
});
