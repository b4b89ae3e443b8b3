/**
 * Instances that are master together or not at all: what a change of one means
 * for the others of its group.
 *
 * @module
 */

import type { Input, RouterState } from "./state.ts";

/** Cause of the fault of a member whose group has another fault. */
export const GROUP = "group";

/** A member that changed. */
export interface MemberChange {
  /** Name of the instance. */
  readonly name: string;
  /** State before. */
  readonly before: RouterState;
  /** State now. */
  readonly after: RouterState;
}

/** An input for another member. */
export interface MemberInput {
  /** Name of the instance. */
  readonly member: string;
  /** What happens to it. */
  readonly input: Input;
}

/**
 * What the change of one member does to the others: a fault of its own puts
 * all in FAULT until no member has one, and a master that yields takes the
 * other masters along.
 *
 * @param members All members by name, the changed one as it is now.
 * @param change The change.
 */
export function settle(
  members: ReadonlyMap<string, { readonly state: RouterState }>,
  { name, before, after }: MemberChange,
): readonly MemberInput[] {
  const others = [...members.keys()].filter((member) => member !== name);
  if (before.faults !== after.faults) {
    return [...members.keys()].map((member) => ({
      member,
      input: groupFault(members, member),
    }));
  }
  if (before.name !== "MASTER" || after.name !== "BACKUP") return [];
  const reason = `instance "${name}" of the group yielded`;
  // After a stall the others have stood still too, and yield on their own.
  return others.flatMap((member): readonly MemberInput[] => [
    { member, input: { type: "stall" } },
    { member, input: { type: "demote", reason } },
  ]);
}

/**
 * The fault that a member has because of the others, or its end.
 *
 * @param members All members by name, none without a group.
 * @param member Name of the instance.
 */
export function groupFault(
  members: ReadonlyMap<string, { readonly state: RouterState }>,
  member: string,
): Input {
  for (const [name, { state }] of members) {
    const own = Object.entries(state.faults).find(([cause]) => cause !== GROUP);
    if (name !== member && own !== undefined) {
      const reason = `instance "${name}" of the group: ${own[1]}`;
      return { type: "fault", cause: GROUP, reason };
    }
  }
  return { type: "recover", cause: GROUP };
}
