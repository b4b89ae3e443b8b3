// How long a takeover takes, to the moment, on a LAN that only delays.

import { strictEqual } from "node:assert/strict";
import { pick } from "../../src/sim/prng.ts";
import { actOnLink } from "../../src/sim/story/link_acts.ts";
import {
  checkTakeover,
  forSeeds,
  isMaster,
  sceneOf,
  stateOf,
} from "./scene.ts";

Deno.test("a stopped master is replaced within the skew time", () => {
  forSeeds(200, (seed) => {
    const scene = sceneOf(seed);
    const { world, master, skew, way } = scene;
    const stoppedAt = world.agenda.now;
    master.stop();
    checkTakeover(scene, stoppedAt, [skew, skew + way]);
    strictEqual(master.process?.hasEnded, true);
  });
});

Deno.test("a killed master is replaced within the master-down interval of its last advert", () => {
  forSeeds(200, (seed) => {
    const scene = sceneOf(seed);
    const { master, sentAt, silence, skew, way } = scene;
    master.kill();
    checkTakeover(scene, sentAt, [silence + skew, silence + skew + way]);
  });
});

Deno.test("a master with a fault is replaced within the skew time, in all its group", () => {
  forSeeds(200, (seed) => {
    const scene = sceneOf(seed);
    const { world, prng, master, unit, skew, way } = scene;
    const failedAt = world.agenda.now;
    const name = pick(prng, [unit[0] ?? "", ...unit]);
    master.tell(name, { up: false, value: null });
    checkTakeover(scene, failedAt, [skew, skew + way]);
    for (const name of unit) strictEqual(stateOf(master, name), "FAULT");
  });
});

Deno.test("a link without carrier is told by silence", () => {
  forSeeds(100, (seed) => {
    const scene = sceneOf(seed, { groups: [] });
    const { world, master, sentAt, silence, skew, way, instance } = scene;
    const plan = world.cluster.instances[0];
    actOnLink(world, master, {
      ...{ type: "link", host: master.plan.number, lasts: 0 },
      ...{ segment: plan?.segment ?? 0, what: "unplug" },
    });
    checkTakeover(scene, sentAt, [silence + skew, silence + skew + way]);
    strictEqual(isMaster(master, instance), false);
  });
});
