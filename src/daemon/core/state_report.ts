/**
 * What the core is doing, in a line of the log for each instance: the answer
 * to SIGUSR2.
 *
 * @module
 */

import type { EventOf } from "../../log/catalogue.ts";
import { reasonInWords } from "../../log/reason_words.ts";
import { OPERATOR } from "../../vrrp/fault.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { type Core, log, stateOf } from "./core.ts";
import { counted } from "./counters.ts";
import type { Instance } from "./instance.ts";

/** Milliseconds between two reports. */
const SPACING = 1000;

/** Tell the state of all instances, unless that was done just now. */
export function tellState(core: Core, now: number): void {
  if (core.reports.say("state", "", now, SPACING) === null) return;
  for (const [name, instance] of core.instances) {
    const state = stateOf(core, name);
    if (state === undefined) continue;
    core.work.tales.push(() => tellInstance(core, instance, state, now));
  }
  for (const { link, counters: { dropped } } of core.ports.values()) {
    core.work.tales.push(() =>
      log(core, {
        event: "state_link",
        interface: link,
        dropped: { ...dropped },
      })
    );
  }
}

function tellInstance(
  core: Core,
  { settings, counters }: Instance,
  state: RouterState,
  now: number,
): void {
  const { name, priority: configured } = settings;
  const addresses = core.ledger.of(name).map(({ address }) =>
    `${address.address}/${address.prefix}`
  );
  log(core, {
    ...{ event: "state", instance: name, state: state.name },
    ...{ priority: state.priority, configured },
    ...{ held: addresses.length, addresses },
    master: heardMaster(state, now),
    faults: Object.values(state.faults).map(reasonInWords),
    isDrained: OPERATOR in state.faults,
    isYielded: state.yielded,
    ...counted(counters),
  });
}

/** The master that a backup hears. */
function heardMaster(
  state: RouterState,
  now: number,
): EventOf<"state">["master"] {
  if (state.name !== "BACKUP") return null;
  const heard = state.lowerHeard ?? state.master;
  if (heard === null) return null;
  const { address, priority } = heard;
  return { address, priority, heardAgo: now - state.heardAt };
}
