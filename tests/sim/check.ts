/**
 * What must hold of a host whenever its daemon has done something.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { mayHold, type RouterState } from "../../src/vrrp/state.ts";
import { weighed } from "./trackers.ts";
import { type Host, type Instance, stateOf, type World } from "./world.ts";

/**
 * Most adverts that a host may send within one of its intervals because of
 * what it hears and of its timers, by that interval.
 */
const STORM: Readonly<Record<number, number>> = {
  10: 6,
  20: 6,
  40: 6,
  100: 6,
  200: 6,
  400: 8,
  1000: 14,
  2000: 24,
  4000: 44,
};
/** Lost addresses are put back at most this much later, in milliseconds. */
const REPAIR_SPACING = 20;

/**
 * Hold a host to the rules.
 *
 * @throws {Error} When it holds addresses without being MASTER, or lacks them
 *   as MASTER, serves with a fault, does not serve without one, has another
 *   priority than its trackers give it, or when the members of a sync group
 *   are not all MASTER, all BACKUP or all in FAULT.
 */
export function checkHost(world: World, host: Host): void {
  for (const instance of host.instances.values()) {
    const state = stateOf(host, instance.name);
    checkAddresses(world, instance, state);
    if (state === null) continue;
    checkFaults(world, host, instance, state);
    const { priority } = weighed(host, instance);
    strictEqual(state.priority, priority, "another priority than weighed");
  }
  const states = host.group.map((name) => stateOf(host, name)?.name);
  ok(new Set(states).size <= 1, `${host.name} splits its group: ${states}`);
}

/** Count an advert that is sent. */
export function checkRate(instance: Instance, now: number): void {
  const { advertInterval } = instance.config;
  instance.sent.push(now);
  instance.sent = instance.sent.filter((at) => at > now - advertInterval);
  const most = STORM[advertInterval] ?? 0;
  ok(
    instance.sent.length <= most,
    `${instance.sent.length} adverts within ${advertInterval} ms`,
  );
}

function checkAddresses(
  { agenda, lateness }: World,
  { held, lostAt }: Instance,
  state: RouterState | null,
): void {
  const isMaster = state?.name === "MASTER";
  if (isMaster && lostAt !== null) {
    const since = agenda.now - lostAt;
    ok(since <= REPAIR_SPACING + lateness, `not put back for ${since} ms`);
    return;
  }
  const may = state !== null && mayHold(state);
  ok(!held || may, `${state?.name} holds its addresses`);
  ok(held || !isMaster, `${state?.name} lacks its addresses`);
}

function checkFaults(
  { agenda, lateness }: World,
  host: Host,
  instance: Instance,
  state: RouterState,
): void {
  const { port, linkSince, linkDelay } = instance;
  const serves = state.name === "BACKUP" || state.name === "MASTER";
  const lasted = agenda.now - linkSince - lateness;
  const seenDown = "link" in state.faults;
  ok(seenDown || port.up || lasted <= linkDelay.down, "a dead link unseen");
  ok(!seenDown || !port.up || lasted <= linkDelay.up, "a good link unseen");
  const { faults } = weighed(host, instance);
  ok(!serves || !seenDown && faults.length === 0, "serves with a fault");
  const faulty = Object.keys(state.faults).length > 0;
  strictEqual(state.name === "FAULT", faulty, "FAULT without a cause");
}
