/**
 * The kernel of one host, whichever daemon runs on it: links, addresses,
 * settings, sockets, and the file that outlives a daemon.
 *
 * @module
 */

import type { Family } from "../../wire/address.ts";
import { familyOf, VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import type { NetlinkBody } from "../../wire/rtnetlink_parse.ts";
import {
  AddressTable,
  type KernelAddress,
  type Owner,
  TENTATIVE,
} from "./address_table.ts";
import type { Agenda } from "../agenda.ts";
import { Conditions } from "./conditions.ts";
import type { Packet, Port, Segment } from "../lan.ts";
import { addressBody, linkBody, linkLocal } from "./netlink_bodies.ts";
import { LinkPast } from "./link_past.ts";
import type { Prng } from "../prng.ts";
import type { ErrorCode } from "./refusal.ts";
import { Sysctls } from "./sysctls.ts";

/** Milliseconds that a link-local address is tentative. */
const TENTATIVE_FOR = 1500;
/** IFAPROT_KERNEL_LL: the kernel made it. */
const PROTOCOL_KERNEL = 3;

/** A link of a host. */
export interface SimLink {
  /** Index; never used twice. */
  readonly index: number;
  /** Name. */
  name: string;
  /** Whether the administrator set it up. */
  up: boolean;
  /** Whether it has a carrier. */
  carrier: boolean;
  /** MAC address, text. */
  mac: string;
  /** Its master, or null. */
  master: number | null;
  /** Its addresses. */
  readonly addresses: AddressTable;
  /** Where it is plugged in, or null. */
  readonly nic: Nic | null;
}

/** A network card: keeps its place on the LAN whatever link it is. */
export interface Nic extends Port {
  /** The segment. */
  readonly segment: Segment;
  /** The link that it is now, or null. */
  link: SimLink | null;
}

/** Takes what arrives by a link. */
export interface Socket {
  /** Index of the link. */
  readonly index: number;
  /** Family. */
  readonly family: Family;
  /** A packet arrives. */
  push(packet: Packet): void;
}

/** An address to put on a link. */
export interface NewAddress {
  /** Canonical text. */
  readonly address: string;
  /** Bits of the prefix. */
  readonly prefix: number;
  /** `RT_SCOPE_` number. */
  readonly scope: number;
  /** IPv4 label, or null. */
  readonly label: string | null;
  /** IFA_PROTO, or null. */
  readonly protocol: number | null;
  /** Seconds, or null for ever. */
  readonly lifetimeSeconds: number | null;
  /** Whether it may become a source. */
  readonly preferred: boolean;
}

/** The kernel of a host. */
export class Machine {
  readonly #agenda: Agenda;
  #nextIndex = 2;
  /** The links by index. */
  readonly links = new Map<number, SimLink>();
  /** The network cards, by number of the segment. */
  readonly nics: Nic[] = [];
  /** Sockets that hear adverts. */
  readonly sockets = new Set<Socket>();
  /** Told of every event of links and addresses. */
  readonly listeners = new Set<(message: NetlinkBody) => void>();
  /** How its links were. */
  readonly past = new LinkPast();
  /** What is wrong with it. */
  readonly conditions: Conditions;
  /** Settings below /proc/sys. */
  readonly sysctls = new Sysctls();
  /** Whether IFA_PROTO is kept. */
  readonly keepsProtocol: boolean;
  /** The record of held addresses, or null. */
  record: string | null = null;
  /** Whether the whole machine sleeps, or has no power. */
  asleep = false;
  /** Grows with every change of links, addresses and settings. */
  version = 0;
  /** When somebody last changed links or addresses from outside. */
  meddledAt = -Infinity;

  /** @param prng Chance of its own. */
  constructor(agenda: Agenda, prng: Prng, keepsProtocol: boolean) {
    this.#agenda = agenda;
    this.keepsProtocol = keepsProtocol;
    this.conditions = new Conditions(prng);
  }

  /** Plug a network card into a segment. */
  plug(segment: Segment, host: number): Nic {
    const nic: Nic = {
      segment,
      host,
      part: 0,
      deaf: false,
      link: null,
      live: () => nic.link?.up === true && nic.link.carrier && !this.asleep,
      receive: (packet) => {
        if (nic.link !== null) this.#deliver(nic.link, packet);
      },
    };
    segment.ports.push(nic);
    this.nics.push(nic);
    return nic;
  }

  /** Make a link, set down; of a network card or of none. */
  addLink(name: string, mac: string, nic: Nic | null): SimLink {
    const index = this.#nextIndex++;
    const link: SimLink = {
      index,
      name,
      up: false,
      carrier: true,
      mac,
      master: null,
      nic,
      addresses: new AddressTable((address, gone) =>
        this.#emit({
          type: gone ? "addressGone" : "address",
          address: addressBody(index, address),
        })
      ),
    };
    this.links.set(index, link);
    if (nic !== null) nic.link = link;
    this.sysctls.addLink(name);
    this.changed(link);
    return link;
  }

  /** A link ceases to be, and its addresses with it. */
  removeLink(link: SimLink): void {
    link.addresses.flush("ipv6");
    link.addresses.flush("ipv4");
    this.links.delete(link.index);
    if (link.nic?.link === link) link.nic.link = null;
    this.sysctls.removeLink(link.name);
    this.past.note(link.name, undefined, this.#agenda.now);
    this.#emit({ type: "linkGone", link: linkBody(link) });
  }

  /** Set a link up or down; the kernel's IPv6 addresses come and go with it. */
  setUp(link: SimLink, up: boolean): void {
    if (link.up === up) return;
    link.up = up;
    this.changed(link);
    if (!up) {
      link.addresses.flush("ipv6");
      return;
    }
    if (!this.sysctls.ipv6(link.name)) return;
    const address = `fe80::${link.index}`;
    link.addresses.add({
      ...linkLocal(address),
      protocol: this.keepsProtocol ? PROTOCOL_KERNEL : null,
      flags: TENTATIVE,
    });
    this.#agenda.after(TENTATIVE_FOR, () => {
      if (this.links.has(link.index)) link.addresses.settle(address);
    });
  }

  /** Give a link another name. */
  rename(link: SimLink, name: string): void {
    this.sysctls.renameLink(link.name, name);
    this.past.note(link.name, undefined, this.#agenda.now);
    link.name = name;
    this.changed(link);
  }

  /** Tell that a link has changed. */
  changed(link: SimLink): void {
    this.past.note(link.name, link, this.#agenda.now);
    this.#emit({ type: "link", link: linkBody(link) });
  }

  /** Put an address on a link. */
  addAddress(
    link: SimLink,
    added: NewAddress,
    owner: Owner,
    { renew = false, by = null }: { renew?: boolean; by?: unknown } = {},
  ): ErrorCode | null {
    const family = familyOf(added.address);
    if (family === "ipv6" && !this.sysctls.ipv6(link.name)) return "EACCES";
    const { lifetimeSeconds } = added;
    const address: KernelAddress = {
      ...added,
      family,
      protocol: this.keepsProtocol ? added.protocol : null,
      expiresAt: lifetimeSeconds === null
        ? Infinity
        : this.#agenda.now + lifetimeSeconds * 1000,
      owner,
      addedBy: by,
      flags: 0,
    };
    const problem = renew
      ? link.addresses.renew(address)
      : link.addresses.add(address);
    if (problem === null && lifetimeSeconds !== null) {
      this.#expire(link, added.address, added.prefix);
    }
    return problem;
  }

  #expire(link: SimLink, address: string, prefix: number): void {
    const known = link.addresses.find(address, prefix);
    if (known === undefined || known.expiresAt === Infinity) return;
    const due = known.expiresAt;
    this.#agenda.at(due, () => {
      const now = link.addresses.find(address, prefix);
      if (now !== known || known.expiresAt !== due) return;
      this.removeAddress(link, address, prefix);
    });
  }

  /** Take an address from a link. */
  removeAddress(
    link: SimLink,
    address: string,
    prefix: number,
  ): ErrorCode | null {
    const promotes = this.sysctls.promotes(link.name);
    return link.addresses.remove(address, prefix, promotes);
  }

  /** The link of a name. */
  byName(name: string): SimLink | undefined {
    for (const link of this.links.values()) {
      if (link.name === name) return link;
    }
    return undefined;
  }

  /** All addresses with their links. */
  *addresses(): Generator<readonly [SimLink, KernelAddress]> {
    for (const link of this.links.values()) {
      for (const address of link.addresses.all()) yield [link, address];
    }
  }

  /** Everything that is there of one kind, as a dump tells it. */
  *dumpLinks(): Generator<NetlinkBody> {
    for (const link of this.links.values()) {
      yield { type: "link", link: linkBody(link) };
    }
  }

  /** The addresses of a family, as a dump tells them. */
  *dumpAddresses(family: Family): Generator<NetlinkBody> {
    for (const [link, address] of this.addresses()) {
      if (address.family !== family) continue;
      yield { type: "address", address: addressBody(link.index, address) };
    }
  }

  /** Time that the machine slept is none in the life of an address. */
  sleptFor(milliseconds: number): void {
    for (const [link, address] of this.addresses()) {
      if (address.expiresAt === Infinity) continue;
      address.expiresAt += milliseconds;
      this.#expire(link, address.address, address.prefix);
    }
  }

  #deliver(link: SimLink, packet: Packet): void {
    const { source, destination } = packet;
    const family = familyOf(source);
    const local = this.#hasLocal(source);
    if (local && !this.sysctls.acceptsLocal(link.name)) return;
    const isGroup = destination === VRRP_GROUP_IPV4 ||
      destination.startsWith("ff");
    if (!isGroup && !this.#hasLocal(destination)) return;
    for (const socket of this.sockets) {
      if (socket.index !== link.index || socket.family !== family) continue;
      socket.push(packet);
    }
  }

  #hasLocal(address: string): boolean {
    for (const link of this.links.values()) {
      if (link.addresses.find(address) !== undefined) return true;
    }
    return false;
  }

  #emit(message: NetlinkBody): void {
    this.version++;
    for (const listener of this.listeners) listener(message);
  }
}
