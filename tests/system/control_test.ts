/**
 * The control socket of a real daemon: what it answers, what it obeys, and who
 * gets nothing.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import * as v from "valibot";
import { type Status, statusSchema } from "../../src/control/snapshot.ts";
import { Alived, runDirectoryOf, stateDirectoryOf } from "../lab/alived.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { askHttp, askSocket, order } from "../lab/control.ts";
import type { Host } from "../lab/lab.ts";
import { openPair, report } from "../lab/pair.ts";
import { freezeThread } from "../lab/stall.ts";
import { coreThread } from "../lab/thread.ts";
import { until } from "../lab/wait.ts";

const VIP = "192.0.2.100";
const MASTER = instance({ priority: 150 });
const HTTP = { http: { listen: "127.0.0.1:9650" } };

function controlOf(host: Host): string {
  return `${runDirectoryOf(host)}/control.sock`;
}

async function start(
  host: Host,
  keys: Keys,
  global: Keys = {},
): Promise<Alived> {
  return await Alived.start(host, configuration([keys], { global }));
}

/** Names of the sockets in the run directory of a host. */
function socketsOf(host: Host): string[] {
  return [...Deno.readDirSync(runDirectoryOf(host))].map(({ name }) => name)
    .filter((name) => name.endsWith(".sock"));
}

/** The status of a host, held against its schema. */
async function statusOf(host: Host): Promise<Status> {
  const { code, body } = await askSocket(controlOf(host), "/v1/status");
  strictEqual(code, 200, JSON.stringify(body));
  return v.parse(statusSchema, body);
}

/** State of the one instance of a host, and what keeps it there. */
async function stateOf(host: Host): Promise<[string, string[]]> {
  const { instances: [only] } = await statusOf(host);
  return [only?.state ?? "", only?.faults.map(({ cause }) => cause) ?? []];
}

Deno.test("two hosts tell who is master, and each knows of the other", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const other = (address: string): Keys => ({
    control_socket: { status_path: `${runDirectoryOf(a)}/status.sock` },
    http: { listen: "0.0.0.0:9650" },
    peers: [`http://${address}:9650`],
  });
  const master = await start(a, MASTER, other("192.0.2.2"));
  await master.waitForState("MASTER");
  const backup = await start(b, instance(), {
    ...other("192.0.2.1"),
    control_socket: {},
  });
  await backup.waitForState("BACKUP");
  const mode = (name: string): number =>
    (Deno.lstatSync(`${runDirectoryOf(a)}/${name}`).mode ?? 0) & 0o777;
  deepStrictEqual([mode("control.sock"), mode("status.sock")], [0o600, 0o660]);
  const here = await statusOf(a);
  deepStrictEqual(
    here.instances.map(({ name, state, master, vips }) => [
      ...[name, state, master?.self, vips[0]?.held],
    ]),
    [["VI_1", "MASTER", true, true]],
  );
  const there = await statusOf(b);
  deepStrictEqual(
    there.instances.map(({ state, master, heard }) => [
      ...[state, master?.address, master?.priority, heard[0]?.address],
    ]),
    [["BACKUP", "192.0.2.1", 150, "192.0.2.1"]],
  );
  // What nobody sees on the segment, since backups are silent.
  const [standby] = await until(async () => {
    const { cluster: [peer] } = await statusOf(a);
    return peer !== undefined && peer.instances.length > 0 &&
      peer.instances;
  });
  deepStrictEqual(standby, {
    ...{ name: "VI_1", vrid: 51, family: "ipv4", state: "BACKUP" },
    ...{ effective: 100, drained: false },
  });
  const probes: readonly (readonly [Host, string, number])[] = [
    [a, "/healthz", 200],
    [a, "/readyz", 200],
    [a, "/instances/VI_1/master", 200],
    [b, "/instances/VI_1/master", 503],
    [a, `/vip/${VIP}`, 200],
    [b, `/vip/${VIP}`, 503],
  ];
  for (const [host, path, code] of probes) {
    const url = `http://127.0.0.1:9650${path}`;
    strictEqual((await askHttp(host, url)).code, code, `${host.name} ${path}`);
  }
  strictEqual(await master.stop(), 0);
  strictEqual(await backup.stop(), 0);
  deepStrictEqual(socketsOf(a), []);
});

