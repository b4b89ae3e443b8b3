/**
 * The record of held addresses cannot be written: the address is served all
 * the same, and the record is right once it can be.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived, type LogEvent } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import type { Host } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { sleep, until } from "../lab/wait.ts";

/** On a file system of its own, as the host sees it. */
const SMALL = "/run/small";
const SECOND = "192.0.2.101";
const MASTER = configuration([instance({ priority: 150 })]);

/** Mount a file system that has room for a few pages. */
async function mountSmall(host: Host): Promise<void> {
  await host.exec("mkdir", "-p", SMALL);
  await host.exec(
    "mount",
    "-t",
    "tmpfs",
    "-o",
    "size=64k,mode=755",
    "tmpfs",
    SMALL,
  );
}

/** Take all room that is left there. */
async function fill(host: Host): Promise<void> {
  await host.exec(
    ...["sh", "-c", `dd if=/dev/zero of=${SMALL}/ballast bs=4k 2>&1 || :`],
  );
}

/** Give the room back. */
async function empty(host: Host): Promise<void> {
  await host.exec("rm", `${SMALL}/ballast`);
}

/** Whether a record in a directory of the host names an address. */
async function isRecorded(
  host: Host,
  directory: string,
  address: string,
): Promise<boolean> {
  const text = await host.exec(
    ...["sh", "-c", `cat ${directory}/*.json 2>/dev/null || :`],
  );
  return text.includes(`${address}"`) || text.includes(`${address}/`);
}

/** The warnings about a full file system. */
function warnings(alived: Alived): LogEvent[] {
  return alived.events().filter(({ level, message }) =>
    level === "warning" && /ENOSPC|no space/i.test(message)
  );
}

Deno.test("a run directory without room does not keep a backup from serving", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  await mountSmall(a);
  const peer = await Alived.start(b, MASTER);
  await peer.waitForState("MASTER");
  const alived = await Alived.start(
    a,
    configuration([instance()]),
    { runDirectory: SMALL },
  );
  await alived.waitForState("BACKUP");
  await fill(a);
  strictEqual(await peer.stop(), 0);
  await alived.waitForState("MASTER");
  await sleep(2_500);
  deepStrictEqual(alived.states(), ["BACKUP", "MASTER"]);
  ok(await a.holds(VIP));
  strictEqual(warnings(alived).length, 1);
  await empty(a);
  await until(() => isRecorded(a, SMALL, VIP), {
    what: "the address in the record",
  });
  strictEqual(await alived.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("a run directory that is full at the start keeps nobody from serving", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  await mountSmall(a);
  await fill(a);
  const peer = await Alived.start(b, configuration([instance()]));
  await peer.waitForState("MASTER");
  const alived = await Alived.start(a, MASTER, { runDirectory: SMALL });
  await alived.waitForState("MASTER");
  await sleep(2_500);
  deepStrictEqual(alived.states(), ["BACKUP", "MASTER"]);
  deepStrictEqual(peer.states(), ["BACKUP", "MASTER", "BACKUP"]);
  ok(await a.holds(VIP));
  strictEqual(await alived.stop(), 0);
  ok(!await a.holds(VIP));
});

Deno.test("what a dead daemon left goes though its run directory is full", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  await mountSmall(a);
  const dead = await Alived.start(a, MASTER, { runDirectory: SMALL });
  await dead.waitForState("MASTER");
  await until(() => isRecorded(a, SMALL, VIP), { what: "the record" });
  await dead.crash();
  await fill(a);
  const peer = await Alived.start(b, MASTER);
  await peer.waitForState("MASTER");
  ok(await a.holds(VIP));
  const next = await Alived.start(
    a,
    configuration([instance()]),
    { runDirectory: SMALL },
  );
  await next.waitForState("BACKUP");
  await until(async () => !await a.holds(VIP), { what: "its removal" });
  strictEqual(await next.stop(), 0);
});

Deno.test("a run directory that is removed under a master costs no address", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const runDirectory = `${a.directory}/run-of-its-own`;
  const master = await Alived.start(a, MASTER, { runDirectory });
  await master.waitForState("MASTER");
  await Deno.remove(runDirectory, { recursive: true });
  const vips = [`${VIP}/24`, `${SECOND}/24`];
  await reload(
    master,
    configuration([instance({ priority: 150, virtual_ips: vips })]),
  );
  await until(() => a.holds(SECOND), { what: "the new address" });
  await sleep(1_500);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  ok(await a.holds(VIP) && await a.holds(SECOND));
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("a record that finds no room is never cut short", async () => {
  await using pair = await openPair();
  const { a } = pair;
  await mountSmall(a);
  // Two pages of record at first; the third does not fit any more.
  const vips = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `192.0.2.${20 + i}/32`);
  const withVips = (count: number): string =>
    configuration([instance({ virtual_ips: vips(count) })]);
  const options = { runDirectory: SMALL };
  const master = await Alived.start(a, withVips(10), options);
  await master.waitForState("MASTER");
  await until(() => isRecorded(a, SMALL, "192.0.2.20"), {
    what: "the first record",
  });
  await fill(a);
  // Exactly one page for a record of several.
  await a.exec("truncate", "--size=-4096", `${SMALL}/ballast`);
  await reload(master, withVips(200));
  await until(() => a.holds("192.0.2.219"), { what: "the last address" });
  const text = await a.exec("sh", "-c", `cat ${SMALL}/*.json`);
  ok(typeof JSON.parse(text) === "object", "the record is cut short");
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  await empty(a);
  await until(() => isRecorded(a, SMALL, "192.0.2.219"), {
    what: "the last address in the record",
  });
});
