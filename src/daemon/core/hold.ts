/**
 * Makes the kernel hold for each instance what it is to hold: one batch for
 * all instances that changed, in pieces.
 *
 * @module
 */

import type {
  InstanceSettings,
  VirtualIp,
} from "../../config/settings/instance.ts";
import { ALIVED_PROTOCOL } from "../../kernel/link_condition.ts";
import {
  type AddressChange,
  EADDRNOTAVAIL,
  EEXIST,
  ENODEV,
  type Failure,
  type HeldAddress,
} from "../../kernel/port.ts";
import {
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
} from "../../wire/rtnetlink.ts";
import { familyOf } from "../../wire/address.ts";
import { type Core, log, mayHold } from "./core.ts";
import { allVirtualIps, carrierOf } from "./instance.ts";
import type { Holding, LedgerStep } from "./ledger.ts";
import { addressKey } from "../../kernel/held_record.ts";
import { feed } from "./perform.ts";
import { writeRecord } from "./record_keeper.ts";
import { tellAddresses } from "./tell_addresses.ts";
import { seeWhatIsThere, stuck } from "./unclear.ts";
import type { Job } from "./work.ts";

/** A call that takes longer is counted, or logged; in milliseconds. */
const SLOW = 100;
const SLOW_CALL = 250;

/** Milliseconds between two reports of lifetimes that cannot be renewed. */
const REPEAT = 60_000;

const SCOPES = {
  global: RT_SCOPE_UNIVERSE,
  link: RT_SCOPE_LINK,
  host: RT_SCOPE_HOST,
};

/**
 * A VIP as the kernel is to hold it on a link.
 *
 * @param index Index of the link.
 */
export function heldAddress(
  core: Core,
  vip: VirtualIp,
  index: number,
): HeldAddress {
  const lifetimeSeconds = core.settings.vipLeaseSeconds;
  const known = HELD.get(vip);
  if (known?.index === index && known.lifetimeSeconds === lifetimeSeconds) {
    return known;
  }
  const { address, prefix, scope, label, preferred } = vip;
  const held = {
    ...{ index, address, prefix, label, preferred, lifetimeSeconds },
    scope: SCOPES[scope],
  };
  HELD.set(vip, held);
  return held;
}

/** What was made of each VIP last: one object, by which more is remembered. */
const HELD = new WeakMap<VirtualIp, HeldAddress>();

/**
 * Make the next piece of changes.
 *
 * @param budget Milliseconds that it should take at most.
 * @returns False when there was none to make.
 */
export function changeAddresses(core: Core, budget: number): boolean {
  const { work } = core;
  if (work.jobs.size === 0) return renewSome(core, budget);
  const steps = work.steps ??= plan(core);
  const piece = steps.splice(0, work.piece);
  if (piece.length > 0) {
    const answers = call(core, piece, budget);
    let unclear = false;
    for (const [i, step] of piece.entries()) {
      const failure = answers[i] ?? null;
      unclear = !note(core, step, failure) || unclear;
    }
    if (unclear) seeWhatIsThere(core, piece, answers);
  }
  // All that are done before the next plan, which looks at every job. What a
  // router asks for by its answer is no part of them.
  for (const [name, job] of [...work.jobs]) {
    if (job.isPlanned && job.left === 0) settle(core, name, job);
  }
  // Unless one of them failed, which is to be tried again.
  const { mend } = core.chores;
  if (work.jobs.size === 0 && mend.dueAt === Infinity) mend.succeeded();
  return true;
}

/** @returns The changes that all jobs need. */
function plan(core: Core): LedgerStep[] {
  const { work, ledger, instances } = core;
  const wanted = new Map<string, Holding>();
  for (const [name, job] of work.jobs) {
    const instance = instances.get(name);
    job.left = 0;
    job.isPlanned = true;
    if (instance === undefined || !mayHold(core, name)) continue;
    const refuse = ({ address }: VirtualIp, reason: string): void => {
      job.refused.set(address, reason);
    };
    for (const holding of wantedBy(core, instance.settings, refuse)) {
      wanted.set(addressKey(holding.address), holding);
    }
  }
  const steps = [...ledger.plan(work.jobs.keys(), wanted)].filter(
    ({ key, owner }) => {
      const job = work.jobs.get(owner);
      if (job === undefined || job.refused.has(key)) return false;
      // The mending tries it: what is behind it could be lost with it again.
      if (job.stuck.has(key) && mayHold(core, owner)) return false;
      job.left++;
      return true;
    },
  );
  recordFirst(core, steps);
  return steps;
}

/**
 * What an instance wants to hold.
 *
 * @param refuse Told of each address that cannot be held, and why.
 */
