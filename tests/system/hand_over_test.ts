/**
 * `restart`: a new daemon takes over from the old one, and nobody on the
 * segment sees it; when it does not, the old one goes on.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { askSocket, order } from "../lab/control.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { ms, openPair, type Pair, report } from "../lab/pair.ts";
import { Pinger } from "../lab/pinger.ts";
import { isAlive, type Restart, Restartable } from "../lab/restart.ts";
import { VIP } from "../lab/router.ts";
import { runDirectoryOf } from "../lab/alived.ts";
import { writeScript } from "../lab/scripts.ts";
import { FakeServiceManager } from "../lab/service_manager.ts";
import { sleep, until } from "../lab/wait.ts";

const QUIET = { garp: { repeat: 1, delay: "0s", refresh: "0s" } };
const MASTER = instance({ priority: 150, ...QUIET });

interface Started {
  readonly master: Restartable;
  readonly backup: Alived;
}

/** A master that can be restarted, and its backup. */
async function start(
  { lab, a, b }: Pair,
  text = configuration([MASTER]),
): Promise<Started> {
  const master = await Restartable.start(lab, a, text);
  await master.alived.waitForState("MASTER");
  const backup = await Alived.start(b, configuration([instance()]));
  await backup.waitForState("BACKUP");
  return { master, backup };
}

/** Times that a restart is tried: a busy machine may be too slow for 200 ms. */
const TRIES = 5;

/** Restart it, which has to succeed. */
async function restarted(daemon: Restartable): Promise<void> {
  let outcome = await daemon.restart();
  for (let tries = 1; tries < TRIES && isTooSlow(outcome); tries++) {
    report("a new daemon was too slow, and the old one went on");
    outcome = await daemon.restart();
  }
  deepStrictEqual(outcome, { ok: true, pid: daemon.pid });
}

function isTooSlow(outcome: Restart): boolean {
  return !outcome.ok && outcome.why.includes("did not answer within 200 ms");
}

Deno.test("restart of a master: no ping, no advert and no state is lost", async () => {
  await using pair = await openPair();
  const { lab, a, b } = pair;
  const notify = await writeScript(a, "notify", [
    'echo "$ALIVED_STATE $PPID" >> /run/scripts/told',
  ]);
  const told = `/proc/${a.pid}/root/run/scripts/told`;
  const text = configuration([{ ...MASTER, notify }]);
  const { master, backup } = await start(pair, text);
  const client = await lab.host("client", "192.0.2.3/24");
  const capture = await Capture.start(lab);
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  await sleep(300);
  const first = master.pid;
  await restarted(master);
  await restarted(master);
  await sleep(500);
  const pings = await pinger.stop();
  const { adverts, arps } = await capture.stop();
  deepStrictEqual(pings.outages, []);
  ok(pings.received > 200);
  const own = adverts.filter(({ source }) => source === a.address);
  deepStrictEqual(new Set(own.map(({ priority }) => priority)), new Set([150]));
  deepStrictEqual(adverts.filter(({ source }) => source === b.address), []);
  for (const event of master.alived.events()) {
    const { event: name, took } = event;
    if (name === "took_over") report(`taken over within ${ms(took ?? NaN)}`);
  }
  const span = (own.at(-1)?.time ?? 0) - (own[0]?.time ?? 0);
  const expected = span / 100;
  report(`${own.length} adverts in ${ms(span)}, every 100 ms`);
  ok(own.length > 0.9 * expected, `${own.length} adverts of ${expected}`);
  deepStrictEqual(arps.filter(({ gratuitous }) => gratuitous), []);
  deepStrictEqual(backup.states(), ["BACKUP"]);
  deepStrictEqual(master.alived.states(), ["BACKUP", "MASTER"]);
  ok(!isAlive(first), "the first process lives");
  strictEqual(
    (await Deno.readTextFile(`${runDirectoryOf(a)}/alived.pid`)).trim(),
    `${master.pid}`,
  );
  // What was counted goes on, and so does all that a daemon does.
  await master.stop();
  ok((master.alived.counters().sent ?? 0) >= own.length);
  await backup.waitForState("MASTER");
  strictEqual(await a.holds(VIP), false);
  strictEqual(await backup.stop(), 0);
  // Scripts were told of what happened, each by the daemon that served then.
  deepStrictEqual((await Deno.readTextFile(told)).trim().split("\n"), [
    ...[`BACKUP ${first}`, `MASTER ${first}`, `STOP ${master.pid}`],
  ]);
});

