/**
 * The addresses that this daemon added to links, and only those: an address
 * that somebody else added is used when it is there and never removed.
 *
 * @module
 */

import {
  EADDRNOTAVAIL,
  EEXIST,
  ENOENT,
  SyscallError,
} from "../../../ffi/libc.ts";
import { readFile, replaceFile } from "../../../ffi/file.ts";
import { familyOf, type Prefixed } from "../../wire/address.ts";
import {
  addAddress,
  type AddAddressRequest,
  dumpAddresses,
  removeAddress,
  renewAddress,
} from "../../wire/rtnetlink.ts";
import type { LinkAddress } from "../../wire/rtnetlink_parse.ts";
import type { LinkRef } from "./adverts.ts";
import type { RouteSocket } from "./route_socket.ts";

/** IFA_PROTO of addresses that alived adds: the protocol number of VRRP. */
export const ALIVED_PROTOCOL = 112;
/** The lifetime of an address that does not expire. */
const FOREVER = 0xffff_ffff;

/** An address to add. */
export interface WantedAddress extends Prefixed {
  /** RT_SCOPE_* number; default: universe. */
  readonly scope?: number;
  /** IPv4 label. */
  readonly label?: string;
}

/** An address on a link, as the record keeps it. */
export interface HeldAddress extends WantedAddress {
  /** Index of the link. */
  readonly index: number;
  /** Name of the link. */
  readonly link: string;
}

/** What came of adding one address. */
export interface Added {
  /** The address. */
  readonly address: string;
  /** `foreign`: somebody else's is there and serves. */
  readonly result: "added" | "held" | "foreign" | SyscallError;
}

/** The addresses held, with a record on disk that outlives the process. */
export class HeldAddresses {
  readonly #route: RouteSocket;
  readonly #record: string;
  readonly #held = new Map<string, HeldAddress>();
  #lease: number | null = null;

  /**
   * @param route Socket for the requests.
   * @param record Path of the record, in a directory that only root writes.
   */
  constructor(route: RouteSocket, record: string) {
    this.#route = route;
    this.#record = record;
  }

  /**
   * Give the addresses a lifetime in the kernel from now on.
   *
   * @param lease Seconds, or null for ever.
   * @throws {SyscallError} When the socket fails.
   */
  setLease(lease: number | null): void {
    if (lease === this.#lease) return;
    this.#lease = lease;
    this.renew();
  }

  /**
   * Give every address its lifetime anew, in one batch.
   *
   * @throws {SyscallError} When the socket fails.
   */
  renew(): void {
    this.#route.request(
      [...this.#held.values()].map((held) => (sequence) =>
        renewAddress(this.#request(held), sequence)
      ),
    );
  }

  #request(held: HeldAddress): AddAddressRequest {
    const lifetime = this.#lease ?? FOREVER;
    return { ...held, protocol: ALIVED_PROTOCOL, lifetime };
  }

  /** Whether this daemon added the address. */
  has(index: number, address: string): boolean {
    return this.#held.has(key(index, address));
  }

