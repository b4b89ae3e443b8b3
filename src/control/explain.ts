/**
 * Why an instance is what it is, what it does next by itself, and what another
 * host of some priority would do: facts, to be put in words elsewhere.
 *
 * @module
 */

import * as v from "valibot";
import {
  type InstanceStatus,
  SCHEMA,
  type Status,
  statusSchema,
} from "./snapshot.ts";
import { PEER_VERDICT, type PeerVerdict, verdictOn } from "./peer_verdict.ts";

const OUTLOOK = v.object({
  /**
   * - `serves`: master, until a better one is heard;
   * - `last_resort`: master with priority 1, until any other one is heard;
   * - `waits`: takes over when the master is silent;
   * - `waits_alone`: takes over unless a master is heard;
   * - `waits_yielded`: as `waits`, though better: it has handed over;
   * - `waits_nopreempt`: as `waits`, though better: `preempt` is off;
   * - `preempts`: takes over from a master that lives and is worse;
   * - `drained`: nothing, until it is resumed;
   * - `heals`: a backup again when its faults are gone;
   * - `starts`: a backup as soon as the daemon lets it.
   */
  kind: v.string(),
  /** Seconds until then, or null when nobody knows. */
  in_seconds: v.nullable(v.number()),
});

/** The schema of an explanation. */
export const explanationSchema = v.object({
  schema: v.literal(SCHEMA),
  /** When it was so: RFC 3339. */
  time: v.string(),
  host: v.string(),
  instance: statusSchema.entries.instances.item,
  /** What the instance does next. */
  outlook: OUTLOOK,
  /**
   * What a host of the priority that was asked for would do, or else the best
   * that was heard of; null when there is neither.
   */
  peer: v.nullable(PEER_VERDICT),
});

/** Why an instance is what it is, and what would change that. */
export type Explanation = v.InferOutput<typeof explanationSchema>;
/** What an instance does next by itself. */
export type Outlook = Explanation["outlook"];

/**
 * Explain an instance.
 *
 * @param status What the daemon says now.
 * @param instance The instance of it.
 * @param peerPriority Priority of another host, 1 to 255; null for the best
 *   that was heard.
 */
export function explain(
  { time, host }: Pick<Status, "time" | "host">,
  instance: InstanceStatus,
  peerPriority: number | null,
): Explanation {
  return {
    schema: SCHEMA,
    time,
    host,
    instance,
    outlook: outlookOf(instance),
    peer: peerOf(instance, peerPriority),
  };
}

function peerOf(
  instance: InstanceStatus,
  priority: number | null,
): PeerVerdict | null {
  if (priority !== null) return verdictOn(instance, { priority });
  const rival = bestHeard(instance);
  return rival === null ? null : verdictOn(instance, {
    priority: rival.priority,
    address: rival.address,
    lastSecondsAgo: rival.last_seconds_ago,
  });
}

/**
 * The best host that was heard, has not resigned and is not the master.
 *
 * @returns Null when there is none.
 */
export function bestHeard(
  { heard, master }: InstanceStatus,
): InstanceStatus["heard"][number] | null {
  const alive = heard.filter(({ address, priority }) =>
    priority > 0 && address !== master?.address
  );
  return alive.toSorted((a, b) => b.priority - a.priority)[0] ?? null;
}

/** What an instance does next by itself. */
export function outlookOf(instance: InstanceStatus): Outlook {
  if (isDrained(instance)) return { kind: "drained", in_seconds: null };
  switch (instance.state) {
    case "INIT":
      return { kind: "starts", in_seconds: null };
    case "FAULT":
      return { kind: "heals", in_seconds: null };
    case "MASTER":
      return {
        kind: instance.drained === null ? "serves" : "last_resort",
        in_seconds: null,
      };
    case "BACKUP":
      return outlookOfBackup(instance);
  }
}

function outlookOfBackup(instance: InstanceStatus): Outlook {
  const { master, priority, preempt, yielded } = instance;
  const inSeconds = instance.preempt_in_seconds ??
    instance.master_down_in_seconds;
  if (master === null) return { kind: "waits_alone", in_seconds: inSeconds };
  if (master.priority >= priority.effective) {
    return { kind: "waits", in_seconds: null };
  }
  if (yielded) return { kind: "waits_yielded", in_seconds: null };
  if (!preempt) return { kind: "waits_nopreempt", in_seconds: null };
  return { kind: "preempts", in_seconds: inSeconds };
}

/** Whether an operator took it out of service altogether. */
export function isDrained({ drained }: InstanceStatus): boolean {
  return drained !== null && !drained.last_resort;
}
