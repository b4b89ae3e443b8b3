/**
 * The record of held addresses: what the next daemon finds when this one was
 * killed. A second witness beside the kernel's own mark, and never a veto.
 *
 * @module
 */

import { familyOf, parseIp } from "../wire/address.ts";
import type { AddressRequest } from "../wire/rtnetlink.ts";

/** An address of the record. */
export interface RecordEntry extends AddressRequest {
  /** Name of the link, for people who read the file; null when it has none. */
  readonly link: string | null;
  /** Name of the instance that it is held for. */
  readonly instance: string;
}

const VERSION = 1;

/** The key of an address: link, address and prefix. */
export function addressKey({ index, address, prefix }: AddressRequest): string {
  return `${index} ${address}/${prefix}`;
}

/** The text of the record. */
export function formatRecord(addresses: readonly RecordEntry[]): string {
  return `${JSON.stringify({ version: VERSION, addresses })}\n`;
}

/**
 * Read a record; the first form was the list of addresses alone.
 *
 * @param text What the file holds; what alived did not write holds none.
 */
export function parseRecord(text: string): readonly AddressRequest[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const list: unknown = isObject(value) && !Array.isArray(value)
    ? value.addresses
    : value;
  return Array.isArray(list) ? list.filter(isAddress) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isAddress(value: unknown): value is AddressRequest {
  if (!isObject(value)) return false;
  const { index, address, prefix } = value;
  return isCount(index) && typeof address === "string" &&
    parseIp(address) !== null && isCount(prefix) &&
    prefix <= (familyOf(address) === "ipv6" ? 128 : 32);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
