/**
 * Messages of rtnetlink, and the table of links that they make.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { LinkTable } from "../../../src/daemon/core/link_table.ts";
import { happens, type Prng, whole } from "../../../src/sim/prng.ts";
import { familyOf, ipBytes } from "../../../src/wire/address.ts";
import { addAddress } from "../../../src/wire/rtnetlink.ts";
import {
  type Link,
  type LinkAddress,
  type NetlinkMessage,
  parseMessages,
} from "../../../src/wire/rtnetlink_parse.ts";
import { edge, mutateBytes, noise, pickFrom, place, splice } from "../bytes.ts";
import { joined } from "../checksums.ts";
import { readBetween } from "../surrounded.ts";
import type { Target } from "../target.ts";

/** The target. */
export const rtnetlink: Target = {
  name: "rtnetlink",
  form: "hex",
  maxLength: 8_192,
  sources: ["/src/wire/", "/src/daemon/core/link_table.ts"],
  steps: { base: 10_000, perByte: 200 },
  mutate,
  judge,
};

const HEADER = 16;
/** Bytes between a header and the attributes, by type of message. */
const BODY: Readonly<Record<number, number>> = { 16: 16, 17: 16, 20: 8, 21: 8 };

function judge(input: Uint8Array): void {
  const messages = readBetween(input, parseMessages);
  ok(messages.length <= input.length / HEADER, "More messages than headers");
  // Whole messages are read alike whatever they come with.
  const { parts, rest } = partsOf(input);
  deepStrictEqual(
    parts.concat(rest.length === 0 ? [] : [rest]).flatMap(parseMessages),
    messages,
  );
  for (const message of messages) judgeMessage(message);
  judgeTable(messages);
}

function judgeMessage(message: NetlinkMessage): void {
  if (message.type === "ack" || message.type === "done") {
    ok(message.errno >= 0 && !Object.is(message.errno, -0), "No errno");
  } else if (message.type === "address") judgeAddress(message.address);
}

/** An address reads the same from a request that asks for it. */
function judgeAddress(address: LinkAddress): void {
  const { index, prefix, scope, protocol, family } = address;
  strictEqual(familyOf(address.address), family);
  strictEqual(ipBytes(address.address).length, family === "ipv6" ? 16 : 4);
  const request = { index, address: address.address, prefix, scope };
  const [again] = parseMessages(
    addAddress({ ...request, protocol: protocol ?? 0 }, 1),
  );
  ok(again?.type === "address");
  deepStrictEqual(
    { ...again.address, flags: 0 },
    { ...address, flags: 0, protocol: protocol ?? 0 },
  );
}

/** The table beside one that is plain lists. */
function judgeTable(messages: readonly NetlinkMessage[]): void {
  const table = new LinkTable();
  let links: Link[] = [];
  let addresses: LinkAddress[] = [];
  for (const message of messages) {
    const before = { links, addresses };
    if (message.type === "link") {
      const { link } = message;
      links = put(links, link, ({ index }) => index === link.index);
    } else if (message.type === "linkGone") {
      const { index } = message.link;
      const isKnown = links.some((link) => link.index === index);
      links = links.filter((link) => link.index !== index);
      // Addresses of links that nobody knows are kept.
      if (isKnown) addresses = addresses.filter((one) => one.index !== index);
    } else if (message.type === "address") {
      const { address } = message;
      addresses = put(addresses, address, (one) => isSame(one, address));
    } else if (message.type === "addressGone") {
      addresses = addresses.filter((one) => !isSame(one, message.address));
    }
    const change = table.apply(message);
    const isChanged = !same(before, { links, addresses });
    // A family is that of the text, and the rest tells what is new.
    strictEqual(change !== null, isChanged, "A change is told of, or not");
  }
  deepStrictEqual([...table.links()], links);
  deepStrictEqual(byLink([...table.allAddresses()]), byLink(addresses));
  for (const { name } of links) {
    strictEqual(table.byName(name)?.name, name, "A link is not found by name");
  }
  for (const { index, address, prefix } of addresses) {
    ok(table.has(index, address) && table.address(index, address, prefix));
  }
}

function put<T>(list: readonly T[], value: T, is: (one: T) => boolean): T[] {
  const at = list.findIndex(is);
  return at < 0 ? [...list, value] : list.with(at, value);
}

