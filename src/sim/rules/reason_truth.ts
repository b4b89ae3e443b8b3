/**
 * What is told of a change of state is true: its reason is what the simulator
 * saw happen.
 *
 * @module
 */

import type { Transition } from "../../daemon/messages.ts";
import { compareIp } from "../../wire/address.ts";
import type {
  OwnReason,
  PreemptReason,
  Reason,
  SilenceReason,
  TieReason,
} from "../../vrrp/reason.ts";
import type { StateName } from "../../vrrp/state.ts";
import type { Thread } from "../machine/thread.ts";
import { type Before, isFault, isLasting, isRecovery } from "./fault_truth.ts";
import type { Hearing, Hearings } from "./hearing.ts";
import { isSum } from "./sum_truth.ts";
import { keepsBackup } from "./takeover_rule.ts";
import { Violation } from "./violation.ts";

/** Milliseconds by which a daemon measures otherwise. */
const TOLERANCE = 5;
const OWNER = 255;

/** What may lead to each state. */
const LEADS: Readonly<Record<StateName, readonly Reason["kind"][]>> = {
  INIT: ["stopped"],
  BACKUP: [
    ...["started", "recovered", "better", "tie", "stall", "group"] as const,
    "handed_over",
  ],
  MASTER: ["owner", "silence", "preempt", "resigned"],
  FAULT: [
    ...["interface", "links", "source", "sockets", "check"] as const,
    ...["refused", "unanswered", "group", "faults", "drained"] as const,
  ],
};

/** What is known of a daemon at the time of a change of state, and before. */
export interface Witnessed extends Before {
  /** What it heard. */
  readonly hearings: Hearings;
  /** Its thread. */
  readonly thread: Thread;
  /** Milliseconds that a worse master is tolerated. */
  readonly preemptDelay: number;
  /** When an instance came into the state that it was in, as it told. */
  enteredAt(name: string): number;
  /** Whether an instance was asked to stop. */
  isAskedToStop(name: string): boolean;
}

/** A change of state, and when it was. */
type Told = Pick<Transition, "instance" | "to" | "reason" | "priority">;

/**
 * Judge a reason.
 *
 * @param at When the state changed, in virtual milliseconds.
 */
export function checkReason(host: Witnessed, told: Told, at: number): void {
  const { instance, to, reason } = told;
  if (LEADS[to].includes(reason.kind) && isTrue(host, told, at)) return;
  throw new Violation(
    "reason",
    `"${instance}" is ${to} because of ${JSON.stringify(reason)}`,
  );
}

function isTrue(host: Witnessed, told: Told, at: number): boolean {
  const { instance: name, reason, priority } = told;
  if (reason.kind === "group") {
    const { instance, because } = reason;
    return isCompanion(host, name, instance) &&
      (isLasting(host, instance, because.kind) ||
        isOwnTrue(host, { ...told, instance }, because, at));
  }
  return isOwnTrue(host, told, reason, at) &&
    (reason.kind !== "better" || reason.ownPriority === priority);
}

function isOwnTrue(
  host: Witnessed,
  told: Told,
  reason: OwnReason,
  at: number,
): boolean {
  const { instance: name } = told;
  switch (reason.kind) {
    case "started":
      return true;
    case "stopped":
      return host.isAskedToStop(name);
    case "owner":
      return host.settingsLately(name).some((one) => one.priority === OWNER);
    case "silence":
      return wasSilent(host, name, reason, at);
    case "preempt":
      return lived(host, name, reason, at);
    case "resigned":
      return resigned(host, told, reason.peer, at);
    case "better":
      return reason.peerPriority > reason.ownPriority &&
        isSum(host, name, reason.ownPriority, reason.ownSum) &&
        heardNow(host, name, reason.peer, reason.peerPriority, at);
    case "tie":
      return isTie(host, reason) &&
        isSum(host, name, reason.priority, reason.ownSum) &&
        heardNow(host, name, reason.peer, reason.priority, at);
    case "listens":
      return heardNow(host, name, reason.peer, reason.peerPriority, at);
    case "handed_over":
      return host.ordersOf(name).some((order) =>
        order.verb === "failover" && order.by === reason.by
      );
    case "stall":
      return host.thread.lostIn(at - reason.lost - TOLERANCE, at) >=
        reason.lost - TOLERANCE;
    case "faults":
      return reason.faults.every((fault) => isFault(host, name, fault));
    case "recovered":
      return isRecovery(host, name, reason.what);
    default:
      return isFault(host, name, reason);
  }
}

