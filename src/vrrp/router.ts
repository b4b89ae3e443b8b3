/**
 * The state machine of one virtual router: {@linkcode step} takes an input and
 * gives the next state and an ordered list of actions. It reads no clock, does
 * no I/O and holds no timer: deadlines are computed from facts in the state,
 * so a timer that is stale cannot exist. RFC 9568 §6.4 and RFC 3768 §6.4 are
 * the text to read beside it; BACKUP and MASTER are their Backup and Active.
 *
 * @module
 */

import { compareIp } from "../wire/address.ts";
import { announceDueAt, nextDeadline, REFUSED } from "./deadline.ts";
import {
  type Action,
  type Backup,
  type HeardMaster,
  type Input,
  type Master,
  type RouterConfig,
  type RouterState,
  standing,
  stay,
  type Step,
  transition,
} from "./state.ts";

/** Bursts of gratuitous ARP are at least this far apart, in milliseconds. */
const ANNOUNCE_SPACING = 1000;
/** A rival's advert is answered at most this often, in milliseconds. */
const ANSWER_SPACING = 100;
/** First and longest wait before refused addresses are tried again. */
const RETRY_FIRST = 1000;
const RETRY_LONGEST = 60_000;

/**
 * Feed one input to a virtual router.
 *
 * An input that does not apply changes nothing, and so does a `deadline` that
 * comes early.
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
        ? enter(config, state, now, "started")
        : stay(state);
    case "shutdown":
      return state.name === "INIT" ? stay(state) : stop(state);
    case "advert":
      if (state.name === "BACKUP") return heard(config, state, input, now);
      if (state.name === "MASTER") return contested(config, state, input, now);
      return stay(state);
    case "deadline":
      return expired(config, state, now);
    case "priority":
      return reprioritize(state, input.priority);
    case "source":
      return stay({ ...state, source: input.source });
    case "fault":
      return fail(state, input.cause, input.reason);
    case "recover":
      return recover(config, state, input.cause, now);
    case "config":
      return reconfigure(state, input.priority, now);
    case "addressRefused":
      return state.name === "MASTER"
        ? refused(state, input.reason, now)
        : stay(state);
    default:
      return input satisfies never;
  }
}

/** Startup, and the end of the last fault (RFC 9568 §6.4.1). */
function enter(
  config: RouterConfig,
  state: RouterState,
  now: number,
  reason: string,
): Step {
  const faults = Object.values(state.faults);
  if (faults.length > 0) return becomeFault(state, faults.join("; "), null);
  if (config.priority === 255) {
    return becomeMaster(config, state, now, `${reason} as address owner`);
  }
  return {
    state: {
      ...standing(state),
      name: "BACKUP",
      heardAt: now,
      resigned: false,
      master: null,
    },
    actions: [transition(state.name, "BACKUP", reason)],
  };
}

/** The advert goes first: a peer that still answers learns of it at once. */
function becomeMaster(
  config: RouterConfig,
  state: RouterState,
  now: number,
  reason: string,
): Step {
  return {
    state: {
      ...standing(state),
      name: "MASTER",
      advertAt: now,
      announcedAt: now,
      announceAgainAt: config.garp.delay > 0 ? now + config.garp.delay : null,
      answeredAt: null,
    },
    actions: [
      { type: "sendAdvert", priority: state.priority },
      { type: "addAddresses" },
      { type: "announce" },
      transition(state.name, "MASTER", reason),
    ],
  };
}

function becomeFault(
  state: RouterState,
  reason: string,
  retryAt: number | null,
): Step {
  return {
    state: { ...standing(state), name: "FAULT", retryAt },
    actions: [...leave(state), transition(state.name, "FAULT", reason)],
  };
}

function stop(state: RouterState): Step {
  const { [REFUSED]: _, ...faults } = state.faults;
  return {
    state: { ...standing(state), name: "INIT", faults, refusals: 0 },
    actions: [...leave(state), transition(state.name, "INIT", "stopped")],
  };
}

/** What a master owes the others when it stops being one by itself. */
function leave(state: RouterState): readonly Action[] {
  return state.name === "MASTER"
    ? [{ type: "sendAdvert", priority: 0 }, { type: "removeAddresses" }]
    : [];
}

type Advert = Extract<Input, { type: "advert" }>;

/** An advert in BACKUP (RFC 9568 §6.4.2). */
function heard(
  config: RouterConfig,
  state: Backup,
  advert: Advert,
  now: number,
): Step {
  if (advert.priority === 0) {
    return stay({ ...state, heardAt: now, resigned: true });
  }
  if (config.preempt && advert.priority < state.priority) return stay(state);
  return stay({
    ...state,
    heardAt: now,
    resigned: false,
    master: heardMaster(advert),
  });
}

function heardMaster(advert: Advert): HeardMaster {
  const { source, priority, interval } = advert;
  return { address: source, priority, interval };
}

