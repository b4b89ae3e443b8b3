/**
 * Many instances and large ones: each has its promotion and its addresses, and
 * what the core and the side say to each other fits.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { addIdleLinks, countHeld, manyAddresses } from "../lab/addresses.ts";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import { Lab } from "../lab/lab.ts";
import { manyInstances } from "../lab/many.ts";
import { openPair, report } from "../lab/pair.ts";
import { noScripts } from "../lab/real_root.ts";
import { VIP } from "../lab/router.ts";
import { writeScript } from "../lab/scripts.ts";
import { FakeServiceManager } from "../lab/service_manager.ts";
import { now, sleep, until } from "../lab/wait.ts";

const PATIENT = { within: 30_000 } as const;

/** Transitions into a state, of all instances. */
function countInto(alived: Alived, state: string): number {
  return alived.events()
    .filter(({ event, to }) => event === "transition" && to === state).length;
}

Deno.test("200 instances with 20 addresses each are promoted once each and stay", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const vips = manyAddresses(4_000, 1);
  const master = await Alived.start(
    a,
    configuration(manyInstances(200, ["eth0"], vips), {
      global: { log: { level: "info", format: "json" } },
    }),
  );
  await until(() => countInto(master, "MASTER") >= 200, {
    ...PATIENT,
    what: "200 promotions",
  });
  await until(
    async () => await countHeld(a, vips) === vips.length,
    { ...PATIENT, what: "4,000 addresses" },
  );
  await sleep(2_000);
  deepStrictEqual(
    {
      promotions: countInto(master, "MASTER"),
      yields: countInto(master, "BACKUP") - 200,
      stalls: master.events().filter(({ event }) => event === "stall").length,
      held: await countHeld(a, vips),
    },
    { promotions: 200, yields: 0, stalls: 0, held: 4_000 },
  );
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("reload: 3,400 addresses of one instance are one message, and others follow it", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const excluded = manyAddresses(3_400, 1);
  const large = (priority: number): string =>
    configuration([instance({ priority, excluded_virtual_ips: excluded })]);
  const master = await Alived.start(a, large(100));
  await master.waitForState("MASTER", PATIENT);
  await until(
    async () => await countHeld(a, excluded) === excluded.length,
    { ...PATIENT, what: "all addresses" },
  );
  for (const priority of [110, 120]) {
    const told = now();
    strictEqual((await reload(master, large(priority))).level, "info");
    const at = (): boolean =>
      watch.adverts(a.address).some((advert) =>
        advert.time > told && advert.priority === priority
      );
    await until(at, { what: `an advert with priority ${priority}` });
  }
  // A small one behind it, and the end.
  strictEqual(
    (await reload(master, configuration([instance()]))).level,
    "info",
  );
  await until(
    async () => await countHeld(a, excluded) === 0,
    { ...PATIENT, what: "the addresses to go" },
  );
  ok(await a.holds(VIP));
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("505 instances are ready, told of and stopped in order", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await addIdleLinks(a, {
    eth1: "198.51.100.1/24",
    eth2: "203.0.113.1/24",
  });
  const manager = await FakeServiceManager.start(a);
  const script = await writeScript(a, "told.sh", [
    `echo "$ALIVED_INSTANCE" >> ${a.directory}/told`,
  ]);
  const vips = manyAddresses(505, 1);
  const links = ["eth0", "eth1", "eth2"];
  const instances = manyInstances(505, links, vips, {
    advert_interval: "1s",
    garp: { repeat: 1, delay: "0s" },
    notify_master: script,
  });
  const { env } = manager;
  const alived = await Alived.start(a, configuration(instances), { env });
  await manager.told("READY=1", PATIENT);
  await until(
    async () => await countHeld(a, vips) === vips.length,
    { ...PATIENT, what: "all addresses" },
  );
  // Not by the log, which may lose lines of such a burst.
  const told = async (): Promise<string[]> =>
    (await Deno.readTextFile(`${a.directory}/told`).catch(() => ""))
      .split("\n").filter((line) => line !== "").toSorted();
  await until(async () => (await told()).length >= 505, {
    ...PATIENT,
    what: "505 scripts",
  }).catch(() => {});
  deepStrictEqual(await told(), instances.map(({ name }) => name).toSorted());
  strictEqual(await alived.stop(), 0);
  strictEqual(await countHeld(a, vips), 0);
});
