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
  const { sender, counters, destinations } = instance;
  const source = stateOf(core, instance.settings.name)?.source ?? null;
  if (sender === null || source === null) return;
  const ready = readyAdverts(instance, priority, source);
  let failure: Failure | null = null;
  for (const [i, { bytes }] of destinations.entries()) {
    const payload = ready.payloads[i];
    if (payload === undefined) continue;
    const refused = sender.send(payload, ready.source, bytes);
    if (refused === null) counters.sent++;
    else {
      counters.sendErrors++;
      failure ??= refused;
    }
  }
  // Who resigns because of its link says so by that.
  if (failure !== null && priority === 0) return;
  if (failure !== null) tellMute(core, instance, failure, now);
  else if (instance.isMute) tellHeard(core, instance);
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

/** The adverts of an instance, as they lie ready or made now. */
export function readyAdverts(
  instance: Instance,
  priority: number,
  source: string,
): ReadyAdverts {
  const { settings, destinations, advertised: addresses, ready } = instance;
  const { password } = settings;
  const checksumForm = checksumFormOf(instance);
  const key = `${priority} ${checksumForm} ${source}`;
  if (ready?.key === key) return ready;
  const advert = {
    version: settings.version,
    virtualRouterId: settings.virtualRouterId,
    priority,
    interval: settings.advertInterval,
    addresses,
  };
  const payloads = destinations.map(({ address: destination }) =>
    emitAdvert(advert, { password, checksumForm, source, destination })
  );
  return instance.ready = { key, source: ipBytes(source), payloads };
}

function tellMute(
  core: Core,
  instance: Instance,
  { code, message }: Failure,
  now: number,
): void {
  instance.isMute = true;
  if (instance.reports.say("send", code, now, REPEAT) === null) return;
  log(core, {
    level: "warning",
    event: "send_failed",
    instance: instance.settings.name,
    message,
    code,
  });
}

function tellHeard(core: Core, instance: Instance): void {
  instance.isMute = false;
  log(core, {
    level: "info",
    event: "send_works",
    instance: instance.settings.name,
    message: "Adverts can be sent again",
  });
}
