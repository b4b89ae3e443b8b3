/**
 * Changes of addresses whose answers do not tell what became of them: the
 * address was there before, or the answer was lost.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../../kernel/link_condition.ts";
import { EEXIST, type Failure, type HeldAddress } from "../../kernel/port.ts";
import { type Core, log } from "./core.ts";
import { readLinks } from "./follow.ts";
import type { LedgerStep } from "./ledger.ts";

/** A scope that no address has. */
const UNKNOWN = -1;

/** A change that is not made now is tried again later, and said once. */
export function stuck(
  core: Core,
  { owner, address }: LedgerStep,
  why: Failure,
): void {
  const now = core.kernel.now();
  core.chores.mend.failed(now);
  const reports = core.instances.get(owner)?.reports;
  if (reports?.say("stuck", address.address, now) === null) return;
  log(core, {
    level: "error",
    event: "address_stuck",
    instance: owner,
    message: why.message,
    address: address.address,
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
  if (!isKnown && !following.retry.isFailing) {
    // There are too many news to read in one turn: tried again in the next.
    for (const { step } of unclear) work.touch(step.owner);
    return;
  }
  for (const one of unclear) {
    if (isKnown) judge(core, one);
    else leaveOpen(core, one);
  }
}

/** Nothing can be read now. */
function leaveOpen(core: Core, { step, failure, wasThere }: Unclear): void {
  const { key, op, address, owner } = step;
  if (op === "remove") return stuck(core, step, failure);
  core.work.jobs.get(owner)?.refused.set(key, failure.message);
  // If it is there it would be nobody's; if it is not, that is soon known.
  const isPerhapsOurs = failure.unanswered && !wasThere;
  if (isPerhapsOurs) core.ledger.put({ address, owner, ours: true });
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
function judge(core: Core, { step, failure, wasThere }: Unclear): void {
  const { links, ledger, work, kernel } = core;
  const { key, op, address, owner } = step;
  const job = work.jobs.get(owner);
  const found = links.address(address.index, address.address, address.prefix);
  if (op === "remove") {
    if (found === undefined) ledger.drop(key);
    else stuck(core, step, failure);
    return;
  }
  if (found === undefined) {
    job?.refused.set(key, failure.message);
    return;
  }
  // What could not be removed to be replaced is ours still.
  const isOurs = ledger.get(key)?.ours ||
    (kernel.keepsProtocol
      ? found.protocol === ALIVED_PROTOCOL
      : failure.unanswered && !wasThere);
  if (!isOurs) {
    ledger.put({ address, owner, ours: false });
    job?.added.add(key);
    reportForeign(core, owner, address);
  } else if (failure.unanswered) {
    ledger.put({ address, owner, ours: true });
    job?.added.add(key);
  } else if (job === undefined || job.replaced.has(key)) {
    // It cannot be replaced now: it serves as it is, and is tried again.
    ledger.put({ address: { ...address, scope: UNKNOWN }, owner, ours: true });
    job?.added.add(key);
  } else {
    // Left behind with who knows which label: planned again, and replaced.
    job.replaced.add(key);
    ledger.put({ address: { ...address, scope: UNKNOWN }, owner, ours: true });
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
    level: "warning",
    event: "address_foreign",
    instance: owner,
    message: `${address} was on "${link}" before; ` +
      "it serves, and alived will not remove it",
    address,
  });
}
