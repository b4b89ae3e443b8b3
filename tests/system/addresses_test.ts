/**
 * Whose an address is: alived's own come and go, all others stay.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Lab } from "../lab/lab.ts";
import { VIP } from "../lab/router.ts";
import { sleep, until } from "../lab/wait.ts";
import { Watch } from "../lab/watch.ts";

const FAST = { version: 3, interval: 0.1 } as const;
const SLOW = { version: 3, interval: 10 } as const;

Deno.test("virtual addresses have the prefix they are given and are gone after the stop", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const vips = [`${VIP}/24`, "198.51.100.1/32", "203.0.113.5/28"];
  const master = await Alived.start(a, { ...FAST, vips });
  await master.waitForState("MASTER");
  deepStrictEqual(
    (await a.addresses()).toSorted(),
    ["192.0.2.1/24", ...vips].toSorted(),
  );
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("what a killed daemon left behind is removed at the next start", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const killed = await Alived.start(a, FAST);
  await killed.waitForState("MASTER");
  await killed.crash();
  ok(await a.holds(VIP));
  const next = await Alived.start(a, SLOW);
  await next.waitForState("BACKUP");
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
  ok(next.events().some(({ event }) => event === "left_over"));
  strictEqual(await next.stop(), 0);
});

Deno.test("an owner adopts what it left behind when it was killed", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const killed = await Alived.start(a, { ...FAST, priority: 255 });
  await killed.waitForState("MASTER");
  await killed.crash();
  const monitor = a.spawn(["ip", "-oneline", "monitor", "address"]);
  const next = await Alived.start(a, { ...FAST, priority: 255 });
  await next.waitForState("MASTER");
  // What the monitor shows at the latest now came after all of the start.
  await a.exec("ip", "address", "add", "203.0.113.1/32", "dev", "eth0");
  await monitor.waitFor((line) => line.includes("203.0.113.1"));
  ok(!monitor.lines.some((line) => /^Deleted/.test(line)));
  strictEqual(await next.stop(), 0);
  ok(!await a.holds(VIP));
});

Deno.test("an address that was there before is used and never removed", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await a.exec("ip", "address", "add", `${VIP}/32`, "dev", "eth0");
  const before = await a.addresses();
  const master = await Alived.start(a, { ...FAST, vips: [`${VIP}/32`] });
  await master.waitForState("MASTER");
  deepStrictEqual(await a.addresses(), before);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), before);
});

Deno.test("an address of somebody else on the interface survives a killed daemon's clean-up", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const killed = await Alived.start(a, FAST);
  await killed.waitForState("MASTER");
  await a.exec("ip", "address", "add", "192.0.2.77/24", "dev", "eth0");
  await killed.crash();
  const next = await Alived.start(a, SLOW);
  await next.waitForState("BACKUP");
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24", "192.0.2.77/24"]);
});

Deno.test("removing a virtual address takes no other of its subnet along", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "198.51.100.1/24");
  const setting = "net/ipv4/conf/eth0/promote_secondaries";
  await a.sysctl("net/ipv4/conf/all/promote_secondaries", "0");
  await a.sysctl(setting, "0");
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  // The kernel makes this one a secondary of the virtual address.
  await a.exec("ip", "address", "add", "192.0.2.50/24", "dev", "eth0");
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["198.51.100.1/24", "192.0.2.50/24"]);
  strictEqual(await a.exec("cat", `/proc/sys/${setting}`), "0\n");
});

Deno.test("adverts follow when the interface gets another address", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const watch = await Watch.start(lab);
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  await a.exec("ip", "address", "add", "192.0.2.9/25", "dev", "eth0");
  await a.exec("ip", "address", "delete", "192.0.2.1/24", "dev", "eth0");
  await watch.advertFrom("192.0.2.9");
  await sleep(300);
  await until(() => master.states().at(-1) === "MASTER");
  strictEqual(watch.adverts(VIP).length, 0);
});
