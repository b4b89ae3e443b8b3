/**
 * Holds an instance's addresses on their links and announces them.
 *
 * @module
 */

import type {
  InstanceSettings,
  VirtualIp,
} from "../../config/settings/instance.ts";
import type { Added, WantedAddress } from "../../kernel/linux/addresses.ts";
import type { LinkRef } from "../../kernel/linux/adverts.ts";
import { attempt, SyscallError } from "../../kernel/attempt.ts";
import { now } from "../../kernel/linux/reactor.ts";
import { forwardsIpv6 } from "../../kernel/linux/sysctl.ts";
import { familyOf, parseMac } from "../../wire/address.ts";
import {
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
} from "../../wire/rtnetlink.ts";
import { type Core, log } from "./core_state.ts";
import { firstTime, type Instance, type Served } from "./instance.ts";

/** A netlink call that takes longer is logged, in milliseconds. */
const SLOW_CALL = 10;

const SCOPES = {
  global: RT_SCOPE_UNIVERSE,
  link: RT_SCOPE_LINK,
  host: RT_SCOPE_HOST,
};

/** Name of the link that carries a VIP of an instance. */
export function carrierOf(settings: InstanceSettings, vip: VirtualIp): string {
  return vip.interface ?? settings.interface;
}

/** All that an instance holds while master, advertised or not. */
export function allVirtualIps(
  settings: InstanceSettings,
): readonly VirtualIp[] {
  return [...settings.virtualIps, ...settings.excludedVirtualIps];
}

/**
 * Make the kernel hold exactly the configured addresses.
 *
 * @returns Why it refused one, or null.
 */
export function addAddresses(core: Core, instance: Instance): string | null {
  const { settings } = instance;
  const vips = allVirtualIps(settings);
  const byLink = Map.groupBy(vips, (vip) => carrierOf(settings, vip));
  const serving: Served[] = [];
  let refusal: string | null = null;
  for (const [name, wanted] of byLink) {
    const link = core.links.byName(name);
    if (link === undefined) {
      refusal ??= `interface "${name}" does not exist`;
      continue;
    }
    const outcome = addToLink(core, instance, link, wanted);
    serving.push(...outcome.served);
    refusal ??= outcome.refusal;
  }
  const retired = instance.serving.filter((old) =>
    !serving.some((kept) => isSame(kept, old))
  );
  removeAddresses(core, instance, retired);
  instance.serving = serving;
  return refusal;
}

function isSame(a: Served, b: Served): boolean {
  return a.index === b.index && a.address === b.address;
}

function addToLink(
  core: Core,
  instance: Instance,
  link: LinkRef,
  vips: readonly VirtualIp[],
): { served: readonly Served[]; refusal: string | null } {
  const { name } = instance.settings;
  let added: readonly Added[] = [];
  const started = now();
  const failure = attempt(() => {
    added = core.addresses.add(link, vips.map(wantedAddress));
  });
  reportSlow(core, name, "adding addresses", now() - started);
  if (failure !== null) return { served: [], refusal: failure.message };
  let refusal: string | null = null;
  const served: Served[] = [];
  for (const { address, result } of added) {
    if (result instanceof SyscallError) {
      refusal ??= result.message;
      continue;
    }
    served.push({ index: link.index, address });
    if (result === "foreign") reportForeign(core, instance, link, address);
  }
  return { served, refusal };
}

function wantedAddress(vip: VirtualIp): WantedAddress {
  const { address, prefix, label } = vip;
  const scope = SCOPES[vip.scope];
  return { address, prefix, scope, ...(label === null ? {} : { label }) };
}

/** Remove addresses that the kernel holds for an instance. */
export function removeAddresses(
  core: Core,
  instance: Instance,
  addresses: readonly Served[],
): void {
  const { name } = instance.settings;
  core.announcer.cancel(name);
  instance.serving = instance.serving.filter((ip) => !addresses.includes(ip));
  for (const [index, gone] of Map.groupBy(addresses, ({ index }) => index)) {
    let refusals: readonly SyscallError[] = [];
    const started = now();
    const failure = attempt(() => {
      const list = gone.map(({ address }) => address);
      refusals = core.addresses.remove(index, list);
    });
    reportSlow(core, name, "removing addresses", now() - started);
    for (const { message } of failure === null ? refusals : [failure]) {
      log(core, {
        level: "error",
        event: "address_stuck",
        instance: name,
        message,
      });
    }
  }
}

/** Announce all that the kernel holds for an instance. */
export function announce(core: Core, instance: Instance, time: number): void {
  const { name, garp } = instance.settings;
  const byLink = Map.groupBy(instance.serving, ({ index }) => index);
  for (const [index, served] of byLink) {
    const link = core.links.byIndex(index);
    if (link === undefined || link.mac === null) continue;
    const addresses = served.map(({ address }) => address);
    const mac = parseMac(link.mac);
    const router = addresses.some((ip) => familyOf(ip) === "ipv6") &&
      forwardsIpv6(link.name);
    const failure = attempt(() =>
      core.announcer.announce(
        name,
        { index, mac, router },
        addresses,
        garp,
        time,
      )
    );
    if (failure === null) continue;
    if (!firstTime(instance.reported, `announce ${failure.code}`)) continue;
    log(core, {
      level: "warning",
      event: "announce_failed",
      instance: name,
      message: failure.message,
    });
  }
}

/**
 * See to it that the removal of a VIP cannot take the host's own address
 * along; before one is added, and not when every millisecond counts.
 */
export function keepOwnAddresses(core: Core, { settings }: Instance): void {
  for (const vip of allVirtualIps(settings)) {
    const link = core.links.byName(carrierOf(settings, vip));
    if (link === undefined) continue;
    const failure = attempt(() => {
      if (!core.promote.enable(link)) return;
      log(core, {
        level: "info",
        event: "sysctl",
        message: `Set promote_secondaries on "${link.name}", so that ` +
          "removing a virtual address cannot remove the host's own",
        interface: link.name,
      });
    });
    if (failure === null) continue;
    log(core, { level: "warning", event: "sysctl", message: failure.message });
  }
}

function reportForeign(
  core: Core,
  instance: Instance,
  link: LinkRef,
  address: string,
): void {
  if (!firstTime(instance.reported, `foreign ${address}`)) return;
  log(core, {
    level: "warning",
    event: "address_foreign",
    instance: instance.settings.name,
    message: `${address} was on "${link.name}" before; ` +
      "it serves, and alived will not remove it",
    address,
  });
}

function reportSlow(
  core: Core,
  instance: string,
  what: string,
  took: number,
): void {
  if (took < SLOW_CALL) return;
  const message = `The kernel took ${took.toFixed(1)} ms for ${what}`;
  log(core, { level: "warning", event: "slow_call", instance, message });
}
