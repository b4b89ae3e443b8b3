/**
 * A master holds all its addresses exactly as configured, and nobody holds any
 * of ours who is none.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { RouterState } from "../../vrrp/state.ts";
import {
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
} from "../../wire/rtnetlink.ts";
import type { KernelAddress } from "../machine/address_table.ts";
import type { Call } from "../machine/conditions.ts";
import type { Machine } from "../machine/machine.ts";
import { allVips, type Known } from "./oracle.ts";
import { Violation } from "./violation.ts";

const SCOPES = {
  global: RT_SCOPE_UNIVERSE,
  link: RT_SCOPE_LINK,
  host: RT_SCOPE_HOST,
};

/** A daemon as far as this rule goes. */
export interface Holder extends Known {
  /** The state of an instance. */
  stateOf(name: string): RouterState | undefined;
  /** Whether calls of some kinds were refused lately. */
  refusedLately(...calls: readonly Call[]): boolean;
}

/**
 * Compare the addresses of a host with the states of its daemon.
 *
 * @param by The daemon as one that adds addresses.
 */
export function checkHeld(holder: Holder, by: unknown): void {
  if (holder.refusedLately("add", "remove")) return;
  const expected = new Set<KernelAddress>();
  for (const instance of holder.settings.instances) {
    const state = holder.stateOf(instance.name);
    const isMaster = state?.name === "MASTER";
    const claims = state?.name === "BACKUP" && state.claimsSince !== null;
    if (!isMaster && !claims) continue;
    for (const found of checkAll(holder, instance, isMaster, by)) {
      expected.add(found);
    }
  }
  for (const [link, address] of holder.machine.addresses()) {
    if (address.addedBy !== by || expected.has(address)) continue;
    throw new Violation(
      "stray",
      `${address.address}/${address.prefix} on ${link.name} is nobody's`,
    );
  }
}

function checkAll(
  { machine, settings }: Holder,
  instance: InstanceSettings,
  isMaster: boolean,
  by: unknown,
): readonly KernelAddress[] {
  return allVips(instance).flatMap((vip) => {
    const link = machine.byName(vip.interface ?? instance.interface);
    const found = link?.addresses.find(vip.address, vip.prefix);
    if (found === undefined) {
      if (!isMaster || (link === undefined && !vip.track)) return [];
      throw new Violation(
        "lacks",
        `"${instance.name}" is master without ${vip.address}/${vip.prefix}`,
      );
    }
    if (found.owner !== "alived") return [];
    // Where there is no mark, what an unrecorded daemon left is a stranger's.
    if (found.addedBy !== by && !machine.keepsProtocol) return [];
    const asked = {
      scope: vip.address.includes(":") ? found.scope : SCOPES[vip.scope],
      // No message tells the label of an address that was left behind.
      label: found.addedBy === by ? vip.label : found.label,
      lifetime: settings.vipLeaseSeconds,
      preferred: vip.address.includes(":") ? vip.preferred : found.preferred,
    };
    const held = {
      scope: found.scope,
      label: found.label,
      lifetime: found.lifetimeSeconds,
      preferred: found.preferred,
    };
    if (isMaster && JSON.stringify(asked) !== JSON.stringify(held)) {
      throw new Violation(
        "otherwise",
        `${vip.address} is held as ${JSON.stringify(held)} and not as ` +
          JSON.stringify(asked),
      );
    }
    return [found];
  });
}

/** Nothing that a daemon added is left. */
export function checkNothingLeft(machine: Machine, by: unknown): void {
  for (const [link, address] of machine.addresses()) {
    if (address.addedBy !== by) continue;
    throw new Violation(
      "left",
      `${address.address}/${address.prefix} was left on ${link.name}`,
    );
  }
}
