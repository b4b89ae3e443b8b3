/**
 * A virtual router in BACKUP (RFC 9568 §6.4.2).
 *
 * @module
 */

import { becomeMaster, type Promotion } from "./become.ts";
import { claim, withdraw } from "./claim.ts";
import { masterDownAt, masterInterval } from "./deadline.ts";
import {
  type Advert,
  type Backup,
  claims,
  type HeardMaster,
  type LowerHeard,
  type RouterConfig,
  stay,
  type Step,
  type TakeOver,
} from "./state.ts";

/** An advert came. */
export function listen(
  config: RouterConfig,
  state: Backup,
  advert: Advert,
  now: number,
): Step {
  // What came before silence began to count does not make it longer.
  const heardAt = Math.max(state.heardAt, advert.at ?? now);
  if (advert.priority === 0) {
    if (claims(state)) return stay(state);
    return stay({ ...state, heardAt, waits: "skew" });
  }
  const preempts = config.preempt && advert.priority < state.priority;
  const toleratedSince = preempts && config.preemptDelay > 0
    ? state.toleratedSince ?? now
    : null;
  const tolerated = toleratedSince !== null &&
    now < toleratedSince + config.preemptDelay;
  if (preempts && !tolerated) {
    // For what is said when it takes over; nothing else comes of it.
    return stay({ ...state, lowerHeard: { ...heardMaster(advert), at: now } });
  }
  const { state: next, actions } = withdraw(state);
  return stay({
    ...next,
    heardAt,
    waits: "masterDown",
    master: heardMaster(advert, state.master),
    lowerHeard: null,
    toleratedSince,
  }, actions);
}

/** Silence while nothing could be heard proves nothing: it counts from then. */
export function hear(state: Backup, since: number): Step {
  if (since <= state.heardAt) return stay(state);
  const waits = state.waits === "none" ? "none" : "masterDown";
  return stay({ ...state, heardAt: since, waits });
}

/**
 * The master that an advert tells of.
 *
 * @param last What was known of it: the same object, where nothing is new.
 */
export function heardMaster(
  { source, priority, interval }: Advert,
  last: HeardMaster | null = null,
): HeardMaster {
  const isSame = last?.address === source && last.priority === priority &&
    last.interval === interval;
  return isSame ? last : { address: source, priority, interval };
}

/**
 * Whether a backup is so late to take over because this process was not run
 * that the silence proves nothing. Lateness by work of its own is none: the
 * others were free to speak, and what they said was read.
 *
 * @param due When it had to.
 * @param lost Milliseconds in which the process was not run, just before now.
 */
export function hasStalled(
  config: RouterConfig,
  state: Backup,
  { due, lost }: { readonly due: number; readonly lost: number },
  now: number,
): boolean {
  const late = now - due;
  const tolerable = masterInterval(config, state);
  return late > tolerable && late - lost <= tolerable &&
    (state.waits === "masterDown" || state.waits === "skew");
}

/** Silence lasted as long as it may. */
export function takeOver(
  config: RouterConfig,
  state: Backup,
  { due, stalled, claim: first }: TakeOver,
  now: number,
): Step {
  if (claims(state)) {
    return first
      ? stay(state)
      : becomeMaster(config, state, now, silence(state, now));
  }
  // Another of the same turn may have had it hear something.
  if (now < masterDownAt(config, state)) return stay(state);
  if (stalled) {
    const late = now - due;
    return stay({ ...state, heardAt: now, waits: "again" }, [
      { type: "stalled", late },
    ]);
  }
  if (first) return claim(state, now);
  return becomeMaster(config, state, now, silence(state, now));
}

/** Why a backup takes over. */
function silence(state: Backup, now: number): Promotion {
  const { waits, master, lowerHeard, priority, heardAt } = state;
  if (waits === "none") return { reason: "owns the addresses" };
  if (waits === "skew") {
    return { reason: `${master?.address ?? "the master"} resigned` };
  }
  if (lowerHeard !== null && isPreempted(lowerHeard, state, now)) {
    const { address, priority: theirs } = lowerHeard;
    return {
      reason: `${address} has priority ${theirs}, less than our ${priority}`,
    };
  }
  const seconds = ((now - heardAt) / 1000).toFixed(3);
  if (master === null) return { reason: `heard no master for ${seconds} s` };
  const { address } = master;
  return {
    reason: `heard nothing from ${address} for ${seconds} s`,
    missing: address,
  };
}

/** Whether a router lives, as far as one missed advert tells, that is worse. */
function isPreempted(
  { priority, interval, at }: LowerHeard,
  state: Backup,
  now: number,
): boolean {
  return priority < state.priority && now - at <= 2 * interval;
}
