/**
 * Does what the state machines ask for, in order, and decides nothing. What
 * the kernel refuses goes back to them as an input when the list is done.
 *
 * @module
 */

import { attempt } from "../../kernel/attempt.ts";
import { advance, type InstanceAction } from "../../vrrp/engine.ts";
import type { Action, Input } from "../../vrrp/state.ts";
import { VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import { emitAdvert } from "../../wire/vrrp.ts";
import type { ChecksumForm } from "../../wire/vrrp_checksum.ts";
import { type Core, log, stateOf } from "./core_state.ts";
import { firstTime, type Instance } from "./instance.ts";
import { addAddresses, announce, removeAddresses } from "./serve.ts";

/** Feed one input to an instance and do what follows. */
export function feed(
  core: Core,
  { settings }: Instance,
  input: Input,
  now: number,
): void {
  execute(core, advance(core.engine, settings.name, input, now), now);
}

/** Execute actions in order. */
export function execute(
  core: Core,
  actions: readonly InstanceAction[],
  now: number,
): void {
  const results: { instance: Instance; input: Input }[] = [];
  for (const { instance: name, action } of actions) {
    const instance = core.instances.get(name);
    if (instance === undefined) continue;
    const input = perform(core, instance, action, now);
    if (input !== null) results.push({ instance, input });
  }
  for (const { instance, input } of results) feed(core, instance, input, now);
}

/** @returns What came of holding addresses, or null. */
function perform(
  core: Core,
  instance: Instance,
  action: Action,
  now: number,
): Input | null {
  switch (action.type) {
    case "sendAdvert":
      sendAdvert(core, instance, action.priority);
      return null;
    case "hold": {
      const reason = addAddresses(core, instance);
      return reason === null
        ? { type: "held" }
        : { type: "addressRefused", reason };
    }
    case "release":
      removeAddresses(core, instance, instance.serving);
      return null;
    case "announce":
      announce(core, instance, now);
      return null;
    case "transition":
      reportTransition(core, instance, action);
      return null;
    case "stalled":
      reportStall(core, instance, action.late);
      return null;
    case "rival":
      reportRival(core, instance, action);
      return null;
    default:
      return action satisfies never;
  }
}

const PINNED: Readonly<Record<"rfc9568" | "pseudo_header", ChecksumForm>> = {
  rfc9568: "message",
  pseudo_header: "pseudo_header",
};

function sendAdvert(core: Core, instance: Instance, priority: number): void {
  const { settings, counters } = instance;
  const link = core.links.byName(instance.sendLink);
  const sender = link && core.senders.get(link.index);
  const source = stateOf(core, instance)?.source ?? null;
  if (sender === undefined || source === null) return;
  const advert = {
    version: settings.version,
    virtualRouterId: settings.virtualRouterId,
    priority,
    interval: settings.advertInterval,
    addresses: settings.virtualIps.map(({ address }) => address),
  };
  const { password, checksum, unicastPeers } = settings;
  const checksumForm = checksum === "auto"
    ? instance.checksumForm
    : PINNED[checksum];
  const destinations = unicastPeers.length === 0
    ? [VRRP_GROUP_IPV4]
    : unicastPeers.map(({ address }) => address);
  for (const destination of destinations) {
    const envelope = { password, checksumForm, source, destination };
    const payload = emitAdvert(advert, envelope);
    const failure = attempt(() => sender.send(payload, source, destination));
    if (failure === null) {
      counters.sent++;
      continue;
    }
    counters.sendErrors++;
    const { code } = failure;
    if (!firstTime(instance.reported, `send ${code}`)) continue;
    log(core, {
      level: "warning",
      event: "send_failed",
      instance: settings.name,
      message: `To ${destination}: ${failure.message}`,
      code,
    });
  }
}

function reportTransition(
  core: Core,
  instance: Instance,
  { from, to, reason }: Extract<Action, { type: "transition" }>,
): void {
  const { name, priority: base } = instance.settings;
  const priority = stateOf(core, instance)?.priority ?? base;
  instance.reported.clear();
  log(core, {
    level: to === "FAULT" ? "error" : "info",
    event: "transition",
    instance: name,
    message: `${from} → ${to}: ${reason}`,
    from,
    to,
    reason,
    priority,
  });
  const transition = { instance: name, from, to, reason, priority };
  core.post({ type: "transition", transition });
}

function reportStall(core: Core, instance: Instance, late: number): void {
  instance.counters.stalls++;
  log(core, {
    level: "warning",
    event: "stall",
    instance: instance.settings.name,
    message: `This process stood still: ${late.toFixed(0)} ms past a ` +
      "deadline; listens before it acts on its own absence",
    late,
  });
}

function reportRival(
  core: Core,
  instance: Instance,
  { source, priority }: Extract<Action, { type: "rival" }>,
): void {
  // One advert may be the last of a master that has just yielded.
  const first = firstTime(instance.reported, `rival ${source}`);
  if (!first && !firstTime(instance.reported, `rivals ${source}`)) return;
  log(core, {
    level: first ? "info" : "warning",
    event: "rival",
    instance: instance.settings.name,
    message: `${source} also advertises as master, with priority ` +
      `${priority}; answered and announced our addresses again`,
    source,
    priority,
  });
}
