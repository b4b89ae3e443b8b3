/**
 * What `alived status NAME` prints: all that is known of one instance.
 *
 * @module
 */

import type { InstanceStatus, Status } from "../../control/snapshot.ts";
import { type Row, table } from "../layout.ts";
import {
  masterWords,
  noteWords,
  sinceWords,
  termWords,
} from "./instance_words.ts";
import { ago, signed, span } from "./span.ts";
import { shadeOf, stateWord } from "./state_word.ts";
import { type Look, shaded } from "./style.ts";

const INDENT = 2;

/**
 * Describe an instance.
 *
 * @returns Lines without line feeds.
 */
export function instanceView(
  instance: InstanceStatus,
  status: Status,
  look: Look,
): string[] {
  const word = stateWord(instance);
  const rest = ` for ${sinceWords(instance, status.time)}, since ` +
    `${look.clock(instance.since)}`;
  return [
    `${instance.name} is ${shaded(word, shadeOf(word), look)}${rest}`,
    ...table(rowsOf(instance, status, look), look.width, INDENT),
  ];
}

function rowsOf(
  instance: InstanceStatus,
  { cluster }: Status,
  look: Look,
): Row[] {
  return [
    ["why", instance.reason === null ? [] : [instance.reason]],
    ["besides", noteWords(instance, look)],
    ["router", [
      `VRRPv${instance.version} VRID ${instance.vrid} on ` +
      `${instance.interface}, ${instance.transport}`,
    ]],
    ["group", instance.group === null ? [] : [instance.group]],
    ["priority", priorityLines(instance)],
    ["tracks", instance.priority.terms.map(termLine)],
    ["master", [masterWords(instance)]],
    ["heard", instance.heard.map(heardLine)],
    [
      "peers say",
      cluster.flatMap((peer) => peerLines(peer, instance)),
    ],
    ["source", [instance.source ?? "none"]],
    ["VIPs", instance.vips.map(vipLine)],
    ["timers", [timerLine(instance)]],
    ["preempt", [preemptLine(instance)]],
    ["auth", [instance.auth]],
    ["counters", counterLines(instance)],
  ];
}

function priorityLines({ priority, drained }: InstanceStatus): string[] {
  const { base, effective } = priority;
  if (base === effective) return [`${effective}`];
  return [
    `${effective}, configured ${base}` +
    (drained === null ? "" : ", last resort"),
  ];
}

function termLine(
  term: InstanceStatus["priority"]["terms"][number],
): string {
  const { weight, term: adds, fault } = term;
  const effect = fault
    ? "FAULT"
    : weight === 0
    ? "FAULT if it turns"
    : `${signed(adds)} of ${signed(weight)}`;
  return `${termWords(term)} (${effect})`;
}

function heardLine(
  { address, priority, last_seconds_ago: past, adverts, mismatch }:
    InstanceStatus["heard"][number],
): string {
  const what = priority === 0 ? "resigned" : `priority ${priority}`;
  const unlike = mismatch.length === 0
    ? ""
    : `, not as here: ${mismatch.join(", ").replaceAll("_", " ")}`;
  return `${address}, ${what}, ${ago(past)}, ${adverts} adverts${unlike}`;
}

function peerLines(
  { host, url, error, fetched_seconds_ago: past, instances }:
    Status["cluster"][number],
  { vrid, family }: InstanceStatus,
): string[] {
  const who = host ?? url;
  if (error !== null) return [`${who}: ${error}`];
  const when = past === null ? "" : `, asked ${ago(past)}`;
  return instances
    .filter((each) => each.vrid === vrid && each.family === family)
    .map(({ state, effective, drained }) =>
      `${who}: ${drained ? "DRAINED" : `${state} ${effective}`}${when}`
    );
}

function vipLine(
  { address, interface: link, excluded, held, owner, lease_seconds: lease }:
    InstanceStatus["vips"][number],
): string {
  const parts = [
    held ? `on ${link}` : `not on ${link}`,
    ...(owner === "other" ? ["added by somebody else"] : []),
    ...(excluded ? ["not in adverts"] : []),
    ...(held && lease !== null ? [`lease ${span(lease)}`] : []),
  ];
  return `${address} ${parts.join(", ")}`;
}

function timerLine(instance: InstanceStatus): string {
  const {
    advert_interval_seconds: interval,
    next_advert_in_seconds: next,
    master_down_in_seconds: downIn,
    master_down_seconds: down,
  } = instance;
  return [
    `advert every ${span(interval)}`,
    ...(next === null ? [] : [`next in ${span(next)}`]),
    `master-down interval ${span(down)}`,
    ...(downIn === null
      ? []
      : [`takes over in ${span(downIn)} unless it hears`]),
  ].join(", ");
}

function preemptLine(
  { preempt, preempt_in_seconds: left, yielded }: InstanceStatus,
): string {
  if (yielded) return "not until it is resumed";
  if (!preempt) return "no";
  return left === null ? "yes" : `in ${span(left)}`;
}

function counterLines({ counters }: InstanceStatus): string[] {
  const dropped = Object.entries(counters.dropped)
    .filter(([, count]) => count > 0);
  const rare: readonly (readonly [string, number])[] = [
    ["send errors", counters.send_errors],
    ["adverts of another master", counters.losing_adverts],
    ["address lists unlike ours", counters.address_list_mismatch],
    ["addresses put back", counters.addresses_repaired],
    ["stalls", counters.stalls],
    ...dropped.map(([reason, count]) =>
      [`dropped for ${reason.replaceAll("_", " ")}`, count] as const
    ),
  ];
  return [
    `adverts: ${counters.adverts_sent} sent, ` +
    `${counters.adverts_received} received; with priority 0: ` +
    `${counters.priority_zero_sent} sent, ` +
    `${counters.priority_zero_received} received`,
    `became MASTER ${times(counters.became_master)}, gave it up ` +
    `${times(counters.released_master)}`,
    ...rare.filter(([, count]) => count > 0)
      .map(([what, count]) => `${what}: ${count}`),
  ];
}

function times(count: number): string {
  return ["never", "once", "twice"][count] ?? `${count} times`;
}
