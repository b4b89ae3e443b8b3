/**
 * Fits the instances to the links that exist: which of them can run, from
 * which address, and the sockets that they share.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../../kernel/linux/addresses.ts";
import { AdvertReceiver, AdvertSender } from "../../kernel/linux/adverts.ts";
import { attempt } from "../../kernel/attempt.ts";
import { linkFault, primaryAddress } from "../../kernel/linux/links.ts";
import type { Link, LinkAddress } from "../../wire/rtnetlink_parse.ts";
import { type Core, newPort, type Port } from "./core_state.ts";
import { feed } from "./execute.ts";
import type { Instance } from "./instance.ts";
import { allVirtualIps, keepOwnAddresses } from "./serve.ts";
import { weighAll } from "./track.ts";

/** Cause of the fault of an instance whose link cannot carry adverts. */
const INTERFACE = "interface";

/**
 * Tell every instance what became of its link. Those that lost it go first,
 * while the sockets to resign on are still open.
 */
export function assess(core: Core, now: number): void {
  forgetGoneLinks(core);
  const found = [...core.instances.values()].map((instance) => ({
    instance,
    ...conditionOf(core, instance),
  }));
  for (const { instance, fault } of found) {
    if (fault !== null) setFault(core, instance, fault, now);
  }
  const unopened = openSockets(core);
  for (const { instance, source, fault } of found) {
    keepOwnAddresses(core, instance);
    feed(core, instance, { type: "source", source }, now);
    const reason = unopened.get(instance);
    if (reason !== undefined) {
      setFault(core, instance, reason, now);
    } else if (fault === null) {
      const delay = instance.settings.linkUpDelay;
      const input = { type: "recover", cause: INTERFACE, delay } as const;
      feed(core, instance, input, now);
    }
  }
  weighAll(core, now);
}

function setFault(
  core: Core,
  instance: Instance,
  reason: string,
  now: number,
): void {
  const delay = instance.settings.linkDownDelay;
  const input = { type: "fault", cause: INTERFACE, reason, delay } as const;
  feed(core, instance, input, now);
}

/** The address that an instance sends from, and why it cannot run. */
function conditionOf(
  core: Core,
  instance: Instance,
): { source: string | null; fault: string | null } {
  const { sourceAddress } = instance.settings;
  const name = instance.sendLink;
  const link = core.links.byName(name);
  if (link === undefined) return { source: null, fault: linkFault(name, link) };
  const source = sourceAddress === null
    ? ownAddress(core, instance, link)
    : core.links.has(link.index, sourceAddress)
    ? sourceAddress
    : null;
  const missing = sourceAddress === null
    ? `interface "${name}" has no IPv4 address of its own`
    : `interface "${name}" does not have source_address ${sourceAddress}`;
  const fault = linkFault(name, link) ?? (source === null ? missing : null);
  return { source, fault };
}

/** A VIP is no address of the host's own, except to its owner. */
function ownAddress(core: Core, instance: Instance, link: Link): string | null {
  const addresses = core.links.addresses(link.index);
  const virtual = new Set(
    [...core.instances.values()].flatMap(({ settings }) =>
      settings.priority === 255
        ? []
        : allVirtualIps(settings).map(({ address }) => address)
    ),
  );
  const added = ({ index, address, protocol }: LinkAddress): boolean =>
    protocol === ALIVED_PROTOCOL || core.addresses.has(index, address);
  const own = primaryAddress(
    addresses,
    (address) => added(address) || virtual.has(address.address),
  );
  if (own !== null || instance.settings.priority !== 255) return own;
  return primaryAddress(addresses, () => false);
}

/** A link that is gone took its addresses and the use of its sockets along. */
function forgetGoneLinks(core: Core): void {
  core.addresses.forgetUnless((index) =>
    core.links.byIndex(index) !== undefined
  );
  for (const [index, port] of core.ports) {
    if (core.links.byIndex(index)?.name !== port.link) {
      closePort(core, index, port);
    }
  }
}

/**
 * Open the sockets that the instances need, and close those that none does.
 *
 * @returns Why an instance on an existing link has none.
 */
export function openSockets(core: Core): ReadonlyMap<Instance, string> {
  const failures = new Map<Instance, string>();
  for (const port of core.ports.values()) port.instances.clear();
  const sending = new Set<number>();
  for (const instance of core.instances.values()) {
    const receive = core.links.byName(instance.receiveLink);
    const send = core.links.byName(instance.sendLink);
    if (receive === undefined || send === undefined) continue;
    sending.add(send.index);
    const failure = attempt(() => {
      const port = core.ports.get(receive.index) ?? openPort(core, receive);
      port.instances.set(instance.settings.virtualRouterId, instance);
      if (core.senders.has(send.index)) return;
      core.senders.set(send.index, new AdvertSender(send));
    });
    if (failure !== null) failures.set(instance, failure.message);
  }
  for (const [index, port] of core.ports) {
    if (port.instances.size === 0) closePort(core, index, port);
  }
  for (const [index, sender] of core.senders) {
    if (sending.has(index)) continue;
    sender[Symbol.dispose]();
    core.senders.delete(index);
  }
  return failures;
}

function openPort(core: Core, link: Link): Port {
  const receiver = new AdvertReceiver(link);
  const port = newPort(receiver, link.name);
  core.ports.set(link.index, port);
  core.reactor.add(receiver.fd);
  return port;
}

function closePort(core: Core, index: number, { receiver }: Port): void {
  core.reactor.remove(receiver.fd);
  receiver[Symbol.dispose]();
  core.ports.delete(index);
}
