/**
 * Gets ready for takeovers in steps before they are due: what they will
 * send lies made, and the way that they will go was just gone. While a
 * master lives its adverts move the deadline first, and nothing of this
 * happens. What is made is kept with what it was made of, and not used for
 * anything else.
 *
 * @module
 */

import { type FirstWord, foresee, getReadyAt } from "../../vrrp/due.ts";
import { earliestDeadline, earliestTakeOver } from "../../vrrp/engine.ts";
import { framesOf } from "./announce.ts";
import { type Core, stateOf } from "./core.ts";
import { wantedBy } from "./hold.ts";
import { readyAdverts } from "./send.ts";

/**
 * Milliseconds before a takeover at which it is prepared first. After hours of
 * idleness the first time can take tens of milliseconds, as code and memory
 * have to be fetched.
 */
const LEAD = 100;
/**
 * Milliseconds from one time to the next: V8 remembers where properties lie
 * only of what was called some eight times, and the last time leaves what it
 * touches in the processor's caches.
 */
const STEP = 10;
/** Milliseconds before a takeover in which it is not prepared once more. */
const REST = 3;
/** Milliseconds behind the first takeover that others are prepared with it. */
const BEHIND = 10;
/** Milliseconds of preparation between two looks at the sockets. */
const PIECE = 0.5;
/** Milliseconds that a rehearsal may take. */
const REHEARSAL = 2;
/** Milliseconds before a deadline in which no piece is begun. */
const QUIET = 1;
/** Addresses that are prepared between two looks at the clock. */
const ADDRESSES = 32;

/** How far takeovers are prepared. */
export class Readiness {
  /** Whether there are new instances: all are looked at, however far. */
  isNew = false;
  /** When takeovers were looked at last. */
  lookedAt = -Infinity;
  /** Those among them that are not ready yet, the next one first. */
  coming: FirstWord[] = [];
  /** Addresses of the next one that are ready. */
  done = 0;
  /** When to go on with them. */
  goOnAt = -Infinity;
}

/** When to prepare something, or ±Infinity. */
export function prepareAt({ readiness, engine }: Core): number {
  const { coming, goOnAt, isNew, lookedAt } = readiness;
  if (coming.length > 0) return goOnAt;
  if (isNew) return -Infinity;
  const first = getReadyAt(engine, LEAD);
  if (first > lookedAt) return first;
  const next = lookedAt + STEP;
  return next <= earliestTakeOver(engine) - REST ? next : Infinity;
}

/** Prepare takeovers, if it is time: a piece, or more of what is quick. */
export function prepare(core: Core): void {
  const { readiness, engine, kernel } = core;
  const now = kernel.now();
  if (now < prepareAt(core)) return;
  if (readiness.coming.length === 0) lookAhead(core, now);
  const next = earliestDeadline(engine);
  while (readiness.coming.length > 0) {
    const time = kernel.now();
    // What is due goes first, and is not kept waiting.
    if (next - time < QUIET) {
      readiness.goOnAt = next;
      return;
    }
    if (time - now > PIECE) break;
    prepareSome(core, readiness);
  }
  readiness.goOnAt = -Infinity;
}

/**
 * Find out what comes. The bytes of many addresses take longer than there is
 * time shortly before a takeover, and are kept: new ones are made at once.
 */
function lookAhead(core: Core, now: number): void {
  const { readiness, engine, rehearse } = core;
  const { isNew } = readiness;
  readiness.isNew = false;
  if (!isNew) readiness.lookedAt = now;
  const by = isNew ? Infinity : earliestTakeOver(engine) + BEHIND;
  readiness.coming = [...foresee(engine, by)];
  if (!isNew && earliestDeadline(engine) - now >= REHEARSAL) rehearse();
}

function prepareSome(core: Core, readiness: Readiness): void {
  const [word] = readiness.coming;
  const instance = core.instances.get(word?.instance ?? "");
  const state = stateOf(core, word?.instance ?? "");
  if (word === undefined || instance === undefined || !state?.source) {
    readiness.coming.shift();
    return;
  }
  const { done } = readiness;
  if (done === 0) readyAdverts(instance, word.action.priority, state.source);
  const addresses = wantedBy(core, instance.settings)
    .slice(done, done + ADDRESSES)
    .map(({ address }) => address);
  core.kernel.getReady(addresses);
  for (const [index, here] of Map.groupBy(addresses, (one) => one.index)) {
    framesOf(core, index, here);
  }
  readiness.done += ADDRESSES;
  if (addresses.length === ADDRESSES) return;
  readiness.coming.shift();
  readiness.done = 0;
}
