/**
 * HTTP/1.1 (RFC 9112) for one request on one connection. `fetch()` would not
 * do: it cannot leave out the verification of one certificate, nor connect to
 * an address of our choice, and it looks names up by threads that a dead name
 * server holds.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import { oneLine } from "../../log/one_line.ts";

/** Longest head of an answer in bytes. */
const HEAD_LIMIT = 64 * 1024;
/** Bytes of a body that are looked at. */
const BODY_LIMIT = 1024 * 1024;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9][0-9]{2})(?: ([^\r\n]*))?$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})[ \t]*(;.*)?$/;

/** A request without a body. */
export interface HttpRequest {
  /** Method, such as GET. */
  readonly method: string;
  /** Target on the server: path and query. */
  readonly target: string;
  /** Name, and port if it is not the default one. */
  readonly host: string;
  /** More headers; one named Host takes the place of `host`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer. */
export interface HttpResponse {
  /** 200 to 999. */
  readonly status: number;
  /** Words behind the status, perhaps none. */
  readonly reason: string;
  /** Value of Location, or null. */
  readonly location: string | null;
  /** The body, at most 1 MiB of it. */
  readonly body: Uint8Array;
}

/** Write a request, asking for the connection to be closed behind it. */
export function emitRequest(
  { method, target, host, headers }: HttpRequest,
): Uint8Array {
  const fields = new Headers({
    Host: host,
    "User-Agent": "alived",
    Accept: "*/*",
  });
  for (const [name, value] of Object.entries(headers)) fields.set(name, value);
  fields.set("Connection", "close");
  const lines = [...fields].map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return new TextEncoder().encode(text);
}

/**
 * Read an answer whole.
 *
 * @param method Of the request: an answer to HEAD has no body.
 * @throws {Deno.errors.InvalidData} When it is not HTTP, or ends too early.
 */
export async function readResponse(
  connection: Connection,
  method: string,
): Promise<HttpResponse> {
  const reader = new Reader(connection);
  for (;;) {
    const { status, reason, headers } = await readHead(reader);
    // An interim answer, such as 103 Early Hints (RFC 9110 §15.2).
    if (status < 200) continue;
    const empty = method === "HEAD" || status === 204 || status === 304;
    return {
      status,
      reason,
      location: headers.get("location"),
      body: empty ? new Uint8Array() : await readBody(reader, headers),
    };
  }
}

interface Head {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
}

async function readHead(reader: Reader): Promise<Head> {
  const first = await reader.line();
  const [, status, reason = ""] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) {
    throw invalid(`Answer "${oneLine(first)}" is not HTTP`);
  }
  const headers = new Headers();
  for (let length = first.length;;) {
    const line = await reader.line();
    if (line === "") return { status: Number(status), reason, headers };
    length += line.length;
    if (length > HEAD_LIMIT) throw invalid("Answer has too long a head");
    const colon = line.indexOf(":");
    try {
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    } catch {
      throw invalid(`Answer has a bad header "${oneLine(line)}"`);
    }
  }
}

/** Which of the forms of RFC 9112 §6.3 a body has. */
function readBody(reader: Reader, headers: Headers): Promise<Uint8Array> {
  const coding = headers.get("transfer-encoding");
  if (coding !== null) {
    if (coding.toLowerCase() === "chunked") return readChunks(reader);
    throw invalid(`Answer has transfer coding "${oneLine(coding)}"`);
  }
  const length = headers.get("content-length");
  if (length === null) return reader.upTo(BODY_LIMIT);
  if (!/^[0-9]{1,15}$/.test(length)) {
    throw invalid(`Answer has length "${oneLine(length)}"`);
  }
  return reader.exactly(Math.min(Number(length), BODY_LIMIT));
}

async function readChunks(reader: Reader): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let room = BODY_LIMIT; room > 0;) {
    const line = await reader.line();
    const size = parseInt(CHUNK_SIZE.exec(line)?.[1] ?? "", 16);
    if (Number.isNaN(size)) {
      throw invalid(`Answer has chunk size "${oneLine(line)}"`);
    }
    if (size === 0) break;
    const chunk = await reader.exactly(Math.min(size, room));
    chunks.push(chunk);
    room -= chunk.length;
    if (room > 0 && await reader.line() !== "") {
      throw invalid("Answer has a chunk longer than its size");
    }
  }
  return concatenate(chunks);
}

/** Takes a stream apart into lines and counted bytes. */
class Reader {
  readonly #connection: Connection;
  #rest: Uint8Array = new Uint8Array();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The next line without its end; every byte is a character. */
  async line(): Promise<string> {
    for (let from = 0;;) {
      const end = this.#rest.indexOf(0x0a, from);
      if (end >= 0) {
        const line = this.#take(end + 1);
        return latin1(line).replace(/\r?\n$/, "");
      }
      from = this.#rest.length;
      if (from > HEAD_LIMIT) throw invalid("Answer has too long a line");
      if (!await this.#more()) throw this.#early();
    }
  }

  /** This many bytes. */
  async exactly(count: number): Promise<Uint8Array> {
    const bytes = await this.upTo(count);
    if (bytes.length < count) throw this.#early();
    return bytes;
  }

  /** This many bytes, or as many as come before the end. */
  async upTo(count: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (let room = count; room > 0;) {
      if (this.#rest.length === 0 && !await this.#more()) break;
      const chunk = this.#take(Math.min(room, this.#rest.length));
      chunks.push(chunk);
      room -= chunk.length;
    }
    return concatenate(chunks);
  }

  #take(count: number): Uint8Array {
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  async #more(): Promise<boolean> {
    const bytes = await this.#connection.read();
    if (bytes === null) return false;
    this.#rest = concatenate([this.#rest, bytes]);
    return true;
  }

  #early(): Error {
    return invalid("Answer ends too early");
  }
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function invalid(message: string): Error {
  return new Deno.errors.InvalidData(message);
}
