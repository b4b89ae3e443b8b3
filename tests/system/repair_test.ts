/**
 * Somebody else changes addresses: ours are put back, or removed where they do
 * not belong, and nobody else's is touched.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { Lab } from "../lab/lab.ts";
import { Monitor } from "../lab/monitor.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { runStep } from "../lab/step.ts";
import { now, sleep, until } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;
const SLOW = { version: 3, interval: 10 } as const;
const LEAVE_BEHIND = {
  module: new URL("../lab/kernel_steps.ts", import.meta.url),
  name: "leaveBehind",
};

/** The value that a share of all values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}

Deno.test("an address that somebody removes 100 times is back 100 times, and announced", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const monitor = await Monitor.start(a);
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  const before = watch.sightings().length;
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const after = now();
    await a.exec(
      ...i % 2 === 0
        ? ["ip", "address", "flush", "dev", "eth0", "to", VIP]
        : ["ip", "address", "delete", `${VIP}/24`, "dev", "eth0"],
    );
    const gone = await monitor.waitFor(VIP, true, { after });
    const back = await monitor.waitFor(VIP, false, { after: gone.time });
    times.push(back.time - gone.time);
    // Repairs have a rhythm of their own that is not measured here.
    await sleep(30);
  }
  report(
    `removed address back after ${ms(quantile(times, 0.5))} (median), ` +
      `${ms(quantile(times, 0.95))} (p95), ${ms(quantile(times, 1))} (worst)`,
  );
  ok(quantile(times, 0.5) < 100);
  const garps = watch.sightings().slice(before)
    .filter(({ kind }) => kind === "garp");
  ok(garps.length >= 100, `announced ${garps.length} times only`);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  ok(await a.holds(VIP));
  // Said, but not a hundred times.
  const said = master.events().filter(({ event }) => event === "address_lost");
  ok(said.length >= 1 && said.length < 50);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("who removes an address as fast as it can is not followed in that", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const monitor = await Monitor.start(a);
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  const from = now();
  const deletion = `address delete ${VIP}/24 dev eth0`;
  await a.exec(
    ...["sh", "-c"],
    `yes "${deletion}" | timeout 3 ip -force -batch - 2>&1 | tail -c 1 || :`,
  );
  const seconds = (now() - from) / 1_000;
  const added = monitor.addresses(VIP)
    .filter(({ gone, time }) => !gone && time > from).length;
  const adverts = watch.adverts(a.address).filter(({ time }) => time > from);
  report(
    `${(added / seconds).toFixed(1)} repairs a second under a flood of ` +
      `deletions, and ${(adverts.length / seconds).toFixed(1)} adverts of 10`,
  );
  ok(added >= 10, "not repaired at all");
  ok(added / seconds < 100, "followed every deletion");
  ok(adverts.length / seconds > 5, "adverts stopped");
  await until(() => a.holds(VIP), { what: "the address is back" });
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  const said = master.events().filter(({ event }) => event === "address_lost");
  ok(said.length <= seconds + 2, `said ${said.length} times`);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("a lost primary address is a FAULT, and no repair, until it is back", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const monitor = await Monitor.start(a);
  const master = await Alived.start(a, { ...FAST, priority: 150 });
  await master.waitForState("MASTER");
  const backup = await Alived.start(b, FAST);
  await backup.waitForState("BACKUP");
  for (const [all, faults] of [[false, 1], [true, 2]] as const) {
    const after = now();
    await a.exec(
      ...all
        ? ["ip", "address", "flush", "dev", "eth0"]
        : ["ip", "address", "delete", "192.0.2.1/24", "dev", "eth0"],
    );
    const fault = await master.waitForState("FAULT");
    match(fault.reason ?? "", /address/);
    await backup.waitForState("MASTER");
    report(
      `FAULT ${ms(Date.parse(fault.time) - after)} after ${
        all ? "all addresses were" : "the primary address was"
      } removed`,
    );
    deepStrictEqual(await a.addresses(), []);
    // Repaired it would have been beside the new master's. The kernel itself
    // tells of it as new when it is the first of its subnet, before it goes.
    const vip = monitor.addresses(VIP).filter(({ time }) => time > after);
    strictEqual(vip.findIndex(({ gone }) => gone), vip.length - 1);
    await a.exec("ip", "address", "add", "192.0.2.1/24", "dev", "eth0");
    await master.waitForState("MASTER");
    await backup.waitForState("BACKUP");
    ok(await a.holds(VIP));
    strictEqual(
      master.states().filter((state) => state === "FAULT").length,
      faults,
    );
  }
});

Deno.test("a backup removes an address that an alived left there", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const backup = await Alived.start(a, SLOW);
  await backup.waitForState("BACKUP");
  // With the mark of alived, though this one knows nothing of it: no other can
  // run beside it, but an answer of the kernel may have been lost.
  deepStrictEqual(await runStep(a, LEAVE_BEHIND, { address: VIP }), {
    done: 1,
  });
  await backup.waitForEvent(({ event }) => event === "stray_address");
  await until(async () => !await a.holds(VIP));
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
  deepStrictEqual(backup.states(), ["BACKUP"]);
});

Deno.test("an address of somebody else is never removed, in no state", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  await a.exec("ip", "address", "add", `${VIP}/24`, "dev", "eth0");
  const monitor = await Monitor.start(a);
  const keys = { priority: 150 };
  const foreign = await Alived.start(a, configuration([instance(keys)]));
  await foreign.waitForState("MASTER");
  const better = await Alived.start(b, { ...FAST, priority: 200 });
  await foreign.waitForState("BACKUP");
  await sleep(300);
  await a.exec("ip", "address", "add", "192.0.2.77/24", "dev", "eth0");
  await sleep(300);
  await a.plug(false);
  await foreign.waitForState("FAULT");
  await a.plug(true);
  await foreign.waitForState("BACKUP");
  strictEqual(await better.stop(), 0);
  await foreign.waitForState("MASTER");
  strictEqual(await foreign.stop(), 0);
  deepStrictEqual(monitor.addresses().filter(({ gone }) => gone), []);
  deepStrictEqual(
    (await a.addresses()).toSorted(),
    ["192.0.2.1/24", `${VIP}/24`, "192.0.2.77/24"].toSorted(),
  );
});
