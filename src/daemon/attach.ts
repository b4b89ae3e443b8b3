/**
 * Fits the instances to the links that exist: which of them can run, from
 * which address, and the sockets that they share.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../kernel/addresses.ts";
import { AdvertReceiver, AdvertSender } from "../kernel/adverts.ts";
import { attempt } from "../kernel/attempt.ts";
import { linkFault, primaryAddress } from "../kernel/links.ts";
import { advance } from "../vrrp/engine.ts";
import type { Input } from "../vrrp/state.ts";
import type { Link, LinkAddress } from "../wire/rtnetlink_parse.ts";
import { type Core, newPort, type Port } from "./core_state.ts";
import { execute } from "./execute.ts";
import type { Instance } from "./instance.ts";

/** Cause of the fault of an instance whose link cannot carry adverts. */
const INTERFACE = "interface";

/**
 * Tell every instance what became of its link. Those that lost it go first,
 * while the sockets to resign on are still open.
 */
export function assess(core: Core, now: number): void {
  forgetGoneLinks(core);
  const found = [...core.instances.values()].map((instance) => {
    const link = core.links.byName(instance.sendLink);
    const source = link === undefined ? null : ownAddress(core, instance, link);
    const fault = linkFault(instance.sendLink, link) ??
      (source === null
        ? `interface "${instance.sendLink}" has no IPv4 address of its own`
        : null);
    return { instance, source, fault };
  });
  for (const { instance, fault } of found) {
    if (fault === null) continue;
    feed(core, instance, {
      type: "fault",
      cause: INTERFACE,
      reason: fault,
    }, now);
  }
  const unopened = openSockets(core);
  for (const { instance, source, fault } of found) {
    feed(core, instance, { type: "source", source }, now);
    const reason = unopened.get(instance);
    const cause = INTERFACE;
    if (reason !== undefined) {
      feed(core, instance, { type: "fault", cause, reason }, now);
    } else if (fault === null) {
      feed(core, instance, { type: "recover", cause }, now);
    }
  }
}

/** Feed one input to an instance and do what follows. */
export function feed(
  core: Core,
  { settings }: Instance,
  input: Input,
  now: number,
): void {
  execute(core, advance(core.engine, settings.name, input, now), now);
}

/** A VIP is no address of the host's own, except to its owner. */
function ownAddress(core: Core, instance: Instance, link: Link): string | null {
  const addresses = core.links.addresses(link.index);
  const virtual = new Set(
    [...core.instances.values()].flatMap(({ settings }) =>
      settings.priority === 255
        ? []
        : settings.virtualIps.map(({ address }) => address)
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
  for (const [index, port] of core.ports) {
    if (core.links.byIndex(index)?.name === port.link) continue;
    if (core.links.byIndex(index) === undefined) core.addresses.forget(index);
    closePort(core, index, port);
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
