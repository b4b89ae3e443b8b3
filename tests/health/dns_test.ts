import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { DnsProbe } from "../../src/config/settings/check.ts";
import { addressesIn, resolveHost } from "../../src/health/probes/resolve.ts";
import { hang, listen, run, timed } from "./loopback.ts";

/** A name server on 127.0.0.1 that answers by a function. */
interface NameServer extends AsyncDisposable {
  readonly port: number;
  /** Questions that it got. */
  asked(): number;
}

/** Bytes to send back for a question, none at all, or several datagrams. */
type Answerer = (question: Uint8Array) => readonly Uint8Array[];

async function serveNames(
  answer: Answerer,
  port = 0,
): Promise<NameServer> {
  const socket = createSocket("udp4");
  let count = 0;
  socket.on("message", (question, from) => {
    count++;
    for (const message of answer(question)) {
      socket.send(message, from.port, from.address);
    }
  });
  await new Promise<void>((resolve) =>
    socket.bind(port, "127.0.0.1", () => resolve())
  );
  return {
    port: socket.address().port,
    asked: () => count,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** The question with other flags, and records for it. */
function reply(
  question: Uint8Array,
  flags: number,
  records: readonly Uint8Array[] = [],
): Uint8Array {
  const bytes = new Uint8Array([
    ...question,
    ...records.flatMap((r) => [...r]),
  ]);
  new DataView(bytes.buffer).setUint16(2, flags);
  new DataView(bytes.buffer).setUint16(6, records.length);
  return bytes;
}

/** An A record for the name asked for. */
function addressRecord(address: readonly number[]): Uint8Array {
  return new Uint8Array([
    ...[0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4],
    ...address,
  ]);
}

/** A TXT record for the name asked for. */
function textRecord(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array([
    ...[0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 60, 0, bytes.length + 1],
    bytes.length,
    ...bytes,
  ]);
}

const RESPONSE = 0x8180;
const TRUNCATED = 0x8380;
const NXDOMAIN = 0x8183;

function dns(port: number, rest: Partial<DnsProbe> = {}): DnsProbe {
  return {
    type: "dns",
    name: "www.example.org",
    recordType: "A",
    server: { host: "127.0.0.1", port },
    expect: null,
    ...rest,
  };
}

const two: Answerer = (question) => [
  reply(question, RESPONSE, [
    addressRecord([192, 0, 2, 1]),
    addressRecord([192, 0, 2, 2]),
  ]),
];

Deno.test("a dns probe is content with any record", async () => {
  await using server = await serveNames(two);
  deepStrictEqual(await run(dns(server.port)), {
    ok: true,
    detail: "192.0.2.1, 192.0.2.2",
  });
});

Deno.test("a dns probe looks for one record", async () => {
  await using server = await serveNames(two);
  const good = await run(dns(server.port, { expect: "192.0.2.2" }));
  strictEqual(good.ok, true);
  deepStrictEqual(await run(dns(server.port, { expect: "192.0.2.9" })), {
    ok: false,
    detail: "192.0.2.1, 192.0.2.2, expected 192.0.2.9",
  });
});

Deno.test("a dns probe compares text exactly", async () => {
  await using server = await serveNames((question) => [
    reply(question, RESPONSE, [textRecord("v=spf1 -all")]),
  ]);
  const probe = dns(server.port, { recordType: "TXT" });
  strictEqual((await run({ ...probe, expect: "v=spf1 -all" })).ok, true);
  strictEqual((await run({ ...probe, expect: "V=spf1 -all" })).ok, false);
});

Deno.test("a dns probe asks the server for names of /etc/hosts too", async () => {
  await using server = await serveNames(two);
  const probe = dns(server.port, { name: "localhost" });
  strictEqual((await run(probe)).detail, "192.0.2.1, 192.0.2.2");
});

Deno.test("a dns probe fails by an unknown name", async () => {
  await using server = await serveNames((q) => [reply(q, NXDOMAIN)]);
  deepStrictEqual(await run(dns(server.port)), {
    ok: false,
    detail: "NXDOMAIN",
  });
});

Deno.test("a dns probe fails without a record", async () => {
  await using server = await serveNames((q) => [reply(q, RESPONSE)]);
  deepStrictEqual(await run(dns(server.port)), {
    ok: false,
    detail: "No A record",
  });
});

Deno.test("a dns probe waits for an answer to its own question", async () => {
  await using server = await serveNames((question) => {
    const other = reply(question, RESPONSE, [addressRecord([10, 0, 0, 1])]);
    new DataView(other.buffer).setUint16(0, ~(question[0] ?? 0) & 0xffff);
    return [new Uint8Array([1, 2, 3]), other, ...two(question)];
  });
  strictEqual((await run(dns(server.port))).detail, "192.0.2.1, 192.0.2.2");
});

Deno.test("a dns probe asks by TCP for what did not fit", async () => {
  await using tcp = listen(async (conn) => {
    const buffer = new Uint8Array(512);
    const length = await conn.read(buffer) ?? 0;
    const [answer = new Uint8Array()] = two(buffer.slice(2, length));
    // In two parts, cut in the length.
    await conn.write(new Uint8Array([0]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await conn.write(new Uint8Array([answer.length, ...answer]));
  });
  await using udp = await serveNames((q) => [reply(q, TRUNCATED)], tcp.port);
  strictEqual((await run(dns(udp.port))).detail, "192.0.2.1, 192.0.2.2");
  strictEqual(tcp.accepted(), 1);
});

Deno.test("a dns probe fails at its timeout by silence", async () => {
  await using server = await serveNames(() => []);
  const { result, took } = await timed(dns(server.port), 150);
  const detail = "No answer within 150 ms";
  deepStrictEqual(result, { ok: false, detail, isLate: true });
  ok(took >= 149 && took < 400, `${took} ms`);
  strictEqual(server.asked(), 1);
});

Deno.test("a dns probe fails at its timeout by silence over TCP", async () => {
  await using tcp = listen(hang);
  await using udp = await serveNames((q) => [reply(q, TRUNCATED)], tcp.port);
  const { result } = await timed(dns(udp.port), 150);
  const detail = "No answer within 150 ms";
  deepStrictEqual(result, { ok: false, detail, isLate: true });
});

Deno.test("64 look-ups that nobody answers hold up nothing else", async () => {
  await using server = await serveNames(() => []);
  const silent = Array.from({ length: 64 }, () => run(dns(server.port), 1000));
  let ended = 0;
  for (const one of silent) void one.then(() => ended++);
  await using listener = listen(hang);
  const tcp = {
    type: "tcp",
    host: "127.0.0.1",
    port: listener.port,
    send: null,
    expect: null,
  } as const;
  strictEqual((await run(tcp)).ok, true);
  await Deno.readTextFile("/etc/hosts");
  // They are all on their way still.
  strictEqual(ended, 0);
  for (const { ok } of await Promise.all(silent)) strictEqual(ok, false);
});

Deno.test("resolveHost() gives literals back in canonical form", async () => {
  const time = { signal: new AbortController().signal, timeout: 1000 };
  deepStrictEqual(await resolveHost("192.0.2.1", time), ["192.0.2.1"]);
  deepStrictEqual(await resolveHost("2001:DB8:0::1", time), ["2001:db8::1"]);
});

Deno.test("resolveHost() knows localhost by itself", async () => {
  const time = { signal: new AbortController().signal, timeout: 1000 };
  for (const name of ["localhost", "LOCALHOST.", "a.b.localhost"]) {
    deepStrictEqual(await resolveHost(name, time), ["127.0.0.1", "::1"]);
  }
});

Deno.test("addressesIn() reads a hosts file", () => {
  const hosts = "# a comment names a\n127.0.0.1\tlocalhost\n" +
    "2001:DB8:0::1 a.example a # v6\n192.0.2.1 A\n192.0.2.1 a\n" +
    "192.0.2.2 b#a\nrubbish a\n\n 192.0.2.3   a.example";
  deepStrictEqual(addressesIn(hosts, "a"), ["192.0.2.1", "2001:db8::1"]);
  deepStrictEqual(addressesIn(hosts, "a.example"), [
    ...["192.0.2.3", "2001:db8::1"],
  ]);
  deepStrictEqual(addressesIn(hosts, "b"), ["192.0.2.2"]);
  deepStrictEqual(addressesIn(hosts, "names"), []);
  deepStrictEqual(addressesIn(hosts, "192.0.2.1"), []);
});
