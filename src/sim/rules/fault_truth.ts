/**
 * A fault that is told of was one, and what is told to be well again is.
 *
 * @module
 */

import type {
  CheckReason,
  DrainedReason,
  FaultReason,
  LinkReason,
  OwnFault,
  OwnRecovery,
  Reason,
  Recovery,
  ResumedRecovery,
} from "../../vrrp/reason.ts";
import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { Order } from "../../daemon/messages.ts";
import { type CheckVerdict, failureOf } from "../host.ts";
import type { Call } from "../machine/conditions.ts";
import type { HostSettings } from "../story/host_settings.ts";
import {
  allVips,
  hasSource,
  type Known,
  obstacleOf,
  settingsOf,
  trackersOf,
  unitOf,
} from "./oracle.ts";

/** A reload: the configuration before, and the one from then on. */
export interface Reloaded {
  readonly before: HostSettings;
  readonly after: HostSettings;
}

/** What is known of a host at the time of a change of state, and before. */
export interface Before extends Known {
  /** From when to when what the daemon knew was so. */
  readonly span: { readonly from: number; readonly to: number };
  /** Whether links or addresses were changed just before. */
  readonly meddled: boolean;
  /** Whether calls of some kinds were refused lately. */
  refusedLately(...calls: readonly Call[]): boolean;
  /** The groups, and those before the last reload. */
  readonly groupsLately: readonly SyncGroupSettings[];
  /** Settings of an instance, and those before the last reload. */
  settingsLately(name: string): readonly InstanceSettings[];
  /** The reloads of the turn in which the state changed, the first one first. */
  readonly reloadsInTurn: readonly Reloaded[];
  /** The fault that was told last of an instance. */
  faultOf(name: string): string | undefined;
  /** Whether that is what it is in. */
  isInFault(name: string): boolean;
  /** All that was ordered of an instance. */
  ordersOf(name: string): readonly Order[];
  /** Whether a check had a verdict. */
  had(check: string, up: CheckVerdict["up"]): boolean;
}

/** Whether an instance had a fault. */
export function isFault(
  host: Before,
  name: string,
  fault: FaultReason,
): boolean {
  if (fault.kind !== "group") return isOwnFault(host, name, fault);
  const { instance, because } = fault;
  return isLasting(host, instance, because.kind) ||
    isOwnFault(host, instance, because);
}

/**
 * Whether an instance is in a fault that it told of before, or in one of its
 * link that came to that and is not told: these outlast their cause by
 * link_up_delay.
 */
export function isLasting(
  host: Before,
  name: string,
  kind: Reason["kind"],
): boolean {
  if (!host.isInFault(name)) return false;
  const isDelayed = host.settingsLately(name)
    .some(({ linkUpDelay }) => linkUpDelay > 0);
  return host.faultOf(name) === kind ||
    isDelayed && (kind === "interface" || kind === "source");
}

function isOwnFault(host: Before, name: string, fault: OwnFault): boolean {
  switch (fault.kind) {
    case "interface":
      return wasSo(host, fault) && matters(host, name, fault);
    case "links":
      return !fault.known && host.refusedLately("dump", "events");
    case "source":
      return host.meddled || !hasAddress(host, name);
    case "sockets":
      return host.meddled || host.refusedLately("open");
    case "refused":
    case "unanswered":
      return host.meddled || host.refusedLately("add", "dump", "events");
    case "check":
      return wasVerdict(host, fault) &&
        host.settingsLately(name).some((one) =>
          isFatal(host, one, "check", fault.check)
        );
    case "drained":
      return wasDrained(host, name, fault);
    default:
      return fault satisfies never;
  }
}

/** Whether something is well again of an instance that was not. */
export function isRecovery(
  host: Before,
  name: string,
  what: Recovery,
): boolean {
  switch (what.kind) {
    case "group":
      return isOwnRecovery(host, what.instance, what.because);
    case "group_well":
      return host.meddled || host.refusedLately("open", "add") ||
        isGroupWell(host, name, () => true) ||
        host.reloadsInTurn.some(({ before, after }) =>
          isGroupWell(
            { ...knownOf(host), settings: after },
            name,
            (one) => isAsBefore(before, one),
          )
        );
    default:
      return isOwnRecovery(host, name, what);
  }
}

