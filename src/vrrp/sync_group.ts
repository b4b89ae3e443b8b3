/**
 * Instances that are master together or not at all: what a change of one means
 * for the others of its group.
 *
 * @module
 */

import {
  type OwnFault,
  type OwnReason,
  type Reason,
  type Recovery,
  throughGroup,
} from "./reason.ts";
import { type Advert, claims, type Input, type RouterState } from "./state.ts";

/** Cause of the fault of a member whose group has another fault. */
export const GROUP = "group";

const GROUP_WELL: Recovery = { kind: "group_well" };

/** A member that changed. */
export interface MemberChange {
  /** Name of the instance. */
  readonly name: string;
  /** State before. */
  readonly before: RouterState;
  /** State now. */
  readonly after: RouterState;
  /** Why, where it has another name; or null. */
  readonly reason: Reason | null;
}

/** An input for another member. */
export interface MemberInput {
  /** Name of the instance. */
  readonly member: string;
  /** What happens to it. */
  readonly input: Input;
}

/** The routers of an engine by instance name. */
export type Routers = ReadonlyMap<string, { readonly state: RouterState }>;

/**
 * What the change of one member does to the others: a fault of its own puts
 * all in FAULT until no member has one, and a master that yields takes the
 * other masters along, as does one that claims and hears a better one.
 *
 * @param members Names of all members.
 * @param routers The routers, the changed one as it is now.
 * @param change The change.
 * @param input What made it.
 */
export function settle(
  members: readonly string[],
  routers: Routers,
  change: MemberChange,
  input: Input,
): readonly MemberInput[] {
  const { name, before, after } = change;
  // What a member has because of its group is no news to the group.
  if (ownFault(before) !== ownFault(after)) {
    return groupFaults(members, routers, recoveryBy(change));
  }
  if (!gaveWay(before, after)) return [];
  const reason = throughGroup(name, change.reason ?? withdrawnBy(input));
  const demote: Input = { type: "demote", reason };
  return members.filter((member) => member !== name).flatMap((member) => [
    // The others were not run either, or are to hand over as well.
    ...(input.type === "stall" || input.type === "failover"
      ? [{ member, input }]
      : []),
    { member, input: demote },
  ]);
}

/** What is well again of the others by the change of a member. */
function recoveryBy({ name, reason }: MemberChange): Recovery {
  return reason?.kind === "recovered" && reason.what.kind !== "group_well"
    ? throughGroup(name, reason.what)
    : GROUP_WELL;
}

/** Why a claim ended without a change of state. */
function withdrawnBy(input: Input): Reason {
  switch (input.type) {
    case "advert":
      return listensTo(input);
    case "demote":
      return input.reason;
    default:
      return { kind: "stopped" };
  }
}

function listensTo({ source, priority }: Advert): OwnReason {
  return { kind: "listens", peer: source, peerPriority: priority };
}

/** An advert, and the member that heard it. */
export interface Hearing {
  /** Name of the instance. */
  readonly member: string;
  /** What it heard. */
  readonly advert: Advert;
}

/**
 * Bring the masters of a group to one host. Instances can become a group, or
 * come to one, when some are master here and others elsewhere, and without
 * preemption they would stay there. The host whose masters advertise the
 * highest priority keeps them, and gets those that the others resign as soon as
 * they hear it; of equals the first that hears the other resigns. All compare
 * the same adverts, so the best one never yields.
 *
 * @param masters Names of the members that are MASTER here.
 * @param routers The routers.
 * @param hearing What a member heard.
 */
export function reunite(
  masters: ReadonlySet<string>,
  routers: Routers,
  { member: name, advert }: Hearing,
): readonly MemberInput[] {
  // It meets a rival by itself.
  if (masters.has(name)) return [];
  const serving = [...masters];
  const isBetter = serving.some((member) =>
    (routers.get(member)?.state.priority ?? 0) > advert.priority
  );
  if (isBetter) return [];
  const reason = throughGroup(name, listensTo(advert));
  return serving.map((member) => ({
    member,
    input: { type: "demote", reason },
  }));
}

/** Whether a member served or claimed to, and listens to another now. */
function gaveWay(before: RouterState, after: RouterState): boolean {
  if (before.name === "MASTER") return after.name === "BACKUP";
  const ends = after.name === "BACKUP" || after.name === "INIT";
  return claims(before) && !claims(after) && ends;
}

/**
 * Take over, now that all members that claim their addresses hold them; nothing
 * as long as one does not.
 *
 * @param members Names of all members.
 * @param routers The routers.
 */
export function endClaims(
  members: readonly string[],
  routers: Routers,
  now: number,
): readonly MemberInput[] {
  const claiming = members.filter((member) => {
    const state = routers.get(member)?.state;
    return state !== undefined && claims(state);
  });
  const wait = claiming.some((member) => {
    const state = routers.get(member)?.state;
    return state?.name === "BACKUP" && !state.holds;
  });
  if (wait) return [];
  const input: Input = {
    type: "takeOver",
    due: now,
    stalled: false,
    claim: false,
  };
  return claiming.map((member) => ({ member, input }));
}

/**
 * The fault that each member has because of the others, or its end.
 *
 * @param members Names of all members; one alone has no such fault.
 * @param routers The routers.
 * @param recovery What is well again where no member has a fault.
 */
export function groupFaults(
  members: readonly string[],
  routers: Routers,
  recovery: Recovery = GROUP_WELL,
): readonly MemberInput[] {
  const faulty: { name: string; fault: OwnFault }[] = [];
  for (const name of members) {
    const state = routers.get(name)?.state;
    const fault = state === undefined ? null : ownFault(state);
    if (fault !== null) faulty.push({ name, fault });
    // One for the others, and another for that one.
    if (faulty.length === 2) break;
  }
  return members.map((member) => {
    const other = faulty.find(({ name }) => name !== member);
    const input: Input = other === undefined
      ? { type: "recover", cause: GROUP, reason: recovery }
      : {
        type: "fault",
        cause: GROUP,
        reason: throughGroup(other.name, other.fault),
      };
    return { member, input };
  });
}

/** The first fault of a member that is not the group's. */
function ownFault({ faults }: RouterState): OwnFault | null {
  for (const cause in faults) {
    const fault = faults[cause];
    if (fault !== undefined && fault.kind !== "group") return fault;
  }
  return null;
}
