import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { TcpProbe } from "../../src/config/settings/check.ts";
import { runProbe } from "../../src/health/probes/run_probe.ts";
import { closedPort, hang, listen, run, say, timed } from "./loopback.ts";

function tcp(port: number, rest: Partial<TcpProbe> = {}): TcpProbe {
  const none = { send: null, expect: null };
  return { type: "tcp", host: "127.0.0.1", port, ...none, ...rest };
}

Deno.test("a tcp probe succeeds by a connection", async () => {
  await using server = listen(hang);
  const result = await run(tcp(server.port));
  deepStrictEqual(result, { ok: true, detail: "Connected" });
});

Deno.test("a tcp probe connects to IPv6", async () => {
  await using server = listen(hang, "::1");
  deepStrictEqual((await run(tcp(server.port, { host: "::1" }))).ok, true);
});

Deno.test("a tcp probe connects to a name", async () => {
  await using server = listen(hang);
  const result = await run(tcp(server.port, { host: "localhost" }));
  deepStrictEqual(result, { ok: true, detail: "Connected" });
});

Deno.test("a tcp probe fails by a refusal", async () => {
  const port = closedPort();
  deepStrictEqual(await run(tcp(port)), {
    ok: false,
    detail: `Cannot connect to 127.0.0.1 port ${port}: Connection refused`,
  });
});

Deno.test("a tcp probe sends and finds the answer it expects", async () => {
  let heard = "";
  await using server = listen(async (conn) => {
    const buffer = new Uint8Array(100);
    const count = await conn.read(buffer) ?? 0;
    heard = new TextDecoder().decode(buffer.subarray(0, count));
    // In two parts, and the connection stays open.
    await conn.write(new TextEncoder().encode("+PO"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await conn.write(new TextEncoder().encode("NG\r\n"));
  });
  const probe = tcp(server.port, { send: "PING\r\n", expect: "PONG" });
  deepStrictEqual(await run(probe), { ok: true, detail: "Answer matches" });
  strictEqual(heard, "PING\r\n");
});

Deno.test("a tcp probe fails by another answer", async () => {
  await using server = listen(say("-LOADING\r\n"));
  const probe = tcp(server.port, { send: "PING\r\n", expect: "PONG" });
  deepStrictEqual(await run(probe), {
    ok: false,
    detail: 'Answer "-LOADING" does not contain "PONG"',
  });
});

Deno.test("a tcp probe looks at 64 KiB of an answer without end", async () => {
  await using server = listen(async (conn) => {
    for (;;) await conn.write(new Uint8Array(16384).fill(0x61));
  });
  const result = await run(tcp(server.port, { expect: "PONG" }));
  match(result.detail, /^Answer "a{199}…" does not contain "PONG"$/);
});

Deno.test("a tcp probe fails at its timeout by silence", async () => {
  await using server = listen(hang);
  const { result, took } = await timed(tcp(server.port, { expect: "x" }), 150);
  const detail = "No answer within 150 ms";
  deepStrictEqual(result, { ok: false, detail, isLate: true });
  ok(took >= 149 && took < 400, `${took} ms`);
});

Deno.test("a tcp probe fails by an unknown name", async () => {
  const result = await run(tcp(1, { host: "no_such.invalid" }));
  strictEqual(result.ok, false);
});

Deno.test("a tcp probe ends when nobody wants it any more", async () => {
  await using server = listen(hang);
  const controller = new AbortController();
  const { signal } = controller;
  const probe = tcp(server.port, { expect: "x" });
  const options = { name: "a", signal, timeout: 60_000, user: null };
  const running = runProbe(probe, options);
  setTimeout(() => controller.abort(), 50);
  strictEqual((await running).ok, false);
});

Deno.test("a tcp probe shows what an answer would do to a line", async () => {
  await using server = listen(say("a\u202eb\u009b31mc\x1b[2J\r\nd\u2028e"));
  const probe = tcp(server.port, { send: "?", expect: "ready" });
  deepStrictEqual(await run(probe), {
    ok: false,
    detail: 'Answer "a\\u{202e}b 31mc [2J d e" does not contain "ready"',
  });
});

Deno.test("a tcp probe finds its text in pieces of any size", async () => {
  const text = "It is alive and ready";
  for (const size of [1, 2, 5, 30]) {
    await using server = listen(async (conn) => {
      await conn.read(new Uint8Array(10));
      for (let at = 0; at < text.length; at += size) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await conn.write(new TextEncoder().encode(text.slice(at, at + size)));
      }
    });
    for (const expect of ["y", "ready", text]) {
      const probe = tcp(server.port, { send: "?", expect });
      deepStrictEqual(await run(probe), { ok: true, detail: "Answer matches" });
    }
  }
});
