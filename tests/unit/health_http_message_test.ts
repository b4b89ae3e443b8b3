import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { Connection } from "../../src/health/probes/connection.ts";
import {
  emitRequest,
  type HttpResponse,
  readResponse,
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

function read(
  text: string,
  size = text.length,
  method = "GET",
): Promise<HttpResponse> {
  const bytes = new TextEncoder().encode(text);
  return readResponse(give(bytes, Math.max(1, size)), method);
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
