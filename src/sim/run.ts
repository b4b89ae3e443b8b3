/**
 * Tells a story from its beginning to its end.
 *
 * @module
 */

import { calm, perform } from "./story/act.ts";
import type { Host } from "./host.ts";
import type { Program } from "./program.ts";
import { settle } from "./rules/settled.ts";
import type { Story } from "./story/story.ts";
import { Violation } from "./rules/violation.ts";
import { newWorld, type Trace, type World } from "./world.ts";

/** Milliseconds in which a daemon that is asked to stop has ended. */
const STOPS = 3000;

/**
 * Tell a story.
 *
 * @param program What runs on the hosts.
 * @param trace Takes a line for each thing that happens, or null.
 * @returns The property that did not hold, or null.
 */
export function tell(
  story: Story,
  program: Program,
  trace: Trace | null,
): Violation | null {
  const world = newWorld(story.cluster, program, trace);
  try {
    begin(world, story);
    world.agenda.runUntil(story.calmAt);
    calm(world, story.heals);
    settle(world);
    if (story.stops) stopAll(world);
    return null;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    world.trace?.(`${error.message}`);
    return error;
  }
}

function begin(world: World, story: Story): void {
  for (const host of world.hosts.values()) {
    world.agenda.at(host.plan.startsAt, () => host.start());
  }
  for (const { at, act } of story.entries) {
    world.agenda.at(at, () => perform(world, act));
  }
}

/** Stop all daemons: nothing of theirs is left. */
function stopAll(world: World): void {
  const { agenda, hosts } = world;
  const running = [...hosts.values()].filter(({ process }) =>
    process?.hasEnded === false
  );
  for (const host of running) host.stop();
  agenda.runUntil(agenda.now + STOPS);
  for (const host of running) checkStopped(host);
}

function checkStopped(host: Host): void {
  const { process, machine, name } = host;
  if (process?.hasEnded === false) {
    throw new Violation("stop", `${name} did not stop`);
  }
  const { refusedAt } = machine.conditions;
  // It could not write, or did not know the links, or what was before.
  const calls = ["sysctl", "events", "dump", "record"] as const;
  if (host.leftSysctls || calls.some((call) => call in refusedAt)) return;
  for (const [path, value] of host.sysctls) {
    const now = machine.sysctls.get(path);
    if (now === undefined || now === value) continue;
    if (path.includes("disable_ipv6")) continue;
    throw new Violation("sysctl", `${name} leaves ${path} at ${now}`);
  }
}