Deno.test("restart of a backup: it keeps its deadline and takes over in time", async () => {
  await using pair = await openPair();
  const { lab, a, b } = pair;
  const master = await Alived.start(a, configuration([MASTER]));
  await master.waitForState("MASTER");
  const backup = await Restartable.start(
    ...[lab, b] as const,
    configuration([instance(QUIET)]),
  );
  await backup.alived.waitForState("BACKUP");
  await restarted(backup);
  strictEqual(backup.alived.states().length, 1);
  const killed = Date.now();
  await master.crash();
  await backup.alived.waitForState("MASTER");
  report(`a restarted backup took over ${ms(Date.now() - killed)} after`);
  const [, takeover] = backup.alived.transitions();
  match(takeover?.reason ?? "", /heard nothing from/);
  await backup.stop();
});

Deno.test("restart with a lease, a second instance and a group", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const second = instance({
    ...{ ...QUIET, name: "VI_2", virtual_router_id: 52, priority: 150 },
    virtual_ips: ["192.0.2.101/24"],
  });
  const text = configuration([MASTER, second], {
    global: { vip_lease: "3s" },
    sync_groups: [{ name: "G", instances: ["VI_1", "VI_2"] }],
  });
  const { master, backup } = await start(pair, text);
  await master.alived.waitForState("MASTER", { instance: "VI_2" });
  for (let i = 0; i < 3; i++) await restarted(master);
  // Longer than the lease: the new one renews what the old one added.
  await sleep(4_000);
  ok(await a.holds(VIP) && await a.holds("192.0.2.101"));
  deepStrictEqual(backup.states(), ["BACKUP"]);
  strictEqual(master.alived.transitions("VI_2").length, 2);
  await master.stop();
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("restart of what is drained: it stays so, and the new daemon resumes it", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const { master, backup } = await start(pair);
  const path = `${runDirectoryOf(a)}/control.sock`;
  const instances = ["VI_1"];
  const drain = { instances, reason: "kernel update", by: "ops" };
  strictEqual((await order(path, "/v1/drain", drain)).code, 200);
  await backup.waitForState("MASTER");
  await restarted(master);
  // The sockets are the new one's in the next moment.
  const { body } = await until(
    () => askSocket(path, "/v1/status").catch(() => null),
    { what: "a status" },
  );
  strictEqual(body.pid, master.pid);
  const [instance] = body.instances as Record<string, unknown>[];
  strictEqual(instance?.state, "FAULT");
  const { by, reason } = instance?.drained as Record<string, unknown>;
  deepStrictEqual([by, reason], ["ops", "kernel update"]);
  deepStrictEqual(
    (instance?.counters as Record<string, unknown>).became_master,
    1,
  );
  ok(Date.parse(`${instance?.since}`) < Date.parse(`${body.started}`));
  strictEqual((await order(path, "/v1/resume", { instances })).code, 200);
  await master.alived.waitForState("MASTER");
  ok(await a.holds(VIP));
  await master.stop();
  strictEqual(await backup.stop(), 0);
});

/** A program in place of the new daemon that answers so far and no further. */
function impostor(answers: readonly string[], then: string): string {
  return `
const answers = ${JSON.stringify(answers)};
const say = () => {
  const line = answers.shift();
  if (line === undefined) { ${then} }
  else Deno.stdout.writeSync(new TextEncoder().encode(line + "\\n"));
};
say();
for await (const chunk of Deno.stdin.readable) {
  for (const byte of chunk) if (byte === 10) say();
}
`;
}

