/**
 * What another host of some priority would do beside an instance: by the rules
 * of the election and what the instance says of itself, with the settings of
 * the instance.
 *
 * @module
 */

import * as v from "valibot";
import type { InstanceStatus } from "./snapshot.ts";

const OWNER = 255;
const LIMITS = { least: 1, most: 254 } as const;

const CHANGE = v.object({
  /** `check` or `interface`. */
  kind: v.string(),
  /** Name of what is watched. */
  tracker: v.string(),
  /** What it would add to the priority; below 0 when it takes away. */
  by: v.number(),
  /** The effective priority then; null for FAULT. */
  effective: v.nullable(v.number()),
});

/** The schema of what another host would do. */
export const PEER_VERDICT = v.object({
  priority: v.number(),
  /** Whose priority it is, or null when it was only asked about. */
  address: v.nullable(v.string()),
  /** How long ago it was heard, or null. */
  last_seconds_ago: v.nullable(v.number()),
  /** Whether it becomes master beside what is there now. */
  takes_over: v.boolean(),
  /**
   * - `higher`, `equal`, `lower`: than the priority of the master;
   * - `owner`: it owns the addresses, and is master at once;
   * - `owned`: the master owns them;
   * - `no_master`: nobody is master.
   */
  why: v.string(),
  /** The most seconds until then; null when it does not take over. */
  within_seconds: v.nullable(v.number()),
  /** What the peer waits when the master falls silent, in seconds. */
  waits_seconds: v.number(),
  /** What this host waits then; null when it does not take part. */
  own_waits_seconds: v.nullable(v.number()),
  /** What would add to the priority here, where that could stop the peer. */
  remedies: v.array(CHANGE),
  /** The effective priority here with all of them. */
  best_effective: v.number(),
  /** What would let the peer take over, each alone. */
  risks: v.array(CHANGE),
});

/** What another host would do. */
export type PeerVerdict = v.InferOutput<typeof PEER_VERDICT>;
/** A tracker that turns, and what comes of it. */
export type TrackerChange = PeerVerdict["remedies"][number];

/** Another host. */
export interface Rival {
  /** Its priority, 1 to 255. */
  readonly priority: number;
  /** Its address when it was heard, or null. */
  readonly address?: string | null;
  /** How long ago, or null. */
  readonly lastSecondsAgo?: number | null;
}

type Term = InstanceStatus["priority"]["terms"][number];

/** Judge what another host would do that preempts. */
export function verdictOn(
  instance: InstanceStatus,
  { priority, address = null, lastSecondsAgo = null }: Rival,
): PeerVerdict {
  const { state, master } = instance;
  const serves = state === "MASTER" || state === "BACKUP";
  const why = whyOf(priority, masterPriority(instance));
  const takesOver = why === "higher" || why === "owner" || why === "no_master";
  const waits = waitOf(instance, priority);
  const isMaster = master?.self ?? false;
  return {
    priority,
    address,
    last_seconds_ago: lastSecondsAgo,
    takes_over: takesOver,
    why,
    within_seconds: !takesOver ? null : why === "owner" ? 0 : waits,
    waits_seconds: waits,
    own_waits_seconds: serves ? ownWait(instance) : null,
    remedies: isMaster && takesOver ? remediesOf(instance) : [],
    best_effective: bestOf(instance),
    risks: isMaster && !takesOver ? risksOf(instance, priority) : [],
  };
}

function masterPriority({ master }: InstanceStatus): number | null {
  return master === null ? null : master.priority;
}

function whyOf(peer: number, master: number | null): string {
  if (master === OWNER) return "owned";
  if (peer === OWNER) return "owner";
  if (master === null) return "no_master";
  if (peer === master) return "equal";
  return peer > master ? "higher" : "lower";
}

/** The master-down interval of a host of some priority, in seconds. */
function waitOf(instance: InstanceStatus, priority: number): number {
  const { skew_seconds: skew, master_down_seconds: down } = instance;
  const perPoint = skew / (256 - instance.priority.effective);
  return exact(down - skew + perPoint * (256 - priority));
}

function ownWait(instance: InstanceStatus): number {
  return exact(instance.master_down_seconds);
}

/** To the microsecond. */
function exact(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

/** What a tracker could add at best, or take away at worst, from now. */
export function rangeOf(
  { weight, value, term, fault }: Term,
): { readonly gain: number; readonly loss: number } {
  if (fault) return { gain: 0, loss: 0 };
  // A number may be any: it is known what it takes away now, and no more.
  if (value !== null) {
    return { gain: Math.max(-term, 0), loss: Math.max(term, 0) };
  }
  return {
    gain: Math.max(weight, 0) - term,
    loss: term - Math.min(weight, 0),
  };
}

/** Whether trackers move its priority at all. */
function isMovable({ priority, drained }: InstanceStatus): boolean {
  return priority.base !== OWNER && drained === null;
}

function changed({ priority }: InstanceStatus, by: number): number {
  const sum = priority.terms.reduce((sum, { term }) => sum + term, by);
  return Math.min(Math.max(priority.base + sum, LIMITS.least), LIMITS.most);
}

function remediesOf(instance: InstanceStatus): TrackerChange[] {
  if (!isMovable(instance)) return [];
  return instance.priority.terms.flatMap((term) => {
    const { gain } = rangeOf(term);
    return gain > 0 ? [changeBy(instance, term, gain)] : [];
  });
}

/** The effective priority in service, with all that could add to it. */
function bestOf(instance: InstanceStatus): number {
  if (instance.priority.base === OWNER) return OWNER;
  const gains = instance.priority.terms.map((term) => rangeOf(term).gain);
  return changed(instance, gains.reduce((sum, gain) => sum + gain, 0));
}

function risksOf(instance: InstanceStatus, peer: number): TrackerChange[] {
  return instance.priority.terms.flatMap((term) => {
    const { kind, tracker, weight, up, value } = term;
    if (weight === 0 && value === null && up !== null) {
      return [{ kind, tracker, by: 0, effective: null }];
    }
    if (!isMovable(instance)) return [];
    const { loss } = rangeOf(term);
    const change = changeBy(instance, term, -loss);
    return loss > 0 && (change.effective ?? 0) < peer ? [change] : [];
  });
}

function changeBy(
  instance: InstanceStatus,
  { kind, tracker }: Term,
  by: number,
): TrackerChange {
  return { kind, tracker, by, effective: changed(instance, by) };
}
