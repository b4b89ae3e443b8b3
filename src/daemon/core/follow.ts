/**
 * Follows the links and addresses of the host.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../../kernel/link_condition.ts";
import { Failure } from "../../kernel/port.ts";
import { IFF_UP } from "../../wire/rtnetlink.ts";
import type { NetlinkBody } from "../../wire/rtnetlink_parse.ts";
import { assess } from "./attach.ts";
import { servingOn } from "./announce.ts";
import { type Core, log } from "./core.ts";
import { addressKey } from "../../kernel/held_record.ts";
import { cleanUp } from "./left_overs.ts";
import type { LinkChange } from "./link_table.ts";
import { feed } from "./perform.ts";
import { repair } from "./repair.ts";

/** Reads of events in one turn, so that a storm cannot hold the loop. */
const MAX_READS = 500;
/** While addresses change: most of the news are of them, and can wait. */
const FEW_READS = 16;

/**
 * Read the news and do what follows: links are judged first, then addresses
 * are compared, when the table is as the kernel is now.
 */
export function followLinks(core: Core, now: number): void {
  const { following } = core;
  const isComplete = readLinks(core, isServing(core) ? FEW_READS : MAX_READS);
  if (isComplete) cleanUp(core);
  if (following.assess) {
    following.assess = false;
    assess(core, now);
  }
  for (const index of following.macs) {
    for (const name of servingOn(core, index)) {
      feed(core, name, { type: "macChanged" }, now);
    }
  }
  following.macs.clear();
  if (isComplete) repair(core, now);
}

/** Whether addresses are on their way to the kernel or to the neighbours. */
function isServing({ work, announcer }: Core): boolean {
  return work.jobs.size > 0 || work.announcements.length > 0 ||
    announcer.dueAt === -Infinity;
}

/**
 * Take in the news that are queued.
 *
 * @param most Reads at most.
 * @returns Whether the table is as the kernel is now.
 */
export function readLinks(core: Core, most: number = MAX_READS): boolean {
  const { kernel, links, following } = core;
  for (let reads = 0; reads < most; reads++) {
    const news = kernel.links.read();
    if (news === "empty") return following.isLost ? readAll(core) : true;
    if (news === "overrun") {
      core.tally.netlinkOverruns++;
      following.readAgain();
    } else if (news instanceof Failure) return failed(core, news);
    else if (!following.isLost) {
      for (const message of news) {
        if (!isOutdated(core, message)) note(core, links.apply(message));
      }
    }
  }
  return false;
}

/** What was queued is behind us: everything as it is now. */
function readAll(core: Core): boolean {
  const { kernel, links, following } = core;
  const all = kernel.links.dump();
  if (all instanceof Failure) return failed(core, all);
  const macs = new Map(
    Array.from(links.links(), ({ index, mac }) => [index, mac]),
  );
  links.reset(all);
  for (const { index, mac } of links.links()) {
    if (macs.has(index) && macs.get(index) !== mac) following.macs.add(index);
  }
  following.isLost = false;
  following.removed.clear();
  following.assess = true;
  following.compare = true;
  if (following.retry.isFailing) log(core, { event: "links", error: null });
  following.retry.succeeded();
  return true;
}

function failed(core: Core, { message }: Failure): boolean {
  const { following, kernel } = core;
  following.readAgain();
  if (!following.retry.isFailing) {
    log(core, { event: "links", error: message });
  }
  following.retry.failed(kernel.now());
  return false;
}

/**
 * Whether a message is of a removal of ours, and the address was added again
 * since: of that an IPv6 address brings news only later.
 */
function isOutdated(
  { following, ledger }: Core,
  message: NetlinkBody,
): boolean {
  if (message.type !== "addressGone") return false;
  const key = addressKey(message.address);
  return following.removed.delete(key) && ledger.get(key) !== undefined;
}

function note(core: Core, change: LinkChange | null): void {
  const { following, ledger, links } = core;
  if (change === null) return;
  if (change.type === "link") {
    following.assess = true;
    if (change.mac) following.macs.add(change.index);
    if (change.named) following.compare = true;
    const flags = links.byIndex(change.index)?.flags ?? 0;
    if ((flags & IFF_UP) === 0) following.wentDown.add(change.index);
    return;
  }
  const { address, gone } = change;
  const key = addressKey(address);
  const entry = ledger.get(key);
  if (entry !== undefined) {
    if (gone) following.gone.add(key);
  } else if (!gone && address.protocol === ALIVED_PROTOCOL) {
    following.compare = true;
  }
  // Our own come and go with the instances and change nothing for them.
  if (entry?.ours || !following.watched.has(address.index)) return;
  following.assess = true;
}