const PREPARED = JSON.stringify({
  ...{ type: "prepared", handOver: 1, version: "9.9.9" },
  routers: ['["VI_1","eth0","ipv4",3,51]'],
});
const ARMED = JSON.stringify({ type: "armed" });
const HANG = "return;";

Deno.test("restart: whatever becomes of the new daemon, the old one goes on", async () => {
  await using pair = await openPair();
  const { lab, a } = pair;
  const { master, backup } = await start(pair);
  const client = await lab.host("client", "192.0.2.3/24");
  const capture = await Capture.start(lab);
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  const first = master.pid;
  const record = `${runDirectoryOf(a)}/addresses.json`;
  const before = await Deno.readTextFile(record);
  const other = PREPARED.replace('"handOver":1', '"handOver":99');
  const strange = PREPARED.replace("VI_1", "VI_9");
  for (
    const [what, source, why] of [
      ["it has a mistake", "nonsense(", /ended with status 1/],
      ["it ends at once", "Deno.exit(3);", /ended with status 3/],
      [
        "it is of another version",
        impostor([other], HANG),
        /9\.9\.9.*another way/,
      ],
      ["it has other instances", impostor([strange], HANG), /other instances/],
      [
        "it dies when it is to take the locks",
        impostor([PREPARED], "Deno.exit(4);"),
        /status 4/,
      ],
      [
        "it dies with the state",
        impostor([PREPARED, ARMED], "Deno.exit(5);"),
        /status 5/,
      ],
      [
        "it hangs with the state",
        impostor([PREPARED, ARMED], HANG),
        /did not answer within 200 ms/,
      ],
    ] as const
  ) {
    await master.replace(source);
    const outcome = await master.restart();
    ok(!outcome.ok, what);
    match(outcome.why, why, what);
    strictEqual(master.pid, first);
    await sleep(150);
  }
  strictEqual(await Deno.readTextFile(record), before);
  strictEqual(
    (await Deno.readTextFile(`${runDirectoryOf(a)}/alived.pid`)).trim(),
    `${first}`,
  );
  const failed = master.alived.events().filter(({ event, level }) =>
    event === "hand_over" && level === "error"
  );
  strictEqual(failed.length, 7);
  // And then it is restarted all the same.
  await master.putBack();
  await restarted(master);
  await sleep(300);
  const pings = await pinger.stop();
  const { adverts } = await capture.stop();
  // Addresses that had gone for a moment would cost many of them.
  const lost = pings.outages.reduce((sum, { lost }) => sum + lost, 0);
  ok(lost < 10, `${lost} pings were lost`);
  const priorities = new Set(adverts.map(({ priority }) => priority));
  deepStrictEqual(priorities, new Set([150]));
  deepStrictEqual(backup.states(), ["BACKUP"]);
  await master.stop();
});

Deno.test("restart with a mistake in the file is refused, with other instances it is a reload first", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const { master, backup } = await start(pair);
  const { file } = master.alived;
  await Deno.writeTextFile(file, "nonsense");
  const refused = await master.restart();
  match(refused.ok ? "" : refused.why, /configuration cannot be used/);
  const more = instance({
    ...{ ...QUIET, name: "VI_2", virtual_router_id: 52 },
    virtual_ips: ["192.0.2.101/24"],
  });
  await Deno.writeTextFile(
    file,
    configuration([{ ...MASTER, priority: 160 }, more]),
  );
  await restarted(master);
  await master.alived.waitForState("MASTER", { instance: "VI_2" });
  ok(await a.holds("192.0.2.101"));
  deepStrictEqual(backup.states(), ["BACKUP"]);
  deepStrictEqual(master.alived.states(), ["BACKUP", "MASTER"]);
  // Settings alone come into force with the new daemon.
  await Deno.writeTextFile(
    file,
    configuration([{ ...MASTER, priority: 170 }, more]),
  );
  await restarted(master);
  await until(
    () =>
      pair.watch.adverts(a.address).some(({ priority }) => priority === 170),
    { what: "an advert of the new priority" },
  );
  deepStrictEqual(backup.states(), ["BACKUP"]);
  await master.stop();
});

