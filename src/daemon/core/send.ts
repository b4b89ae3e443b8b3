/**
 * Sends the adverts of an instance. They are made when something in them
 * changes, and lie ready otherwise.
 *
 * @module
 */

import type { Failure } from "../../kernel/port.ts";
import { ipBytes } from "../../wire/address.ts";
import { emitAdvert } from "../../wire/vrrp.ts";
import type { ChecksumForm } from "../../wire/vrrp_checksum.ts";
import { type Core, log, stateOf } from "./core.ts";
import type { Instance, ReadyAdverts } from "./instance.ts";

/** Milliseconds between two reports of adverts that cannot be sent. */
const REPEAT = 60_000;

/**
 * Send one advert to each destination.
 *
 * @param priority 0 resigns.
 */
export function sendAdvert(
  core: Core,
  instance: Instance,
  priority: number,
  now: number,
): void {
  const { counters } = instance;
  const source = stateOf(core, instance.settings.name)?.source ?? null;
  if (source === null) return;
  const ready = readyAdverts(instance, priority, source);
  if (ready === null) return;
  let failure: Failure | null = null;
  for (const send of ready.sends) {
    const refused = send();
    if (refused === null) {
      counters.sent++;
      if (priority === 0) counters.zeroSent++;
    } else {
      counters.sendErrors++;
      failure ??= refused;
    }
  }
  // Who resigns because of its link says so by that.
  if (failure !== null && priority === 0) return;
  if (failure !== null) tellMute(core, instance, failure, now);
  else if (instance.mute !== null) tellHeard(core, instance, now);
}

const PINNED: Readonly<Record<"rfc9568" | "pseudo_header", ChecksumForm>> = {
  rfc9568: "message",
  pseudo_header: "pseudo_header",
};

/** The checksum form that adverts of an instance have now. */
export function checksumFormOf(
  { settings: { checksum }, checksumForm }: Instance,
): ChecksumForm {
  return checksum === "auto" ? checksumForm : PINNED[checksum];
}

/**
 * The adverts of an instance, as they lie ready or made now; null while it has
 * nothing to send by.
 */
export function readyAdverts(
  instance: Instance,
  priority: number,
  source: string,
): ReadyAdverts | null {
  const { settings, destinations, advertised: addresses, sender } = instance;
  const checksumForm = checksumFormOf(instance);
  const { ready } = instance;
  if (
    ready?.priority === priority && ready.source === source &&
    ready.checksumForm === checksumForm && ready.sender === sender
  ) return ready;
  if (sender === null) return null;
  const { password } = settings;
  const advert = {
    version: settings.version,
    virtualRouterId: settings.virtualRouterId,
    priority,
    interval: settings.advertInterval,
    addresses,
  };
  const from = ipBytes(source);
  const sends = destinations.map(({ address: destination, bytes }) => {
    const form = { password, checksumForm, source, destination };
    return sender.ready(emitAdvert(advert, form), from, bytes);
  });
  return instance.ready = { priority, source, checksumForm, sender, sends };
}

function tellMute(
  core: Core,
  instance: Instance,
  { code, message: error }: Failure,
  now: number,
): void {
  instance.mute ??= { since: now, count: 0 };
  const { count } = instance.mute;
  instance.mute.count++;
  if (instance.reports.say("send", code, now, REPEAT) === null) return;
  const { name } = instance.settings;
  log(core, { event: "send_failed", instance: name, code, error, count });
}

function tellHeard(core: Core, instance: Instance, now: number): void {
  const { since = now, count = 0 } = instance.mute ?? {};
  instance.mute = null;
  const { name } = instance.settings;
  const lasted = now - since;
  log(core, { event: "send_works", instance: name, count, lasted });
}
