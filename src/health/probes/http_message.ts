/**
 * HTTP/1.1 (RFC 9112) for one request on one connection. `fetch()` would not
 * do: it cannot leave out the verification of one certificate, nor connect to
 * an address of our choice, and it looks names up by threads that a dead name
 * server holds.
 *
 * @module
 */

import { oneLine } from "../../log/one_line.ts";
import type { Hider } from "../../log/secrets.ts";
import { ByteBuffer, ByteReader, invalid } from "./byte_reader.ts";
import type { Connection } from "./connection.ts";

/** Most bytes of the head of an answer, those of interim ones included. */
const HEAD_LIMIT = 64 * 1024;
/** Bytes of a body that are looked at. */
const BODY_LIMIT = 1024 * 1024;
/** Most bytes of what stands around the chunks of a body: 200,000 of them. */
const FRAMING_LIMIT = 1024 * 1024;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9][0-9]{2})(?: ([^\r\n]*))?$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})[ \t]*(;.*)?$/;

/** A request. */
export interface HttpRequest {
  /** Method, such as GET. */
  readonly method: string;
  /** Target on the server: path and query. */
  readonly target: string;
  /** Name, and port if it is not the default one. */
  readonly host: string;
  /** More headers; one named Host takes the place of `host`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its body; default: none. */
  readonly body?: Uint8Array;
}

/** How an answer is read. */
export interface ResponseOptions {
  /** Method of the request: an answer to HEAD has no body. */
  readonly method: string;
  /** Whether its body is asked for; else not a byte of it is read. */
  readonly wantsBody: boolean;
  /** Hides what was secret in the request, which the answer may repeat. */
  readonly hide: Hider;
}

/** An answer. */
export interface HttpResponse {
  /** 200 to 999. */
  readonly status: number;
  /** Words behind the status, perhaps none. */
  readonly reason: string;
  /** Value of Location, or null. */
  readonly location: string | null;
  /** The body, at most 1 MiB of it; empty when it is not asked for. */
  readonly body: Uint8Array;
}

/** Write a request, asking for the connection to be closed behind it. */
export function emitRequest(
  { method, target, host, headers, body }: HttpRequest,
): Uint8Array {
  const fields = new Headers({
    Host: host,
    "User-Agent": "alived",
    Accept: "*/*",
  });
  for (const [name, value] of Object.entries(headers)) fields.set(name, value);
  fields.set("Connection", "close");
  if (body !== undefined) fields.set("Content-Length", String(body.length));
  const lines = [...fields].map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
  const request = new ByteBuffer();
  request.append(new TextEncoder().encode(text));
  if (body !== undefined) request.append(body);
  return request.bytes;
}

/**
 * Read an answer.
 *
 * @throws {Deno.errors.InvalidData} When it is not HTTP, or ends too early.
 */
export async function readResponse(
  connection: Connection,
  { method, wantsBody, hide }: ResponseOptions,
): Promise<HttpResponse> {
  const reader = new ByteReader(connection);
  const quote: Quote = (text) => `"${oneLine(hide(text))}"`;
  for (let room = HEAD_LIMIT;;) {
    const head = await readHead(reader, room, quote);
    const { status, reason, fields } = head;
    room = head.room;
    // An interim answer, such as 103 Early Hints (RFC 9110 §15.2).
    if (status < 200) continue;
    const empty = !wantsBody || method === "HEAD" || status === 204 ||
      status === 304;
    return {
      status,
      reason,
      location: fields.get("location") ?? null,
      body: empty ? new Uint8Array() : await readBody(reader, fields, quote),
    };
  }
}

/** Shows a piece of an answer. */
type Quote = (text: string) => string;

interface Head {
  readonly status: number;
  readonly reason: string;
  /** The fields that matter, by their names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** Bytes that the next head may have. */
  readonly room: number;
}

const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const FIELDS: ReadonlySet<string> = new Set([
  ...["location", "transfer-encoding", "content-length"],
]);

async function readHead(
  reader: ByteReader,
  limit: number,
  quote: Quote,
): Promise<Head> {
  const first = await reader.line(limit);
  const [, status, reason = ""] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) throw invalid(`Answer ${quote(first)} is not HTTP`);
  const fields = new Map<string, string>();
  for (let room = limit - first.length;;) {
    const line = await reader.line(HEAD_LIMIT);
    // A line break counts too, so that nobody says nothing for ever.
    room -= line.length + 1;
    if (room < 0) throw invalid("Answer has too long a head");
    if (line === "") return { status: Number(status), reason, fields, room };
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (!FIELD_NAME.test(name) || /[\0\r]/.test(value)) {
      throw invalid(`Answer has a bad header ${quote(line)}`);
    }
    const key = name.toLowerCase();
    if (!FIELDS.has(key)) continue;
    const before = fields.get(key);
    // RFC 9110 §5.2: a list in several lines.
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
}

/** Which of the forms of RFC 9112 §6.3 a body has. */
async function readBody(
  reader: ByteReader,
  fields: Head["fields"],
  quote: Quote,
): Promise<Uint8Array> {
  const buffer = new ByteBuffer();
  const coding = fields.get("transfer-encoding");
  const length = fields.get("content-length");
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") {
      throw invalid(`Answer has transfer coding ${quote(coding)}`);
    }
    await readChunks(reader, buffer, quote);
  } else if (length === undefined) await reader.move(BODY_LIMIT, buffer);
  else if (/^[0-9]{1,15}$/.test(length)) {
    await moveAll(reader, Math.min(Number(length), BODY_LIMIT), buffer);
  } else throw invalid(`Answer has length ${quote(length)}`);
  return buffer.bytes;
}

async function readChunks(
  reader: ByteReader,
  buffer: ByteBuffer,
  quote: Quote,
): Promise<void> {
  let framing = 0;
  for (let room = BODY_LIMIT; room > 0;) {
    const line = await reader.line(HEAD_LIMIT);
    framing += line.length + 4;
    if (framing > FRAMING_LIMIT) throw invalid("Answer has too many chunks");
    const size = parseInt(CHUNK_SIZE.exec(line)?.[1] ?? "", 16);
    if (Number.isNaN(size)) {
      throw invalid(`Answer has chunk size ${quote(line)}`);
    }
    if (size === 0) return;
    const wanted = Math.min(size, room);
    await moveAll(reader, wanted, buffer);
    room -= wanted;
    if (room > 0 && await reader.line(HEAD_LIMIT) !== "") {
      throw invalid("Answer has a chunk longer than its size");
    }
  }
}

async function moveAll(
  reader: ByteReader,
  count: number,
  buffer: ByteBuffer,
): Promise<void> {
  if (await reader.move(count, buffer) < count) {
    throw invalid("Answer ends too early");
  }
}
