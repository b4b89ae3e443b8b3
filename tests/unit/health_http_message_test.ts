import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import fc from "fast-check";
import type { Connection } from "../../src/health/probes/connection.ts";
import {
  emitRequest,
  type HttpResponse,
  readResponse,
  type ResponseOptions,
} from "../../src/health/probes/http_message.ts";

/** A connection that gives these bytes in pieces of one size, then ends. */
function give(bytes: Uint8Array, size: number): Connection {
  let at = 0;
  return {
    read(): Promise<Uint8Array | null> {
      if (at >= bytes.length) return Promise.resolve(null);
      at += size;
      return Promise.resolve(bytes.slice(at - size, at));
    },
    write: (): Promise<void> => Promise.resolve(),
    [Symbol.dispose](): void {},
  };
}

function options(method = "GET"): ResponseOptions {
  return { method, wantsBody: true, hide: (text) => text };
}

function read(
  text: string,
  size = text.length,
  method = "GET",
): Promise<HttpResponse> {
  const bytes = new TextEncoder().encode(text);
  return readResponse(give(bytes, Math.max(1, size)), options(method));
}

async function body(text: string, size?: number): Promise<string> {
  return new TextDecoder().decode((await read(text, size)).body);
}

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
  "5;a=b\r\nAll i\r\nB\r\ns well for \r\n3\r\nnow\r\n0\r\nTrailer: t\r\n\r\n";

Deno.test("emitRequest() lets a header take the place of another", () => {
  const bytes = emitRequest({
    method: "GET",
    target: "/",
    host: "a.example",
    headers: { host: "b.example", CONNECTION: "keep-alive" },
  });
  strictEqual(
    new TextDecoder().decode(bytes),
    "GET / HTTP/1.1\r\naccept: */*\r\nconnection: close\r\n" +
      "host: b.example\r\nuser-agent: alived\r\n\r\n",
  );
});

Deno.test("readResponse() reads the same in pieces of any size", async () => {
  for (let size = 1; size <= CHUNKED.length; size++) {
    strictEqual(await body(CHUNKED, size), "All is well for now");
  }
});

Deno.test("readResponse() reads a counted body and no more", async () => {
  const head = "HTTP/1.0 404\nLocation: /a\nContent-Length: 3\n\n";
  const response = await read(`${head}abcdef`, 1);
  deepStrictEqual(response, {
    status: 404,
    reason: "",
    location: "/a",
    body: new TextEncoder().encode("abc"),
  });
});

Deno.test("readResponse() reads a body up to the end", async () => {
  strictEqual(await body("HTTP/1.1 200 OK\r\n\r\nabc", 2), "abc");
});

Deno.test("readResponse() reads no body where there is none", async () => {
  const length = "Content-Length: 9\r\n\r\n";
  strictEqual(await body(`HTTP/1.1 204 No Content\r\n${length}`), "");
  strictEqual(await body(`HTTP/1.1 304 Not Modified\r\n${length}`), "");
  const head = await read(`HTTP/1.1 200 OK\r\n${length}`, 10, "HEAD");
  strictEqual(head.body.length, 0);
});

Deno.test("readResponse() refuses every truncation", async () => {
  // Trailers do not matter, and their absence does not either.
  const end = CHUNKED.indexOf("0\r\nTrailer") + 3;
  for (let length = 0; length < end; length++) {
    await rejects(read(CHUNKED.slice(0, length), 7), Deno.errors.InvalidData);
  }
});

Deno.test("readResponse() refuses other transfer codings", async () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
  await rejects(read(head), /Answer has transfer coding "gzip, chunked"/);
});

/** A connection that never ends, and how many bytes were read of it. */
function endless(
  head: string,
  repeated: string,
  size: number,
): { readonly connection: Connection; readonly taken: () => number } {
  const encoder = new TextEncoder();
  const first = encoder.encode(head);
  const piece = encoder.encode(repeated);
  let taken = 0;
  const byte = (at: number): number =>
    first[at] ?? piece[(at - first.length) % piece.length] ?? 0;
  return {
    connection: {
      read(): Promise<Uint8Array> {
        const bytes = Uint8Array.from(
          { length: size },
          (_, i) => byte(taken + i),
        );
        taken += size;
        return Promise.resolve(bytes);
      },
      write: (): Promise<void> => Promise.resolve(),
      [Symbol.dispose](): void {},
    },
    taken: () => taken,
  };
}