/** Whether two are, or just were, in one group. */
function isCompanion(host: Witnessed, name: string, other: string): boolean {
  return name !== other &&
    host.groupsLately.some(({ instances }) =>
      instances.includes(name) && instances.includes(other)
    );
}

/**
 * Nothing came of anybody since, be it one that is not listened to, and who is
 * named was heard before.
 */
function wasSilent(
  host: Witnessed,
  name: string,
  { peer, silentFor }: SilenceReason,
  at: number,
): boolean {
  const heard = host.hearings.by(name, at)
    .filter(({ advert }) => advert.priority > 0);
  const since = at - silentFor;
  if (heard.some(({ cameAt }) => cameAt > since + 1)) return false;
  if (peer !== null && !heard.some(({ advert }) => advert.source === peer)) {
    return false;
  }
  if (isWorseAlive(host, name, heard.at(-1), at)) return false;
  const intervals = [
    ...host.settingsLately(name).map(({ advertInterval }) => advertInterval),
    ...heard.slice(-1).map(({ advert }) => advert.interval),
  ];
  return silentFor >= Math.min(...intervals) - TOLERANCE;
}

/**
 * Whether who was heard last is not listened to, and has not missed two. Who
 * was heard in another state than BACKUP is not known in this one.
 */
function isWorseAlive(
  host: Witnessed,
  name: string,
  last: Hearing | undefined,
  at: number,
): boolean {
  if (last === undefined || host.preemptDelay > 0) return false;
  const { advert, own, readAt } = last;
  return readAt >= host.enteredAt(name) &&
    at - readAt < 2 * advert.interval - TOLERANCE &&
    host.settingsLately(name).every((one) => !keepsBackup(one, own, advert));
}

/** A worse one was heard within its last two intervals, and tolerated before. */
function lived(
  host: Witnessed,
  name: string,
  { peer, peerPriority, ownPriority, delay, ownSum }: PreemptReason,
  at: number,
): boolean {
  // It may have changed since it was compared, and is not explained then.
  if (ownSum && !isSum(host, name, ownPriority, ownSum)) return false;
  const heard = host.hearings.by(name, at);
  // It may stand still between the two, and knows the time only after that.
  const ageOf = ({ readAt, turnEndedAt }: Hearing): number =>
    at - readAt - host.thread.lostIn(readAt, Math.min(turnEndedAt, at));
  const lives = heard.some((one) =>
    one.advert.source === peer && one.advert.priority === peerPriority &&
    one.own === ownPriority &&
    ageOf(one) <= 2 * one.advert.interval + TOLERANCE
  );
  const tolerated = delay === 0 ||
    heard.some(({ advert, own, readAt }) =>
      advert.priority > 0 && advert.priority < own &&
      at - readAt >= delay - TOLERANCE
    );
  return lives && tolerated && delay === host.preemptDelay &&
    peerPriority < ownPriority;
}

/** It said so, and nobody was heard after it who would be listened to. */
function resigned(
  host: Witnessed,
  { instance: name, priority }: Told,
  peer: string,
  at: number,
): boolean {
  const [settings] = host.settingsLately(name);
  const heard = host.hearings.by(name, at);
  const last = heard.findLastIndex(({ advert }) =>
    advert.source === peer && advert.priority === 0
  );
  const after = heard.slice(last + 1);
  return last >= 0 && settings !== undefined &&
    !after.some(({ advert }) => keepsBackup(settings, priority, advert));
}

function isTie(host: Witnessed, { peer, ownAddress }: TieReason): boolean {
  const isOwn = host.machine.addresses().some(([, { address }]) =>
    address === ownAddress
  );
  return (isOwn || host.meddled) && compareIp(peer, ownAddress) > 0;
}

/** Whether such an advert was read in the turn of the change. */
function heardNow(
  { hearings }: Witnessed,
  name: string,
  peer: string,
  priority: number,
  at: number,
): boolean {
  return hearings.inTurn(name, at).some(({ advert }) =>
    advert.source === peer && advert.priority === priority
  );
}
