// A host stands still while the others live on.

import { ok, strictEqual } from "node:assert/strict";
import { runUntil } from "./agenda.ts";
import { pause } from "./host.ts";
import { between, pick } from "./prng.ts";
import { forEachSeed, type Simulation } from "./seeds.ts";
import { type Settled, settled } from "./settled.ts";
import { type Host, stateOf } from "./world.ts";

/** Let a host stand still for longer than it takes to be missed. */
function standStill({ cluster }: Settled, host: Host): void {
  const { world, longestDown, longestInterval } = cluster;
  const least = longestDown + 2 * longestInterval;
  const duration = between(world.prng, least, 5 * least);
  pause(world, host, pick(world.prng, ["process", "machine"]), duration);
  runUntil(world.agenda, world.agenda.now + duration);
  strictEqual(host.paused, null);
}

const stallBackup: Simulation = (seed, trace) => {
  const scene = settled(seed, trace);
  const { cluster, master, survivors: [backup] } = scene;
  ok(backup !== undefined);
  const names = [scene.router, ...master.group];
  const before = names.map((name) => backup.instances.get(name)?.promotedAt);
  standStill(scene, backup);
  runUntil(
    cluster.world.agenda,
    cluster.world.agenda.now + cluster.longestDown,
  );
  for (const [i, name] of names.entries()) {
    strictEqual(backup.instances.get(name)?.promotedAt, before[i]);
    strictEqual(stateOf(master, name)?.name, "MASTER");
  }
};

const stallMaster: Simulation = (seed, trace) => {
  const scene = settled(seed, trace);
  const { cluster, master, router } = scene;
  const { agenda } = cluster.world;
  standStill(scene, master);
  const goesOnAt = agenda.now;
  const { advertInterval } = scene.instance.config;
  runUntil(agenda, goesOnAt + advertInterval);
  for (const name of [router, ...master.group]) {
    const instance = master.instances.get(name);
    strictEqual(stateOf(master, name)?.name, "BACKUP");
    ok(instance !== undefined && !instance.held);
    // Not even a resignation, which would make others move.
    ok(instance.sentAt < goesOnAt, "advertises before it has listened");
  }
};

Deno.test("a backup that stood still does not take over from a live master", () => {
  forEachSeed(stallBackup, 500);
});

Deno.test("a master that stood still listens for an interval before it serves again", () => {
  forEachSeed(stallMaster, 500);
});
