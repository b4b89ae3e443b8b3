/**
 * Peers that are cut off and come back, that own the address, or that lie
 * about where they are.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { send } from "../lab/injector.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { FIRST, move, openSecond, SECOND } from "../lab/segments.ts";
import { now, sleep, until } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;
const LOWER_ADVERT = "forcing new election";

/** A setting of eth0 below /proc/sys/net/ipv4. */
async function settingOf(host: Host, name: string): Promise<string> {
  const path = `/proc/sys/net/ipv4/conf/eth0/${name}`;
  return (await host.exec("cat", path)).trim();
}

/** What a host's packet filter does with every advert that it sends. */
async function filterOutput(host: Host, verdict: string): Promise<void> {
  const chain = "{ type filter hook output priority 0; }";
  await host.exec("nft", "add table ip lab");
  await host.exec("nft", `add chain ip lab out ${chain}`);
  await host.exec("nft", `add rule ip lab out ip protocol 112 ${verdict}`);
}

Deno.test("beside the owner that comes back a master gives way, and leaves no setting behind", async () => {
  await using lab = await Lab.open();
  await openSecond(lab);
  const a = await lab.host("a", "192.0.2.1/24");
  const owner = await lab.host("owner", `${VIP}/24`);
  const first = await Alived.start(owner, { ...FAST, priority: 255 });
  await first.waitForState("MASTER");
  const vips = [`${VIP}/32`];
  strictEqual(await settingOf(a, "accept_local"), "0");
  const other = await Alived.start(a, { ...FAST, vips });
  await other.waitForState("BACKUP");
  await move(lab, [owner], SECOND);
  await other.waitForState("MASTER");
  await sleep(500);
  await move(lab, [owner], FIRST);
  await other.waitForState("BACKUP", { within: 3_000 });
  await until(async () => !await a.holds(VIP), { what: "the address to go" });
  await sleep(500);
  deepStrictEqual(other.states(), ["BACKUP", "MASTER", "BACKUP"]);
  deepStrictEqual(first.states(), ["MASTER"]);
  // Once more as master, and stopped as that.
  await move(lab, [owner], SECOND);
  await other.waitForState("MASTER");
  strictEqual(await other.stop(), 0);
  strictEqual(await settingOf(a, "accept_local"), "0");
});

Deno.test("after a partition clients have the winner's MAC, though the loser says nothing", async () => {
  await using lab = await Lab.open();
  await openSecond(lab);
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  const client = await lab.host("client", "192.0.2.9/24");
  // It does not ask again by itself for as long as the test takes.
  await client.sysctl("net/ipv4/neigh/eth0/base_reachable_time_ms", "3600000");
  // Nor is it told by the second burst of a new master.
  const keys = { priority: 150, garp: { delay: "0s" } };
  const winner = await Alived.start(a, configuration([instance(keys)]));
  await winner.waitForState("MASTER");
  const loser = await startKeepalived(b, FAST);
  await loser.waitForLog("Entering BACKUP STATE");
  const rest = [b, client];
  await move(lab, rest, SECOND);
  await loser.waitForLog("Entering MASTER STATE");
  await client.exec("ping", "-c", "1", "-W", "2", VIP);
  const macOf = async (host: Host): Promise<string> =>
    (await host.exec("cat", "/sys/class/net/eth0/address")).trim();
  const known = async (): Promise<string> =>
    await client.exec("ip", "neighbour", "show", VIP, "dev", "eth0");
  ok((await known()).includes(await macOf(b)));
  await sleep(1_500);
  // The winner's advert crosses first: the loser's are held back.
  await filterOutput(b, "drop");
  const mac = await macOf(a);
  await move(lab, rest, FIRST);
  await until(async () => (await known()).includes(mac), {
    within: 6_000,
    what: "the winner's MAC at the client",
  });
  deepStrictEqual(winner.states(), ["BACKUP", "MASTER"]);
  const yielded = loser.program.lines
    .filter((line) => line.includes("Entering BACKUP STATE"));
  strictEqual(yielded.length, 2);
});

Deno.test("keepalived that preempts hears no last word of the master that gives way", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  const peer = await startKeepalived(b, { ...FAST, priority: 150 });
  await peer.waitForLog("Entering MASTER STATE");
  await master.waitForState("BACKUP");
  await sleep(500);
  deepStrictEqual(
    peer.program.lines.filter((line) => line.includes(LOWER_ADVERT)),
    [],
  );
});

Deno.test("a master that gives way has a last word where it is told to", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const keys = { higher_prio_send_advert: true };
  const master = await Alived.start(a, configuration([instance(keys)]));
  await master.waitForState("MASTER");
  const peer = await startKeepalived(b, { ...FAST, priority: 150 });
  await peer.waitForLog("Entering MASTER STATE");
  await master.waitForState("BACKUP");
  await peer.waitForLog(LOWER_ADVERT, { within: 3_000 });
});

Deno.test("adverts from where no host can be are dropped for their source", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  // The kernel itself drops some of these, by its settings.
  for (const link of ["all", "eth0"]) {
    await a.sysctl(`net/ipv4/conf/${link}/rp_filter`, "0");
  }
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  const from = now();
  const forged = { version: 3, interval: 10, priority: 200 } as const;
  for (const source of ["192.0.2.255", "240.0.0.1"]) {
    await send(b, [{ ...forged, source }], { count: 7 });
  }
  // One from a multicast address is the kernel's to drop, and none of ours.
  await send(b, [{ ...forged, source: "224.0.0.5" }], { count: 7 });
  // A raw socket gives a datagram from nowhere the host's own address.
  await filterOutput(b, "ip saddr set 0.0.0.0");
  await send(b, [{ ...forged, source: "0.0.0.0" }], { count: 7 });
  await sleep(500);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER", "INIT"]);
  strictEqual(master.counters().received, 0);
  // Counted for the instance or, before it is known, for the link.
  const sourceDrops = master.events()
    .filter(({ event }) => event === "counters")
    .map(({ dropped }) => dropped?.source ?? 0);
  strictEqual(sourceDrops.reduce((sum, count) => sum + count, 0), 21);
  ok(
    pair.watch.adverts(a.address).filter(({ time }) => time > from).length > 3,
  );
});
