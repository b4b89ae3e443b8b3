/**
 * The daemon is killed or stopped and can remove nothing: the kernel does, and
 * the daemon itself when it runs again.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { Monitor } from "../lab/monitor.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { Pinger } from "../lab/pinger.ts";
import { VIP } from "../lab/router.ts";
import { now, sleep, until } from "../lab/wait.ts";

const VIP6 = "2001:db8::100";
const LEASE = { global: { vip_lease: "3s" } };

/** Whether `eth0` has an address of either family, whatever its scope. */
async function has(host: Host, address: string): Promise<boolean> {
  const text = await host.exec("ip", "-oneline", "address", "show", "eth0");
  return text.includes(` ${address}/`);
}

Deno.test("vip_lease: the kernel drops the addresses of a killed daemon, and keepalived's never", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const keepalived = await startKeepalived(b, {
    ...{ version: 3, interval: 0.1, vrid: 52, vips: ["192.0.2.101/24"] },
  });
  const monitor = await Monitor.start(a);
  const alived = await Alived.start(
    a,
    configuration([
      instance({ excluded_virtual_ips: [`${VIP6}/64`] }),
    ], LEASE),
  );
  await alived.waitForState("MASTER");
  await keepalived.waitForLog("Entering MASTER STATE");
  // Past a renewal, which a third of the lease brings.
  await sleep(1_200);
  ok(await has(a, VIP) && await has(a, VIP6));
  const killed = now();
  await Promise.all([alived.crash(), keepalived.crash()]);
  for (const address of [VIP, VIP6]) {
    const { time } = await monitor.waitFor(address, true);
    report(`${address} gone ${ms(time - killed)} after SIGKILL, lease 3 s`);
    ok(time - killed < 5_000);
    ok(time - killed > 1_000, "gone before its lease ended");
  }
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
  await sleep(Math.max(0, killed + 5_500 - now()));
  ok(await b.holds("192.0.2.101"));
  report("keepalived's address is still there 5.5 s after SIGKILL");
});

Deno.test("vip_lease: renewals take nothing away and announce nothing", async () => {
  await using pair = await openPair();
  const { lab, a, watch } = pair;
  const client = await lab.host("client", "192.0.2.3/24");
  const monitor = await Monitor.start(a);
  const garp = { repeat: 1, delay: "0s", refresh: "0s" };
  const alived = await Alived.start(
    a,
    configuration([
      instance({ garp, excluded_virtual_ips: [`${VIP6}/64`] }),
    ], LEASE),
  );
  await alived.waitForState("MASTER");
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  await sleep(5_000);
  const { received, outages } = await pinger.stop();
  const heard = [...monitor.addresses(VIP), ...monitor.addresses(VIP6)];
  const lost = outages.reduce((sum, outage) => sum + outage.lost, 0);
  report(
    `${lost} of ${received + lost} pings lost in 5 s of a lease of 3 s; ` +
      `${heard.length} address events`,
  );
  deepStrictEqual(outages, []);
  ok(heard.length >= 8, "the addresses were not renewed");
  ok(heard.every(({ gone }) => !gone));
  strictEqual(
    watch.sightings().filter(({ kind }) => kind === "garp").length,
    1,
  );
  deepStrictEqual(alived.states(), ["BACKUP", "MASTER"]);
  ok(!alived.events().some(({ level }) => level === "warning"));
  strictEqual(await alived.stop(), 0);
});

Deno.test("killed and started again it removes its left-overs before it takes part", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const keys = { excluded_virtual_ips: [`${VIP6}/64`] };
  const master = configuration([instance({ ...keys, priority: 150 })]);
  const killed = await Alived.start(a, master);
  await killed.waitForState("MASTER");
  const backup = await Alived.start(b, configuration([instance(keys)]));
  await backup.waitForState("BACKUP");
  await killed.crash();
  await backup.waitForState("MASTER");
  ok(await has(a, VIP) && await has(a, VIP6));
  const monitor = await Monitor.start(a);
  const started = now();
  const next = await Alived.start(
    a,
    configuration([instance({ ...keys, priority: 150, preempt: false })]),
  );
  await next.waitForState("BACKUP");
  // Before it took part, so they are gone by now.
  ok(!await has(a, VIP) && !await has(a, VIP6));
  const events = next.events();
  const first = Date.parse(events[0]?.time ?? "");
  for (const address of [VIP, VIP6]) {
    const gone = await monitor.waitFor(address, true);
    report(
      `${address} of the killed daemon gone ${ms(gone.time - first)} after ` +
        "the first line of the next",
    );
  }
  await sleep(500);
  ok(!await has(a, VIP) && await has(b, VIP));
  deepStrictEqual(next.states(), ["BACKUP"]);
  deepStrictEqual(
    watch.adverts(a.address).filter(({ time }) => time > started),
    [],
  );
});

Deno.test("stopped for longer than its lease a master listens before it serves again", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const monitor = await Monitor.start(a);
  const alived = await Alived.start(
    a,
    configuration([instance({ advert_interval: "500ms" })], LEASE),
  );
  await alived.waitForState("MASTER");
  const stopped = now();
  alived.program.kill("SIGSTOP");
  const gone = await monitor.waitFor(VIP, true);
  report(`${VIP} gone ${ms(gone.time - stopped)} after SIGSTOP, lease 3 s`);
  ok(gone.time - stopped < 5_000);
  const continued = now();
  alived.program.kill("SIGCONT");
  const { time } = await monitor.waitFor(VIP, false, { after: continued });
  report(`served again ${ms(time - continued)} after SIGCONT`);
  // One interval and the skew time of priority 100.
  ok(time - continued > 700, "served before it listened");
  await until(() => alived.states().length === 4);
  deepStrictEqual(alived.states(), ["BACKUP", "MASTER", "BACKUP", "MASTER"]);
  ok(alived.events().some(({ event }) => event === "stall"));
  strictEqual(await alived.stop(), 0);
});

Deno.test("stopped for long a master gives way to who took over, without a word", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const options = { version: 3, interval: 0.1 } as const;
  const stopped = await Alived.start(a, {
    ...options,
    priority: 150,
    preempt: false,
  });
  await stopped.waitForState("MASTER");
  const next = await Alived.start(b, options);
  await next.waitForState("BACKUP");
  stopped.program.kill("SIGSTOP");
  await next.waitForState("MASTER");
  const continued = now();
  stopped.program.kill("SIGCONT");
  await stopped.waitForState("BACKUP");
  await until(async () => !await a.holds(VIP));
  await sleep(500);
  deepStrictEqual(stopped.states(), ["BACKUP", "MASTER", "BACKUP"]);
  deepStrictEqual(
    watch.adverts(a.address).filter(({ time }) => time > continued),
    [],
  );
  deepStrictEqual(next.states(), ["BACKUP", "MASTER"]);
  ok(await b.holds(VIP));
});
