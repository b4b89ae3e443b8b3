/**
 * The addresses that this daemon added to links, and only those: an address
 * that somebody else added is used when it is there and never removed.
 *
 * @module
 */

import { EADDRNOTAVAIL, EEXIST, ENOENT, SyscallError } from "../../ffi/libc.ts";
import { readFile, replaceFile } from "../../ffi/file.ts";
import type { Prefixed } from "../wire/address.ts";
import { addAddress, removeAddress } from "../wire/rtnetlink.ts";
import type { LinkAddress } from "../wire/rtnetlink_parse.ts";
import type { LinkRef } from "./adverts.ts";
import type { RouteSocket } from "./route_socket.ts";

/** IFA_PROTO of addresses that alived adds: the protocol number of VRRP. */
export const ALIVED_PROTOCOL = 112;

/** An address on a link, as the record keeps it. */
export interface HeldAddress extends Prefixed {
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

  /**
   * @param route Socket for the requests.
   * @param record Path of the record, in a directory that only root writes.
   */
  constructor(route: RouteSocket, record: string) {
    this.#route = route;
    this.#record = record;
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
  add(link: LinkRef, addresses: readonly Prefixed[]): readonly Added[] {
    const missing = addresses.filter(({ address }) =>
      !this.has(link.index, address)
    );
    if (missing.length > 0) {
      // Recorded first: a crash between the two leaves nothing unknown.
      const entries = missing.map((address) => entry(link, address));
      this.#writeRecord([...this.#held.values(), ...entries]);
    }
    const answers = this.#route.request(missing.map(({ address, prefix }) => {
      const { index } = link;
      const protocol = ALIVED_PROTOCOL;
      return (sequence) =>
        addAddress({ index, address, prefix, protocol }, sequence);
    }));
    const results = new Map(missing.map((wanted, i) => {
      const errno = answers[i]?.errno ?? 0;
      if (errno === 0) this.#hold(entry(link, wanted));
      return [
        wanted.address,
        outcome(link, wanted, errno, answers[i]?.message),
      ];
    }));
    if (answers.some(({ errno }) => errno !== 0)) this.#writeRecord();
    return addresses.map(({ address }) => ({
      address,
      result: results.get(address) ?? "held",
    }));
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

  /** Forget the addresses of a link that is gone. */
  forget(index: number): void {
    for (const [id, held] of this.#held) {
      if (held.index === index) this.#held.delete(id);
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
  adopt(link: LinkRef, address: Prefixed): void {
    this.#hold(entry(link, address));
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

function entry(link: LinkRef, { address, prefix }: Prefixed): HeldAddress {
  return { index: link.index, link: link.name, address, prefix };
}

function outcome(
  link: LinkRef,
  { address, prefix }: Prefixed,
  errno: number,
  message: string | null | undefined,
): Added["result"] {
  if (errno === 0) return "added";
  if (errno === EEXIST) return "foreign";
  const operation = `add ${address}/${prefix} to "${link.name}"`;
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