Deno.test("who is drained serves no more, also after a restart, until resumed", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const first = await start(a, MASTER);
  await first.waitForState("MASTER");
  const backup = await start(b, instance());
  await backup.waitForState("BACKUP");
  const drain = { reason: "kernel update", by: "ops" };
  const drained = await order(controlOf(a), "/v1/drain", {
    ...{ instances: ["VI_1"], ...drain },
  });
  deepStrictEqual([drained.code, drained.body], [200, {
    outcomes: [{ instance: "VI_1", refused: null, note: null }],
  }]);
  await backup.waitForState("MASTER");
  deepStrictEqual(await stateOf(a), ["FAULT", ["operator"]]);
  strictEqual(await a.holds(VIP), false);
  const again = await order(controlOf(a), "/v1/drain", {
    ...{ instances: ["VI_1"], ...drain },
  });
  strictEqual(again.code, 409);
  // As by a reboot: another process, and the run directory is empty.
  await first.stop();
  await Deno.remove(runDirectoryOf(a), { recursive: true });
  const sent = watch.adverts(a.address).length;
  const second = await start(a, MASTER);
  await second.waitForEvent(({ event }) => event === "drained");
  await until(async () => (await stateOf(a))[0] === "FAULT");
  const { instances: [now] } = await statusOf(a);
  const { by, reason, until: end } = now?.drained ?? {};
  deepStrictEqual([by, reason, end], ["ops", "kernel update", null]);
  strictEqual(watch.adverts(a.address).length, sent);
  strictEqual(
    ((await Deno.stat(`${stateDirectoryOf(a)}/operator.json`)).mode ?? 0) &
      0o777,
    0o600,
  );
  const resumed = await order(controlOf(a), "/v1/resume", {
    instances: "all",
  });
  strictEqual(resumed.code, 200);
  await second.waitForState("MASTER");
  await backup.waitForState("BACKUP");
  deepStrictEqual(second.states(), ["FAULT", "BACKUP", "MASTER"]);
});

Deno.test("a handing over tells who took it, and it is held until resumed", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const master = await start(a, MASTER);
  await master.waitForState("MASTER");
  const alone = await order(controlOf(a), "/v1/failover", {
    instances: ["VI_1"],
  });
  const [back] = alone.body.failovers as Record<string, unknown>[];
  strictEqual(back?.successor, null);
  ok(Number(back?.away_seconds) > 0, JSON.stringify(back));
  const backup = await start(b, instance());
  await backup.waitForState("BACKUP");
  const over = await order(controlOf(a), "/v1/failover", {
    instances: ["VI_1"],
  });
  const [outcome] = over.body.failovers as Record<string, unknown>[];
  const { address, priority } = outcome?.successor as Record<string, unknown>;
  deepStrictEqual([over.code, address, priority], [200, "192.0.2.2", 100]);
  await master.waitForState("BACKUP");
  const refused = await order(controlOf(a), "/v1/failover", {
    instances: ["VI_1"],
  });
  deepStrictEqual([refused.code, refused.body.error], [
    409,
    "VI_1: It is not MASTER: there is nothing to hand over",
  ]);
  await order(controlOf(a), "/v1/resume", { instances: ["VI_1"] });
  await master.waitForState("MASTER");
});

