import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Peers } from "../../src/daemon/side/peers.ts";
import { until } from "../lab/wait.ts";
import { instanceStatus, statusOf } from "./control_fixture.ts";

const URL_A = "http://192.0.2.2:9650";
const URL_B = "http://192.0.2.3:9650";

/** Hosts whose answers are told, and a clock that is set. */
class Bench implements Disposable {
  now = 0;
  readonly asked: string[] = [];
  answer: (url: string) => unknown = () => statusOf();
  readonly peers = new Peers((url) => {
    this.asked.push(url);
    return Promise.resolve().then(() => this.answer(url));
  }, () => this.now);

  [Symbol.dispose](): void {
    this.peers.stop();
  }
}

/** Let what is asked be answered. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("other hosts are shown by what they said, with its age", async () => {
  using bench = new Bench();
  const drained = {
    ...{ since: "2026-11-25T20:00:00.000Z", until: null, by: null },
    ...{ reason: null, last_resort: false },
  };
  bench.answer = (url) => {
    if (url === URL_B) throw new Error("Connection refused");
    return statusOf([
      instanceStatus(),
      instanceStatus({ name: "VI_2", vrid: 52, state: "FAULT", drained }),
    ], { host: "node2" });
  };
  bench.peers.update([URL_A, URL_B]);
  await settle();
  bench.now += 1200;
  deepStrictEqual(bench.peers.statuses, [
    {
      ...{ url: URL_A, host: "node2", error: null, fetched_seconds_ago: 1.2 },
      instances: [
        {
          ...{ name: "VI_1", vrid: 51, family: "ipv4", state: "MASTER" },
          ...{ effective: 140, drained: false },
        },
        {
          ...{ name: "VI_2", vrid: 52, family: "ipv4", state: "FAULT" },
          ...{ effective: 140, drained: true },
        },
      ],
    },
    {
      ...{ url: URL_B, host: null, error: "Connection refused" },
      ...{ fetched_seconds_ago: null, instances: [] },
    },
  ]);
});

Deno.test("a host that answers no more keeps what it said, and its age grows", async () => {
  using bench = new Bench();
  bench.peers.update([URL_A]);
  await settle();
  bench.answer = () => {
    throw new Error("No answer within 1 s");
  };
  // A list that names one more is asked at once.
  bench.now += 30_000;
  bench.peers.update([URL_A, URL_B]);
  await settle();
  const [first] = bench.peers.statuses;
  deepStrictEqual(
    [first?.error, first?.fetched_seconds_ago, first?.instances.length],
    ["No answer within 1 s", 30, 1],
  );
});

Deno.test("what is no status, or of no use, is passed over and never thrown", async () => {
  const answers: readonly unknown[] = [
    ...[null, 7, [], {}, { host: "a" }, { host: "a\n", instances: [] }],
    { host: "a", instances: Array(10_001).fill({}) },
  ];
  for (const answer of answers) {
    using bench = new Bench();
    bench.answer = () => answer;
    bench.peers.update([URL_A]);
    await settle();
    match(bench.peers.statuses[0]?.error ?? "", /^It answers, but not as/);
  }
  using bench = new Bench();
  bench.answer = () => ({
    host: "node2",
    schema: 7,
    instances: [
      null,
      { ...instanceStatus(), state: "SLEEPING" },
      { ...instanceStatus(), name: "\u001b[2J" },
      instanceStatus(),
    ],
  });
  bench.peers.update([URL_A]);
  await settle();
  strictEqual(bench.peers.statuses[0]?.instances.length, 1);
});

Deno.test("nobody is asked without peers, and none twice at one time", async () => {
  using bench = new Bench();
  bench.peers.look();
  bench.peers.update([]);
  deepStrictEqual(bench.asked, []);
  const answer = Promise.withResolvers<unknown>();
  bench.answer = () => answer.promise;
  bench.peers.update([URL_A]);
  bench.peers.update([URL_A, URL_B]);
  await settle();
  deepStrictEqual(bench.asked, [URL_A, URL_B]);
  answer.resolve(statusOf());
});

/** A server that answers every request with these bytes, then ends. */
async function peerThatSays(
  bytes: string | Uint8Array,
  check: (peers: Peers) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096)).catch(() => null);
      const data = typeof bytes === "string"
        ? new TextEncoder().encode(bytes)
        : bytes;
      for (let sent = 0; sent < data.length;) {
        const count = await connection.write(data.subarray(sent))
          .catch(() => Infinity);
        sent += count;
      }
      if (data.length > 0) connection.close();
    }
  })();
  const peers = new Peers();
  peers.update([`http://127.0.0.1:${port}`]);
  try {
    await check(peers);
  } finally {
    peers.stop();
    listener.close();
    await serving;
  }
}

const OK = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

/** What a peer says, and what is shown. */
const HOSTILE: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  [
    "a redirection",
    "HTTP/1.1 302 F\r\nLocation: http://192.0.2.9/\r\nContent-Length: 0\r\n\r\n",
    /^It answers with status 302$/,
  ],
  [
    "a name that it does not know",
    "HTTP/1.1 421 M\r\nContent-Length: 0\r\n\r\n",
    /^It does not know itself by this name: add it there to global\.http/,
  ],
  [
    "a core that is silent",
    "HTTP/1.1 503 S\r\nContent-Length: 0\r\n\r\n",
    /^Its core does not answer$/,
  ],
  ["half an answer", `${OK}{"host":`, /^It answers with what is no JSON/],
  ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", /is not HTTP$/],
  [
    "more than 1 MiB",
    new TextEncoder().encode(`${OK}${
      JSON.stringify({
        ...{ host: "a", instances: [] },
        padding: "x".repeat(1024 * 1024),
      })
    }`),
    /^It answers with what is no JSON of at most 1 MiB$/,
  ],
];

for (const [what, bytes, shown] of HOSTILE) {
  Deno.test(`a peer that says ${what} is shown with that`, async () => {
    await peerThatSays(bytes, async (peers) => {
      const error = await until(() => peers.statuses[0]?.error ?? null);
      match(error, shown);
    });
  });
}

Deno.test("a peer is asked as a status, and understood", async () => {
  const status = JSON.stringify(statusOf());
  await peerThatSays(`${OK}${status}`, async (peers) => {
    await until(() => peers.statuses[0]?.host ?? null);
    const [peer] = peers.statuses;
    deepStrictEqual([peer?.host, peer?.error], ["node1", null]);
    ok((peer?.fetched_seconds_ago ?? 99) < 30);
  });
});
