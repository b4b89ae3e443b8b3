/**
 * What the core does by the clock that belongs to no instance.
 *
 * @module
 */

import type { Core } from "./core.ts";
import { assess } from "./attach.ts";
import { followLinks } from "./follow.ts";
import { addressKey } from "../../kernel/held_record.ts";
import { startUp } from "./lifecycle.ts";
import { isRecordDue } from "./record_keeper.ts";
import { Retry } from "./retry.ts";
import { tellLater, tellSide } from "./tell.ts";

/** Renewals in the lifetime of an address: two may be missed. */
const RENEWALS = 3;
/**
 * Feedings in the patience of a watchdog: a host that stands still for half of
 * it must not lose its daemon as well.
 */
const FEEDINGS = 4;

/** When the core does what belongs to no instance; Infinity for never. */
export interface Chores {
  /** Start the instances, after the startup delay. */
  startAt: number;
  /** Renew the lease of the addresses. */
  renewAt: number;
  /** Feed the service manager's watchdog. */
  feedAt: number;
  /** Tell what was not told at once: what was left out, what is over. */
  tellAt: number;
  /** Version of the ledger that the record says. */
  recorded: number;
  /** Write the record, which failed. */
  readonly record: Retry;
  /** Open the sockets and set the sysctls that failed. */
  readonly sockets: Retry;
  /** Change the addresses that could not be changed. */
  readonly mend: Retry;
}

/** Nothing to do. */
export function newChores(): Chores {
  return {
    startAt: Infinity,
    renewAt: Infinity,
    feedAt: Infinity,
    tellAt: Infinity,
    // What the last daemon recorded is not what this one holds.
    recorded: -1,
    record: new Retry(),
    sockets: new Retry(),
    mend: new Retry(),
  };
}

/** When the next chore is due, or ±Infinity. */
export function nextChore(core: Core): number {
  const { chores, following, sideLife } = core;
  if (following.isOwed || isRecordDue(core)) return -Infinity;
  return Math.min(
    chores.startAt,
    chores.renewAt,
    chores.feedAt,
    chores.tellAt,
    chores.record.dueAt,
    chores.sockets.dueAt,
    chores.mend.dueAt,
    following.retry.dueAt,
    sideLife.dueAt,
  );
}

/** Do what is due. */
export function doChores(core: Core, now: number): void {
  const { chores, following, settings, watchdog, ledger, work } = core;
  // Looked at when there is something to do anyway; woken for it is the core of
  // a silent side alone.
  const side = core.sideLife.look(core.kernel.sideWord(), now);
  if (side !== null) tellSide(core, side);
  if (now >= chores.startAt) startUp(core, now);
  if (now >= chores.renewAt) {
    const lease = settings.vipLeaseSeconds;
    chores.renewAt = lease === null ? Infinity : now + lease * 1000 / RENEWALS;
    work.renewals = Array.from(
      ledger.entries(),
      ({ address }) => addressKey(address),
    );
  }
  if (now >= chores.feedAt) {
    chores.feedAt = watchdog === null ? Infinity : now + watchdog / FEEDINGS;
    core.kernel.feedWatchdog();
  }
  if (now >= chores.tellAt) tellLater(core, now);
  if (now >= chores.record.dueAt) chores.record.again();
  if (now >= chores.mend.dueAt) mend(core);
  if (now >= chores.sockets.dueAt) {
    chores.sockets.again();
    assess(core, now);
  }
  if (now >= following.retry.dueAt) {
    following.retry.again();
    followLinks(core, now);
  }
}

/** Look at everything that is held: what is as it is to be costs nothing. */
function mend({ chores, ledger, work }: Core): void {
  const owners = ledger.owners();
  if (owners.length === 0) return chores.mend.succeeded();
  chores.mend.again();
  for (const name of owners) work.touch(name);
}
