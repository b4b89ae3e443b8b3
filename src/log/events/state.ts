/**
 * Events that tell, when somebody asks, what the daemon does and has counted.
 *
 * @module
 */

import { listed, seconds } from "../words.ts";
import { define } from "./define.ts";

/** Datagrams that were not used, by reason. */
type Dropped = Readonly<Record<string, number>>;

/** What an instance has counted since it was started. */
interface Counters {
  readonly sent: number;
  readonly sendErrors: number;
  readonly received: number;
  readonly zeroSent: number;
  readonly zeroReceived: number;
  readonly transitions: Readonly<Record<string, number>>;
  readonly releasedMaster: number;
  readonly announcements: number;
  readonly losingAdverts: number;
  readonly addressListMismatch: number;
  readonly repairs: number;
  readonly stalls: number;
  readonly dropped: Dropped;
}

const COUNTERS = {
  sent: "adverts sent",
  sendErrors: "adverts that could not be sent",
  received: "adverts heard and accepted",
  zeroSent: "adverts of priority 0 sent",
  zeroReceived: "adverts of priority 0 heard and accepted",
  transitions: "changes of state, by the new state",
  releasedMaster: "changes of state from MASTER",
  announcements: "frames that announced addresses",
  losingAdverts: "adverts of another master while this one stayed MASTER",
  addressListMismatch: "accepted adverts with another address list",
  repairs: "times that lost addresses were put back",
  stalls: "deadlines missed because this process was not run",
  dropped: "datagrams not used, by reason",
};

/** Counters of an example. */
const NOTHING: Counters = {
  ...{ sent: 0, sendErrors: 0, received: 0, zeroSent: 0, zeroReceived: 0 },
  transitions: { INIT: 0, BACKUP: 1, MASTER: 0, FAULT: 0 },
  ...{ releasedMaster: 0, announcements: 0, losingAdverts: 0 },
  ...{ addressListMismatch: 0, repairs: 0, stalls: 0, dropped: {} },
};

/** The master that is listened to. */
interface Heard {
  readonly address: string;
  readonly priority: number;
  /** Milliseconds. */
  readonly heardAgo: number;
}

/** Events of states and counters. */
export const STATE_EVENTS = {
  state: define<
    & {
      readonly instance: string;
      readonly state: string;
      readonly priority: number;
      readonly configured: number;
      readonly held: number;
      readonly addresses: readonly string[];
      readonly master: Heard | null;
      readonly faults: readonly string[];
      readonly isDrained: boolean;
      readonly isYielded: boolean;
    }
    & Counters
  >({
    level: "info",
    say: (fields) => {
      const { priority, configured, addresses } = fields;
      const state = fields.isDrained ? "DRAINED" : fields.state;
      const base = priority === configured ? "" : ` of ${configured}`;
      return [
        state,
        `priority ${priority}${base}`,
        ...situation(fields),
        `holds ${listed(addresses)}`,
        tally(fields),
      ].join("; ");
    },
    fields: {
      instance: "name of the instance",
      state: "its state",
      priority: "own effective priority",
      configured: "own priority in the configuration",
      held: "number of addresses that it holds",
      addresses: "these addresses, each with its prefix",
      master: "the master that a backup hears: address, priority, and " +
        "milliseconds since its last advert; else null",
      faults: "what keeps it in FAULT, in words",
      isDrained:
        "whether an operator keeps it there: then it is called DRAINED",
      isYielded: "whether it handed over and preempts nobody until resumed",
      ...COUNTERS,
    },
    example: {
      instance: "VI_1",
      state: "BACKUP",
      priority: 100,
      configured: 100,
      held: 0,
      addresses: [],
      master: { address: "192.0.2.2", priority: 150, heardAgo: 400 },
      faults: [],
      isDrained: false,
      isYielded: false,
      ...NOTHING,
    },
    when: "SIGUSR2 came: a line for each instance.",
  }),
  state_link: define<{
    readonly interface: string;
    readonly dropped: Dropped;
  }>({
    level: "info",
    say: ({ interface: link, dropped }) =>
      `"${link}": datagrams of no instance: ${listed(dropWords(dropped))}`,
    fields: {
      interface: "name of the interface",
      dropped: "datagrams that belong to no instance, by reason",
    },
    example: { interface: "eth0", dropped: { unknown_vrid: 7 } },
    when: "SIGUSR2 came: a line for each interface that is listened on.",
  }),
  counters: define<
    & { readonly instance?: string; readonly interface?: string }
    & Counters
  >({
    level: "debug",
    say: (counters) => `Counted ${tally(counters)}`,
    fields: {
      instance: "name of the instance, or absent",
      interface: "name of the interface, where it is of no instance",
      ...COUNTERS,
    },
    example: { instance: "VI_1", ...NOTHING, sent: 3600 },
    when: "An instance or the daemon stops.",
  }),
};

function situation(
  { state, master, faults, isYielded }: {
    readonly state: string;
    readonly master: Heard | null;
    readonly faults: readonly string[];
    readonly isYielded: boolean;
  },
): readonly string[] {
  if (state === "FAULT") return [faults.join(", ")];
  if (state !== "BACKUP") return [];
  const held = isYielded ? ["handed over, and preempts nobody"] : [];
  return master === null ? [...held, "has heard no master"] : [
    ...held,
    `master ${master.address} with priority ${master.priority}`,
    `heard ${seconds(master.heardAgo)} ago`,
  ];
}

/** The counters that are not zero, and the two that everybody asks for. */
function tally(counters: Counters): string {
  const { sent, received, sendErrors, addressListMismatch } = counters;
  const rest = [
    ["send errors", sendErrors],
    ["losing adverts", counters.losingAdverts],
    ["other address lists", addressListMismatch],
    ["repairs", counters.repairs],
    ["stalls", counters.stalls],
  ] as const;
  return [
    `sent ${sent}`,
    `received ${received}`,
    ...rest.flatMap(([what, count]) => count === 0 ? [] : `${what} ${count}`),
    ...dropWords(counters.dropped).map((drop) => `dropped ${drop}`),
  ].join(", ");
}

function dropWords(dropped: Dropped): readonly string[] {
  return Object.entries(dropped).map(([why, count]) => `${why} ${count}`);
}
