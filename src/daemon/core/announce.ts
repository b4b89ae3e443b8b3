/**
 * Announces the addresses that serve: tells the neighbours which MAC answers
 * for them.
 *
 * @module
 */

import type { Failure } from "../../kernel/port.ts";
import { familyOf, parseMac } from "../../wire/address.ts";
import { gratuitousArp } from "../../wire/arp.ts";
import { neighborAdvert } from "../../wire/ndp.ts";
import { type Core, log, mayHold, stateOf } from "./core.ts";
import type { Entry } from "./ledger.ts";
import { addressKey } from "../../kernel/held_record.ts";
import type { Frame } from "./announcer.ts";
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
  const entries = ledger.of(name).filter(({ address }) =>
    what !== "added" || added?.has(addressKey(address))
  );
  const byLink = Map.groupBy(entries, ({ address }) => address.index);
  if (what === "refresh") {
    announcer.refresh(
      name,
      [...byLink].flatMap(([index, here]) => framesOf(core, index, here)),
    );
    return;
  }
  // Those that are being announced are among those that serve.
  const isBusy = what === "added" && announcer.isBusy(name);
  for (const [index, here] of byLink) {
    const all = isBusy
      ? ledger.of(name).filter(({ address }) => address.index === index)
      : here;
    const { garp } = instance.settings;
    announcer.burst(name, index, framesOf(core, index, all), garp, now);
  }
}

function framesOf(
  core: Core,
  index: number,
  entries: readonly Entry[],
): readonly Frame[] {
  const link = core.links.byIndex(index);
  const mac = link?.mac ? parseMac(link.mac) : null;
  if (link === undefined || mac === null) return [];
  const isIpv6 = ({ address }: Entry): boolean =>
    familyOf(address.address) === "ipv6";
  const router = entries.some(isIpv6) && forwardsIpv6(core, link.name);
  return entries.map((entry) => ({
    index,
    key: addressKey(entry.address),
    bytes: isIpv6(entry)
      ? neighborAdvert(mac, entry.address.address, router)
      : gratuitousArp(mac, entry.address.address),
  }));
}

function forwardsIpv6(core: Core, link: string): boolean {
  const value = core.kernel.readSysctl(`net/ipv6/conf/${link}/forwarding`);
  return typeof value === "string" && value.trim() === "1";
}

/**
 * Send frames that are due.
 *
 * @param most Frames to send at most.
 * @returns Whether any was.
 */
export function sendFrames(core: Core, most: number, now: number): boolean {
  const { announcer, kernel } = core;
  for (let count = 0; count < most; count++) {
    const frame = announcer.next(now);
    if (frame === null) return count > 0;
    // A reload may have taken the address away since.
    if (core.ledger.get(frame.key) === undefined) continue;
    const failure = kernel.sendFrame(frame.index, frame.bytes);
    if (failure === null) continue;
    tellFailure(core, frame.index, failure, now);
  }
  return true;
}

function tellFailure(
  core: Core,
  index: number,
  { code, message }: Failure,
  now: number,
): void {
  const link = core.links.byIndex(index)?.name ?? `link ${index}`;
  const unsaid = core.reports.say("announce", `${link} ${code}`, now, REPEAT);
  if (unsaid === null) return;
  log(core, {
    level: "warning",
    event: "announce_failed",
    message: `"${link}": ${message}`,
    interface: link,
  });
}

/** The instances that serve on a link. */
export function servingOn(core: Core, index: number): readonly string[] {
  return core.ledger.owners().filter((name) =>
    mayHold(core, name) &&
    core.ledger.of(name).some(({ address }) => address.index === index)
  );
}