Deno.test("a reload by the socket waits, and tells what changed or every mistake", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const alived = await start(a, MASTER);
  await alived.waitForState("MASTER");
  const second = instance({
    ...{ name: "VI_2", virtual_router_id: 52 },
    virtual_ips: ["192.0.2.101/24"],
  });
  const changed = { ...MASTER, priority: 160 };
  const global = { control_socket: { status_path: `${a.directory}/s.sock` } };
  await Deno.writeTextFile(
    alived.file,
    configuration([changed, second], { global }),
  );
  const expected = {
    ...{ ok: true, issues: [], added: ["VI_2"], removed: [], restarted: [] },
    changed: [
      { name: "VI_1", keys: ["priority 150 → 160"] },
      { name: "global", keys: ["control_socket changed"] },
    ],
  };
  const diff = await order(controlOf(a), "/v1/reload", { dry_run: true });
  deepStrictEqual([diff.code, diff.body], [200, expected]);
  strictEqual((await statusOf(a)).instances.length, 1);
  const done = await order(controlOf(a), "/v1/reload", {});
  deepStrictEqual([done.code, done.body], [200, expected]);
  deepStrictEqual(
    (await statusOf(a)).instances.map(({ name, priority }) => [
      ...[name, priority.base],
    ]),
    [["VI_1", 160], ["VI_2", 100]],
  );
  await until(async () => {
    const { code } = await askSocket(`${a.directory}/s.sock`, "/healthz")
      .catch(() => ({ code: 0 }));
    return code === 200;
  });
  await Deno.writeTextFile(
    alived.file,
    configuration([{ ...MASTER, priority: 300 }]),
  );
  const bad = await order(controlOf(a), "/v1/reload", {});
  strictEqual(bad.code, 409);
  const [issue] = bad.body.issues as string[];
  match(
    issue ?? "",
    /^\/.*\.yaml:1:\d+ vrrp_instances\[0\]\.priority: must be a whole number/,
  );
  const { config } = await statusOf(a);
  deepStrictEqual([config.last_reload_ok, config.changed_on_disk], [
    ...[false, true],
  ]);
});

Deno.test("a frozen core is told of within a second, and never its last words", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const alived = await start(a, MASTER, HTTP);
  await alived.waitForState("MASTER");
  await statusOf(a);
  const core = await coreThread(alived.program.pid);
  const freezer = await freezeThread(a, core, 3_000);
  const asked = performance.now();
  const { code, body } = await askSocket(controlOf(a), "/v1/status");
  const took = performance.now() - asked;
  deepStrictEqual([code, (body.core as { answers: boolean }).answers], [
    ...[503, false],
  ]);
  match(String(body.error), /^The core has not answered for \d/);
  report(`a frozen core was told of after ${took.toFixed(0)} ms`);
  strictEqual(
    (await askHttp(a, "http://127.0.0.1:9650/healthz")).code,
    503,
  );
  const drained = await order(controlOf(a), "/v1/drain", {
    ...{ instances: "all", yes: true },
  });
  strictEqual(drained.code, 503);
  await freezer.ended;
  await until(async () =>
    (await askSocket(controlOf(a), "/healthz")).code === 200
  );
  // What could not be obeyed in time is not obeyed later; whoever stood still
  // for so long may listen first.
  const [state, faults] = await stateOf(a);
  deepStrictEqual(faults, []);
  ok(state !== "FAULT", String(state));
});

