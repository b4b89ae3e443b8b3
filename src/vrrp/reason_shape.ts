/**
 * What reasons look like as plain data, to be read from a daemon that hands
 * over what it knows.
 *
 * @module
 */

import type {
  FaultReason,
  GroupReason,
  OwnFault,
  OwnReason,
  OwnRecovery,
  PrioritySum,
  PriorityTerm,
  Reason,
  Recovery,
} from "./reason.ts";
import {
  among,
  flag,
  list,
  nullable,
  number,
  object,
  optional,
  type Shape,
  text,
  variant,
} from "./shape.ts";

type OwnFaultOf<Kind extends OwnFault["kind"]> = Extract<
  OwnFault,
  { readonly kind: Kind }
>;
type OwnRecoveryOf<Kind extends OwnRecovery["kind"]> = Extract<
  OwnRecovery,
  { readonly kind: Kind }
>;

/** What can be wrong, and can be well again in the same words. */
const BOTH = {
  interface: object<OwnFaultOf<"interface">>({
    kind: among("interface"),
    interface: text,
    condition: among("missing", "down", "no_carrier", "up"),
    carries: nullable(text),
  }),
  links: object<OwnFaultOf<"links">>({ kind: among("links"), known: flag }),
  source: object<OwnFaultOf<"source">>({
    kind: among("source"),
    interface: text,
    lacks: nullable(among("any", "own", "configured")),
    address: nullable(text),
  }),
  sockets: object<OwnFaultOf<"sockets">>({
    kind: among("sockets"),
    failure: nullable(text),
  }),
  check: object<OwnFaultOf<"check">>({
    kind: among("check"),
    check: text,
    up: nullable(flag),
    value: nullable(number),
    detail: nullable(text),
  }),
};

const OWN_FAULTS: Readonly<Record<OwnFault["kind"], Shape<OwnFault>>> = {
  ...BOTH,
  refused: object<OwnFaultOf<"refused">>({
    kind: among("refused"),
    failure: text,
  }),
  drained: object<OwnFaultOf<"drained">>({
    kind: among("drained"),
    by: nullable(text),
    reason: nullable(text),
    until: nullable(number),
  }),
  unanswered: object<OwnFaultOf<"unanswered">>({
    kind: among("unanswered"),
    waited: number,
  }),
};

/** What keeps a router from serving. */
export const faultReason: Shape<FaultReason> = variant<FaultReason>("kind", {
  ...OWN_FAULTS,
  group: object<GroupReason<OwnFault>>({
    kind: among("group"),
    instance: text,
    because: variant<OwnFault>("kind", OWN_FAULTS),
  }),
});

const OWN_RECOVERIES: Readonly<
  Record<OwnRecovery["kind"], Shape<OwnRecovery>>
> = {
  ...BOTH,
  unwatched: object<OwnRecoveryOf<"unwatched">>({
    kind: among("unwatched"),
    type: among("check", "interface"),
    name: text,
  }),
  retry: object<OwnRecoveryOf<"retry">>({ kind: among("retry") }),
  resumed: object<OwnRecoveryOf<"resumed">>({
    kind: among("resumed"),
    by: nullable(text),
    why: among("asked", "over", "last_resort"),
  }),
};

/** What is well again. */
export const recovery: Shape<Recovery> = variant<Recovery>("kind", {
  ...OWN_RECOVERIES,
  group: object<GroupReason<OwnRecovery>>({
    kind: among("group"),
    instance: text,
    because: variant<OwnRecovery>("kind", OWN_RECOVERIES),
  }),
  group_well: object<Extract<Recovery, { readonly kind: "group_well" }>>({
    kind: among("group_well"),
  }),
});

type OwnReasonOf<Kind extends OwnReason["kind"]> = Extract<
  OwnReason,
  { readonly kind: Kind }
>;

const ownSum: Shape<PrioritySum> = optional(object<PrioritySum>({
  configured: number,
  terms: list(object<PriorityTerm>({ what: text, amount: number })),
}));

const OWN_REASONS: Readonly<Record<OwnReason["kind"], Shape<OwnReason>>> = {
  ...OWN_FAULTS,
  silence: object<OwnReasonOf<"silence">>({
    kind: among("silence"),
    peer: nullable(text),
    silentFor: number,
  }),
  preempt: object<OwnReasonOf<"preempt">>({
    kind: among("preempt"),
    peer: text,
    peerPriority: number,
    ownPriority: number,
    delay: number,
    ownSum,
  }),
  better: object<OwnReasonOf<"better">>({
    kind: among("better"),
    peer: text,
    peerPriority: number,
    ownPriority: number,
    ownSum,
  }),
  tie: object<OwnReasonOf<"tie">>({
    kind: among("tie"),
    peer: text,
    priority: number,
    ownAddress: text,
    ownSum,
  }),
  started: object<OwnReasonOf<"started">>({ kind: among("started") }),
  stopped: object<OwnReasonOf<"stopped">>({ kind: among("stopped") }),
  owner: object<OwnReasonOf<"owner">>({ kind: among("owner") }),
  handed_over: object<OwnReasonOf<"handed_over">>({
    kind: among("handed_over"),
    by: nullable(text),
  }),
  resigned: object<OwnReasonOf<"resigned">>({
    kind: among("resigned"),
    peer: text,
  }),
  listens: object<OwnReasonOf<"listens">>({
    kind: among("listens"),
    peer: text,
    peerPriority: number,
  }),
  stall: object<OwnReasonOf<"stall">>({
    kind: among("stall"),
    lost: number,
    overdue: number,
  }),
  faults: object<OwnReasonOf<"faults">>({
    kind: among("faults"),
    faults: list(faultReason),
  }),
  recovered: object<OwnReasonOf<"recovered">>({
    kind: among("recovered"),
    what: recovery,
  }),
};

/** Why a router changes its state. */
export const reason: Shape<Reason> = variant<Reason>("kind", {
  ...OWN_REASONS,
  group: object<GroupReason<OwnReason>>({
    kind: among("group"),
    instance: text,
    because: variant<OwnReason>("kind", OWN_REASONS),
  }),
});
