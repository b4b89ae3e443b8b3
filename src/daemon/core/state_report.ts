/**
 * What the core is doing, in a line of the log for each instance: the answer
 * to SIGUSR2.
 *
 * @module
 */

import { reasonInWords } from "../../log/reason_words.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { type Core, log, stateOf } from "./core.ts";
import type { Counters, Instance } from "./instance.ts";

/** Addresses that a line names. */
const MOST_ADDRESSES = 8;
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
        level: "info",
        event: "state",
        interface: link,
        message: `"${link}": datagrams of no instance: ` +
          listed(dropCounts(dropped)),
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
  const { name, priority: base } = settings;
  const { priority } = state;
  const held = core.ledger.of(name).map(({ address }) =>
    `${address.address}/${address.prefix}`
  );
  log(core, {
    level: "info",
    event: "state",
    instance: name,
    message: [
      state.name,
      `priority ${priority}${priority === base ? "" : ` of ${base}`}`,
      ...situation(state, now),
      `holds ${listed(held)}`,
      counted(counters),
    ].join("; "),
    ...{ state: state.name, priority, held: held.length, ...counters },
    dropped: { ...counters.dropped },
  });
}

/** What the state is about. */
function situation(state: RouterState, now: number): readonly string[] {
  switch (state.name) {
    case "BACKUP": {
      const { master, lowerHeard } = state;
      const heard = lowerHeard ?? master;
      return heard === null ? ["has heard no master"] : [
        `master ${heard.address} with priority ${heard.priority}`,
        `heard ${((now - state.heardAt) / 1000).toFixed(1)} s ago`,
      ];
    }
    case "FAULT":
      return [Object.values(state.faults).map(reasonInWords).join(", ")];
    default:
      return [];
  }
}

function listed(words: readonly string[]): string {
  if (words.length === 0) return "none";
  const rest = words.length - MOST_ADDRESSES;
  const shown = words.slice(0, MOST_ADDRESSES).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** The counters that are not zero, and the two that everybody asks for. */
function counted({ dropped, sent, received, ...others }: Counters): string {
  const rest = [
    ["send errors", others.sendErrors],
    ["other address lists", others.addressListMismatch],
    ["repairs", others.repairs],
    ["stalls", others.stalls],
  ] as const;
  return [
    `sent ${sent}`,
    `received ${received}`,
    ...rest.flatMap(([what, count]) => count === 0 ? [] : `${what} ${count}`),
    ...dropCounts(dropped).map((drop) => `dropped ${drop}`),
  ].join(", ");
}

function dropCounts(dropped: Counters["dropped"]): readonly string[] {
  return Object.entries(dropped).map(([why, count]) => `${why} ${count}`);
}
