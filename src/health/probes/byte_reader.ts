/**
 * A stream of bytes taken apart, however small the pieces are that it comes in:
 * each byte costs the same, and no more of them are kept than are asked for.
 *
 * @module
 */

import type { Connection } from "./connection.ts";

const FIRST_SIZE = 64;

/** Bytes that come piece by piece. */
export class ByteBuffer {
  #bytes = new Uint8Array(FIRST_SIZE);
  #length = 0;

  /** Add some. */
  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** All of them, not copied. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Takes a stream apart into lines and counted bytes. */
export class ByteReader {
  readonly #connection: Connection;
  /** What has come and was not taken: of one piece, which is never copied. */
  #rest: Uint8Array = new Uint8Array();

  /** Take a connection apart; nothing is read before it is asked for. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * The next line without its end; every byte is a character.
   *
   * @param limit Bytes that it may have with its end.
   * @throws {Deno.errors.InvalidData} When it is longer, or the stream ends.
   */
  async line(limit: number): Promise<string> {
    const line = new ByteBuffer();
    for (;;) {
      const end = this.#rest.indexOf(0x0a);
      line.append(this.#take(end < 0 ? this.#rest.length : end + 1));
      if (line.bytes.length > limit) {
        throw invalid("Answer has too long a line");
      }
      if (end >= 0) return latin1(line.bytes).replace(/\r?\n$/, "");
      if (!await this.#more()) throw invalid("Answer ends too early");
    }
  }

  /**
   * Move bytes to a buffer.
   *
   * @param count How many, unless the stream ends before.
   * @returns How many were moved.
   */
  async move(count: number, buffer: ByteBuffer): Promise<number> {
    let moved = 0;
    while (moved < count) {
      if (this.#rest.length === 0 && !await this.#more()) break;
      const bytes = this.#take(Math.min(count - moved, this.#rest.length));
      buffer.append(bytes);
      moved += bytes.length;
    }
    return moved;
  }

  #take(count: number): Uint8Array {
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  /** Only called when nothing is left. */
  async #more(): Promise<boolean> {
    const bytes = await this.#connection.read();
    if (bytes === null) return false;
    this.#rest = bytes;
    return true;
  }
}

/** An error for an answer that is not what its protocol asks for. */
export function invalid(message: string): Error {
  return new Deno.errors.InvalidData(message);
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
