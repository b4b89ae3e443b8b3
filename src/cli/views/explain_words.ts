/**
 * What an instance does next, and what another host would do, as sentences.
 *
 * @module
 */

import type { Explanation } from "../../control/explain.ts";
import type { PeerVerdict, TrackerChange } from "../../control/peer_verdict.ts";
import type { InstanceStatus } from "../../control/snapshot.ts";
import { masterWords, trackerWords } from "./instance_words.ts";
import { ago, signed, span } from "./span.ts";

/** What the instance does next by itself, and with its group. */
export function outlookWords(explanation: Explanation): string[] {
  const { group } = explanation.instance;
  return [
    ...ownOutlook(explanation),
    ...(group === null ? [] : [
      `It is in group ${group}, which moves as a whole: what happens to one ` +
      "of it happens to all",
    ]),
  ];
}

function ownOutlook({ instance, outlook }: Explanation): string[] {
  const { name } = instance;
  const master = masterWords(instance);
  const wait = span(instance.master_down_seconds);
  const soon = outlook.in_seconds === null
    ? ""
    : ` in ${span(outlook.in_seconds)}`;
  const silent = `This host takes over when ${
    instance.master?.address ?? "it"
  } has been silent for ${wait}`;
  switch (outlook.kind) {
    case "last_resort":
      return [
        "It serves because no other host does; any other that preempts " +
        "takes over",
      ];
    case "waits":
      return [`${master} is MASTER. ${silent}`];
    case "waits_alone":
      return [
        `No MASTER is known: this host takes over${soon} unless it hears one`,
      ];
    case "waits_yielded":
      return [
        `${master} is MASTER and less than this host, which handed over: ` +
        `\`alived resume ${name}\` takes it back. ${silent}`,
      ];
    case "waits_nopreempt":
      return [
        `${master} is MASTER and less than this host, whose \`preempt\` is ` +
        `off. ${silent}`,
      ];
    case "preempts":
      return [`${master} is MASTER and less: this host takes over${soon}`];
    case "drained":
      return [
        `It is never MASTER while it is drained. After \`alived resume ` +
        `${name}\` it listens for ${wait} before it takes over`,
      ];
    case "heals":
      return [
        `When that is over it is a backup again, and listens for ${wait} ` +
        "before it takes over",
      ];
    case "starts":
      return ["It takes part as soon as the daemon has started it"];
    default:
      return [];
  }
}

/** What another host would do. */
export function peerWords({ instance, peer }: Explanation): string[] {
  if (peer === null) return [];
  return instance.master?.self
    ? besideThisHost(peer, instance)
    : besideAnother(peer, instance);
}

function subject(
  { priority, address, last_seconds_ago: past }: PeerVerdict,
): string {
  if (address === null) return `A peer with ${priority}`;
  const when = past === null ? "" : `, ${ago(past)}`;
  return `${address} (last heard with ${priority}${when})`;
}

function besideThisHost(
  peer: PeerVerdict,
  instance: InstanceStatus,
): string[] {
  const who = subject(peer);
  switch (peer.why) {
    case "owned":
      return [`${who} does not take over: this host owns the addresses`];
    case "equal":
      return [
        `${who} does not take over: it is no better. If both were MASTER, as ` +
        "after a partition, the higher address would stay",
        ...riskWords(peer),
      ];
    case "lower":
      return [
        `${who} does not take over: ${
          instance.priority.effective - peer.priority + 1
        } would have to go off here`,
        ...riskWords(peer),
      ];
    default:
      return [
        `${who} takes over ${soonest(peer)}`,
        ...remedyWords(peer, instance),
      ];
  }
}

function soonest({ why, within_seconds: within }: PeerVerdict): string {
  return why === "owner"
    ? "at once: 255 means that it owns the addresses"
    : `within ${span(within ?? 0)} if it preempts`;
}

function remedyWords(
  peer: PeerVerdict,
  { name, drained, priority }: InstanceStatus,
): string[] {
  if (peer.why === "owner") return [];
  if (drained !== null) {
    return peer.best_effective >= peer.priority
      ? [`To stop that: \`alived resume ${name}\``]
      : [];
  }
  const { remedies, best_effective: best, priority: wanted } = peer;
  if (best < wanted) {
    return [
      best > priority.effective
        ? `Nothing stops that here: at best the priority is ${best}`
        : "Only a higher configured priority stops that",
    ];
  }
  const alone = remedies.filter(({ effective }) => (effective ?? 0) >= wanted);
  return alone.length > 0
    ? [`To stop that: see to ${alone.map(changeWords).join(" or ")}`]
    : [`To stop that: see to ${remedies.map(changeWords).join(" and ")}`];
}

function changeWords(change: TrackerChange): string {
  return `${trackerWords(change)} (${signed(change.by)})`;
}

function riskWords({ risks }: PeerVerdict): string[] {
  if (risks.length === 0) return [];
  const each = risks.map((risk) =>
    risk.effective === null
      ? `${trackerWords(risk)} (FAULT)`
      : `${trackerWords(risk)} (${signed(risk.by)}: ${risk.effective})`
  );
  return [`It would if one of these turned: ${each.join(", ")}`];
}

function besideAnother(
  peer: PeerVerdict,
  instance: InstanceStatus,
): string[] {
  const who = subject(peer);
  const { master } = instance;
  const from = master === null ? "" : ` from ${masterWords(instance)}`;
  const first = peer.why === "no_master"
    ? `${who} becomes MASTER within ${span(peer.within_seconds ?? 0)}`
    : peer.takes_over
    ? `${who} takes over${from} ${soonest(peer)}`
    : `${who} does not take over${from}`;
  return [first + succession(peer, instance)];
}

/** Who is first when nobody is master. */
function succession(peer: PeerVerdict, instance: InstanceStatus): string {
  const { own_waits_seconds: own, waits_seconds: its } = peer;
  if (own === null || (peer.takes_over && peer.why !== "no_master")) return "";
  const when = instance.master === null ? "" : "; when that one is silent,";
  const first = its < own
    ? "the peer is first"
    : its > own
    ? "this host is first"
    : "both are as early, and the higher address stays";
  const waits = `the peer waits ${span(its)}, this host ${span(own)}`;
  return `${when === "" ? ";" : when} ${first} (${waits})`;
}
