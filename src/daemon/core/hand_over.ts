/**
 * Hands the instances over to another daemon: when nothing is due or under way
 * this core says all that it knows, and from then on does nothing at all, until
 * it is told to leave for good or to go on.
 *
 * @module
 */

import { earliestDeadline } from "../../vrrp/engine.ts";
import { HAND_OVER, type ToCore } from "../messages.ts";
import type { Core } from "./core.ts";
import { counted } from "./counters.ts";
import type { HeardHost } from "./heard_hosts.ts";
import type { HandedHost, HandedOver } from "./handed_over.ts";

/** Milliseconds until the next deadline that are worth waiting for. */
const QUIET = 20;
/** Milliseconds that such a moment is waited for: many instances have none. */
const WORTH = 1000;
/** Milliseconds after which a core that is always busy gives up. */
const MOST = 5000;

/** Hand over if it is wanted and now is the moment: behind all of a turn. */
export function handOver(core: Core): void {
  const { engine, kernel, work } = core;
  if (core.handOverSince === null) return;
  const now = kernel.now();
  const waited = now - core.handOverSince;
  const left = earliestDeadline(engine) - now;
  const isCalm = left >= QUIET || (waited >= WORTH && left > 0);
  if (core.leftBehind === null && !work.isPending && isCalm) {
    core.handOverSince = null;
    let state: string;
    try {
      state = JSON.stringify(knowledge(core, now));
    } catch (error) {
      // A defect that need not cost the addresses.
      core.outbox.notice({ type: "keeps", why: `${error}` });
      return;
    }
    core.part = "handed_over";
    // The new daemon is not listened to at once.
    if (core.watchdog !== null) kernel.feedWatchdog();
    core.outbox.notice({ type: "handedOver", state });
  } else if (waited >= MOST) {
    core.handOverSince = null;
    const why = core.leftBehind === null
      ? "it is busy with addresses"
      : "it does not know yet what the last daemon left behind";
    core.outbox.notice({ type: "keeps", why });
  }
}

/** When a core that is to hand over looks again at the latest, or Infinity. */
export function handOverAt({ handOverSince, kernel }: Core): number {
  if (handOverSince === null) return Infinity;
  const worth = handOverSince + WORTH;
  return kernel.now() < worth ? worth : handOverSince + MOST;
}

function knowledge(core: Core, at: number): HandedOver {
  const { engine, instances, ports, ledger, announcer, sysctls } = core;
  const { startAt, renewAt } = core.chores;
  return {
    version: HAND_OVER,
    at,
    instances: Array.from(instances.values(), (instance) => {
      const { name } = instance.settings;
      const state = engine.routers.get(name)?.state;
      if (state === undefined) throw new TypeError(`"${name}" has no state`);
      const { checksumForm, mute, toldMaster, isAnnounced, untold } = instance;
      const { entrance } = instance;
      return {
        ...{ name, state, checksumForm, mute, toldMaster },
        ...{ isAnnounced, untold, entrance },
        hosts: instance.hosts.newest().map(handedHost),
        counters: { ...counted(instance.counters) },
      };
    }),
    tally: core.tally.numbers,
    ports: Array.from(
      ports,
      ([id, { counters }]) => ({ id, counters: { ...counted(counters) } }),
    ),
    held: [...ledger.entries()],
    debts: announcer.debts(),
    sysctls: sysctls.turnedOn,
    verdicts: Object.fromEntries(core.verdicts),
    drains: Object.fromEntries(core.drains),
    startAt: orNull(startAt),
    renewAt: orNull(renewAt),
  };
}

function handedHost({ heard, at, adverts }: HeardHost): HandedHost {
  const { payload, source, destination, hopLimit } = heard;
  return {
    ...{ payload: [...payload], source, destination, hopLimit },
    ...{ at, adverts },
  };
}

function orNull(time: number): number | null {
  return Number.isFinite(time) ? time : null;
}

/**
 * A turn of a core that has handed over: it only hears what came of it.
 *
 * @returns False when another daemon serves: this one is to end, and leaves all
 *   as it is.
 */
export function waitForOutcome(core: Core): boolean {
  for (;;) {
    const message = core.kernel.channel.receive() as ToCore | undefined;
    if (message === undefined) return true;
    switch (message.type) {
      case "leave":
        return false;
      case "goOn":
        // What it missed is a stall, as the next turn sees by its clock.
        core.part = "serves";
        return true;
      case "stop":
        // Not asked for while another one could serve.
        core.part = "serves";
        core.deferred.push(message);
        return true;
      default:
        core.deferred.push(message);
    }
  }
}
