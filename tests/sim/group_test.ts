// Instances that are master together, or not at all.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DAEMON } from "../../src/sim/daemon.ts";
import { tell } from "../../src/sim/run.ts";
import { virtualIp } from "../../src/sim/story/cluster.ts";
import { randomStory } from "../../src/sim/story/random_story.ts";
import { INSTANCE, Pair } from "./pair.ts";
import { forSeeds } from "./scene.ts";

const NOTHING = { byState: {}, any: null } as const;
const GROUP = {
  segments: [1, 1],
  instances: [INSTANCE, {
    ...INSTANCE,
    ...{ name: "VI_2", vrid: 2, segment: 1 },
    virtualIps: [virtualIp("10.1.5.100", 32, null, {})],
  }],
  groups: [{
    ...{ name: "G1", instances: ["VI_1", "VI_2"], trackers: [] },
    notify: NOTHING,
  }],
};

Deno.test("a group whose ties cross settles all the same", () => {
  forSeeds(1500, (seed) => {
    const story = randomStory(seed);
    const { cluster } = story;
    const isGroup = cluster.groups.length > 0 && cluster.segments.length > 1;
    if (!isGroup || cluster.hosts.length < 2) return;
    const instances = cluster.instances.map((plan) => ({
      ...plan,
      priorities: plan.priorities.map(() => 100),
    }));
    const tie = { ...cluster, crossed: true, instances };
    const violation = tell({ ...story, cluster: tie }, DAEMON, null);
    if (violation !== null) throw violation;
  });
});

Deno.test("a link of one member takes the whole group along", () => {
  const pair = new Pair(GROUP).pass(6000);
  deepStrictEqual(pair.states("VI_1"), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.states("VI_2"), ["MASTER", "BACKUP"]);
  pair.link(0, "unplug", 1).pass(5000);
  deepStrictEqual(pair.states("VI_1"), ["FAULT", "MASTER"]);
  deepStrictEqual(pair.states("VI_2"), ["FAULT", "MASTER"]);
  pair.link(0, "plug", 1).pass(8000);
  deepStrictEqual(pair.states("VI_1"), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.states("VI_2"), ["MASTER", "BACKUP"]);
  const held = pair.held(0);
  strictEqual(held.length, 2);
});

Deno.test("a group is formed and dissolved by a reload", () => {
  const pair = new Pair({ ...GROUP, groups: [] }).pass(6000);
  const settings = [...pair.world.hosts.values()].map((host) => host.settings);
  for (const [i, host] of [...pair.world.hosts.values()].entries()) {
    const before = settings[i];
    if (before !== undefined) {
      host.reload({ ...before, syncGroups: GROUP.groups });
    }
  }
  pair.pass(8000).link(0, "unplug", 1).pass(5000);
  deepStrictEqual(pair.states("VI_1"), ["FAULT", "MASTER"]);
  for (const [i, host] of [...pair.world.hosts.values()].entries()) {
    const before = settings[i];
    if (before !== undefined) host.reload(before);
  }
  pair.pass(8000);
  deepStrictEqual(pair.states("VI_1"), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.states("VI_2"), ["FAULT", "MASTER"]);
});

for (
  const [first, priorities, home] of [
    [0, [150, 100], 0],
    [1, [150, 100], 0],
    [0, [100, 150], 1],
    [0, [100, 100], null],
  ] as const
) {
  Deno.test(`a group whose masters are on two hosts comes to one: h${first} first, ${priorities}`, () => {
    const instances = GROUP.instances.map((one) => ({ ...one, priorities }));
    const cluster = { ...GROUP, instances, preempt: false };
    const pair = new Pair({ ...cluster, groups: [] }).pass(6000);
    // Without preemption a master stays where it went.
    for (const segment of [0, 1]) {
      pair.link(1 - segment, "unplug", segment).pass(6000);
      pair.link(1 - segment, "plug", segment).pass(3000);
    }
    deepStrictEqual(pair.states("VI_1"), ["MASTER", "BACKUP"]);
    deepStrictEqual(pair.states("VI_2"), ["BACKUP", "MASTER"]);
    const since = pair.transitions.length;
    for (const number of [first, 1 - first]) {
      const host = pair.host(number);
      host.reload({ ...host.settings, syncGroups: GROUP.groups });
      pair.pass(700);
    }
    pair.pass(3000);
    const states = pair.states("VI_1");
    deepStrictEqual(pair.states("VI_2"), states);
    deepStrictEqual([...states].sort(), ["BACKUP", "MASTER"]);
    if (home !== null) strictEqual(states[home], "MASTER");
    // One address moves, once; the other never does.
    const moved = pair.transitions.slice(since);
    deepStrictEqual(moved.map(({ from }) => from), ["MASTER", "BACKUP"]);
    const [lost, found] = moved;
    strictEqual(lost?.instance, found?.instance);
    ok((found?.time ?? 0) - (lost?.time ?? 0) < 1000);
  });
}

Deno.test("the faulty member of a group is started anew by the first of two reloads of one turn", () => {
  const pair = new Pair(GROUP).pass(6000).link(0, "down", 1).pass(6000);
  deepStrictEqual(pair.states("VI_1"), ["FAULT", "MASTER"]);
  const since = pair.transitions.length;
  const reload = { type: "reload", host: 0, instance: 1 } as const;
  pair.process(0, "pause", 300).pass(10);
  pair.act({ ...reload, what: "restart", number: 0 }).pass(10);
  pair.act({ ...reload, what: "priority", number: 140 }).pass(300);
  deepStrictEqual(pair.states("VI_1")[0], "FAULT");
  // Nobody knows of the link for a moment.
  const [recovery] = pair.transitions.slice(since)
    .filter(({ instance, host }) => instance === "VI_1" && host === "h0");
  deepStrictEqual(recovery?.reason, {
    ...{ kind: "recovered", what: { kind: "group_well" } },
  });
});
