/**
 * Why an instance changed its state, as fields for programs.
 *
 * @module
 */

import type {
  BetterReason,
  PreemptReason,
  Reason,
  Recovery,
} from "../vrrp/reason.ts";
import { instant } from "./words.ts";

/** What each field says of a reason, with its unit; each has its own. */
export const REASON_FIELDS = {
  cause: "why, in one word",
  peer: "address of the other router; null when nobody was heard",
  peerPriority: "its priority",
  ownPriority: "own priority when they were compared",
  ownAddress: "own address that is the smaller one",
  silentFor: "milliseconds in which nothing was heard",
  preemptDelay: "the preempt_delay that was waited for; 0 for none",
  lost: "milliseconds in which this process was not run",
  overdue: "milliseconds by which an advert was late then",
  waited: "milliseconds in which addresses were not held",
  member: "name of the instance of the group that it began with",
  memberCause: "cause there, in one word",
  recovered: "what is well again, in one word",
  faults: "several faults, each with its cause and facts",
  link: "name of the interface that is at fault, or well again",
  condition: "how it is: up, down, no_carrier, missing",
  carries: "the virtual address that needs it, or null",
  lacks: "the address that it lacks: any, own, configured; null for none",
  address: "that address, or null",
  failure: "what the kernel said, or null",
  check: "name of the check",
  up: "its verdict; null for none",
  value: "the number that it read, or null",
  detail: "why it fails, in its own words, or null",
  watched: "what means FAULT no more: check or interface",
  name: "its name",
  by: "who asked, as the client said, which nobody has verified; or null",
  order: "why it is drained, in the operator's words, or null",
  until: "when that ends by itself (RFC 3339), or null",
  why: "why it is resumed: asked, over, last_resort",
} as const;

/** Fields of a JSON line. */
export type ReasonFields = {
  readonly [Name in keyof typeof REASON_FIELDS]?: ReasonField;
};

type ReasonField = string | number | boolean | null | readonly ReasonFields[];

/**
 * Say why in fields: `cause`, one word, and the facts. Durations are in
 * milliseconds.
 *
 * @example
 * ```ts
 * import { reasonFields } from "./reason_fields.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(reasonFields({ kind: "resigned", peer: "10.0.0.2" }), {
 *   cause: "resigned",
 *   peer: "10.0.0.2",
 * });
 * ```
 */
export function reasonFields(reason: Reason | Recovery): ReasonFields {
  switch (reason.kind) {
    case "silence":
      return {
        cause: reason.kind,
        peer: reason.peer,
        silentFor: reason.silentFor,
      };
    case "preempt":
      return { ...rivalFields(reason), preemptDelay: reason.delay };
    case "resigned":
      return { cause: reason.kind, peer: reason.peer };
    case "better":
      return rivalFields(reason);
    case "tie":
      return {
        cause: reason.kind,
        peer: reason.peer,
        peerPriority: reason.priority,
        ownPriority: reason.priority,
        ownAddress: reason.ownAddress,
      };
    case "listens":
      return {
        cause: reason.kind,
        peer: reason.peer,
        peerPriority: reason.peerPriority,
      };
    case "stall":
      return {
        cause: reason.kind,
        lost: reason.lost,
        overdue: reason.overdue,
      };
    case "faults":
      return { cause: reason.kind, faults: reason.faults.map(reasonFields) };
    case "recovered": {
      const { cause, ...facts } = reasonFields(reason.what);
      return { cause: reason.kind, recovered: cause ?? null, ...facts };
    }
    case "group": {
      const { cause, ...facts } = reasonFields(reason.because);
      const { instance: member } = reason;
      return {
        cause: reason.kind,
        member,
        memberCause: cause ?? null,
        ...facts,
      };
    }
    case "interface":
      return {
        cause: reason.kind,
        link: reason.interface,
        condition: reason.condition,
        carries: reason.carries,
      };
    case "source":
      return {
        cause: reason.kind,
        link: reason.interface,
        lacks: reason.lacks,
        address: reason.address,
      };
    case "check":
      return {
        cause: reason.kind,
        check: reason.check,
        up: reason.up,
        value: reason.value,
        detail: reason.detail,
      };
    case "unwatched":
      return { cause: reason.kind, watched: reason.type, name: reason.name };
    case "sockets":
    case "refused":
      return { cause: reason.kind, failure: reason.failure };
    case "unanswered":
      return { cause: reason.kind, waited: reason.waited };
    case "drained":
      return {
        cause: reason.kind,
        by: reason.by,
        order: reason.reason,
        until: reason.until === null ? null : instant(reason.until),
      };
    case "resumed":
      return { cause: reason.kind, by: reason.by, why: reason.why };
    case "handed_over":
      return { cause: reason.kind, by: reason.by };
    case "links":
    case "started":
    case "stopped":
    case "owner":
    case "retry":
    case "group_well":
      return { cause: reason.kind };
    default:
      return reason satisfies never;
  }
}

function rivalFields(
  { kind, peer, peerPriority, ownPriority }: PreemptReason | BetterReason,
): ReasonFields {
  return {
    cause: kind,
    peer,
    peerPriority: peerPriority,
    ownPriority: ownPriority,
  };
}
