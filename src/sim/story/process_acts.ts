/**
 * What happens to the daemon of a host, and to the whole host.
 *
 * @module
 */

import type { Host } from "../host.ts";
import { actOnLink } from "./link_acts.ts";
import { pick } from "../prng.ts";
import type { ProcessAct } from "./story.ts";
import { later, type World } from "../world.ts";

/** Most that a wait ends late on a busy machine, in milliseconds. */
const VERY_LATE = 300;

/** Most that a hand-over takes, in milliseconds. */
const SLOW_HAND_OVER = 1000;

/** Let something happen to a daemon. */
export function actOnProcess(
  world: World,
  host: Host,
  what: ProcessAct,
  lasts: number,
): void {
  const { agenda } = world;
  const until = agenda.now + lasts;
  const process = host.process?.hasEnded === false ? host.process : null;
  switch (what) {
    case "start":
      host.start();
      return;
    case "kill":
      host.kill();
      later(world, lasts, () => host.start());
      return;
    case "stop":
      host.stop();
      return;
    case "pause":
      process?.pause(until);
      return;
    case "pauseAtClock":
      process?.thread.pauseAtClock(lasts);
      return;
    case "late":
      process?.delay(Math.min(lasts, VERY_LATE), until);
      return;
    case "sleep":
      sleep(world, host, lasts);
      return;
    case "crash":
      crash(world, host, lasts);
      return;
    case "bug":
      if (process !== null && process.core !== null && !process.gasps) {
        process.thread.breakIn(lasts);
      }
      return;
    case "stallSide":
      process?.side.stall(until);
      return;
    case "handOver":
      process?.restart(Math.min(lasts, SLOW_HAND_OVER));
      return;
    default:
      what satisfies never;
  }
}

function sleep(world: World, host: Host, lasts: number): void {
  const { machine } = host;
  if (machine.asleep) return;
  machine.asleep = true;
  host.process?.pause(world.agenda.now + lasts);
  later(world, lasts, () => {
    machine.asleep = false;
    machine.sleptFor(lasts);
    machine.meddledAt = world.agenda.now;
  });
}

/** The host loses its power, and gets it again. */
function crash(world: World, host: Host, lasts: number): void {
  const { machine } = host;
  if (machine.asleep) return;
  host.kill();
  machine.asleep = true;
  later(world, lasts, () => {
    machine.asleep = false;
    machine.sysctls.reset();
    for (const segment of world.segments.keys()) {
      const nic = machine.nics[segment];
      if (nic?.link === null) continue;
      nic?.link?.addresses.flush("ipv4");
      nic?.link?.addresses.flush("ipv6");
      const act = { type: "link", host: host.plan.number, segment } as const;
      actOnLink(world, host, { ...act, what: "flush", lasts: 1 });
    }
    host.leftSysctls = false;
    // The directory is gone with the memory that it was in, or the file was
    // not on the disk, or not all of it.
    const { record } = machine;
    machine.record = pick(host.prng, [
      null,
      record,
      record?.slice(0, 40) ?? null,
    ]);
    host.start();
  });
}
