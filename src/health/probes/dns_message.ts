/**
 * DNS messages (RFC 1035 §4): one question, and the records that answer it.
 *
 * @module
 */

import { formatIp } from "../../wire/address.ts";

/** A record type that can be asked for. */
export type RecordType = "A" | "AAAA" | "CNAME" | "MX" | "NS" | "PTR" | "TXT";

const TYPES: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
};

/** A question. */
export interface DnsQuery {
  /** 16 bits. */
  readonly id: number;
  /** Name to ask for. */
  readonly name: string;
  /** Type of the records wanted. */
  readonly type: RecordType;
}

/** What a server said. */
export interface DnsAnswer {
  /** Whether not all fitted: ask again by TCP. */
  readonly truncated: boolean;
  /** Response code: NOERROR, NXDOMAIN, … or a number. */
  readonly code: string;
  /** Records of the type asked for, as text; names without the last dot. */
  readonly records: readonly string[];
}

const HEADER_LENGTH = 12;
const FLAGS = 2;
const QUESTIONS = 4;
const ANSWERS = 6;
const FLAG_RESPONSE = 0x8000;
const FLAG_TRUNCATED = 0x0200;
const FLAG_RECURSION_DESIRED = 0x0100;
const OPCODE_MASK = 0x7800;
const CLASS_IN = 1;
const POINTER = 0xc0;
/** Most bytes of a name (RFC 1035 §2.3.4), its last one included. */
const MAX_NAME = 255;
/** Labels and pointers of a name; one of 255 bytes has at most 127 labels. */
const MAX_STEPS = 256;
const CODES = "NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED".split(" ");

/**
 * Write a query that asks for recursion.
 *
 * @throws {RangeError} When the name has a label that is empty or longer than
 *   63 bytes, or is longer than 255 bytes.
 */
export function emitQuery({ id, name, type }: DnsQuery): Uint8Array {
  const question = [...emitName(name), 0, TYPES[type], 0, CLASS_IN];
  const bytes = new Uint8Array(HEADER_LENGTH + question.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint16(FLAGS, FLAG_RECURSION_DESIRED);
  view.setUint16(QUESTIONS, 1);
  bytes.set(question, HEADER_LENGTH);
  return bytes;
}

function emitName(name: string): number[] {
  const encoder = new TextEncoder();
  const text = name.replace(/\.$/, "");
  const labels = text === "" ? [] : text.split(".");
  const bytes = labels.flatMap((label) => {
    const encoded = encoder.encode(label);
    if (encoded.length === 0 || encoded.length > 63) {
      throw new RangeError(
        `Cannot ask for "${name}": a label has no or more ` +
          "than 63 bytes",
      );
    }
    return [encoded.length, ...encoded];
  });
  if (bytes.length >= MAX_NAME) {
    throw new RangeError(`Cannot ask for "${name}": more than 255 bytes`);
  }
  return [...bytes, 0];
}

/**
 * Read the answer to a query.
 *
 * @returns The answer, or null when the message is damaged or answers another
 *   query.
 */
export function parseAnswer(
  message: Uint8Array,
  query: DnsQuery,
): DnsAnswer | null {
  try {
    return parse(message, query);
  } catch (error) {
    // What DataView says beyond the end, and what readName() says.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function parse(message: Uint8Array, query: DnsQuery): DnsAnswer | null {
  const view = new DataView(
    message.buffer,
    message.byteOffset,
    message.byteLength,
  );
  const flags = view.getUint16(FLAGS);
  if (view.getUint16(0) !== query.id) return null;
  if ((flags & FLAG_RESPONSE) === 0 || (flags & OPCODE_MASK) !== 0) return null;
  const code = flags & 0xf;
  const answer = {
    truncated: (flags & FLAG_TRUNCATED) !== 0,
    code: CODES[code] ?? `RCODE ${code}`,
  };
  const questions = view.getUint16(QUESTIONS);
  // A server that could not read the question need not repeat it.
  if (questions === 0 && code !== 0) return { ...answer, records: [] };
  const question = readName(view, HEADER_LENGTH);
  const type = TYPES[query.type];
  if (
    questions !== 1 || view.getUint16(question.end) !== type ||
    view.getUint16(question.end + 2) !== CLASS_IN ||
    comparable(question.name) !== comparable(query.name)
  ) return null;
  const records: string[] = [];
  let at = question.end + 4;
  for (let left = view.getUint16(ANSWERS); left > 0; left--) {
    const start = nameEnd(view, at);
    const length = view.getUint16(start + 8);
    const data = start + 10;
    if (data + length > message.length) {
      if (answer.truncated) break;
      return null;
    }
    // Aliases on the way to the records are left out.
    if (view.getUint16(start) === type) {
      records.push(readData(view, data, length, query.type));
    }
    at = data + length;
  }
  return { ...answer, records };
}

function comparable(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

function readData(
  view: DataView,
  at: number,
  length: number,
  type: RecordType,
): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  switch (type) {
    case "A":
    case "AAAA":
      return formatIp(bytes);
    case "MX":
      return `${view.getUint16(at)} ${readName(view, at + 2).name}`;
    case "TXT":
      return readStrings(bytes);
    case "CNAME":
    case "NS":
    case "PTR":
      return readName(view, at).name;
    default:
      return type satisfies never;
  }
}

/** The strings of a TXT record, joined as those who split them meant. */
function readStrings(bytes: Uint8Array): string {
  const parts: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + (bytes[at] ?? 0);
    parts.push(...bytes.subarray(at + 1, end));
    at = end;
  }
  return new TextDecoder().decode(new Uint8Array(parts));
}

/** Where a name ends; what it says does not matter. */
function nameEnd(view: DataView, start: number): number {
  for (let at = start;;) {
    const length = view.getUint8(at);
    if (length === 0) return at + 1;
    if ((length & POINTER) === POINTER) return at + 2;
    if (length > 63) throw new RangeError("A label is too long");
    at += 1 + length;
  }
}

const decoder = new TextDecoder();

/** A name, which may end in a pointer to an earlier one (RFC 1035 §4.1.4). */
function readName(
  view: DataView,
  start: number,
): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let end: number | null = null;
  let size = 1;
  let at = start;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const length = view.getUint8(at);
    if (length === 0) return { name: labels.join("."), end: end ?? at + 1 };
    if ((length & POINTER) === POINTER) {
      end ??= at + 2;
      const target = view.getUint16(at) & 0x3fff;
      // Only backwards, so that it cannot go round in circles.
      if (target >= at) throw new RangeError("A pointer leads nowhere");
      at = target;
      continue;
    }
    if (length > 63 || at + 1 + length > view.byteLength) {
      throw new RangeError("A label is too long");
    }
    size += 1 + length;
    // Thousands of records may point at one name.
    if (size > MAX_NAME) break;
    const label = new Uint8Array(view.buffer, view.byteOffset + at + 1, length);
    labels.push(decoder.decode(label));
    at += 1 + length;
  }
  throw new RangeError("A name is too long");
}
