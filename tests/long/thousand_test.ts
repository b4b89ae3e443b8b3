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
import { FakeServiceManager } from "../lab/service_manager.ts";
import { sleep, until } from "../lab/wait.ts";

const COUNT = 1_000;
const LINKS = ["eth0", "eth1", "eth2", "eth3"];
const PATIENT = { within: 60_000 } as const;

/** Instances by the state that the log has for them last. */
function countByState(alived: Alived): Record<string, number> {
  const states = new Map<string, string>();
  for (const { event, instance: name = "", to = "" } of alived.events()) {
    if (event === "transition") states.set(name, to);
  }
  const count: Record<string, number> = {};
  for (const state of states.values()) count[state] = (count[state] ?? 0) + 1;
  return count;
}

/** Transitions into a state, of all instances. */
function countInto(alived: Alived, state: string): number {
  return alived.events()
    .filter(({ event, to }) => event === "transition" && to === state).length;
}

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
  const withKeys = (more: Keys = {}): string =>
    configuration(manyInstances(COUNT, LINKS, vips, { ...keys, ...more }));
  const { env } = manager;
  const alived = await Alived.start(a, withKeys(), { env });
  await manager.told("READY=1", PATIENT);
  const holdsAll = async (): Promise<boolean> =>
    await countHeld(a, vips) === vips.length;
  await until(() => countByState(alived).MASTER === COUNT, {
    ...PATIENT,
    what: "1,000 masters",
  }).catch((error) => {
    throw new Error(
      `${error.message}: ${JSON.stringify(countByState(alived))}`,
    );
  });
  await until(holdsAll, { ...PATIENT, what: "4,000 addresses" });
  // All of them change in place, then one of four goes and comes back.
  strictEqual(
    (await reload(alived, withKeys({ priority: 120 }))).level,
    "info",
  );
  await sleep(5_000);
  deepStrictEqual(countByState(alived), { MASTER: COUNT });
  strictEqual(countInto(alived, "MASTER"), COUNT);
  const fewer = configuration(
    manyInstances(COUNT, LINKS, vips, { ...keys, priority: 120 })
      .filter((_, i) => i % 4 !== 3),
  );
  strictEqual((await reload(alived, fewer)).level, "info");
  await until(
    async () => await countHeld(a, vips) === vips.length * 3 / 4,
    { ...PATIENT, what: "addresses to go" },
  );
  await until(() => countByState(alived).INIT === COUNT / 4, PATIENT);
  strictEqual((await reload(alived, withKeys())).level, "info");
  await until(holdsAll, { ...PATIENT, what: "4,000 addresses again" });
  await until(() => countByState(alived).MASTER === COUNT, PATIENT);
  strictEqual(countInto(alived, "BACKUP"), COUNT + COUNT / 4);
  strictEqual(await alived.stop(), 0);
  strictEqual(await countHeld(a, vips), 0);
  deepStrictEqual(countByState(alived), { INIT: COUNT });
});
