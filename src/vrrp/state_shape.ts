/**
 * What the state of a virtual router looks like as plain data, to be read from
 * a daemon that hands it over.
 *
 * @module
 */

import { faultReason, recovery } from "./reason_shape.ts";
import {
  among,
  flag,
  list,
  nullable,
  number,
  object,
  type Parts,
  record,
  type Shape,
  text,
  variant,
} from "./shape.ts";
import type {
  Backup,
  Fault,
  HeardMaster,
  Init,
  LowerHeard,
  Master,
  PendingFault,
  RouterState,
  Standing,
} from "./state.ts";

const pendingFault: Shape<PendingFault> = variant<PendingFault>("kind", {
  comes: object<Extract<PendingFault, { readonly kind: "comes" }>>({
    kind: among("comes"),
    cause: text,
    reason: faultReason,
    at: number,
  }),
  goes: object<Extract<PendingFault, { readonly kind: "goes" }>>({
    kind: among("goes"),
    cause: text,
    reason: recovery,
    at: number,
  }),
});

const STANDING: Parts<Standing> = {
  priority: number,
  source: nullable(text),
  faults: record(faultReason),
  pending: list(pendingFault),
  refusals: number,
  burstAt: nullable(number),
  yielded: flag,
};

const HEARD: Parts<HeardMaster> = {
  address: text,
  priority: number,
  interval: number,
};

/** The state of one virtual router. */
export const routerState: Shape<RouterState> = variant<RouterState>("name", {
  INIT: object<Init>({ ...STANDING, name: among("INIT") }),
  BACKUP: object<Backup>({
    ...STANDING,
    name: among("BACKUP"),
    heardAt: number,
    waits: among("masterDown", "skew", "interval", "again", "none"),
    resigner: nullable(text),
    master: nullable(object<HeardMaster>(HEARD)),
    lowerHeard: nullable(
      object<LowerHeard>({ ...HEARD, at: number, ownPriority: number }),
    ),
    toleratedSince: nullable(number),
    claimsSince: nullable(number),
    holds: flag,
  }),
  MASTER: object<Master>({
    ...STANDING,
    name: among("MASTER"),
    advertAt: number,
    announcedAt: nullable(number),
    announceAgainAt: nullable(number),
    answeredAt: nullable(number),
    repairedAt: nullable(number),
    repairAt: nullable(number),
    missing: nullable(text),
  }),
  FAULT: object<Fault>({
    ...STANDING,
    name: among("FAULT"),
    retryAt: nullable(number),
  }),
});
