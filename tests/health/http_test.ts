import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { HttpProbe } from "../../src/config/settings/check.ts";
import {
  closedPort,
  hang,
  listen,
  run,
  say,
  type Server,
  timed,
} from "./loopback.ts";

const FIXTURES = new URL("../fixtures/tls/", import.meta.url);
const CA_FILE = fileURLToPath(new URL("ca.pem", FIXTURES));

function http(url: string, rest: Partial<HttpProbe> = {}): HttpProbe {
  return {
    type: "http",
    url,
    method: "GET",
    headers: {},
    expectedStatus: [[200, 299]],
    contains: null,
    matches: null,
    followRedirects: false,
    insecureSkipVerify: false,
    serverName: null,
    caFile: null,
    ...rest,
  };
}

function serve(
  handler: (request: Request) => Response | Promise<Response>,
  options: { cert?: string; key?: string; hostname?: string } = {},
): { readonly port: number } & AsyncDisposable {
  const { hostname = "127.0.0.1", ...tls } = options;
  const common = { hostname, port: 0, onListen: (): void => {} };
  const { cert, key } = tls;
  const server = cert === undefined || key === undefined
    ? Deno.serve(common, handler)
    : Deno.serve({ ...common, cert, key }, handler);
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function serveTls(
  handler: (request: Request) => Response,
): Promise<ReturnType<typeof serve>> {
  const cert = await Deno.readTextFile(new URL("server.pem", FIXTURES));
  const key = await Deno.readTextFile(new URL("server.key", FIXTURES));
  return serve(handler, { cert, key });
}

function hello(): Response {
  return new Response("All is well\n");
}

Deno.test("an http probe sends one request and closes", async () => {
  const heard: string[] = [];
  await using server = listen(async (conn) => {
    const buffer = new Uint8Array(4096);
    const count = await conn.read(buffer) ?? 0;
    heard.push(new TextDecoder().decode(buffer.subarray(0, count)));
    const text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    await conn.write(new TextEncoder().encode(text));
    heard.push(await conn.read(buffer) === null ? "closed" : "more");
  });
  const url = `http://127.0.0.1:${server.port}/a%20b?c=d#e`;
  const probe = http(url, { method: "OPTIONS", headers: { "X-Key": "k" } });
  deepStrictEqual(await run(probe), { ok: true, detail: "200 OK" });
  await new Promise((resolve) => setTimeout(resolve, 10));
  deepStrictEqual(heard, [
    "OPTIONS /a%20b?c=d HTTP/1.1\r\n" +
    "accept: */*\r\nconnection: close\r\n" +
    `host: 127.0.0.1:${server.port}\r\n` +
    "user-agent: alived\r\nx-key: k\r\n\r\n",
    "closed",
  ]);
});

Deno.test("an http probe connects anew for every check", async () => {
  await using server = listen(say("HTTP/1.1 204 No Content\r\n\r\n"));
  const probe = http(`http://127.0.0.1:${server.port}/`);
  await run(probe);
  await run(probe);
  strictEqual(server.accepted(), 2);
});

Deno.test("an http probe asks over IPv6 and by a name", async () => {
  await using six = serve(hello, { hostname: "::1" });
  await using four = serve(hello);
  const detail = "200 OK";
  deepStrictEqual(await run(http(`http://[::1]:${six.port}/`)), {
    ok: true,
    detail,
  });
  deepStrictEqual(await run(http(`http://localhost:${four.port}/`)), {
    ok: true,
    detail,
  });
});

Deno.test("an http probe fails by another status", async () => {
  await using server = serve(() => new Response("", { status: 503 }));
  const url = `http://127.0.0.1:${server.port}/`;
  deepStrictEqual(await run(http(url, { expectedStatus: [[200, 299]] })), {
    ok: false,
    detail: "503 Service Unavailable, expected 200–299",
  });
  const expectedStatus = [[200, 200], [500, 503]] as const;
  strictEqual((await run(http(url, { expectedStatus }))).ok, true);
});

Deno.test("an http probe looks into the body", async () => {
  await using server = serve(hello);
  const url = `http://127.0.0.1:${server.port}/`;
  strictEqual((await run(http(url, { contains: "is well" }))).ok, true);
  strictEqual((await run(http(url, { matches: "^All .* well" }))).ok, true);
  deepStrictEqual(await run(http(url, { contains: "is ill" })), {
    ok: false,
    detail: '200 OK, body lacks "is ill"',
  });
  deepStrictEqual(await run(http(url, { matches: "^ill" })), {
    ok: false,
    detail: "200 OK, body does not match /^ill/",
  });
});

Deno.test("an http probe reads a body in chunks", async () => {
  await using server = serve(() =>
    new Response(
      new ReadableStream({
        start(controller): void {
          for (const part of ["All ", "is ", "well"]) {
            controller.enqueue(new TextEncoder().encode(part));
          }
          controller.close();
        },
      }),
    )
  );
  const url = `http://127.0.0.1:${server.port}/`;
  strictEqual((await run(http(url, { matches: "^All is well$" }))).ok, true);
});

Deno.test("an http probe reads no body behind HEAD", async () => {
  await using server = serve(hello);
  const probe = http(`http://127.0.0.1:${server.port}/`, { method: "HEAD" });
  deepStrictEqual(await run(probe), { ok: true, detail: "200 OK" });
});

Deno.test("an http probe looks at 1 MiB of a body without end", async () => {
  await using server = listen(async (conn) => {
    await conn.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    for (;;) await conn.write(new Uint8Array(16384).fill(0x61));
  });
  const probe = http(`http://127.0.0.1:${server.port}/`, { contains: "b" });
  deepStrictEqual(await run(probe), {
    ok: false,
    detail: '200 OK, body lacks "b"',
  });
});

Deno.test("an http probe follows redirections only when told", async () => {
  await using server = serve((request) =>
    new URL(request.url).pathname === "/new"
      ? hello()
      : new Response("", { status: 302, headers: { Location: "/new" } })
  );
  const url = `http://127.0.0.1:${server.port}/old`;
  deepStrictEqual(await run(http(url)), {
    ok: false,
    detail: "302 Found, expected 200–299",
  });
  const followRedirects = true;
  const contains = "well";
  deepStrictEqual(await run(http(url, { followRedirects, contains })), {
    ok: true,
    detail: "200 OK",
  });
});

Deno.test("an http probe follows five redirections and no more", async () => {
  let asked = 0;
  await using server = serve(() => {
    asked++;
    return new Response("", { status: 301, headers: { Location: "/" } });
  });
  const url = `http://127.0.0.1:${server.port}/`;
  deepStrictEqual(await run(http(url, { followRedirects: true })), {
    ok: false,
    detail: "More than 5 redirections",
  });
  strictEqual(asked, 6);
});

Deno.test("an http probe tells its headers to its own server only", async () => {
  const heard: (string | null)[] = [];
  await using other = serve((request) => {
    heard.push(
      request.headers.get("x-key"),
      request.headers.get("authorization"),
    );
    return hello();
  });
  await using server = serve((request) => {
    heard.push(
      request.headers.get("x-key"),
      request.headers.get("authorization"),
    );
    const Location = `http://127.0.0.1:${other.port}/`;
    return new Response("", { status: 307, headers: { Location } });
  });
  const url = `http://me:p%40ss@127.0.0.1:${server.port}/`;
  const headers = { "X-Key": "k" };
  const result = await run(http(url, { headers, followRedirects: true }));
  strictEqual(result.ok, true);
  deepStrictEqual(heard, ["k", `Basic ${btoa("me:p@ss")}`, null, null]);
});

const broken: readonly (readonly [string, string, RegExp])[] = [
  ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", /^Answer "SSH-2.0.*" is not HTTP$/],
  ["nothing", "", /^Answer ends too early$/],
  ["half a head", "HTTP/1.1 200 OK\r\nA: b\r\n", /^Answer ends too early$/],
  [
    "half a body",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    /^Answer ends too early$/,
  ],
  [
    "half a chunk",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
    /^Answer ends too early$/,
  ],
  [
    "a bad chunk size",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    /^Answer has chunk size "x"$/,
  ],
  [
    "a header without a colon",
    "HTTP/1.1 200 OK\r\nrubbish here\r\n\r\n",
    /^Answer has a bad header "rubbish here"$/,
  ],
  [
    "a length that is none",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    /^Answer has length "-1"$/,
  ],
  ["an endless line", "a".repeat(100_000), /^Answer has too long a line$/],
  [
    "an endless head",
    "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(30_000),
    /^Answer has too long a head$/,
  ],
];

for (const [name, text, detail] of broken) {
  Deno.test(`an http probe fails by ${name}`, async () => {
    await using server = listen(say(text));
    const url = `http://127.0.0.1:${server.port}/`;
    const result = await run(http(url, { contains: "well" }));
    strictEqual(result.ok, false);
    match(result.detail, detail);
  });
}

Deno.test("an http probe passes over interim answers", async () => {
  const text = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  await using server = listen(say(text));
  const result = await run(http(`http://127.0.0.1:${server.port}/`));
  deepStrictEqual(result, { ok: true, detail: "200 OK" });
});

Deno.test("an http probe fails by a refusal", async () => {
  const port = closedPort();
  deepStrictEqual(await run(http(`http://127.0.0.1:${port}/`)), {
    ok: false,
    detail: `Cannot connect to 127.0.0.1 port ${port}: Connection refused`,
  });
});

async function failsInTime(server: Server, probe: HttpProbe): Promise<void> {
  const { result, took } = await timed(probe, 150);
  const detail = "No answer within 150 ms";
  deepStrictEqual(result, { ok: false, detail, isLate: true });
  ok(took >= 149 && took < 400, `${took} ms`);
  strictEqual(server.accepted(), 1);
}

Deno.test("an http probe fails at its timeout by silence", async () => {
  await using server = listen(hang);
  await failsInTime(server, http(`http://127.0.0.1:${server.port}/`));
});

Deno.test("an http probe fails at its timeout by a body that stops", async () => {
  await using server = listen(async (conn) => {
    const text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    await conn.write(new TextEncoder().encode(text));
  });
  const url = `http://127.0.0.1:${server.port}/`;
  await failsInTime(server, http(url, { contains: "well" }));
});

Deno.test("an http probe does not wait for a body that nobody asks for", async () => {
  for (
    const body of [
      "Content-Length: 9\r\n\r\nhalf",
      "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
      "\r\n" + "a".repeat(100_000),
    ]
  ) {
    await using server = listen(async (conn) => {
      const text = `HTTP/1.1 200 OK\r\n${body}`;
      await conn.write(new TextEncoder().encode(text));
    });
    deepStrictEqual(await run(http(`http://127.0.0.1:${server.port}/`)), {
      ok: true,
      detail: "200 OK",
    });
  }
});

Deno.test("an https probe fails at its timeout by silence", async () => {
  await using server = listen(hang);
  await failsInTime(server, http(`https://127.0.0.1:${server.port}/`));
});

Deno.test("an unverified https probe fails at its timeout by silence", async () => {
  await using server = listen(hang);
  const url = `https://127.0.0.1:${server.port}/`;
  await failsInTime(server, http(url, { insecureSkipVerify: true }));
});

Deno.test("an https probe trusts a given authority", async () => {
  await using server = await serveTls(hello);
  const url = `https://127.0.0.1:${server.port}/`;
  deepStrictEqual(await run(http(url, { caFile: CA_FILE, contains: "well" })), {
    ok: true,
    detail: "200 OK",
  });
});

Deno.test("an https probe trusts no other authority, also later", async () => {
  await using server = await serveTls(hello);
  const url = `https://127.0.0.1:${server.port}/`;
  const refused = {
    ok: false,
    detail: "invalid peer certificate: UnknownIssuer",
  };
  deepStrictEqual(await run(http(url)), refused);
  strictEqual((await run(http(url, { caFile: CA_FILE }))).ok, true);
  strictEqual((await run(http(url, { insecureSkipVerify: true }))).ok, true);
  deepStrictEqual(await run(http(url)), refused);
});

Deno.test("an https probe verifies the name it is given", async () => {
  await using server = await serveTls(hello);
  const url = `https://localhost:${server.port}/`;
  const caFile = CA_FILE;
  const wrong = await run(http(url, { caFile }));
  strictEqual(wrong.ok, false);
  match(wrong.detail, /not valid for name "localhost"/);
  const serverName = "health.example";
  strictEqual((await run(http(url, { caFile, serverName }))).ok, true);
});

Deno.test("an https probe fails by a server without TLS", async () => {
  await using server = listen(say("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const url = `https://127.0.0.1:${server.port}/`;
  strictEqual((await run(http(url))).ok, false);
  strictEqual((await run(http(url, { insecureSkipVerify: true }))).ok, false);
});

Deno.test("an https probe fails by a name that is none", async () => {
  await using server = await serveTls(hello);
  const url = `https://127.0.0.1:${server.port}/`;
  strictEqual((await run(http(url, { serverName: "a b" }))).ok, false);
});

Deno.test("an https probe fails by a missing file of authorities", async () => {
  const url = "https://127.0.0.1:1/";
  const result = await run(http(url, { caFile: "/nonexistent.pem" }));
  strictEqual(result.ok, false);
  match(result.detail, /nonexistent\.pem/);
});

Deno.test("an unverified https probe judges as any other", async () => {
  await using server = await serveTls(() => new Response("", { status: 500 }));
  const url = `https://127.0.0.1:${server.port}/`;
  deepStrictEqual(await run(http(url, { insecureSkipVerify: true })), {
    ok: false,
    detail: "500 Internal Server Error, expected 200–299",
  });
  strictEqual((await run(http(url, { insecureSkipVerify: true }))).ok, false);
});

Deno.test("an unverified https probe fails by a refusal", async () => {
  const url = `https://127.0.0.1:${closedPort()}/`;
  const result = await run(http(url, { insecureSkipVerify: true }));
  strictEqual(result.ok, false);
  match(result.detail, /Connection refused$/);
});
