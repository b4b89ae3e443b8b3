/**
 * A virtual router in MASTER (RFC 9568 §6.4.3).
 *
 * @module
 */

import { compareIp } from "../wire/address.ts";
import { announceAll, announceDue, announceSoon } from "./announce.ts";
import { heardMaster } from "./backup.ts";
import { becomeBackup } from "./become.ts";
import { advertDueAt } from "./deadline.ts";
import type { Reason } from "./reason.ts";
import {
  type Action,
  type Advert,
  type Master,
  type RouterConfig,
  stay,
  type Step,
} from "./state.ts";
import { beatOf, masterDownInterval } from "./timing.ts";

/** A rival's advert is answered at most this often, in milliseconds. */
const ANSWER_SPACING = 100;
/** Lost addresses are put back at most this often, in milliseconds. */
const REPAIR_SPACING = 20;

/** Another router advertises. */
export function contend(
  config: RouterConfig,
  state: Master,
  advert: Advert,
  now: number,
): Step {
  const { source, priority } = advert;
  if (priority > 0 && yields(state, advert)) {
    return yieldTo(config, state, advert, now);
  }
  const resigns = priority === 0;
  const due = resigns ? state : announceSoon(state, now);
  const spacing = Math.min(config.advertInterval / 2, ANSWER_SPACING);
  if (state.answeredAt !== null && now < state.answeredAt + spacing) {
    return stay(due);
  }
  const answer: Action = { type: "sendAdvert", priority: state.priority };
  const answered = { ...due, answeredAt: now };
  if (resigns) {
    const advertAt = beatOf(config.advertInterval, now);
    return stay({ ...answered, advertAt }, [answer]);
  }
  const rival: Action = { type: "rival", source, priority };
  const announcing = announceAll(config, answered, now);
  return stay(announcing.state, [answer, ...announcing.actions, rival]);
}

/**
 * Leave the addresses to a better router. One that was only not heard for a
 * time may have been master all along, and has to announce them again; one
 * that comes back announces them by itself.
 */
function yieldTo(
  { higherPriorityAdvert }: RouterConfig,
  state: Master,
  advert: Advert,
  now: number,
): Step {
  return becomeBackup(state, {
    reason: whyBetter(state, advert),
    waits: "masterDown",
    master: heardMaster(advert),
    ...(higherPriorityAdvert || advert.source === state.missing
      ? { resign: "lastWord" }
      : {}),
  }, now);
}

function whyBetter(
  { priority, source }: Master,
  { source: peer, priority: peerPriority }: Advert,
): Reason {
  return peerPriority === priority && source !== null
    ? { kind: "tie", peer, priority, ownAddress: source }
    : { kind: "better", peer, peerPriority, ownPriority: priority };
}

function yields(state: Master, advert: Advert): boolean {
  if (advert.priority !== state.priority) {
    return advert.priority > state.priority;
  }
  return state.source !== null && compareIp(advert.source, state.source) > 0;
}

/** An advert, an announcement or a repair is due. */
export function tick(config: RouterConfig, state: Master, now: number): Step {
  const actions: Action[] = [];
  let next = state;
  const { advertInterval } = config;
  const advertDue = advertDueAt(config, state);
  if (now >= advertDue) {
    // By the first advert, so that the interval does not drift; a whole missed
    // interval begins anew.
    const missed = now - advertDue >= advertInterval;
    const advertAt = missed ? beatOf(advertInterval, now) : advertDue;
    next = { ...next, advertAt, refusals: 0 };
    actions.push({ type: "sendAdvert", priority: state.priority });
  }
  if (state.repairAt !== null && now >= state.repairAt) {
    next = { ...next, repairedAt: now, repairAt: null };
    actions.push({ type: "hold" }, { type: "announce", what: "added" });
  }
  const announcing = announceDue(config, next, now);
  return announcing === null
    ? stay(next, actions)
    : stay(announcing.state, [...actions, ...announcing.actions]);
}

/** An address was taken away: put it back, but do not fight over it. */
export function repair(config: RouterConfig, state: Master, now: number): Step {
  const { repairedAt } = state;
  const repairAt = repairedAt === null
    ? now
    : Math.max(now, repairedAt + REPAIR_SPACING);
  return tick(config, { ...state, repairAt }, now);
}

/**
 * Give the addresses up to whoever takes them. Nobody who lives is preempted
 * from then on; alone it takes them back after a master-down interval.
 */
export function failOver(
  state: Master,
  by: string | null,
  now: number,
): Step {
  return becomeBackup({ ...state, yielded: true }, {
    reason: { kind: "handed_over", by },
    waits: "masterDown",
    resign: "priority0",
  }, now);
}

/**
 * This process was not run. A master that was silent meanwhile for so long
 * that the others have replaced it listens for an interval before it serves
 * again. Silence by work of its own is another matter: it is as good a master
 * as before, and meets a rival as any other.
 *
 * @param lost Milliseconds in which the process was not run, just before now.
 */
export function yieldAfterStall(
  config: RouterConfig,
  state: Master,
  lost: number,
  now: number,
): Step {
  // The others count from the last advert that they heard.
  const late = now - state.advertAt;
  const { version, advertInterval, downTimerAdverts } = config;
  const replaced = masterDownInterval(
    version,
    state.priority,
    advertInterval,
    downTimerAdverts,
  );
  if (late <= replaced || late - lost > replaced) return stay(state);
  return becomeBackup(state, {
    reason: { kind: "stall", lost, overdue: late - advertInterval },
    waits: "interval",
    before: [{ type: "stalled", late }],
  }, now);
}
