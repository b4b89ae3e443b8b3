/**
 * Keeps the kernel's addresses what the states say: puts back what somebody
 * else removed from a master, and removes ours from who is none.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../../kernel/link_condition.ts";
import type { LinkAddress } from "../../wire/rtnetlink_parse.ts";
import { type Core, log, mayHold } from "./core.ts";
import {
  allVirtualIps,
  carrierOf,
  type Instance,
  virtualIpOn,
} from "./instance.ts";
import { addressKey } from "../../kernel/held_record.ts";
import { feed } from "./perform.ts";

/** Milliseconds between two reports of a fight over addresses. */
const REPEAT = 10_000;

/**
 * Compare what serves with the table. To be called when that is complete,
 * after the links were assessed.
 */
export function repair(core: Core, now: number): void {
  const { following, ledger } = core;
  const suspects = following.compare
    ? Array.from(ledger.entries(), ({ address }) => addressKey(address))
    : [...following.gone];
  const lost = new Map<string, string[]>();
  for (const key of suspects) {
    const owner = dropIfGone(core, key);
    if (owner === null) continue;
    const address = key.slice(key.indexOf(" ") + 1);
    lost.set(owner, [...lost.get(owner) ?? [], address]);
  }
  if (following.compare) {
    for (const address of core.links.allAddresses()) adoptStray(core, address);
    for (const instance of core.instances.values()) {
      const { name } = instance.settings;
      if (!lost.has(name) && lacksAddress(core, instance)) lost.set(name, []);
    }
  }
  following.compare = false;
  following.gone.clear();
  for (const [name, addresses] of lost) putBack(core, name, addresses, now);
}

/** @returns The instance that lost it, or null. */
function dropIfGone(core: Core, key: string): string | null {
  const { ledger, links, kernel } = core;
  const entry = ledger.get(key);
  if (entry === undefined) return null;
  const { index, address, prefix } = entry.address;
  const found = links.address(index, address, prefix);
  if (found !== undefined) {
    // Removed, and added again by somebody whose it is then.
    const isTheirs = kernel.keepsProtocol && found.protocol !== ALIVED_PROTOCOL;
    if (entry.ours && isTheirs) ledger.put({ ...entry, ours: false });
    return null;
  }
  ledger.drop(key);
  // Without its link nobody can put it back: that is a fault of its own.
  return links.byIndex(index) === undefined ? null : entry.owner;
}

/** A link that came back within its delay has lost its addresses. */
function lacksAddress(core: Core, { settings }: Instance): boolean {
  const { links, ledger, work } = core;
  if (!mayHold(core, settings.name) || work.jobs.has(settings.name)) {
    return false;
  }
  return allVirtualIps(settings).some((vip) => {
    const index = links.byName(carrierOf(settings, vip))?.index;
    return index !== undefined &&
      ledger.get(addressKey({ ...vip, index })) === undefined;
  });
}

function putBack(
  core: Core,
  name: string,
  addresses: readonly string[],
  now: number,
): void {
  const instance = core.instances.get(name);
  if (instance === undefined || !mayHold(core, name)) return;
  instance.counters.repairs++;
  const unsaid = instance.reports.say("lost", "", now, REPEAT);
  if (unsaid !== null && addresses.length > 0) {
    const { repairs } = instance.counters;
    log(core, { event: "address_lost", instance: name, addresses, repairs });
  }
  feed(core, name, { type: "addressLost" }, now);
}

/**
 * An address with our mark that is not known as held was left by a removal or
 * an addition whose answer was lost: whoever it belongs to decides.
 */
function adoptStray(core: Core, stray: LinkAddress): void {
  const { ledger, links, kernel, work, instances } = core;
  if (!kernel.keepsProtocol || stray.protocol !== ALIVED_PROTOCOL) return;
  const { index, address, prefix, scope } = stray;
  if (ledger.get(addressKey(stray)) !== undefined) return;
  const link = links.byIndex(index)?.name;
  if (link === undefined) return;
  for (const { settings } of instances.values()) {
    if (virtualIpOn(settings, address, link) === undefined) continue;
    const owner = settings.name;
    ledger.put({
      owner,
      ours: true,
      address: {
        ...{ index, address, prefix, scope },
        // Whatever it has, it is renewed where it stays.
        ...{ label: null, lifetimeSeconds: -1, preferred: false },
      },
    });
    work.touch(owner);
    log(core, {
      ...{ event: "stray_address", instance: owner },
      ...{ address, prefix, interface: link },
    });
    return;
  }
}
