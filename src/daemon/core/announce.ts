/**
 * Announces the addresses that serve: tells the neighbours which MAC answers
 * for them.
 *
 * @module
 */

import type { Failure, HeldAddress } from "../../kernel/port.ts";
import { familyOf, parseMac } from "../../wire/address.ts";
import { gratuitousArp } from "../../wire/arp.ts";
import { neighborAdvert } from "../../wire/ndp.ts";
import { type Core, log, mayHold, stateOf } from "./core.ts";
import { addressKey } from "../../kernel/held_record.ts";
import type { Frame } from "./announcer.ts";
import { tellAnnounced } from "./tell_addresses.ts";
import type { Announcement } from "./work.ts";

/** Milliseconds between two reports of frames that cannot be sent. */
const REPEAT = 60_000;

/** Put an announcement into the queue of frames. */
export function announce(
  core: Core,
  { instance: name, what }: Announcement,
  now: number,
): void {
  const { ledger, announcer, instances, work } = core;
  const instance = instances.get(name);
  if (instance === undefined || stateOf(core, name)?.name !== "MASTER") return;
  const added = work.added.get(name);
  const all = ledger.of(name).map(({ address }) => address);
  const addresses = all.filter((one) =>
    what !== "added" || added?.has(addressKey(one))
  );
  const byLink = Map.groupBy(addresses, ({ index }) => index);
  if (what === "refresh") {
    announcer.refresh(
      name,
      [...byLink].flatMap(([index, here]) => framesOf(core, index, here)),
    );
    return;
  }
  // Those that are being announced are among those that serve.
  const isBusy = what === "added" && announcer.isBusy(name);
  const { garp } = instance.settings;
  const announced: string[] = [];
  for (const [index, here] of byLink) {
    const told = isBusy ? all.filter((one) => one.index === index) : here;
    const frames = framesOf(core, index, told);
    announcer.burst(name, index, frames, garp, now);
    announced.push(...frames.map(({ key }) => key));
  }
  tellAnnounced(core, instance, announced, garp, now);
}

/** The frames that announce addresses of one link. */
export function framesOf(
  core: Core,
  index: number,
  addresses: readonly HeldAddress[],
): readonly Frame[] {
  const link = core.links.byIndex(index);
  const mac = link?.mac ? parseMac(link.mac) : null;
  if (link === undefined || mac === null) return [];
  const isRouter = addresses.some(isIpv6) && forwardsIpv6(core, link.name);
  const sender = { mac, isRouter, id: `${link.mac} ${isRouter}` };
  return addresses.map((held) => frameOf(held, sender));
}

/** Who announces. */
interface FrameSource {
  readonly mac: Uint8Array;
  readonly isRouter: boolean;
  /** All of that as text. */
  readonly id: string;
}

/** The frame of each address that was made last, and who it is from. */
const FRAMES = new WeakMap<HeldAddress, { from: string; frame: Frame }>();

function frameOf(
  held: HeldAddress,
  { mac, isRouter, id: from }: FrameSource,
): Frame {
  const known = FRAMES.get(held);
  if (known?.from === from) return known.frame;
  const { index, address } = held;
  const bytes = isIpv6(held)
    ? neighborAdvert(mac, address, isRouter)
    : gratuitousArp(mac, address);
  const frame = { index, key: addressKey(held), bytes };
  FRAMES.set(held, { from, frame });
  return frame;
}

function isIpv6({ address }: HeldAddress): boolean {
  return familyOf(address) === "ipv6";
}

function forwardsIpv6(core: Core, link: string): boolean {
  const value = core.kernel.readSysctl(`net/ipv6/conf/${link}/forwarding`);
  return typeof value === "string" && value.trim() === "1";
}

/**
 * Send frames that are due, by one call.
 *
 * @param most Frames to send at most.
 * @returns Whether any was.
 */
export function sendFrames(core: Core, most: number, now: number): boolean {
  const { announcer, kernel, ledger } = core;
  const due = announcer.take(most, now);
  if (due.length === 0) return false;
  // A reload may have taken the address away since.
  const frames = due.filter(({ key }) => ledger.get(key) !== undefined);
  for (const [i, failure] of kernel.sendFrames(frames).entries()) {
    const frame = frames[i];
    if (frame === undefined) continue;
    if (failure === null) countFrame(core, frame);
    else tellFailure(core, frame.index, failure, now);
  }
  return true;
}

function countFrame({ ledger, instances }: Core, { key }: Frame): void {
  const instance = instances.get(ledger.get(key)?.owner ?? "");
  if (instance !== undefined) instance.counters.announcements++;
}

function tellFailure(
  core: Core,
  index: number,
  { code, message: error }: Failure,
  now: number,
): void {
  const link = core.links.byIndex(index)?.name ?? `link ${index}`;
  const unsaid = core.reports.say("announce", `${link} ${code}`, now, REPEAT);
  if (unsaid === null) return;
  log(core, { event: "announce_failed", interface: link, code, error });
}

/** The instances that serve on a link. */
export function servingOn(core: Core, index: number): readonly string[] {
  return core.ledger.owners().filter((name) =>
    mayHold(core, name) &&
    core.ledger.of(name).some(({ address }) => address.index === index)
  );
}
