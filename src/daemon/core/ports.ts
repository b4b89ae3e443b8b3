/**
 * The sockets that the instances share: one for each link and family to hear
 * by, one to send by.
 *
 * @module
 */

import { Failure } from "../../kernel/port.ts";
import type { Link } from "../../wire/rtnetlink_parse.ts";
import { type Core, log, type Port, stateOf } from "./core.ts";
import { newCounters } from "./counters.ts";
import type { Instance } from "./instance.ts";
import { Reports } from "./reports.ts";

/**
 * Open the sockets that the instances need.
 *
 * @returns Why an instance on existing links has none.
 */
export function openPorts(
  core: Core,
  now: number,
): ReadonlyMap<Instance, string> {
  const failures = new Map<Instance, string>();
  const refused = new Map<string, Failure>();
  for (const port of core.ports.values()) port.instances.clear();
  for (const instance of core.instances.values()) {
    const { settings, receiveLink, sendLink } = instance;
    const receive = core.links.byName(receiveLink);
    const send = core.links.byName(sendLink);
    if (receive === undefined || send === undefined) continue;
    const port = receiverOf(core, receive, instance, refused);
    const sender = senderOf(core, send, instance, refused);
    if (!(port instanceof Failure)) {
      port.link = receive.name;
      // Addresses of the link may be others now.
      port.sources.clear();
      port.instances.set(settings.virtualRouterId, instance);
    }
    if (!(sender instanceof Failure)) instance.sender = sender;
    const failure = port instanceof Failure
      ? port
      : sender instanceof Failure
      ? sender
      : null;
    if (failure !== null) failures.set(instance, failure.message);
  }
  for (const [link, { message: error }] of refused) {
    if (core.reports.say("sockets", link, now) === null) continue;
    log(core, { event: "sockets", error });
  }
  return failures;
}

function receiverOf(
  core: Core,
  link: Link,
  { settings: { family } }: Instance,
  refused: Map<string, Failure>,
): Port | Failure {
  const id = portId(link.index, family);
  const known = core.ports.get(id) ?? refused.get(`r ${id}`);
  if (known !== undefined) return known;
  const receiver = core.kernel.openReceiver(link, family);
  if (receiver instanceof Failure) {
    refused.set(`r ${id}`, receiver);
    return receiver;
  }
  const port: Port = {
    receiver,
    openedAt: core.kernel.now(),
    index: link.index,
    link: link.name,
    instances: new Map(),
    sources: new Set(),
    counters: newCounters(),
    reports: new Reports(),
  };
  core.ports.set(id, port);
  return port;
}

function senderOf(
  core: Core,
  link: Link,
  { settings: { family } }: Instance,
  refused: Map<string, Failure>,
): Instance["sender"] | Failure {
  const id = portId(link.index, family);
  const known = core.senders.get(id) ?? refused.get(`s ${id}`);
  if (known !== undefined) return known;
  const sender = core.kernel.openSender(link, family);
  if (sender instanceof Failure) refused.set(`s ${id}`, sender);
  else core.senders.set(id, sender);
  return sender;
}

function portId(index: number, family: string): string {
  return `${index} ${family}`;
}

/**
 * Close the sockets that no instance uses, and those of links that are gone or
 * have another name.
 */
export function closeUnused(core: Core): void {
  const sending = new Set<Instance["sender"]>();
  for (const instance of core.instances.values()) {
    // Who serves sends on, to a link of another name too, until it is believed.
    const state = stateOf(core, instance.settings.name)?.name;
    const serves = state === "BACKUP" || state === "MASTER";
    if (!serves && core.links.byName(instance.sendLink) === undefined) {
      instance.sender = null;
    }
    sending.add(instance.sender);
  }
  for (const [id, port] of core.ports) {
    if (port.instances.size > 0) continue;
    port.receiver.close();
    core.ports.delete(id);
  }
  for (const [id, sender] of core.senders) {
    if (sending.has(sender)) continue;
    sender.close();
    core.senders.delete(id);
  }
}

/** Another is opened with the next assessment. */
export function closePort(core: Core, port: Port): void {
  for (const [id, known] of core.ports) {
    if (known !== port) continue;
    port.receiver.close();
    core.ports.delete(id);
  }
}