Deno.test("a stop during a restart stops, whoever is asked", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const { master, backup } = await start(pair);
  // To the old one while the new one comes up: both end.
  await master.replace(impostor([], HANG));
  const restart = master.restart().catch(() => {});
  const { pid } = await master.alived.waitForEvent(({ event }) =>
    event === "hand_over"
  );
  Deno.kill(master.pid, "SIGTERM");
  await until(() => !master.lives && !isAlive(pid ?? 0), { what: "their end" });
  await restart;
  strictEqual(await a.holds(VIP), false);
  await backup.waitForState("MASTER");
  strictEqual(await backup.stop(), 0);
});

Deno.test("a stop of the new daemon alone leaves the old one as it is", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const { master, backup } = await start(pair);
  const restart = master.restart();
  const { pid } = await master.alived.waitForEvent(({ event }) =>
    event === "hand_over"
  );
  Deno.kill(pid ?? 0, "SIGTERM");
  const outcome = await restart;
  ok(!outcome.ok, "it took over");
  ok(await a.holds(VIP));
  deepStrictEqual(backup.states(), ["BACKUP"]);
  await master.stop();
});

Deno.test("a stop while nobody serves is the new daemon's to do", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const { master, backup } = await start(pair);
  const restart = master.restart();
  // As soon as the old one is quiet.
  const { pid } = await master.alived.waitForEvent(({ event }) =>
    event === "took_over"
  );
  Deno.kill(pid ?? 0, "SIGTERM");
  await restart;
  await until(() => !isAlive(pid ?? 0), { what: "the end of the new daemon" });
  strictEqual(await a.holds(VIP), false);
  await backup.waitForState("MASTER");
  strictEqual(await backup.stop(), 0);
});

Deno.test("a killed old daemon that had not handed over is undone by the new one or nobody", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const { master, backup } = await start(pair);
  const restart = master.restart().catch(() => {});
  const { pid } = await master.alived.waitForEvent(({ event }) =>
    event === "hand_over"
  );
  Deno.kill(master.pid, "SIGKILL");
  await restart;
  await until(() => !isAlive(pid ?? 0), { what: "the end of the new daemon" });
  await backup.waitForState("MASTER");
  strictEqual(await a.holds(VIP), false);
  strictEqual(await backup.stop(), 0);
});

Deno.test("the service manager is told of the new daemon, and of nothing twice", async () => {
  await using pair = await openPair();
  const { lab, a } = pair;
  const manager = await FakeServiceManager.start(a, { watchdog: 2_000 });
  const { env } = manager;
  const daemon = await Restartable.start(lab, a, configuration([MASTER]), {
    env: { ...env, WATCHDOG_PID: "1" },
  });
  await daemon.alived.waitForState("MASTER");
  deepStrictEqual(manager.notices("WATCHDOG"), []);
  await restarted(daemon);
  const { pid } = daemon;
  const { time } = await manager.told(`MAINPID=${pid}`);
  // The watchdog is the new one's, and fed by it.
  await manager.told("WATCHDOG=1", { after: time });
  await manager.told("STATUS=VI_1 MASTER", { after: time });
  deepStrictEqual(
    manager.notices().map(({ text }) => text.split("=")[0])
      .filter((key) => key !== "STATUS" && key !== "WATCHDOG"),
    ["READY", "MAINPID"],
  );
  await daemon.stop();
  await manager.told("STOPPING=1");
});