/** An advert in MASTER (RFC 9568 §6.4.3). */
function contested(
  config: RouterConfig,
  state: Master,
  advert: Advert,
  now: number,
): Step {
  if (advert.priority > 0 && yields(state, advert)) {
    return {
      state: {
        ...standing(state),
        name: "BACKUP",
        heardAt: now,
        resigned: false,
        master: heardMaster(advert),
      },
      actions: [
        { type: "removeAddresses" },
        transition(
          "MASTER",
          "BACKUP",
          `${advert.source} has priority ${advert.priority}`,
        ),
      ],
    };
  }
  const spacing = Math.min(config.advertInterval / 2, ANSWER_SPACING);
  if (state.answeredAt !== null && now < state.answeredAt + spacing) {
    return stay(state);
  }
  const answer: Action = { type: "sendAdvert", priority: state.priority };
  if (advert.priority === 0) {
    return stay({ ...state, answeredAt: now, advertAt: now }, [answer]);
  }
  const rival: Action = {
    type: "rival",
    source: advert.source,
    priority: advert.priority,
  };
  // Neighbours may have learned the rival's MAC. Within the spacing of the
  // last burst the next one is due when the spacing ends.
  const nextBurst = state.announcedAt + ANNOUNCE_SPACING;
  if (now < nextBurst) {
    const announceAgainAt = Math.min(
      state.announceAgainAt ?? Infinity,
      nextBurst,
    );
    return stay({ ...state, answeredAt: now, announceAgainAt }, [
      answer,
      rival,
    ]);
  }
  return stay({
    ...state,
    answeredAt: now,
    announcedAt: now,
    announceAgainAt: config.garp.delay > 0 ? now + config.garp.delay : null,
  }, [answer, { type: "announce" }, rival]);
}

function yields(state: Master, advert: Advert): boolean {
  if (advert.priority !== state.priority) {
    return advert.priority > state.priority;
  }
  return state.source !== null && compareIp(advert.source, state.source) > 0;
}

function expired(config: RouterConfig, state: RouterState, now: number): Step {
  if (now < nextDeadline(config, state)) return stay(state);
  switch (state.name) {
    case "INIT":
      return stay(state);
    case "BACKUP":
      return becomeMaster(config, state, now, silence(state, now));
    case "MASTER":
      return tick(config, state, now);
    case "FAULT":
      return recover(config, state, REFUSED, now);
    default:
      return state satisfies never;
  }
}

function silence(state: Backup, now: number): string {
  if (state.resigned) {
    return `${state.master?.address ?? "the master"} resigned`;
  }
  const seconds = ((now - state.heardAt) / 1000).toFixed(3);
  return state.master === null
    ? `heard no master for ${seconds} s`
    : `heard nothing from ${state.master.address} for ${seconds} s`;
}

/** The Adver_Timer or an announcement is due in MASTER. */
function tick(config: RouterConfig, state: Master, now: number): Step {
  const actions: Action[] = [];
  let next = state;
  const advertDueAt = state.advertAt + config.advertInterval;
  if (now >= advertDueAt) {
    // On the grid of the first advert, so that the interval does not drift;
    // a whole missed interval starts a new grid.
    const late = now - advertDueAt >= config.advertInterval;
    next = { ...next, advertAt: late ? now : advertDueAt, refusals: 0 };
    actions.push({ type: "sendAdvert", priority: state.priority });
  }
  if (now >= announceDueAt(config, state)) {
    next = { ...next, announcedAt: now, announceAgainAt: null };
    actions.push({ type: "announce" });
  }
  return stay(next, actions);
}

function reprioritize(state: RouterState, priority: number): Step {
  if (priority === state.priority) return stay(state);
  return stay(
    { ...state, priority },
    state.name === "MASTER" ? [{ type: "sendAdvert", priority }] : [],
  );
}

function fail(state: RouterState, cause: string, reason: string): Step {
  if (state.faults[cause] === reason) return stay(state);
  const faulty = { ...state, faults: { ...state.faults, [cause]: reason } };
  return state.name === "INIT" || state.name === "FAULT"
    ? stay(faulty)
    : becomeFault(faulty, reason, null);
}

function recover(
  config: RouterConfig,
  state: RouterState,
  cause: string,
  now: number,
): Step {
  const { [cause]: mended, ...faults } = state.faults;
  if (mended === undefined) return stay(state);
  if (state.name !== "FAULT" || Object.keys(faults).length > 0) {
    return stay({ ...state, faults });
  }
  return enter(config, { ...state, faults }, now, `recovered: ${mended}`);
}

/** The same router with other settings: nothing moves that need not. */
function reconfigure(state: RouterState, priority: number, now: number): Step {
  if (state.name !== "MASTER") return stay({ ...state, priority });
  return stay({ ...state, priority, announcedAt: now }, [
    { type: "sendAdvert", priority },
    { type: "addAddresses" },
    { type: "announce" },
  ]);
}

/** A master without its addresses is none: resign, wait, try again. */
function refused(state: Master, reason: string, now: number): Step {
  const wait = Math.min(RETRY_FIRST * 2 ** state.refusals, RETRY_LONGEST);
  return becomeFault(
    {
      ...state,
      refusals: state.refusals + 1,
      faults: { ...state.faults, [REFUSED]: reason },
    },
    reason,
    now + wait,
  );
}
