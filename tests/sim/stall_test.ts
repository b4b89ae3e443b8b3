// A host stands still while the others live on.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Host } from "../../src/sim/host.ts";
import { between, pick } from "../../src/sim/prng.ts";
import { actOnProcess } from "../../src/sim/story/process_acts.ts";
import { longest } from "../../src/sim/story/cluster.ts";
import {
  forSeeds,
  isMaster,
  pass,
  type Scene,
  sceneOf,
  stateOf,
  WORK,
} from "./scene.ts";

/**
 * Let a host stand still for longer than it takes to be missed.
 *
 * @returns When it goes on.
 */
function standStill({ world, prng, interval }: Scene, host: Host): number {
  const least = longest(world.cluster).down + 2 * interval;
  const lasts = between(prng, least, 3 * least);
  const goesOnAt = world.agenda.now + lasts;
  actOnProcess(world, host, pick(prng, ["pause", "sleep"]), lasts);
  pass(world, lasts);
  return goesOnAt;
}

Deno.test("a backup that stood still does not take over from a live master", () => {
  forSeeds(150, (seed) => {
    const scene = sceneOf(seed);
    const { world, master, unit, backups: [backup] } = scene;
    ok(backup !== undefined);
    const promotions = (): readonly (number | undefined)[] =>
      unit.map((name) => backup.rules?.adverts.promotedAt.get(name));
    const before = promotions();
    standStill(scene, backup);
    pass(world, longest(world.cluster).down);
    deepStrictEqual(promotions(), before);
    for (const name of unit) strictEqual(stateOf(master, name), "MASTER");
  });
});

Deno.test("a master that stood still listens for an interval before it serves again", () => {
  forSeeds(150, (seed) => {
    const scene = sceneOf(seed);
    const { world, master, unit, interval } = scene;
    const goesOnAt = standStill(scene, master);
    world.agenda.runUntil(goesOnAt + interval);
    for (const name of unit) {
      strictEqual(stateOf(master, name), "BACKUP");
      // Not even a resignation, which would make others move.
      ok((master.rules?.adverts.sentAt.get(name) ?? 0) < goesOnAt);
    }
    for (const [, { addedBy }] of master.machine.addresses()) {
      if (scene.unit.length === world.cluster.instances.length) {
        strictEqual(addedBy === master.process?.kernel, false);
      }
    }
  });
});

Deno.test("a daemon that stands still between two readings of the clock has stood still", () => {
  forSeeds(50, (seed) => {
    const scene = sceneOf(seed);
    const { world, master, unit, interval, silence, way } = scene;
    const lasts = silence + 1000 + 2 * interval;
    actOnProcess(world, master, "pauseAtClock", lasts);
    // It reads the clock within an interval, and listens for another one.
    pass(world, lasts + 3 * interval + 2 * way + WORK);
    // Whoever took over meanwhile is better, or the master is back by then.
    for (const name of unit) {
      const masters = [...world.hosts.values()].filter((host) =>
        isMaster(host, name)
      );
      strictEqual(masters.length, 1);
    }
  });
});