export function wantedBy(
  core: Core,
  settings: InstanceSettings,
  refuse: (vip: VirtualIp, reason: string) => void = () => {},
): readonly Holding[] {
  return allVirtualIps(settings).flatMap((vip) => {
    const name = carrierOf(settings, vip);
    const link = core.links.byName(name);
    if (link !== undefined) {
      const address = heldAddress(core, vip, link.index);
      return [{ address, owner: settings.name }];
    }
    if (vip.track) refuse(vip, `interface "${name}" does not exist`);
    return [];
  });
}

/**
 * Where addresses do not carry our mark, a crash between adding and recording
 * would leave some that nobody knows.
 */
function recordFirst(core: Core, steps: readonly LedgerStep[]): void {
  if (core.kernel.keepsProtocol) return;
  const additions = steps.filter(({ op }) => op === "add");
  if (additions.length > 0) writeRecord(core, additions);
}

function call(
  core: Core,
  changes: readonly AddressChange[],
  budget: number,
): readonly (Failure | null)[] {
  const { kernel, work } = core;
  const started = kernel.now();
  work.calling = changes;
  const answers = kernel.changeAddresses(changes);
  work.calling = [];
  const took = kernel.now() - started;
  work.pace(changes.length, took, budget);
  if (took > SLOW) core.tally.netlinkSlow++;
  if (took >= SLOW_CALL) {
    log(core, { event: "slow_call", took, count: changes.length });
  }
  return answers;
}

/** @returns False when it is not known what became of it. */
function note(core: Core, step: LedgerStep, failure: Failure | null): boolean {
  const { ledger, work } = core;
  const { key, op, address, owner } = step;
  const job = work.jobs.get(owner);
  if (job !== undefined) job.left--;
  if (failure?.unanswered && op !== "renew") return false;
  switch (op) {
    case "add":
      if (failure === null) {
        ledger.put({ address, owner, ours: true });
        job?.added.add(key);
        know(core, "address", address);
        return true;
      }
      if (failure.errno === EEXIST) return false;
      job?.refused.set(key, failure.message);
      return true;
    case "renew":
      if (failure === null) ledger.put({ address, owner, ours: true });
      // What is gone is told by an event, and put back then.
      else if (!isGone(failure)) {
        tellLease(core, failure);
        core.chores.mend.failed(core.kernel.now());
      }
      return true;
    case "remove":
      if (failure === null || isGone(failure)) {
        ledger.drop(key);
        if (failure === null) {
          job?.removed.add(key);
          core.following.removed.add(key);
        }
        know(core, "addressGone", address);
      } else stuck(core, step, failure);
      return true;
    default:
      return op satisfies never;
  }
}

/**
 * News of what was done come later, and of an IPv6 address long after it was
 * added.
 */
function know(
  { links, kernel }: Core,
  type: "address" | "addressGone",
  held: HeldAddress,
): void {
  const { index, address, prefix, scope } = held;
  const protocol = kernel.keepsProtocol ? ALIVED_PROTOCOL : null;
  const family = familyOf(address);
  links.apply({
    type,
    address: { index, family, address, prefix, scope, flags: 0, protocol },
  });
}

function isGone({ errno }: Failure): boolean {
  return errno === EADDRNOTAVAIL || errno === ENODEV;
}

/** An address lives on with the lifetime that it had, if it had one. */
function tellLease(core: Core, { code, message: error }: Failure): void {
  const now = core.kernel.now();
  if (core.reports.say("lease", code, now, REPEAT) === null) return;
  log(core, { event: "lease", code, error });
}

/** All changes of an instance were tried: tell its router what came of it. */
function settle(core: Core, name: string, job: Job): void {
  const { work } = core;
  work.jobs.delete(name);
  tellAddresses(core, name, job);
  work.added.set(name, job.added.union(work.added.get(name) ?? new Set()));
  if (!mayHold(core, name)) return;
  const [failure] = job.refused.values();
  const input = failure === undefined
    ? { type: "held" } as const
    : { type: "addressRefused", failure } as const;
  feed(core, name, input, core.kernel.now());
}

/** Give some addresses their lifetime anew. */
function renewSome(core: Core, budget: number): boolean {
  const { work, ledger } = core;
  if (work.renewals.length === 0) return false;
  const piece = work.renewals.splice(0, work.piece)
    .map((key) => ledger.get(key))
    .filter((entry) => entry?.ours)
    .map((entry) => entry?.address)
    .filter((address) => address !== undefined)
    .map((address) => ({ op: "renew", address } as const));
  if (piece.length === 0) return true;
  const failure = call(core, piece, budget).find((answer) =>
    answer !== null && !isGone(answer)
  );
  if (failure) tellLease(core, failure);
  return true;
}
