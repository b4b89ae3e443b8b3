/**
 * Answers of web servers, as probes and webhooks read them.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Connection } from "../../../src/health/probes/connection.ts";
import {
  type HttpResponse,
  readResponse,
} from "../../../src/health/probes/http_message.ts";
import { type Prng, streamOf, whole } from "../../../src/sim/prng.ts";
import { decode, encode, mutateUtf8 } from "../bytes.ts";
import type { Target } from "../target.ts";

/** Most bytes that are asked for in the worst case: head, framing, body. */
const MOST_READ = 4 << 20;

/** The target. */
export const http: Target = {
  name: "http",
  form: "text",
  maxLength: 64 * 1024,
  sources: ["/src/health/probes/", "/src/log/one_line.ts"],
  // A server without end is read as far as one may be, in a few steps a byte.
  steps: { base: 4 * MOST_READ, perByte: 400 },
  mutate: (input, chance, other) => mutateUtf8(input, chance, other, WORDS),
  judge,
};

const WORDS = [
  ...["HTTP/1.1 200 OK\r\n", "HTTP/1.0 503\n", "HTTP/1.1 103 Early Hints\r\n"],
  ...["Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "\r\n\r\n"],
  ...["Location: http://a.example/\r\n", "transfer-encoding: gzip\n", "\r\n"],
  ...["5\r\nhello\r\n", "0\r\n\r\n", "FFFFFFFF\r\n", "1;x=y\r\n.\r\n", "\n"],
  ...["\0", "\x1b[31m", "\u202e", ":", " ", "204", "304", "secret"],
];

const MOST_BODY = 1 << 20;
/** In pieces of one byte or two an answer takes long. */
const MAX_TINY = 4_096;

/** What was read, or why nothing was. */
type Outcome =
  | { readonly response: HttpResponse; readonly problem: null }
  | { readonly response: null; readonly problem: string };

async function judge(input: Uint8Array): Promise<void> {
  const seed = input.reduce((sum, byte) => Math.imul(sum, 31) + byte | 0, 7);
  const chance = streamOf(seed, "pieces");
  const all = await outcome(new Server([input]), true);
  judgeOutcome(all);
  // However it is cut into pieces.
  const most = input.length > MAX_TINY ? 1_024 : 8;
  const pieces = piecesOf(input, chance, most);
  deepStrictEqual(await outcome(new Server(pieces), true), all);
  const head = await outcome(new Server([input]), false);
  judgeOutcome(head);
  if (all.response !== null) {
    deepStrictEqual(head.response, { ...all.response, body: NOTHING });
    await judgeAgain(all.response);
  }
  // A server that never ends, and says the end of this again and again.
  const endless = new Server([input], input.slice(-64));
  judgeOutcome(await outcome(endless, true));
  ok(endless.sent <= MOST_READ, `${endless.sent} bytes are read`);
}

const NOTHING = new Uint8Array();

function judgeOutcome({ response, problem }: Outcome): void {
  if (response === null) {
    ok(/^Answer /.test(problem), `"${problem}"`);
    ok(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(problem), "Signs that do harm");
    ok(problem.length < 300 && !problem.includes("secret"), "Too much said");
    return;
  }
  const { status, body, reason, location } = response;
  ok(status >= 200 && status <= 999, `Status ${status}`);
  ok(body.length <= MOST_BODY, "Too long a body");
  ok(!/[\r\n]/.test(reason + location), "More than a line");
}

/** The same in its plainest form is read as the same. */
async function judgeAgain(response: HttpResponse): Promise<void> {
  const { status, reason, location, body } = response;
  // These have no body, whatever they say.
  if (status === 204 || status === 304) strictEqual(body.length, 0);
  const head = `HTTP/1.1 ${status} ${reason}\r\n` +
    (location === null ? "" : `Location: ${location}\r\n`) +
    `Content-Length: ${body.length}\r\n\r\n`;
  const bytes = Uint8Array.from(head, (char) => char.charCodeAt(0));
  const again = await outcome(new Server([bytes, body.slice()]), true);
  deepStrictEqual(again.response, response, again.problem ?? "");
}

async function outcome(server: Server, wantsBody: boolean): Promise<Outcome> {
  const hide = (text: string): string => text.replaceAll("secret", "***");
  try {
    const options = { method: "GET", wantsBody, hide };
    const response = await readResponse(server, options);
    return {
      response: { ...response, body: response.body.slice() },
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    return { response: null, problem: error.message };
  }
}

function piecesOf(
  input: Uint8Array,
  chance: Prng,
  most: number,
): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < input.length;) {
    const length = whole(chance, 1, most);
    pieces.push(input.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** Says its pieces, then nothing or the same for ever. */
class Server implements Connection {
  /** Bytes that it was asked for. */
  sent = 0;
  readonly #pieces: Uint8Array[];
  readonly #rest: Uint8Array | null;

  constructor(pieces: readonly Uint8Array[], rest: Uint8Array | null = null) {
    this.#pieces = pieces.toReversed();
    this.#rest = rest === null ? null : repeated(rest);
  }

  read(): Promise<Uint8Array | null> {
    const piece = this.#pieces.pop() ?? this.#rest;
    this.sent += piece?.length ?? 0;
    return Promise.resolve(piece);
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.dispose](): void {}
}

/** Some 16 KiB of it, which is as much as is read at once. */
function repeated(bytes: Uint8Array): Uint8Array {
  const text = decode(bytes) || "\n";
  return encode(text.repeat(Math.ceil(16_384 / text.length)));
}
