/**
 * From a datagram to an input of a state machine, or to a counted drop. A
 * dropped datagram has no other effect.
 *
 * @module
 */

import type { Datagram } from "../../kernel/linux/adverts.ts";
import { advance, type InstanceAction } from "../../vrrp/engine.ts";
import { VRRP_TTL } from "../../wire/ipv4.ts";
import type { DropReason } from "../../wire/drop_reason.ts";
import {
  type Advert,
  advertVrid,
  parseAdvert,
  sameAddresses,
} from "../../wire/vrrp.ts";
import { type Core, log, type Port, stateOf } from "./core_state.ts";
import { firstTime, type Instance } from "./instance.ts";

/**
 * Datagrams taken from one socket before anything else is done. A master-down
 * deadline is trusted after them, even when there are more.
 */
const MAX_DATAGRAMS = 512;

/**
 * Read a port until it is empty, or until so many datagrams came that somebody
 * is flooding it.
 *
 * @param handle Executes what follows from each advert before the next.
 * @throws {SyscallError} When the socket fails, such as with ENETDOWN.
 */
export function readPort(
  core: Core,
  port: Port,
  now: number,
  handle: (actions: readonly InstanceAction[]) => void,
): void {
  for (let count = 0; count < MAX_DATAGRAMS;) {
    const datagrams = port.receiver.receive();
    if (datagrams.length === 0) return;
    count += datagrams.length;
    for (const datagram of datagrams) {
      handle(readDatagram(core, port, datagram, now));
    }
  }
}

function readDatagram(
  core: Core,
  port: Port,
  datagram: Datagram | null,
  now: number,
): readonly InstanceAction[] {
  if (datagram === null) return drop(core, port, "ip_header", "?");
  const { payload, source } = datagram;
  const vrid = advertVrid(payload);
  if (vrid === null) return drop(core, port, "truncated", source);
  const instance = port.instances.get(vrid);
  if (instance === undefined) {
    return drop(core, port, "unknown_vrid", source, `VRID ${vrid}`);
  }
  const { settings, counters } = instance;
  if (source === stateOf(core, instance)?.source) {
    return drop(core, instance, "own_address", source);
  }
  const { unicastPeers } = settings;
  const multicast = unicastPeers.length === 0;
  const peer = unicastPeers.find(({ address }) => address === source);
  if (!multicast && peer === undefined) {
    return drop(core, instance, "unknown_peer", source);
  }
  const received = parseAdvert(payload, datagram, {
    family: settings.family,
    version: settings.version,
    multicast,
    minHopLimit: peer?.minTtl ?? VRRP_TTL,
    mayBeEmpty: settings.virtualIps.length === 0,
    password: settings.password,
    interval: settings.advertInterval,
    checksum: settings.checksum,
  });
  if (typeof received === "string") {
    return drop(core, instance, received, source);
  }
  counters.received++;
  instance.checksumForm = received.checksumForm;
  const { advert } = received;
  compareAddresses(core, instance, advert, source);
  const { priority, interval } = advert;
  const input = { type: "advert", source, priority, interval } as const;
  return advance(core.engine, settings.name, input, now);
}

/** Accepted all the same: dropping it would make two masters. */
function compareAddresses(
  core: Core,
  instance: Instance,
  advert: Advert,
  source: string,
): void {
  const { name, virtualIps } = instance.settings;
  const own = virtualIps.map(({ address }) => address);
  if (sameAddresses(own, advert.addresses)) return;
  instance.counters.addressListMismatch++;
  if (!firstTime(instance.reported, "address_list")) return;
  log(core, {
    level: "warning",
    event: "address_list_mismatch",
    instance: name,
    message: `${source} advertises other addresses: ` +
      `${advert.addresses.join(", ")} (here: ${own.join(", ")})`,
    source,
  });
}

function drop(
  core: Core,
  at: Instance | Port,
  reason: DropReason,
  source: string,
  detail = "",
): readonly [] {
  const { counters, reported } = at;
  counters.dropped[reason] = (counters.dropped[reason] ?? 0) + 1;
  if (firstTime(reported, reason)) {
    const what = detail === "" ? DROPPED[reason] : detail;
    log(core, {
      level: reason === "unknown_vrid" ? "info" : "warning",
      event: "advert_dropped",
      ...("settings" in at
        ? { instance: at.settings.name }
        : { interface: at.link }),
      message: `Ignoring adverts from ${source}: ${what}`,
      reason,
      source,
    });
  }
  return [];
}

const DROPPED: Readonly<Record<DropReason, string>> = {
  ip_header: "no sound IP header, or too long for an advert",
  truncated: "too short for an advert",
  unknown_vrid: "no instance has this VRID",
  own_address: "sent from our own address (a duplicate address, or a loop)",
  unknown_peer: "not one of unicast_peers",
  hop_limit: "TTL too low, so it was routed or forged",
  destination: "unicast where multicast is configured, or the reverse",
  version: "other VRRP version than configured",
  type: "not an advert",
  length: "length does not fit the address count",
  checksum: "wrong checksum",
  auth_type: "other auth_type than configured",
  auth_data: "wrong auth_pass",
  interval: "other advert_interval than configured",
};