  /**
   * Add addresses to a link.
   *
   * @returns What came of each, in order.
   * @throws {SyscallError} When the record or the socket fails.
   */
  add(link: LinkRef, addresses: readonly WantedAddress[]): readonly Added[] {
    const missing = addresses
      .filter(({ address }) => !this.has(link.index, address))
      .map((wanted) => entry(link, wanted));
    if (missing.length === 0) return addresses.map(held);
    // Recorded first: a crash between the two leaves nothing unknown.
    this.#writeRecord([...this.#held.values(), ...missing]);
    const answers = this.#route.request(
      missing.map((wanted) => (sequence) =>
        addAddress(this.#request(wanted), sequence)
      ),
    );
    const results = new Map<string, Added["result"]>();
    for (const [i, wanted] of missing.entries()) {
      const { errno, message } = answers[i] ?? { errno: 0, message: null };
      const ours = errno === 0 || (errno === EEXIST && this.#isMarked(wanted));
      if (ours) this.#hold(wanted);
      results.set(
        wanted.address,
        ours ? "added" : refusal(wanted, errno, message),
      );
    }
    if (answers.some(({ errno }) => errno !== 0)) this.#writeRecord();
    return addresses.map(({ address }) => ({
      address,
      result: results.get(address) ?? "held",
    }));
  }

  /** Whether the kernel knows an address as one that alived added. */
  #isMarked({ index, address, prefix }: HeldAddress): boolean {
    const family = familyOf(address);
    const messages = this.#route.dump((sequence) =>
      dumpAddresses(family, sequence)
    );
    return messages.some((message) =>
      message.type === "address" && message.address.index === index &&
      message.address.address === address &&
      message.address.prefix === prefix &&
      message.address.protocol === ALIVED_PROTOCOL
    );
  }

  /**
   * Remove addresses from a link, those that this daemon added there.
   *
   * @returns The refusals; an address that is gone already is none.
   * @throws {SyscallError} When the record or the socket fails.
   */
  remove(index: number, addresses: readonly string[]): readonly SyscallError[] {
    const ours = addresses
      .map((address) => this.#held.get(key(index, address)))
      .filter((held) => held !== undefined);
    if (ours.length === 0) return [];
    const answers = this.#route.request(
      ours.map((held) => (sequence) => removeAddress(held, sequence)),
    );
    const refusals: SyscallError[] = [];
    for (const [i, held] of ours.entries()) {
      const { errno, message } = answers[i] ?? { errno: 0, message: null };
      if (errno === 0 || errno === EADDRNOTAVAIL) {
        this.#held.delete(key(index, held.address));
      } else {
        const operation = `remove ${held.address} from "${held.link}"`;
        refusals.push(new SyscallError(operation, errno, message ?? undefined));
      }
    }
    this.#writeRecord();
    return refusals;
  }

  /** Remove every address that this daemon added, as far as that goes. */
  removeAll(): void {
    const held = [...this.#held.values()];
    for (const { index, address } of held) this.remove(index, [address]);
  }

  /** Forget an address that somebody else removed. */
  lost(index: number, address: string): void {
    this.#held.delete(key(index, address));
  }

  /** Forget the addresses of links that are gone. */
  forgetUnless(exists: (index: number) => boolean): void {
    for (const [id, held] of this.#held) {
      if (!exists(held.index)) this.#held.delete(id);
    }
  }

  /**
   * The addresses that a daemon of this run directory left behind. On kernels
   * that keep IFA_PROTO (5.18 and later) an address must carry ours, whatever
   * the record says; the record alone decides on older ones.
   *
   * @param present The addresses of all links.
   * @param isConfigured Tells a VIP of the configuration, for the case that
   *   the record was lost with its directory.
   */
  leftOvers(
    present: readonly LinkAddress[],
    isConfigured: (address: LinkAddress) => boolean,
  ): readonly LinkAddress[] {
    const recorded = new Set(
      readRecord(this.#record).map((held) =>
        `${key(held.index, held.address)}/${held.prefix}`
      ),
    );
    const marked = keepsProtocol(readFile("/proc/sys/kernel/osrelease"));
    return present.filter((address) => {
      const id = `${key(address.index, address.address)}/${address.prefix}`;
      return marked
        ? address.protocol === ALIVED_PROTOCOL &&
          (recorded.has(id) || isConfigured(address))
        : recorded.has(id);
    });
  }

  /** Take an address left behind as one that this daemon added. */
  adopt(link: LinkRef, { address, prefix }: Prefixed): void {
    this.#hold(entry(link, { address, prefix }));
  }

  #hold(held: HeldAddress): void {
    this.#held.set(key(held.index, held.address), held);
  }

  #writeRecord(
    held: readonly HeldAddress[] = [...this.#held.values()],
  ): void {
    replaceFile(this.#record, `${JSON.stringify(held)}\n`);
  }
}

function key(index: number, address: string): string {
  return `${index} ${address}`;
}

function entry(link: LinkRef, wanted: WantedAddress): HeldAddress {
  return { ...wanted, index: link.index, link: link.name };
}

function held({ address }: Prefixed): Added {
  return { address, result: "held" };
}

function refusal(
  { address, prefix, link }: HeldAddress,
  errno: number,
  message: string | null,
): "foreign" | SyscallError {
  if (errno === EEXIST) return "foreign";
  const operation = `add ${address}/${prefix} to "${link}"`;
  return new SyscallError(operation, errno, message ?? undefined);
}

/** A record that is absent or was not written by this program holds nothing. */
function readRecord(path: string): readonly HeldAddress[] {
  try {
    const value: unknown = JSON.parse(readFile(path));
    return Array.isArray(value) ? value.filter(isHeldAddress) : [];
  } catch (error) {
    if (error instanceof SyscallError && error.errno === ENOENT) return [];
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isHeldAddress(value: unknown): value is HeldAddress {
  if (typeof value !== "object" || value === null) return false;
  const { index, address, prefix } = value as Partial<HeldAddress>;
  return typeof index === "number" && typeof address === "string" &&
    typeof prefix === "number";
}

/**
 * Whether a kernel keeps IFA_PROTO.
 *
 * @param release Such as `6.1.0-13-amd64`.
 */
export function keepsProtocol(release: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map((part) =>
    parseInt(part)
  );
  return major > 5 || (major === 5 && minor >= 18);
}
