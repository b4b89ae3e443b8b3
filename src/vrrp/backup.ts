/**
 * A virtual router in BACKUP (RFC 9568 §6.4.2).
 *
 * @module
 */

import { becomeMaster, type Promotion } from "./become.ts";
import { claim, withdraw } from "./claim.ts";
import { masterDownAt, masterInterval } from "./deadline.ts";
import type { OwnReason, PreemptReason, SilenceReason } from "./reason.ts";
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
    const resigner = advert.source;
    return stay({ ...state, heardAt, waits: "skew", resigner });
  }
  const preempts = config.preempt && !state.yielded &&
    advert.priority < state.priority;
  const toleratedSince = preempts && config.preemptDelay > 0
    ? state.toleratedSince ?? now
    : null;
  const tolerated = toleratedSince !== null &&
    now < toleratedSince + config.preemptDelay;
  if (preempts && !tolerated) {
    // For what is said when it takes over; nothing else comes of it.
    const { priority: ownPriority } = state;
    const lowerHeard = { ...heardMaster(advert), at: now, ownPriority };
    return stay({ ...state, lowerHeard });
  }
  const { state: next, actions } = withdraw(state);
  return stay({
    ...next,
    heardAt,
    waits: "masterDown",
    resigner: null,
    master: heardMaster(advert, state.master),
    lowerHeard: null,
    toleratedSince,
  }, actions);
}

/** Silence while nothing could be heard proves nothing: it counts from then. */
export function hear(state: Backup, since: number): Step {
  if (since <= state.heardAt) return stay(state);
  const waits = state.waits === "none" ? "none" : "masterDown";
  return stay({ ...state, heardAt: since, waits, resigner: null });
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
      : becomeMaster(config, state, now, promotion(config, state, now));
  }
  // Another of the same turn may have had it hear something.
  if (now < masterDownAt(config, state)) return stay(state);
  if (stalled) {
    const late = now - due;
    const next = { ...state, heardAt: now, waits: "again" } as const;
    return stay({ ...next, resigner: null }, [{ type: "stalled", late }]);
  }
  if (first) return claim(state, now);
  return becomeMaster(config, state, now, promotion(config, state, now));
}

/** What a backup becomes master by. */
function promotion(
  config: RouterConfig,
  state: Backup,
  now: number,
): Promotion {
  const reason = whyNow(config, state, now);
  return {
    reason,
    missing: reason.kind === "silence" ? reason.peer : null,
  };
}

function whyNow(config: RouterConfig, state: Backup, now: number): OwnReason {
  const { waits, resigner, lowerHeard } = state;
  if (waits === "none" && config.priority === 255) return { kind: "owner" };
  if (resigner !== null) return { kind: "resigned", peer: resigner };
  return lowerHeard !== null && lives(lowerHeard, now)
    ? preemption(config, state, lowerHeard, now)
    : silence(state, now);
}

function preemption(
  { preemptDelay }: RouterConfig,
  { toleratedSince }: Backup,
  { address, priority: peerPriority, ownPriority }: LowerHeard,
  now: number,
): PreemptReason {
  const isOver = toleratedSince !== null &&
    now >= toleratedSince + preemptDelay;
  return {
    kind: "preempt",
    peer: address,
    peerPriority,
    ownPriority,
    delay: isOver ? preemptDelay : 0,
  };
}

/** Nothing was heard, not even of a worse one that is gone meanwhile. */
function silence(
  { master, lowerHeard, heardAt }: Backup,
  now: number,
): SilenceReason {
  const since = Math.max(heardAt, lowerHeard?.at ?? -Infinity);
  const peer = master?.address ?? lowerHeard?.address ?? null;
  return { kind: "silence", peer, silentFor: now - since };
}

/** Whether a worse router lives, as far as one missed advert tells. */
function lives({ interval, at }: LowerHeard, now: number): boolean {
  return now - at <= 2 * interval;
}
