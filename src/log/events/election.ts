/**
 * Events of the election: who is master, and what moves the priority.
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
  readonly addressListMismatch: number;
  readonly repairs: number;
  readonly stalls: number;
  readonly dropped: Dropped;
}

const COUNTERS = {
  sent: "adverts sent",
  sendErrors: "adverts that could not be sent",
  received: "adverts heard and accepted",
  addressListMismatch: "accepted adverts with another address list",
  repairs: "times that lost addresses were put back",
  stalls: "deadlines missed because this process was not run",
  dropped: "datagrams not used, by reason",
};

/** Counters of an example. */
const NOTHING: Counters = {
  ...{ sent: 0, sendErrors: 0, received: 0, addressListMismatch: 0 },
  ...{ repairs: 0, stalls: 0, dropped: {} },
};

/** Events of the election. */
export const ELECTION_EVENTS = {
  transition: define<{
    readonly instance: string;
    readonly from: string;
    readonly to: string;
    readonly reason: string;
    readonly priority: number;
    readonly isPlanned: boolean;
    readonly interface?: string;
    readonly virtualRouterId?: number;
    readonly virtualIps?: readonly string[];
  }>({
    level: {
      of: ({ from, to, isPlanned }) => {
        if (to === "FAULT") return isPlanned ? "notice" : "error";
        return from === "MASTER" || to === "MASTER" ? "notice" : "info";
      },
      words: "error into FAULT, unless it is planned; notice into and out of " +
        "MASTER; else info",
    },
    say: ({ from, to, reason }) => `${from} → ${to}: ${reason}`,
    fields: {
      instance: "name of the instance",
      from: "state before: INIT, BACKUP, MASTER or FAULT",
      to: "state from now on",
      reason: "why, in words",
      priority: "own effective priority",
      isPlanned: "whether it is in FAULT because of tracked files alone, as " +
        "for maintenance",
      interface: "name of its interface",
      virtualRouterId: "its VRID",
      virtualIps: "its virtual addresses with their prefixes",
    },
    example: {
      instance: "VI_1",
      from: "BACKUP",
      to: "MASTER",
      reason: "heard nothing from 192.0.2.2 for 3.610 s",
      priority: 100,
      isPlanned: false,
      interface: "eth0",
      virtualRouterId: 51,
      virtualIps: ["192.0.2.100/24"],
    },
    when: "An instance changes its state.",
    remedy: "The reason says what happened; see troubleshooting.md.",
  }),
  transitions_missed: define<{
    readonly instance: string;
    readonly missed: number;
  }>({
    level: "warning",
    say: ({ missed }) =>
      "Transitions not told to anybody before, while this process stood " +
      `still: ${missed}`,
    fields: {
      instance: "name of the instance",
      missed: "changes of state before the one that is told",
    },
    example: { instance: "VI_1", missed: 3 },
    when: "The side of the daemon did not read for so long that only the " +
      "newest state of each instance was kept.",
    remedy: "Find out what keeps the host or the reader of the log busy.",
  }),
  flapping: define<{ readonly instance: string; readonly count: number }>({
    level: "warning",
    say: ({ count }) =>
      `Changed its state ${count} more times within a short time`,
    fields: {
      instance: "name of the instance",
      count: "changes of state that have no line of their own",
    },
    example: { instance: "VI_1", count: 12 },
    when: "An instance changed its state more than 20 times within 10 s.",
    remedy: "Look for a peer or a check that comes and goes.",
  }),
  stall: define<{ readonly instance: string; readonly late: number }>({
    level: "warning",
    say: ({ late }) =>
      `This process stood still: ${late.toFixed(0)} ms past a deadline; ` +
      "listens before it acts on its own absence",
    fields: {
      instance: "name of the instance",
      late: "milliseconds past the deadline",
    },
    example: { instance: "VI_1", late: 4200 },
    when: "This process was not run when an instance had something to do.",
    remedy: "Give the host more time to run it, or set realtime.",
  }),
  rival: define<{
    readonly instance: string;
    readonly source: string;
    readonly priority: number;
    readonly isFirst: boolean;
  }>({
    // One advert may be the last of a master that has just yielded.
    level: {
      of: ({ isFirst }) => isFirst ? "info" : "warning",
      words: "info for the first advert, then warning",
    },
    say: ({ source, priority }) =>
      `${source} also advertises as master, with priority ${priority}; ` +
      "answered and announced our addresses again",
    fields: {
      instance: "name of the instance",
      source: "address of the other master",
      priority: "its priority",
      isFirst: "whether this is its first advert",
    },
    example: {
      instance: "VI_1",
      source: "192.0.2.2",
      priority: 90,
      isFirst: false,
    },
    when: "Another router advertises while an instance stays master.",
    remedy:
      "If it lasts, the two do not hear each other: look at the network " +
      "and at firewalls.",
  }),
  priority: define<{
    readonly instance: string;
    readonly priority: number;
    readonly from: number;
    readonly terms: readonly {
      readonly what: string;
      readonly amount: number;
    }[];
  }>({
    level: "info",
    say: ({ from, priority, terms }) => {
      const sum = terms.map(({ what, amount }) =>
        `${what} ${amount > 0 ? "+" : ""}${amount}`
      );
      const because = sum.length === 0 ? "" : ` (${sum.join(", ")})`;
      return `Priority ${from} → ${priority}${because}`;
    },
    fields: {
      instance: "name of the instance",
      priority: "own effective priority from now on",
      from: "own effective priority before",
      terms: "trackers that count now, each with what it adds",
    },
    example: {
      instance: "VI_1",
      priority: 90,
      from: 100,
      terms: [{ what: `check "web"`, amount: -10 }],
    },
    when: "The effective priority of an instance changes.",
  }),
  state: define<
    & {
      readonly instance: string;
      readonly state: string;
      readonly priority: number;
      readonly configured: number;
      readonly held: number;
      readonly addresses: readonly string[];
      readonly master: {
        readonly address: string;
        readonly priority: number;
        readonly heardAgo: number;
      } | null;
      readonly faults: readonly string[];
    }
    & Counters
  >({
    level: "info",
    say: (fields) => {
      const { state, priority, configured, addresses } = fields;
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
  { state, master, faults }: {
    readonly state: string;
    readonly master: {
      readonly address: string;
      readonly priority: number;
      readonly heardAgo: number;
    } | null;
    readonly faults: readonly string[];
  },
): readonly string[] {
  if (state === "FAULT") return [faults.join(", ")];
  if (state !== "BACKUP") return [];
  return master === null ? ["has heard no master"] : [
    `master ${master.address} with priority ${master.priority}`,
    `heard ${seconds(master.heardAgo)} ago`,
  ];
}

/** The counters that are not zero, and the two that everybody asks for. */
function tally(counters: Counters): string {
  const { sent, received, sendErrors, addressListMismatch } = counters;
  const rest = [
    ["send errors", sendErrors],
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
