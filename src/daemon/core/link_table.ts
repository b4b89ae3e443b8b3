/**
 * The host's links and addresses as the kernel's messages tell of them. No
 * socket in it: whoever reads one applies its messages here.
 *
 * @module
 */

import type {
  Link,
  LinkAddress,
  NetlinkBody,
} from "../../wire/rtnetlink_parse.ts";

/** What a message changed. */
export type LinkChange =
  /** A link came, went or is another one now. */
  | {
    readonly type: "link";
    /** Index of the link. */
    readonly index: number;
    /** Whether a name means another link now: it came, went or was renamed. */
    readonly named: boolean;
    /** Whether it has another MAC address than before. */
    readonly mac: boolean;
  }
  /** An address came, changed or went. */
  | {
    readonly type: "address";
    /** The address. */
    readonly address: LinkAddress;
    /** Whether it is there no more. */
    readonly gone: boolean;
  };

/** A table of links and addresses; every look-up costs the same. */
export class LinkTable {
  readonly #links = new Map<number, Link>();
  /** Links by name; of several, the last one was named last. */
  readonly #names = new Map<string, Set<number>>();
  readonly #addresses = new Map<number, Map<string, LinkAddress>>();

  /**
   * Take in one message.
   *
   * @returns What it changed, or null when it tells nothing new.
   */
  apply(message: NetlinkBody): LinkChange | null {
    switch (message.type) {
      case "link":
        return this.#putLink(message.link);
      case "linkGone":
        return this.#removeLink(message.link.index);
      case "address":
        return this.#putAddress(message.address);
      case "addressGone":
        return this.#removeAddress(message.address);
      default:
        return null;
    }
  }

  /**
   * Know this, and nothing from before.
   *
   * @param messages Everything that is there.
   */
  reset(messages: readonly NetlinkBody[]): void {
    this.#links.clear();
    this.#names.clear();
    this.#addresses.clear();
    for (const message of messages) this.apply(message);
  }

  /** The link of this name, or undefined. */
  byName(name: string): Link | undefined {
    const index = Array.from(this.#names.get(name) ?? []).at(-1);
    return index === undefined ? undefined : this.#links.get(index);
  }

  /** The link of this index, or undefined. */
  byIndex(index: number): Link | undefined {
    return this.#links.get(index);
  }

  /** All links. */
  links(): Iterable<Link> {
    return this.#links.values();
  }

  /** The addresses of a link in the kernel's order. */
  addresses(index: number): Iterable<LinkAddress> {
    return this.#addresses.get(index)?.values() ?? [];
  }

  /** An address of a link, or undefined. */
  address(
    index: number,
    address: string,
    prefix: number,
  ): LinkAddress | undefined {
    return this.#addresses.get(index)?.get(`${address}/${prefix}`);
  }

  /** Whether a link has an address, with any prefix. */
  has(index: number, address: string): boolean {
    for (const known of this.addresses(index)) {
      if (known.address === address) return true;
    }
    return false;
  }

  /** The addresses of all links. */
  *allAddresses(): Generator<LinkAddress> {
    for (const addresses of this.#addresses.values()) yield* addresses.values();
  }

  #putLink(link: Link): LinkChange | null {
    const { index, name } = link;
    const known = this.#links.get(index);
    this.#links.set(index, link);
    if (known !== undefined && isSameLink(known, link)) return null;
    if (known !== undefined) this.#forgetName(known);
    this.#names.set(name, (this.#names.get(name) ?? new Set()).add(index));
    const mac = known !== undefined && known.mac !== link.mac;
    return { type: "link", index, named: known?.name !== name, mac };
  }

  #removeLink(index: number): LinkChange | null {
    const known = this.#links.get(index);
    if (known === undefined) return null;
    this.#links.delete(index);
    this.#addresses.delete(index);
    this.#forgetName(known);
    return { type: "link", index, named: true, mac: false };
  }

  /**
   * Another link may have the name: news from before a dump are read after it,
   * and where names were exchanged they give an old one once more.
   */
  #forgetName({ name, index }: Link): void {
    const indices = this.#names.get(name);
    indices?.delete(index);
    if (indices?.size === 0) this.#names.delete(name);
  }

  #putAddress(address: LinkAddress): LinkChange | null {
    const { index } = address;
    const list = this.#addresses.get(index) ?? new Map<string, LinkAddress>();
    const id = idOf(address);
    const known = list.get(id);
    list.set(id, address);
    this.#addresses.set(index, list);
    // A lease that is renewed is told of each time.
    if (known !== undefined && isSameAddress(known, address)) return null;
    return { type: "address", address, gone: false };
  }

  #removeAddress(address: LinkAddress): LinkChange | null {
    const known = this.#addresses.get(address.index)?.delete(idOf(address));
    return known ? { type: "address", address, gone: true } : null;
  }
}

function idOf({ address, prefix }: LinkAddress): string {
  return `${address}/${prefix}`;
}

function isSameLink(a: Link, b: Link): boolean {
  return a.name === b.name && a.flags === b.flags && a.mac === b.mac &&
    a.mtu === b.mtu && a.operState === b.operState && a.master === b.master;
}

function isSameAddress(a: LinkAddress, b: LinkAddress): boolean {
  return a.scope === b.scope && a.flags === b.flags &&
    a.protocol === b.protocol;
}
