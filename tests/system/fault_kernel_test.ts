/**
 * A kernel that is busy, poor or loses events: what alived holds is what it
 * was told to hold, and a FAULT ends with its cause.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  addIdleLinks,
  countHeld,
  manyAddresses,
  shownAddresses,
} from "../lab/addresses.ts";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import { Lab } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { Pinger } from "../lab/pinger.ts";
import { VIP } from "../lab/router.ts";
import { now, sleep, until } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;
/** Enough for any buffer of events that a daemon would ask for by default. */
const FLOOD = 3_000;
const MANY = 600;

Deno.test("events that were lost with a link that went and came do not leave a FAULT", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  await addIdleLinks(a, { eth1: "198.51.100.1/24" });
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  master.program.kill("SIGSTOP");
  await a.batch([
    "link set eth0 down",
    ...manyAddresses(FLOOD, 1).map((ip) => `address add ${ip} dev eth1`),
    "link set eth0 up",
  ]);
  master.program.kill("SIGCONT");
  await sleep(1_000);
  await watch.advertFrom(a.address, { after: now(), within: 5_000 });
  await master.waitForState("MASTER", { within: 1_000 });
  await until(() => a.holds(VIP), { what: "the address" });
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("600 addresses that are flushed again and again are all back", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const vips = manyAddresses(MANY, 1);
  const keys = { excluded_virtual_ips: vips };
  const master = await Alived.start(a, configuration([instance(keys)]));
  await master.waitForState("MASTER");
  const held = (): Promise<boolean> =>
    countHeld(a, vips).then((count) => count === MANY);
  await until(held, { what: "all addresses at first" });
  // Their going and their coming back are more events than a buffer holds, and
  // which of them are lost is a matter of chance.
  for (let round = 0; round < 14; round++) {
    // It gives up where they come back faster than it takes them away.
    const flush = "ip address flush to 10.0.0.0/8 dev eth0 || :";
    await a.exec("sh", "-c", flush);
    await sleep(600);
  }
  await until(held, { within: 5_000, what: "all addresses are back" });
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
});

Deno.test("an address that goes among other events is back when they end", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await addIdleLinks(a, { eth1: "198.51.100.1/24" });
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  // However many times events are read until none comes: once it is the last.
  for (let round = 0; round < 120; round++) {
    const noise = manyAddresses(10 + round % 60, 1);
    await a.batch([
      `address delete ${VIP}/24 dev eth0`,
      ...noise.map((ip) => `address add ${ip} dev eth1`),
      ...noise.map((ip) => `address delete ${ip} dev eth1`),
    ]);
    await until(() => a.holds(VIP), {
      within: 3_000,
      what: `the address after round ${round}`,
    });
  }
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
});

Deno.test("reload: another prefix is what the kernel then has without a lost ping, another scope or label with one gap at most", async () => {
  await using pair = await openPair();
  const { lab, a } = pair;
  const client = await lab.host("client", "192.0.2.3/24");
  const withVip = (vip: unknown): string =>
    configuration([instance({ virtual_ips: [vip] })]);
  const master = await Alived.start(a, withVip(`${VIP}/32`));
  await master.waitForState("MASTER");
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  const label = { address: `${VIP}/24`, label: "eth0:web" };
  // Addresses of one subnet have one scope: this one has its own.
  const scope = { address: `${VIP}/32`, scope: "link" };
  const changes = [
    [`${VIP}/24`, [24, "global", "eth0"], 0],
    // The kernel has one address and prefix once: it is away for a moment.
    [label, [24, "global", "eth0:web"], 1],
    [`${VIP}/32`, [32, "global", "eth0"], 0],
    [scope, [32, "link", "eth0"], 1],
  ] as const;
  for (const [vip, expected, gaps] of changes) {
    const since = now();
    await reload(master, withVip(vip));
    await sleep(300);
    const { outages } = pinger.report();
    const seen = outages.filter(({ to }) => to > since);
    ok(seen.length <= gaps, JSON.stringify([vip, seen]));
    deepStrictEqual(
      (await shownAddresses(a, "eth0")).filter(({ local }) => local === VIP)
        .map(({ prefixlen, scope, label }) => [prefixlen, scope, label]),
      [expected],
    );
  }
  await pinger.stop();
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("reload: an address that moves to another link is there and nowhere else", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await addIdleLinks(a, { eth1: "198.51.100.1/24" });
  const vip = "198.51.100.100";
  const on = (link: string): string =>
    configuration([
      instance({ virtual_ips: [{ address: `${vip}/32`, interface: link }] }),
    ]);
  const master = await Alived.start(a, on("eth0"));
  await master.waitForState("MASTER");
  await reload(master, on("eth1"));
  await sleep(300);
  const held = async (link: string): Promise<boolean> =>
    (await shownAddresses(a, link)).some(({ local }) => local === vip);
  deepStrictEqual([await held("eth0"), await held("eth1")], [false, true]);
  strictEqual(await master.stop(), 0);
  deepStrictEqual([await held("eth0"), await held("eth1")], [false, false]);
});

Deno.test("a FAULT for want of descriptors is named, and ends when there are some again", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  const pid = `--pid=${master.program.pid}`;
  const limit = await a.exec(
    ...["prlimit", pid, "--nofile", "--noheadings", "--output=SOFT"],
  );
  await a.exec("prlimit", pid, "--nofile=8:");
  await a.unwire();
  await master.waitForState("FAULT");
  await a.wire();
  // Nothing happens to the link any more when descriptors are back.
  await sleep(3_000);
  await a.exec("prlimit", pid, `--nofile=${limit.trim()}:`);
  await master.waitForState("MASTER", { within: 5_000 });
  ok(await a.holds(VIP));
  const named = master.events().some(({ message, reason = "" }) =>
    /EMFILE|too many open files|descriptors/i.test(`${message} ${reason}`)
  );
  ok(named, "the want of descriptors is not in the log");
});

Deno.test("a new MAC address is announced at once", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const garp = { delay: "0s", refresh: "60s" };
  const master = await Alived.start(a, configuration([instance({ garp })]));
  await master.waitForState("MASTER");
  await sleep(300);
  const mac = "02:00:5e:10:00:07";
  await a.exec("ip", "link", "set", "eth0", "address", mac);
  const seen = await watch.garpFrom(mac, { within: 3_000 });
  strictEqual(seen.address, VIP);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
});

Deno.test("an IPv6 virtual IP does not become the host's own source address", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const keys = { excluded_virtual_ips: ["2001:db8::100/64"] };
  const master = await Alived.start(a, configuration([instance(keys)]));
  await master.waitForState("MASTER");
  const shown = await shownAddresses(a, "eth0");
  deepStrictEqual(
    shown.filter(({ local }) => local === "2001:db8::100")
      .map(({ preferred_life_time: seconds }) => seconds),
    [0],
  );
});

Deno.test("an IPv6 virtual IP is preferred where it is told to be", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const vip = { address: "2001:db8::100/64", preferred: true };
  const keys = { excluded_virtual_ips: [vip] };
  const master = await Alived.start(a, configuration([instance(keys)]));
  await master.waitForState("MASTER");
  const shown = await shownAddresses(a, "eth0");
  ok(
    shown.some(({ local, preferred_life_time: seconds }) =>
      local === "2001:db8::100" && seconds > 0
    ),
  );
});