const OK = "HTTP/1.1 200 OK\r\n";
const LARGE = 256 * 1024;

/** What never ends → how many bytes of it are read at most, and the end. */
const ENDLESS: readonly (readonly [string, string, string, number, RegExp])[] =
  [
    ["a first line", "", "a", 64, /^Answer has too long a line$/],
    ["a header", OK, "a", 64, /^Answer has too long a line$/],
    ["headers", OK, "a: b\r\n", 80, /^Answer has too long a head$/],
    ["empty headers", OK, "a:\n", 80, /^Answer has too long a head$/],
    [
      "interim answers",
      "",
      "HTTP/1.1 100\n\n",
      80,
      /^Answer has too long a line$/,
    ],
    ["a body", `${OK}\r\n`, "a", 1024, /^200 1048576$/],
    [
      "a counted body",
      `${OK}Content-Length: 999999999999\r\n\r\n`,
      "a",
      1024,
      /^200 1048576$/,
    ],
    [
      "chunks of one byte",
      `${OK}Transfer-Encoding: chunked\r\n\r\n`,
      "1\r\na\r\n",
      1260,
      /^Answer has too many chunks$/,
    ],
    [
      "a chunk size",
      `${OK}Transfer-Encoding: chunked\r\n\r\n`,
      "0",
      64,
      /^Answer has too long a line$/,
    ],
    [
      "extensions of chunks",
      `${OK}Transfer-Encoding: chunked\r\n\r\n`,
      `1;${"e".repeat(1000)}\na\n`,
      1024,
      /^Answer has too many chunks$/,
    ],
  ];

for (const [what, head, repeated, most, end] of ENDLESS) {
  Deno.test(`readResponse() reads no more of ${what} that never ends`, async () => {
    for (const size of [7, 16 * 1024]) {
      const { connection, taken } = endless(head, repeated, size);
      const said = await readResponse(connection, options())
        .then(({ status, body }) => `${status} ${body.length}`)
        .catch(({ message }) => message);
      match(said, end);
      const limit = (most + 1 + 2 * size / 1024) * 1024;
      ok(taken() <= limit, `${taken()} bytes by ${size}`);
    }
  });
}

Deno.test("readResponse() reads nothing of a body that nobody asks for", async () => {
  const head = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
  const { connection, taken } = endless(head, "rubbish", 1);
  const { status, body } = await readResponse(
    connection,
    { ...options(), wantsBody: false },
  );
  deepStrictEqual([status, body.length], [200, 0]);
  strictEqual(taken(), head.length);
});

Deno.test("readResponse() takes as long for a byte in small pieces", async () => {
  /** Milliseconds for so many bytes of body, byte by byte. */
  const time = async (length: number): Promise<number> => {
    const head = `${OK}Content-Length: ${length}\r\n\r\n`;
    const { connection } = endless(head, "a", 1);
    const start = performance.now();
    await readResponse(connection, options());
    return performance.now() - start;
  };
  await time(LARGE / 32);
  // 32 times as long when it is linear, 1024 times when it is not.
  ok(await time(LARGE) / await time(LARGE / 32) < 250);
});

Deno.test("readResponse() gives an answer or says what is wrong", async () => {
  const word = fc.constantFrom(
    ...["HTTP/1.1 200 OK", "HTTP/1.1 100", "\r\n", "\r\n\r\n", "0", "ffffffff"],
    ...["Content-Length: 5", "Transfer-Encoding: chunked", ": ", "é", "\0"],
  );
  const text = fc.array(fc.oneof(word, fc.string()), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1 }), async (words, size) => {
      try {
        const { status } = await read(words.join(""), size);
        ok(status >= 200 && status <= 999);
      } catch (error) {
        ok(error instanceof Deno.errors.InvalidData, String(error));
      }
    }),
  );
});
