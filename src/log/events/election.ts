/**
 * Events of the election: who is master, and what moves the priority.
 *
 * @module
 */

import { REASON_FIELDS, type ReasonFields } from "../reason_fields.ts";
import { counted, seconds } from "../words.ts";
import { define } from "./define.ts";

/** Another master. */
interface Rival {
  readonly instance: string;
  readonly source: string;
  readonly sourcePriority: number;
  readonly priority: number;
  readonly count: number;
  readonly lasted: number;
}

const RIVAL = {
  instance: "name of the instance",
  source: "address of the other master",
  sourcePriority: "its priority",
  priority: "own effective priority",
  count: "adverts of it that were answered",
  lasted: "milliseconds from its first advert to its last",
};

const RIVAL_EXAMPLE: Rival = {
  ...{ instance: "VI_1", source: "192.0.2.2", sourcePriority: 90 },
  ...{ priority: 100, count: 64, lasted: 63_000 },
};

/** Events of the election. */
export const ELECTION_EVENTS = {
  transition: define<
    {
      readonly instance: string;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
      readonly priority: number;
      readonly isPlanned: boolean;
      readonly interface?: string;
      readonly virtualRouterId?: number;
      readonly virtualIps?: readonly string[];
    } & ReasonFields
  >({
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
      isPlanned: "whether it is in FAULT because somebody wants it: it is " +
        "drained, or because of tracked files alone",
      interface: "name of its interface",
      virtualRouterId: "its VRID",
      virtualIps: "its virtual addresses with their prefixes",
      ...REASON_FIELDS,
    },
    example: {
      ...{ cause: "silence", peer: "192.0.2.2", silentFor: 3610 },
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
  master_heard: define<{
    readonly instance: string;
    readonly source: string;
    readonly sourcePriority: number;
    readonly priority: number;
  }>({
    level: "info",
    say: ({ source, sourcePriority, priority }) => {
      const less = sourcePriority < priority
        ? `, less than our ${priority}`
        : "";
      return `The master is ${source} with priority ${sourcePriority}${less}`;
    },
    fields: {
      instance: "name of the instance",
      source: "address of the master",
      sourcePriority: "its priority",
      priority: "own effective priority",
    },
    example: {
      ...{ instance: "VI_1", source: "192.0.2.2" },
      ...{ sourcePriority: 150, priority: 100 },
    },
    when: "A backup hears a master for the first time in this state, another " +
      "one, or another priority of it.",
  }),
  left_out: define<{
    readonly instance?: string;
    readonly interface?: string;
    readonly kind: string;
    readonly count: number;
  }>({
    level: "notice",
    say: ({ kind, count }) =>
      `Left out ${counted(count, "line")} of the kind "${kind}", of which ` +
      "there were too many",
    fields: {
      instance: "name of the instance; absent where it is about many",
      interface: "name of the interface, where it is of no instance",
      kind: "what was told of: rival, address_list, addresses_added …, " +
        "or why datagrams are not used",
      count: "lines since the last time",
    },
    example: { instance: "VI_1", kind: "checksum", count: 240 },
    when: "There would have been more than 20 lines of one kind within 10 s " +
      "about an instance, 100 about all of them, or 16 about different " +
      "sources; once a minute.",
    remedy: "Somebody may be forging adverts.",
  }),
  stall: define<{ readonly instance: string; readonly late: number }>({
    level: "warning",
    say: ({ late }) =>
      `This process stood still: ${late.toFixed(0)} ms past a deadline; ` +
      "listening first, before taking over",
    fields: {
      instance: "name of the instance",
      late: "milliseconds past the deadline",
    },
    example: { instance: "VI_1", late: 4200 },
    when: "This process was not run when an instance had something to do.",
    remedy: "Give the host more time to run it, or set realtime.",
  }),
  rival: define<Rival>({
    // One advert may be the last of a master that has just yielded.
    level: {
      of: ({ count }) => count === 1 ? "info" : "warning",
      words: "info for the first advert, then warning",
    },
    say: ({ source, sourcePriority, priority, count, lasted }) =>
      count === 1
        ? `${source} also advertises as master, with priority ` +
          `${sourcePriority}; answered and announced our addresses again`
        : `${source} still advertises as master, with priority ` +
          `${sourcePriority}, less than our ${priority}: two masters for ` +
          `${seconds(lasted)} so far, ${count} adverts answered`,
    fields: RIVAL,
    example: { ...RIVAL_EXAMPLE, count: 61 },
    when:
      "Another router advertises while an instance stays master: with the " +
      "first advert, the second, and each minute.",
    remedy:
      "If it lasts, the two do not hear each other: look at the network " +
      "and at firewalls.",
  }),
  rival_gone: define<Rival>({
    level: "notice",
    say: ({ source, count, lasted }) =>
      `${source} no longer advertises as master: there were two masters for ` +
      `${seconds(lasted)}, ${count} adverts answered`,
    fields: RIVAL,
    example: RIVAL_EXAMPLE,
    when: "The other master is silent, or this instance is master no more.",
    remedy: "Find out what kept the two from hearing each other.",
  }),
  priority: define<{
    readonly instance: string;
    readonly priority: number;
    readonly from: number;
    readonly configured: number;
    readonly terms: readonly {
      readonly what: string;
      readonly amount: number;
    }[];
  }>({
    level: "info",
    say: ({ from, priority, configured, terms }) => {
      const sum = [
        `${configured} configured`,
        ...terms.map(({ what, amount }) =>
          `${what} ${amount > 0 ? "+" : ""}${amount}`
        ),
      ];
      return `Priority ${from} → ${priority} (${sum.join(", ")})`;
    },
    fields: {
      instance: "name of the instance",
      priority: "own effective priority from now on",
      from: "own effective priority before",
      configured: "own priority in the configuration",
      terms: "trackers that count now, each with what it adds; `operator` " +
        "is what drains it as last resort",
    },
    example: {
      instance: "VI_1",
      priority: 90,
      from: 100,
      configured: 100,
      terms: [{ what: `check "web"`, amount: -10 }],
    },
    when: "The effective priority of an instance changes.",
  }),
};
