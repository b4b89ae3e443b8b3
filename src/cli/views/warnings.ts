/**
 * What an operator should know of a daemon that does not stand in its table:
 * what would make another host take over, and what nobody would notice.
 *
 * @module
 */

import { bestHeard } from "../../control/explain.ts";
import type {
  InstanceStatus,
  PeerStatus,
  Status,
} from "../../control/snapshot.ts";
import { trackerWords } from "./instance_words.ts";
import { ago, secondsBetween } from "./span.ts";

/** Names in a sentence at most. */
const MOST_NAMES = 6;
/** Seconds for which a failure that is over is told of. */
const RECENT = 24 * 60 * 60;

/** Another host's word on an instance. */
interface PeerWord {
  readonly host: string;
  readonly instance: PeerStatus["instances"][number];
}

/**
 * Say what is to be watched.
 *
 * @returns Sentences, the most urgent first.
 */
export function warnings(status: Status): string[] {
  const { instances } = status;
  return [
    ...instances.flatMap((each) => rivals(each, status)),
    ...instances.flatMap(addressWarnings),
    ...instances.flatMap((each) => closeCall(each, status)),
    ...instances.flatMap(mismatches),
    ...standbys(status),
    ...silentPeers(status),
    ...configuration(status),
    ...notifications(status),
    ...(status.log.lines_lost === 0
      ? []
      : [`${status.log.lines_lost} lines of the log were lost`]),
  ];
}

/** Another host that says it is master as well. */
function rivals(instance: InstanceStatus, status: Status): string[] {
  if (instance.state !== "MASTER") return [];
  return wordsOn(instance, status)
    .filter(({ instance: { state } }) => state === "MASTER")
    .map(({ host }) =>
      `${instance.name}: ${host} says that it is MASTER too: ` +
      `do the two hear each other?`
    );
}

function addressWarnings({ name, state, vips }: InstanceStatus): string[] {
  const isMaster = state === "MASTER";
  return vips.filter(({ held }) => held !== isMaster).map((
    { address, interface: link, owner },
  ) =>
    isMaster
      ? `${name}: ${address} is missing on ${link}`
      : `${name}: ${address} is on ${link} though this host is not MASTER` +
        (owner === "other" ? ": somebody else added it" : "")
  );
}

/** A master that lost some of its priority, and who is next. */
function closeCall(instance: InstanceStatus, status: Status): string[] {
  const { name, state, priority, drained } = instance;
  const off = priority.terms.filter(({ term }) => term < 0);
  if (state !== "MASTER" || drained !== null || off.length === 0) return [];
  const sum = off.reduce((sum, { term }) => sum - term, 0);
  const takes = off.length === 1 ? "takes" : "take";
  const who = off.map(trackerWords).join(" and ");
  return [`${name}: ${who} ${takes} ${sum} off${next(instance, status)}`];
}

function next(instance: InstanceStatus, status: Status): string {
  const rival = bestRival(instance, status);
  if (rival === null) return "";
  const more = instance.priority.effective - rival.priority + 1;
  const seen = `${rival.who} (${rival.seen} at ${rival.priority})`;
  return more <= 0
    ? `: ${seen} takes over if it preempts`
    : `; ${more} more and ${seen} takes over`;
}

interface Best {
  readonly who: string;
  readonly priority: number;
  readonly seen: string;
}

/** The best other host, by its own word or by its adverts. */
function bestRival(instance: InstanceStatus, status: Status): Best | null {
  const words = wordsOn(instance, status)
    .filter(({ instance: { state } }) => state === "BACKUP")
    .map(({ host, instance: { effective } }): Best => ({
      ...{ who: host, priority: effective, seen: "now" },
    }));
  const heard = bestHeard(instance);
  const all = heard === null || words.length > 0 ? words : [{
    who: heard.address,
    priority: heard.priority,
    seen: `last seen ${ago(heard.last_seconds_ago)}`,
  }];
  return all.toSorted((a, b) => b.priority - a.priority)[0] ?? null;
}

function wordsOn(
  { vrid, family }: InstanceStatus,
  { cluster }: Status,
): PeerWord[] {
  return cluster.filter(({ error }) => error === null)
    .flatMap(({ host, url, instances }) =>
      instances
        .filter((each) => each.vrid === vrid && each.family === family)
        .map((instance) => ({ host: host ?? url, instance }))
    );
}

function mismatches({ name, heard }: InstanceStatus): string[] {
  return heard.filter(({ mismatch }) => mismatch.length > 0).map((
    { address, mismatch },
  ) =>
    `${name}: ${address} is configured otherwise: ` +
    mismatch.map((word) => word.replaceAll("_", " ")).join(", ")
  );
}

/** Masters that nobody is known to stand behind. */
function standbys(status: Status): string[] {
  const { instances, cluster } = status;
  const alone = instances.filter((each) =>
    each.state === "MASTER" &&
    !wordsOn(each, status).some(({ instance }) =>
      instance.state === "BACKUP" && !instance.drained
    )
  ).map(({ name }) => name);
  if (alone.length === 0) return [];
  return cluster.length === 0
    ? [
      `Backups are silent in VRRP: no standby is known for ${named(alone)} ` +
      `(add global.peers)`,
    ]
    : [`No standby is known for ${named(alone)}`];
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function silentPeers({ cluster }: Status): string[] {
  return cluster.flatMap(({ url, host, error, fetched_seconds_ago: past }) => {
    if (error === null) return [];
    const last = past === null ? "" : `, last answer ${ago(past)}`;
    return [`${host ?? url} does not say how it is: ${error}${last}`];
  });
}

function configuration({ config }: Status): string[] {
  if (!config.last_reload_ok) {
    return [
      "The last reload was refused, so the configuration before it is in " +
      "force: `alived reload --diff` says why",
    ];
  }
  return config.changed_on_disk
    ? [
      `${config.path} has changed and is not in force yet: ` +
      "`alived reload --diff` shows what would change",
    ]
    : [];
}

function notifications({ notifications, time }: Status): string[] {
  const { last_failure: last } = notifications;
  if (last === null) return [];
  const past = secondsBetween(last.time, time);
  return past > RECENT
    ? []
    : [`A notification failed ${ago(past)}: ${last.message}`];
}
