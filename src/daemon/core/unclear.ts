/**
 * Changes of addresses whose answers do not tell what became of them: the
 * address was there before, or the answer was lost.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../../kernel/link_condition.ts";
import { EEXIST, type Failure, type HeldAddress } from "../../kernel/port.ts";
import type { LinkAddress } from "../../wire/rtnetlink_parse.ts";
import { type Core, log } from "./core.ts";
import { readLinks } from "./follow.ts";
import type { LedgerStep } from "./ledger.ts";

/** A scope that no address has. */
const UNKNOWN = -1;

/** A change that is not made now is tried again later, and said once. */
export function stuck(
  core: Core,
  { key, owner, address }: LedgerStep,
  why: Failure,
): void {
  const now = core.kernel.now();
  core.work.jobs.get(owner)?.stuck.add(key);
  core.chores.mend.failed(now);
  const reports = core.instances.get(owner)?.reports;
  if (reports?.say("stuck", address.address, now) === null) return;
  log(core, {
    ...{ event: "address_stuck", instance: owner },
    ...{ address: address.address, error: why.message },
  });
}

/**
 * Whose an address is and whether it is there is asked of the kernel.
 *
 * @param piece Changes that were made by one call.
 * @param answers What came of each.
 */
export function seeWhatIsThere(
  core: Core,
  piece: readonly LedgerStep[],
  answers: readonly (Failure | null)[],
): void {
  const { following, work } = core;
  const unclear = piece.flatMap((step, i) => {
    const failure = answers[i] ?? null;
    return failure !== null && isUnclear(step, failure)
      ? { step, failure, wasThere: isThere(core, step.address) }
      : [];
  });
  following.readAgain();
  const isKnown = readLinks(core);
  for (const one of unclear) {
    if (isKnown) {
      judge(core, one);
      continue;
    }
    claimUnseen(core, one);
    if (following.retry.isFailing) leaveOpen(core, one);
    // There are too many news to read in one turn: tried again in the next.
    else work.touch(one.step.owner);
  }
}

/** If it is there it would be nobody's; if it is not, that is soon known. */
function claimUnseen(
  { ledger }: Core,
  { step: { op, address, owner }, failure, wasThere }: Unclear,
): void {
  if (op !== "add" || !failure.unanswered || wasThere) return;
  ledger.put({ address: { ...address, scope: UNKNOWN }, owner, ours: true });
}

/** Nothing can be read now. */
function leaveOpen(core: Core, { step, failure }: Unclear): void {
  const { key, op, owner } = step;
  if (op === "remove") stuck(core, step, failure);
  else core.work.jobs.get(owner)?.refused.set(key, failure.message);
}

function isUnclear({ op }: LedgerStep, failure: Failure): boolean {
  if (op === "renew") return false;
  return failure.unanswered || (op === "add" && failure.errno === EEXIST);
}

function isThere(
  { links }: Core,
  { index, address, prefix }: HeldAddress,
): boolean {
  return links.address(index, address, prefix) !== undefined;
}

/** A change whose answer did not tell. */
interface Unclear {
  readonly step: LedgerStep;
  readonly failure: Failure;
  /** Whether the address was known to be there before the change. */
  readonly wasThere: boolean;
}

/** The table shows what became of a change. */
function judge(core: Core, unclear: Unclear): void {
  const { links, ledger } = core;
  const { key, op, address, owner } = unclear.step;
  const found = links.address(address.index, address.address, address.prefix);
  if (op === "add") {
    if (found === undefined) repeat(core, unclear);
    else judgeAddition(core, unclear, found);
  } else if (found === undefined) {
    ledger.drop(key);
    core.work.jobs.get(owner)?.removed.add(key);
  } else stuck(core, unclear.step, unclear.failure);
}

/**
 * The answer was lost, and so was the addition, perhaps with that of another
 * change ahead of it: the kernel did not refuse. It is made once more.
 */
function repeat({ work }: Core, { step, failure }: Unclear): void {
  const { key, owner } = step;
  const job = work.jobs.get(owner);
  if (job === undefined) return;
  if (!failure.unanswered || job.repeated.has(key)) {
    job.refused.set(key, failure.message);
    return;
  }
  job.repeated.add(key);
  work.touch(owner);
}

/** What was added, or was there before, is found. */
function judgeAddition(
  core: Core,
  { step: { key, address, owner }, failure, wasThere }: Unclear,
  { protocol }: LinkAddress,
): void {
  const { ledger, work, kernel } = core;
  const job = work.jobs.get(owner);
  const isNew = failure.unanswered && !wasThere;
  // What could not be removed to be replaced is ours still.
  const isOurs = ledger.get(key)?.ours ||
    (kernel.keepsProtocol ? protocol === ALIVED_PROTOCOL : isNew);
  if (!isOurs) {
    ledger.put({ address, owner, ours: false });
    job?.added.add(key);
    reportForeign(core, owner, address);
  } else if (isNew) {
    ledger.put({ address, owner, ours: true });
    job?.added.add(key);
  } else {
    // It was there with who knows which label: planned again, and replaced.
    ledger.put({ address: { ...address, scope: UNKNOWN }, owner, ours: true });
    if (job === undefined) return;
    if (job.stuck.has(key) || job.replaced.has(key)) {
      // It cannot be replaced now: it serves as it is, and is tried again.
      job.added.add(key);
      return;
    }
    job.replaced.add(key);
    work.touch(owner);
  }
}

function reportForeign(
  core: Core,
  owner: string,
  { index, address }: HeldAddress,
): void {
  const reports = core.instances.get(owner)?.reports;
  if (reports?.say("foreign", address, core.kernel.now()) === null) return;
  const link = core.links.byIndex(index)?.name ?? `${index}`;
  log(core, {
    ...{ event: "address_foreign", instance: owner },
    ...{ address, interface: link },
  });
}
