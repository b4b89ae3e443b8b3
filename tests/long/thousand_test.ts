/**
 * A thousand instances over four links start, reload and stop.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { addIdleLinks, countHeld, manyAddresses } from "../lab/addresses.ts";
import { Alived } from "../lab/alived.ts";
import { configuration, type Keys, reload } from "../lab/configuration.ts";
import { Lab } from "../lab/lab.ts";
import { manyInstances } from "../lab/many.ts";
import { Monitor } from "../lab/monitor.ts";
import { FakeServiceManager } from "../lab/service_manager.ts";
import { now, sleep, until } from "../lab/wait.ts";

const COUNT = 1_000;
const LINKS = ["eth0", "eth1", "eth2", "eth3"];
const PATIENT = { within: 60_000 } as const;

Deno.test("1,000 instances with 4 addresses each start, reload and stop", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await addIdleLinks(a, {
    ...{ eth1: "198.51.100.1/24", eth2: "203.0.113.1/24" },
    eth3: "198.18.0.1/24",
  });
  const manager = await FakeServiceManager.start(a);
  const vips = manyAddresses(4 * COUNT, 1);
  const keys = { advert_interval: "1s", garp: { repeat: 1, delay: "0s" } };
  const withKeys = (more: Keys = {}): Keys[] =>
    manyInstances(COUNT, LINKS, vips, { ...keys, ...more });
  const isHeld = (count: number): Promise<true> =>
    until(async () => await countHeld(a, vips) === count, {
      ...PATIENT,
      what: `${count} addresses`,
    });
  const { env } = manager;
  const alived = await Alived.start(a, configuration(withKeys()), { env });
  await manager.told("READY=1", PATIENT);
  await isHeld(vips.length);
  // What is changed in place keeps its addresses.
  const monitor = await Monitor.start(a);
  const apply = async (instances: readonly Keys[]): Promise<void> => {
    strictEqual((await reload(alived, configuration(instances))).level, "info");
  };
  const told = now();
  await apply(withKeys({ priority: 120 }));
  await sleep(5_000);
  const gone = monitor.addresses()
    .filter((event) => event.gone && event.time > told);
  deepStrictEqual(gone, []);
  await isHeld(vips.length);
  // A quarter goes and comes back.
  await apply(withKeys({ priority: 120 }).filter((_, i) => i % 4 !== 3));
  await isHeld(vips.length * 3 / 4);
  await apply(withKeys());
  await isHeld(vips.length);
  strictEqual(await alived.stop(), 0);
  strictEqual(await countHeld(a, vips), 0);
});