function isOwnRecovery(
  host: Before,
  name: string,
  what: OwnRecovery,
): boolean {
  switch (what.kind) {
    case "interface":
      return wasSo(host, what) && wasOtherwise(host, what);
    case "links":
      return what.known && host.refusedLately("dump", "events");
    case "source":
      return host.meddled || hasAddress(host, name);
    case "sockets":
      return host.meddled || host.refusedLately("open");
    case "check":
      return wasVerdict(host, what);
    case "unwatched":
      return !isWatched(host, name, what);
    case "resumed":
      return wasResumed(host, name, what);
    case "retry":
      return ["refused", "unanswered"].includes(host.faultOf(name) ?? "");
    default:
      return what satisfies never;
  }
}

function wasDrained(
  host: Before,
  name: string,
  { by, reason, until }: DrainedReason,
): boolean {
  return host.ordersOf(name).some((order) =>
    order.verb === "drain" && !order.drain.lastResort &&
    order.drain.by === by && order.drain.reason === reason &&
    order.drain.until === until
  );
}

function wasResumed(
  host: Before,
  name: string,
  { by, why }: ResumedRecovery,
): boolean {
  return host.ordersOf(name).some((order) => {
    if (order.verb === "drain") {
      return why === "last_resort" && order.drain.lastResort &&
        order.drain.by === by;
    }
    return order.verb === "resume" && order.by === by &&
      why === (order.isOver ? "over" : "asked");
  });
}

function wasSo(
  { machine, span }: Before,
  { interface: link, condition }: LinkReason,
): boolean {
  return machine.past.was(link, (was) => was === condition, span);
}

function wasOtherwise(
  { machine, span: { to } }: Before,
  { interface: link, condition }: LinkReason,
): boolean {
  // When the machine was made its links were down for no time.
  const span = { from: Number.MIN_VALUE, to };
  return machine.past.was(link, (was) => was !== condition, span);
}

/** Whether an instance cannot do without a link. */
function matters(
  host: Before,
  name: string,
  { interface: link, carries }: LinkReason,
): boolean {
  return host.settingsLately(name).some((one) =>
    carries === null
      ? one.interface === link || isFatal(host, one, "interface", link)
      : allVips(one).some((vip) =>
        vip.address === carries && vip.interface === link
      )
  );
}

/** Whether an instance still fails with something. */
function isWatched(
  host: Before,
  name: string,
  { type, name: watched }: Extract<Recovery, { kind: "unwatched" }>,
): boolean {
  const [now] = host.settingsLately(name);
  if (now === undefined) return false;
  const carries = type === "interface" &&
    (now.interface === watched ||
      allVips(now).some((vip) => vip.track && vip.interface === watched));
  return carries || isFatal(host, now, type, watched);
}

/** Whether an instance is in FAULT while a tracker of it is down. */
function isFatal(
  host: Before,
  instance: InstanceSettings,
  type: "check" | "interface",
  name: string,
): boolean {
  return trackersOf(host, instance).some(({ watch, weight }) =>
    watch.type === type && watch.name === name && weight === 0
  );
}

function wasVerdict(
  host: Before,
  { check, up, detail }: CheckReason,
): boolean {
  return host.had(check, up) &&
    detail === (up === false ? failureOf(check) : null);
}

function hasAddress(host: Before, name: string): boolean {
  return host.settingsLately(name).some((one) => hasSource(host, one));
}

/** Whether those of the others of a group that are asked have no fault. */
function isGroupWell(
  known: Known,
  name: string,
  isAsked: (one: InstanceSettings) => boolean,
): boolean {
  return unitOf(known, name)
    .filter((member) => member !== name)
    .every((member) => {
      const one = settingsOf(known, member);
      return one === undefined || !isAsked(one) ||
        obstacleOf(known, one) === null;
    });
}

function knownOf(
  { machine, verdicts, drains }: Before,
): Omit<Known, "settings"> {
  return { machine, verdicts, drains };
}

/** Not so one that was started anew by a reload, and knows nothing yet. */
function isAsBefore(
  { instances }: HostSettings,
  { name, virtualRouterId }: InstanceSettings,
): boolean {
  return instances.some((one) =>
    one.name === name && one.virtualRouterId === virtualRouterId
  );
}
