/**
 * The program as a process: what it refuses to run with, and its signals.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, alivedCommand } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { Lab } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { alivedYaml, VIP } from "../lab/router.ts";
import { now, sleep } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;

Deno.test("a second daemon of the same run directory is refused with the pid of the first", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const first = await Alived.start(a, FAST);
  await first.waitForState("MASTER");
  const second = await Alived.start(a, FAST);
  const { code } = await second.program.ended;
  strictEqual(code, 1);
  match(
    second.program.lines.join("\n"),
    new RegExp(`\\b${first.program.pid}\\b`),
  );
  strictEqual(first.states().at(-1), "MASTER");
  ok(await a.holds(VIP));
  strictEqual(await first.stop(), 0);
});

Deno.test("without its capabilities it says in one sentence which are missing", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const alived = await Alived.start(a, FAST, {
    through: ["setpriv", "--inh-caps=-all", "--bounding-set=-all"],
  });
  const { code } = await alived.program.ended;
  strictEqual(code, 1);
  strictEqual(alived.program.lines.length, 1);
  match(alived.program.lines[0] ?? "", /CAP_NET_ADMIN.*CAP_NET_RAW/);
});

Deno.test("a configuration that cannot be read is named, exit 2", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  for (const path of ["/nonexistent/alived.yaml", "/"]) {
    const program = a.spawn(alivedCommand("run", "-c", path));
    strictEqual((await program.ended).code, 2);
    match(program.lines.join("\n"), new RegExp(`"${path}"`));
  }
});

Deno.test("a configuration with mistakes is not run, exit 2", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const mistaken = alivedYaml({ version: 3, password: "secret12" });
  const alived = await Alived.start(a, mistaken);
  strictEqual((await alived.program.ended).code, 2);
  match(alived.program.lines.join("\n"), /:\d+:\d+ .*auth_type/);
  ok(!await a.holds(VIP));
});

Deno.test("a mistyped command is no run, exit 2", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const program = a.spawn(alivedCommand("chekc"));
  strictEqual((await program.ended).code, 2);
  match(program.lines.join("\n"), /check/);
});

Deno.test("SIGHUP with a mistake in the file changes nothing", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  await Deno.writeTextFile(master.file, alivedYaml({ ...FAST, priority: 999 }));
  const from = master.program.lines.length;
  master.program.kill("SIGHUP");
  await master.waitForEvent(({ level }) => level === "error", { from });
  const told = now();
  await sleep(500);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  const later = watch.adverts(a.address).filter(({ time }) => time > told);
  ok(later.length >= 2);
  ok(later.every(({ priority }) => priority === 100));
  strictEqual(await master.stop(), 0);
});

Deno.test("SIGHUP with the same file touches no instance", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  // Announced once, and no more by itself.
  const garp = { repeat: 3, delay: "0s", refresh: "0s" };
  const master = await Alived.start(a, configuration([instance({ garp })]));
  await master.waitForState("MASTER");
  const monitor = a.spawn(["ip", "-oneline", "monitor", "address"]);
  const from = master.program.lines.length;
  master.program.kill("SIGHUP");
  await master.waitForEvent(({ event }) => event === "reload", { from });
  await sleep(500);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  deepStrictEqual(monitor.lines, []);
  const garps = watch.sightings().filter(({ kind }) => kind === "garp");
  strictEqual(garps.length, 3);
  strictEqual(await master.stop(), 0);
});

Deno.test("SIGHUP with another priority is heard at once", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const master = await Alived.start(a, { ...FAST, priority: 150 });
  const backup = await Alived.start(b, { ...FAST, priority: 100 });
  await master.waitForState("MASTER");
  await Deno.writeTextFile(master.file, alivedYaml({ ...FAST, priority: 50 }));
  master.program.kill("SIGHUP");
  await backup.waitForState("MASTER");
  await master.waitForState("BACKUP");
  ok(!await a.holds(VIP));
  ok(await b.holds(VIP));
});

Deno.test("SIGINT stops in order as SIGTERM does", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  strictEqual(await master.program.stop("SIGINT"), 0);
  ok(!await a.holds(VIP));
  await watch.resignationOf(a.address);
});