function isSame(a: LinkAddress, b: LinkAddress): boolean {
  return a.index === b.index && a.address === b.address &&
    a.prefix === b.prefix;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function byLink(addresses: readonly LinkAddress[]): LinkAddress[] {
  return addresses.toSorted((a, b) => a.index - b.index);
}

/** The whole messages of a datagram, with their padding, and what is left. */
function partsOf(
  input: Uint8Array,
): { readonly parts: Uint8Array[]; readonly rest: Uint8Array } {
  return taken(input, HEADER, (at) => uint32(input, at));
}

/** The attributes of a message, and what is left. */
function attributesOf(bytes: Uint8Array): Uint8Array[] {
  const length = (at: number): number =>
    (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  const { parts, rest } = taken(bytes, 4, length);
  return rest.length === 0 ? parts : [...parts, rest];
}

function taken(
  input: Uint8Array,
  least: number,
  lengthAt: (at: number) => number,
): { readonly parts: Uint8Array[]; readonly rest: Uint8Array } {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at + least <= input.length) {
    const length = lengthAt(at);
    if (length < least || at + length > input.length) break;
    const end = at + Math.ceil(length / 4) * 4;
    parts.push(input.slice(at, end));
    at = end;
  }
  return { parts, rest: input.slice(at) };
}

function uint32(bytes: Uint8Array, at: number): number {
  return [3, 2, 1, 0]
    .reduce((sum, i) => sum * 256 + (bytes[at + i] ?? 0), 0);
}

function mutate(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  if (happens(chance, 0.15)) return mutateBytes(input, chance, other);
  const { parts } = partsOf(input);
  const at = place(chance, parts.length);
  const part = parts[at];
  if (part === undefined) return mutateBytes(input, chance, other);
  const borrowed = pickFrom(chance, partsOf(other).parts);
  switch (whole(chance, 0, 5)) {
    case 0:
      return joined(parts.toSpliced(at, 1));
    case 1: // A message twice, or that of another input.
      return joined(parts.toSpliced(at, 0, borrowed ?? part));
    case 2: // Another type: what came goes.
      return joined(
        parts.with(
          at,
          splice(part, 4, 1, [
            pickFrom(chance, [2, 3, 16, 17, 20, 21]) ?? 0,
          ]),
        ),
      );
    case 3: // Another link.
      return joined(
        parts.with(at, splice(part, HEADER + 4, 1, [whole(chance, 1, 4)])),
      );
    default:
      return joined(parts.with(at, withAttributes(part, chance, borrowed)));
  }
}

/** A message with other attributes and, mostly, the right lengths. */
function withAttributes(
  message: Uint8Array,
  chance: Prng,
  other: Uint8Array = message,
): Uint8Array {
  const start = startOf(message);
  const attributes = attributesOf(message.subarray(start));
  const more = attributesOf(other.subarray(startOf(other)));
  const at = place(chance, attributes.length);
  const one = attributes[at] ?? new Uint8Array();
  const changed = [
    (): Uint8Array[] => attributes.toSpliced(at, 1),
    (): Uint8Array[] =>
      attributes.toSpliced(at, 0, pickFrom(chance, more) ?? one),
    (): Uint8Array[] =>
      attributes.with(at, splice(one, 2, 1, [whole(chance, 0, 16)])),
    (): Uint8Array[] =>
      attributes.with(at, attribute(one[2] ?? 0, valueOf(one, chance))),
  ][attributes.length === 0 ? 1 : whole(chance, 0, 3)]?.() ?? [];
  const body = joined([message.slice(0, start), ...changed]);
  if (happens(chance, 0.1)) return body;
  const { length } = body;
  return splice(body, 0, 4, [length & 0xff, length >> 8 & 0xff, 0, 0]);
}

function startOf(message: Uint8Array): number {
  return HEADER + (BODY[message[4] ?? 0] ?? 4);
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const length = 4 + value.length;
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4);
  bytes.set([length & 0xff, length >> 8, type, 0]);
  bytes.set(value, 4);
  return bytes;
}

/** Another value: of another length, or with one byte changed. */
function valueOf(old: Uint8Array, chance: Prng): Uint8Array {
  const value = old.subarray(4);
  return happens(chance, 0.3)
    ? noise(chance, pickFrom(chance, [0, 1, 3, 4, 5, 6, 7, 8, 16, 17]) ?? 0)
    : splice(value, place(chance, value.length), 1, [edge(chance)]);
}