Deno.test("by TCP nothing can be changed, and no page of another site reads", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const alived = await start(a, MASTER, HTTP);
  await alived.waitForState("MASTER");
  const url = "http://127.0.0.1:9650";
  const evil = ["--resolve", "evil.example:9650:127.0.0.1"];
  const wrong: readonly (readonly [number, string, ...string[]])[] = [
    [421, "http://evil.example:9650/v1/status", ...evil],
    [421, "http://evil.example:9650/v1/watch", ...evil],
    [403, `${url}/v1/status`, "--header", "Origin: http://evil.example"],
    [405, `${url}/v1/drain`, "--data", '{"instances":"all","yes":true}'],
    [405, `${url}/v1/resume`, "--data", '{"instances":"all"}'],
    [405, `${url}/v1/failover`, "--data", '{"instances":["VI_1"]}'],
    [405, `${url}/v1/reload`, "--data", "{}"],
    [405, `${url}/v1/log-level`, "--data", '{"level":"debug"}'],
    [405, `${url}/v1/status`, "--request", "PUT"],
    [405, `${url}/v1/status`, "--request", "BREW"],
  ];
  for (const [code, target, ...options] of wrong) {
    const answer = await askHttp(a, target, ...options);
    strictEqual(answer.code, code, target);
    strictEqual(typeof answer.body.error, "string");
  }
  const large = `${a.directory}/large`;
  await Deno.writeTextFile(large, " ".repeat(10 * 1024 * 1024));
  const refused = await askSocket(
    ...[controlOf(a), "/v1/drain", "--data-binary", `@${large}`] as const,
    ...["--header", "Expect:"],
  );
  strictEqual(refused.code, 413);
  // Half a request, rubbish, and a body that never comes.
  const broken = [
    "GET / HTTP/1.1\r\nHos",
    "\x16\x03\x01\x02\0",
    "POST ".repeat(99),
  ];
  for (const text of broken) {
    using connection = await Deno.connect({
      ...{ transport: "unix", path: controlOf(a) },
    });
    await connection.write(new TextEncoder().encode(text));
  }
  deepStrictEqual(await stateOf(a), ["MASTER", []]);
  strictEqual((await statusOf(a)).log.level, "debug");
});

Deno.test("a port that somebody has, and a socket of a dead daemon, keep nobody from serving", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const other = a.spawn([
    ...["python3", "-c"],
    "import socket, time\n" +
    "s = socket.create_server(('127.0.0.1', 9650)); print('listens', flush=True)\n" +
    "time.sleep(600)",
  ]);
  await other.waitFor((line) => line === "listens" || null);
  const first = await start(a, MASTER, HTTP);
  const { message } = await first.waitForEvent(({ event }) =>
    event === "control_failed"
  );
  strictEqual(
    message,
    "Cannot answer on http://127.0.0.1:9650: the port is in use: stop the " +
      "exporter of keepalived, which listens there by default, or choose " +
      "another port in global.http.listen",
  );
  await first.waitForState("MASTER");
  await other.stop("SIGTERM");
  await until(async () =>
    (await askHttp(a, "http://127.0.0.1:9650/healthz").catch(() => null))
      ?.code === 200
  );
  await first.crash();
  ok((await Deno.lstat(controlOf(a))).isSocket);
  const second = await start(a, MASTER);
  await second.waitForState("MASTER");
  await until(async () =>
    (await askSocket(controlOf(a), "/healthz").catch(() => null))?.code === 200
  );
});

Deno.test("who watches hears of a transition as it happens", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const alived = await start(a, MASTER);
  await alived.waitForState("MASTER");
  const watcher = a.spawn([
    ...["curl", "--silent", "--no-buffer", "--unix-socket", controlOf(a)],
    "http://localhost/v1/watch",
  ]);
  const first = JSON.parse(
    await watcher.waitFor((line) => line.startsWith("{") ? line : null),
  );
  strictEqual(v.parse(statusSchema, first).watchers.present, 0);
  await a.unwire();
  const line = JSON.parse(
    await watcher.waitFor((line) =>
      line.includes('"transition"') ? line : null
    ),
  );
  deepStrictEqual(
    [line.type, line.instance, line.facts.from, line.facts.to],
    ["transition", "VI_1", "MASTER", "FAULT"],
  );
  const { body } = await askSocket(controlOf(a), "/v1/events?instance=VI_1");
  deepStrictEqual(
    (body.events as { to: string }[]).map(({ to }) => to),
    ["BACKUP", "MASTER", "FAULT"],
  );
  // A stop waits for no stream.
  strictEqual(await alived.stop(), 0);
});
