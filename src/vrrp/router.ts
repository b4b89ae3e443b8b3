/**
 * The state machine of one virtual router: {@linkcode step} takes an input and
 * gives the next state and an ordered list of actions. It reads no clock, does
 * no I/O and holds no timer: deadlines are computed from facts in the state,
 * so a timer that is stale cannot exist. RFC 9568 §6.4 and RFC 3768 §6.4 are
 * the text to read beside it; BACKUP and MASTER are their Backup and Active.
 *
 * @module
 */

import { announceNow } from "./announce.ts";
import { hear, listen, takeOver } from "./backup.ts";
import { becomeBackup, becomeInit, enter } from "./become.ts";
import { claim, confirm, giveUp, refuse, withdraw } from "./claim.ts";
import { claimEndsAt, nextDeadline, REFUSED } from "./deadline.ts";
import { believe, fault, recover } from "./fault.ts";
import { contend, failOver, repair, tick, yieldAfterStall } from "./master.ts";
import { OWNER } from "./priority.ts";
import type { Reason } from "./reason.ts";
import {
  claims,
  type Input,
  mayHold,
  type RouterConfig,
  type RouterState,
  stay,
  type Step,
} from "./state.ts";

/**
 * Feed one input to a virtual router.
 *
 * An input that does not apply changes nothing, and so does a `deadline` or a
 * `takeOver` that comes early.
 *
 * @param config Configuration in force.
 * @param state State so far.
 * @param input What happened.
 * @param now Milliseconds of the monotonic clock.
 */
export function step(
  config: RouterConfig,
  state: RouterState,
  input: Input,
  now: number,
): Step {
  switch (input.type) {
    case "startup":
      return state.name === "INIT"
        ? enter(config, state, { kind: "started" }, now)
        : stay(state);
    case "shutdown":
      return state.name === "INIT" ? stay(state) : becomeInit(state);
    case "advert":
      if (state.name === "BACKUP") return listen(config, state, input, now);
      if (state.name === "MASTER") return contend(config, state, input, now);
      return stay(state);
    case "deadline":
      return expire(config, state, now);
    case "takeOver":
      return state.name === "BACKUP"
        ? takeOver(config, state, input, now)
        : stay(state);
    case "stall":
      return state.name === "MASTER"
        ? yieldAfterStall(config, state, input.lost, now)
        : stay(state);
    case "failover":
      return state.name === "MASTER" && config.priority !== OWNER
        ? failOver(state, input.by, now)
        : stay(state);
    case "resume":
      return stay(state.yielded ? { ...state, yielded: false } : state);
    case "priority":
      return reprioritize(state, input.priority);
    case "source":
      return state.source === input.source
        ? stay(state)
        : stay({ ...state, source: input.source });
    case "fault":
      return fault(config, state, input, now);
    case "recover":
      return recover(config, state, input, now);
    case "config":
      return reconfigure(config, state, input.priority, now);
    case "demote":
      return demote(state, input.reason, now);
    case "listening":
      return state.name === "BACKUP" ? hear(state, input.since) : stay(state);
    case "macChanged": {
      if (state.name !== "MASTER") return stay(state);
      const announcing = announceNow(config, state, now);
      return stay(announcing.state, announcing.actions);
    }
    case "addressLost":
      return state.name === "MASTER" ? repair(config, state, now) : stay(state);
    case "held":
      return state.name === "BACKUP" ? confirm(state) : stay(state);
    case "addressRefused":
      return mayHold(state)
        ? refuse(state, { kind: "refused", failure: input.failure }, now)
        : stay(state);
    default:
      return input satisfies never;
  }
}

const RETRY = { cause: REFUSED, reason: { kind: "retry" } } as const;

function expire(config: RouterConfig, state: RouterState, now: number): Step {
  if (now < nextDeadline(config, state)) return stay(state);
  const lasted = state.pending.find(({ at }) => at <= now);
  if (lasted !== undefined) return believe(config, state, lasted, now);
  switch (state.name) {
    case "INIT":
      return stay(state);
    case "BACKUP":
      return now < claimEndsAt(state) ? stay(state) : giveUp(state, now);
    case "MASTER":
      return tick(config, state, now);
    case "FAULT":
      return recover(config, state, RETRY, now);
    default:
      return state satisfies never;
  }
}

function reprioritize(state: RouterState, priority: number): Step {
  if (priority === state.priority) return stay(state);
  return stay(
    { ...state, priority },
    state.name === "MASTER" ? [{ type: "sendAdvert", priority }] : [],
  );
}

/** The same router with other settings: nothing moves that need not. */
function reconfigure(
  config: RouterConfig,
  state: RouterState,
  priority: number,
  now: number,
): Step {
  // An owner leaves its addresses to nobody.
  const yielded = state.yielded && config.priority !== OWNER;
  const next = { ...state, priority, yielded };
  if (next.name === "BACKUP" && claims(next)) return claim(next, now);
  return stay(
    next,
    next.name !== "MASTER" ? [] : [
      { type: "sendAdvert", priority },
      { type: "hold" },
      { type: "announce", what: "added" },
    ],
  );
}

function demote(state: RouterState, reason: Reason, now: number): Step {
  if (state.name === "BACKUP") return withdraw(state);
  return state.name !== "MASTER" ? stay(state) : becomeBackup(state, {
    reason,
    waits: "masterDown",
    // So that the others need not wait.
    resign: "priority0",
  }, now);
}
