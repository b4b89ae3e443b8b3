/**
 * Why an instance changed its state, in words for people.
 *
 * @module
 */

import type {
  CheckReason,
  DrainedReason,
  FaultReason,
  GroupReason,
  LinkReason,
  OwnReason,
  PreemptReason,
  Reason,
  Recovery,
  ResumedRecovery,
  SilenceReason,
  SourceReason,
} from "../vrrp/reason.ts";
import { askedBy, instant } from "./words.ts";

/**
 * Say why, without a full stop: `10.0.0.2 resigned`.
 *
 * @example
 * ```ts
 * import { reasonInWords } from "./reason_words.ts";
 * import { strictEqual } from "node:assert/strict";
 * const reason = { kind: "silence", peer: "10.0.0.2", silentFor: 3609 } as const;
 * strictEqual(reasonInWords(reason), "heard nothing from 10.0.0.2 for 3.609 s");
 * ```
 */
export function reasonInWords(reason: Reason): string {
  switch (reason.kind) {
    case "started":
    case "stopped":
      return reason.kind;
    case "owner":
      return "owns the addresses";
    case "silence":
      return silence(reason);
    case "preempt":
      return preemption(reason);
    case "resigned":
      return `${reason.peer} resigned`;
    case "better":
      return `${reason.peer} has priority ${reason.peerPriority}, more than ` +
        `our ${reason.ownPriority}`;
    case "tie":
      return `${reason.peer} has priority ${reason.priority}, the same as ours, and ` +
        `a higher address than our ${reason.ownAddress}`;
    case "listens":
      return `${reason.peer} with priority ${reason.peerPriority}`;
    case "stall":
      return `stood still for ${
        seconds(reason.lost)
      }, with an advert overdue ` +
        `by ${seconds(reason.overdue)}`;
    case "faults":
      return severalFaults(reason.faults);
    case "recovered":
      return wellAgain(reason.what);
    case "interface":
      return linkFault(reason);
    case "links":
      return "links and addresses cannot be listed";
    case "source":
      return sourceFault(reason);
    case "sockets":
    case "refused":
      return reason.failure ?? "";
    case "check":
      return checkFault(reason);
    case "unanswered":
      return `the addresses were not held within ${reason.waited / 1000} s`;
    case "drained":
      return drained(reason);
    case "handed_over":
      return `handed over${askedBy(reason.by)}`;
    case "group":
      return throughMember(reason);
    default:
      return reason satisfies never;
  }
}

/** What is so of an instance itself need not be told of its group as well. */
function severalFaults(faults: readonly FaultReason[]): string {
  const own = new Set(
    faults.filter(({ kind }) => kind !== "group").map(reasonInWords),
  );
  const words = faults
    .filter((fault) =>
      fault.kind !== "group" || !own.has(reasonInWords(fault.because))
    )
    .map(reasonInWords);
  return [...new Set(words)].join("; ");
}

function drained({ by, reason, until }: DrainedReason): string {
  const end = until === null ? "" : ` until ${instant(until)}`;
  const why = reason === null ? "" : `: ${reason}`;
  return `drained${askedBy(by)}${end}${why}`;
}

function silence({ peer, silentFor }: SilenceReason): string {
  const what = peer === null ? "no master" : `nothing from ${peer}`;
  return `heard ${what} for ${seconds(silentFor)}`;
}

function preemption(reason: PreemptReason): string {
  const { peer, peerPriority, ownPriority, delay } = reason;
  const over = delay === 0
    ? ""
    : `preempt_delay of ${delay / 1000} s is over: `;
  return `${over}${peer} has priority ${peerPriority}, less than our ` +
    ownPriority;
}

function linkFault(
  { interface: name, condition, carries }: LinkReason,
): string {
  const carried = carries === null ? "" : ` (it carries ${carries})`;
  return `interface "${name}" ${CONDITIONS[condition]}${carried}`;
}

const CONDITIONS: Readonly<Record<LinkReason["condition"], string>> = {
  missing: "does not exist",
  down: "is down",
  no_carrier: "has no carrier",
  up: "is up",
};

function sourceFault(
  { interface: name, lacks, address }: SourceReason,
): string {
  switch (lacks) {
    case "configured":
      return `interface "${name}" does not have source_address ${address}`;
    case "own":
      return `virtual IP ${address} is the only address of interface ` +
        `"${name}", which needs another one to send adverts from`;
    default:
      return `interface "${name}" has no IPv4 address of its own`;
  }
}

function checkFault({ check, up, value, detail }: CheckReason): string {
  if (value !== null) return `check "${check}" gives ${value}`;
  const why = up || detail === null ? "" : `: ${detail}`;
  return `check "${check}" is ${up ? "up" : "down"}${why}`;
}

function throughMember(
  { instance, because }: GroupReason<OwnReason>,
): string {
  const words = reasonInWords(because);
  switch (because.kind) {
    case "listens":
      return `instance "${instance}" of the group hears ${words}`;
    case "better":
    case "tie":
    case "stall":
    case "stopped":
    case "handed_over":
      return `instance "${instance}" of the group yielded: ${words}`;
    default:
      return `instance "${instance}" of the group: ${words}`;
  }
}

function wellAgain(what: Recovery): string {
  switch (what.kind) {
    case "interface":
      return what.condition === "up"
        ? `interface "${what.interface}" is up again`
        : linkFault(what);
    case "links":
      return "links and addresses can be listed again";
    case "source":
      return `interface "${what.interface}" has an address to send adverts from`;
    case "sockets":
      return "adverts can be sent and heard again";
    case "check":
      return checkAgain(what);
    case "unwatched":
      return `${what.type} "${what.name}" no longer causes FAULT`;
    case "retry":
      return "tries again to hold the addresses";
    case "resumed":
      return resumed(what);
    case "group":
      return `instance "${what.instance}" of the group: ` +
        wellAgain(what.because);
    case "group_well":
      return "no other instance of the group is in FAULT";
    default:
      return what satisfies never;
  }
}

function resumed({ by, why }: ResumedRecovery): string {
  switch (why) {
    case "asked":
      return `resumed${askedBy(by)}`;
    case "over":
      return "the time is over for which it was drained";
    case "last_resort":
      return `drained as last resort${askedBy(by)}`;
    default:
      return why satisfies never;
  }
}

function checkAgain(reason: CheckReason): string {
  const { check, up, value } = reason;
  if (up === null) return `check "${check}" has no verdict`;
  return up && value === null
    ? `check "${check}" passes again`
    : checkFault(reason);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)} s`;
}
