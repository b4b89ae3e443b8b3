/**
 * Keeps the kernel's addresses what the states say: puts back what somebody
 * else removed from a master, and removes ours from who is none.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../../kernel/linux/addresses.ts";
import { mayHold } from "../../vrrp/state.ts";
import { type Core, log, stateOf } from "./core_state.ts";
import { feed } from "./execute.ts";
import type { Instance, Served } from "./instance.ts";
import { allVirtualIps, carrierOf } from "./serve.ts";

/** Milliseconds between two reports of repairs of an instance. */
const REPORT_SPACING = 1000;

const reportedAt = new WeakMap<Instance, number>();

/**
 * Compare the states with the kernel's addresses, as the events told of them.
 * To be called when the table is complete, after the links were assessed.
 */
export function repair(core: Core, now: number): void {
  for (const instance of core.instances.values()) {
    const state = stateOf(core, instance);
    if (state?.name === "MASTER") {
      putBack(core, instance, now);
    } else if (state === undefined || !mayHold(state)) {
      removeStrays(core, instance);
    }
  }
}

function putBack(core: Core, instance: Instance, now: number): void {
  const lost = instance.serving.filter(({ index, address }) =>
    !core.links.has(index, address)
  );
  if (lost.length === 0) return;
  for (const { index, address } of lost) core.addresses.lost(index, address);
  instance.serving = instance.serving.filter((ip) => !lost.includes(ip));
  instance.counters.repairs++;
  if (now - (reportedAt.get(instance) ?? -Infinity) >= REPORT_SPACING) {
    reportedAt.set(instance, now);
    log(core, {
      level: "warning",
      event: "address_lost",
      instance: instance.settings.name,
      message: `Somebody else removed ${listOf(lost)}; put back and ` +
        `announced (${instance.counters.repairs} times so far)`,
    });
  }
  feed(core, instance, { type: "addressLost" }, now);
}

/** An address of ours where no master is was left by a failed removal. */
function removeStrays(core: Core, { settings }: Instance): void {
  for (const vip of allVirtualIps(settings)) {
    const link = core.links.byName(carrierOf(settings, vip));
    if (link === undefined) continue;
    const stray = core.links.addresses(link.index).find((known) =>
      known.address === vip.address &&
      (known.protocol === ALIVED_PROTOCOL ||
        core.addresses.has(link.index, vip.address))
    );
    if (stray === undefined) continue;
    core.addresses.adopt(link, stray);
    const [refusal] = core.addresses.remove(link.index, [vip.address]);
    log(core, {
      level: "warning",
      event: "stray_address",
      instance: settings.name,
      message: refusal?.message ??
        `Removed ${vip.address} from "${link.name}": not master here`,
    });
  }
}

function listOf(served: readonly Served[]): string {
  return served.map(({ address }) => address).join(", ");
}
