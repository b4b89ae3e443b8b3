import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { PingProbe } from "../../src/config/settings/check.ts";
import { run, timed } from "./loopback.ts";

// Needs root, or net.ipv4.ping_group_range with the group of the tests.

function ping(host: string, count = 1): PingProbe {
  return { type: "ping", host, count };
}

Deno.test("a ping probe gets an answer by IPv4", async () => {
  deepStrictEqual(await run(ping("127.0.0.1")), {
    ok: true,
    detail: "Answer from 127.0.0.1",
  });
});

Deno.test("a ping probe gets an answer by IPv6", async () => {
  deepStrictEqual(await run(ping("::1")), {
    ok: true,
    detail: "Answer from ::1",
  });
});

Deno.test("a ping probe gets an answer from a name", async () => {
  const result = await run(ping("localhost"));
  strictEqual(result.ok, true);
  match(result.detail, /^Answer from (127\.0\.0\.1|::1)$/);
});

Deno.test("a ping probe needs one answer of its count", async () => {
  const { result, took } = await timed(ping("127.0.0.1", 20), 2000);
  strictEqual(result.ok, true);
  ok(took < 100, `${took} ms`);
});

Deno.test("a ping probe fails at its timeout by silence", async () => {
  // An address for documentation: no host has it.
  const { result, took } = await timed(ping("192.0.2.255", 3), 150);
  strictEqual(result.ok, false);
  match(result.detail, /^(No answer within 150 ms|Cannot ping 192\.0\.2\.255)/);
  ok(took < 400, `${took} ms`);
});

Deno.test("a ping probe fails by what the kernel refuses", async () => {
  deepStrictEqual(await run(ping("255.255.255.255")), {
    ok: false,
    detail: "Cannot ping 255.255.255.255: Permission denied (EACCES)",
  });
});

Deno.test("ping probes side by side get their own answers", async () => {
  const hosts = Array.from({ length: 100 }, (_, i) => `127.0.0.${i + 1}`);
  const results = await Promise.all(hosts.map((host) => run(ping(host))));
  deepStrictEqual(
    results.map(({ detail }) => detail),
    hosts.map((host) => `Answer from ${host}`),
  );
});

Deno.test("a ping takes an answer of its own only", async () => {
  const unshare = ["--net", "--user", "--map-root-user"];
  const program = new URL("forge_echo.ts", import.meta.url).pathname;
  const deno = [Deno.execPath(), "run", "-A", "--no-prompt", "--no-check"];
  const { stdout } = await new Deno.Command("unshare", {
    args: [...unshare, ...deno, program],
    stderr: "inherit",
  }).output();
  deepStrictEqual(JSON.parse(new TextDecoder().decode(stdout)), {
    anotherSource: 0,
    anotherId: 0,
    anotherSequence: 0,
    anotherContent: 0,
    unreachable: 0,
    right: 1,
  });
});
