/**
 * From a datagram to an input of a state machine, or to a counted drop. A
 * dropped datagram has no other effect.
 *
 * @module
 */

import { type Datagram, Failure } from "../../kernel/port.ts";
import { isHostAddress } from "../../wire/address.ts";
import { isEcho } from "../../wire/echo.ts";
import type { DropReason } from "../../wire/drop_reason.ts";
import { advertVrid } from "../../wire/vrrp.ts";
import { type Core, log, type Port, stateOf } from "./core.ts";
import { type Heard, judge } from "./heard.ts";
import { tellSuccessor } from "./failover.ts";
import type { Instance } from "./instance.ts";
import { mismatchOf } from "./mismatch.ts";
import { feed } from "./perform.ts";
import { ask } from "./tell.ts";
import { tellMaster } from "./tell_addresses.ts";

/**
 * Datagrams taken from one socket before anything else is done. A master-down
 * deadline is trusted after them, even when there are more.
 */
const MAX_DATAGRAMS = 512;
/** Sources of a port that are remembered to be addresses of hosts. */
const MAX_SOURCES = 64;

/**
 * Read a port until it is empty, or until so many datagrams came that somebody
 * is flooding it.
 *
 * @returns Why the socket failed, such as by ENETDOWN, or null.
 */
export function readPort(core: Core, port: Port): Failure | null {
  for (let count = 0; count < MAX_DATAGRAMS;) {
    const datagrams = port.receiver.receive();
    if (datagrams instanceof Failure) return datagrams;
    if (datagrams.length === 0) return null;
    count += datagrams.length;
    // They are here now, whatever was waited for before.
    const now = core.kernel.now();
    for (const datagram of datagrams) {
      takeDatagram(core, port, datagram, now);
    }
  }
  return null;
}

/** @param datagram Null for one that is no IP datagram. */
function takeDatagram(
  core: Core,
  port: Port,
  datagram: Datagram | null,
  now: number,
): void {
  if (datagram === null) {
    return drop(core, port, { reason: "ip_header", source: "?", now });
  }
  const { payload, source, hopLimit, at } = datagram;
  if (isEcho(payload, hopLimit)) return;
  const vrid = advertVrid(payload);
  if (vrid === null) {
    return drop(core, port, { reason: "truncated", source, now });
  }
  const instance = port.instances.get(vrid);
  if (instance === undefined) {
    const reason = "unknown_vrid";
    return drop(core, port, { reason, source, virtualRouterId: vrid, now });
  }
  const { settings: { name }, counters } = instance;
  const own = stateOf(core, name)?.source ?? null;
  const heard = hear(core, port, instance, datagram, own);
  if (typeof heard === "string") {
    return drop(core, instance, { reason: heard, source, datagram, now });
  }
  instance.heard = heard;
  instance.hosts.note(heard, at);
  instance.checksumForm = heard.checksumForm;
  counters.received++;
  if (!heard.isAlike) tellOtherAddresses(core, instance, heard, now);
  const { priority, interval } = heard.advert;
  const input = { type: "advert", source, priority, interval, at } as const;
  feed(core, name, input, now);
  const after = stateOf(core, name);
  if (priority === 0) counters.zeroReceived++;
  else if (after?.name === "MASTER") counters.losingAdverts++;
  tellMaster(core, instance, after, now);
  if (instance.failedOverAt !== null) tellSuccessor(core, instance, at);
}

/** Whoever sent it comes first, since links and addresses change. */
function hear(
  core: Core,
  port: Port,
  instance: Instance,
  datagram: Datagram,
  own: string | null,
): Heard | DropReason {
  const { source } = datagram;
  if (source === own) return "own_address";
  if (!isSource(core, port, source)) return "source";
  return judge(instance, instance.heard, datagram);
}

/** Whether a host can have an address, on this link. */
function isSource(core: Core, port: Port, source: string): boolean {
  if (port.sources.has(source)) return true;
  if (!isHostAddress(source)) return false;
  for (const { address, prefix } of core.links.addresses(port.index)) {
    if (isBroadcast(source, address, prefix)) return false;
  }
  if (port.sources.size >= MAX_SOURCES) port.sources.clear();
  port.sources.add(source);
  return true;
}

/** Whether an address is the broadcast address of the subnet of another. */
function isBroadcast(ip: string, address: string, prefix: number): boolean {
  if (prefix > 30 || address.includes(":") || ip.includes(":")) return false;
  const mask = prefix === 0 ? 0 : -1 << (32 - prefix);
  return asNumber(ip) === (asNumber(address) | ~mask) >>> 0;
}

function asNumber(ip: string): number {
  return ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Accepted all the same: dropping it would make two masters. */
function tellOtherAddresses(
  core: Core,
  { advertised, counters, reports, settings }: Instance,
  { advert, source }: Heard,
  now: number,
): void {
  counters.addressListMismatch++;
  const line = { kind: "address_list", source };
  if (ask(core, reports, line, now) === null) return;
  log(core, {
    ...{ event: "address_list_mismatch", instance: settings.name, source },
    ...{ received: advert.addresses, here: advertised },
  });
}

interface Drop {
  readonly reason: DropReason;
  readonly source: string;
  readonly virtualRouterId?: number;
  /** That of an instance, to be compared with its settings. */
  readonly datagram?: Datagram;
  readonly now: number;
}

function drop(
  core: Core,
  at: Instance | Port,
  { reason, source, virtualRouterId, datagram, now }: Drop,
): void {
  const { counters, reports } = at;
  counters.dropped[reason] = (counters.dropped[reason] ?? 0) + 1;
  // The first source of a reason is named, and the first of each VRID.
  const line = { kind: reason, source: `${virtualRouterId ?? ""}` };
  const unsaid = ask(core, reports, line, now);
  if (unsaid === null) return;
  log(core, {
    event: "advert_dropped",
    ...("settings" in at
      ? { instance: at.settings.name }
      : { interface: at.link }),
    ...{ reason, source, unsaid },
    ...(virtualRouterId === undefined ? {} : { virtualRouterId }),
    ...(datagram !== undefined && "settings" in at
      ? mismatchOf(reason, datagram, at.settings)
      : {}),
  });
}
