/**
 * What the core does by the clock that belongs to no instance.
 *
 * @module
 */

import { attempt } from "../../kernel/attempt.ts";
import { type Core, log } from "./core_state.ts";
import { startUp } from "./lifecycle.ts";

/** Renewals in the lifetime of an address: two may be missed. */
const RENEWALS = 3;
/** Feedings in the patience of a watchdog. */
const FEEDINGS = 2;

/** When the next chore is due, or Infinity. */
export function nextChore({ chores, announcer }: Core): number {
  const { startAt, renewAt, feedAt } = chores;
  return Math.min(startAt, renewAt, feedAt, announcer.dueAt);
}

/** Do what is due. */
export function doChores(core: Core, now: number): void {
  const { chores, addresses, announcer, settings, watchdog } = core;
  if (now >= chores.startAt) startUp(core, now);
  if (now >= chores.renewAt) {
    const lease = settings.vipLeaseSeconds;
    chores.renewAt = lease === null ? Infinity : now + lease * 1000 / RENEWALS;
    report(core, "lease", () => addresses.renew());
  }
  if (now >= chores.feedAt) {
    chores.feedAt = watchdog === null ? Infinity : now + watchdog / FEEDINGS;
    core.serviceManager?.notify("WATCHDOG=1");
  }
  if (now >= announcer.dueAt) {
    report(core, "announce_failed", () => announcer.flush(now));
  }
}

function report(core: Core, event: string, chore: () => void): void {
  const failure = attempt(chore);
  if (failure === null) return;
  log(core, { level: "warning", event, message: failure.message });
}
