/**
 * Tables of 20,000 addresses, which are none of ours.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { addIdleLinks, manyAddresses } from "../lab/addresses.ts";
import { Alived } from "../lab/alived.ts";
import { Lab } from "../lab/lab.ts";
import { VIP } from "../lab/router.ts";
import { now, sleep } from "../lab/wait.ts";
import { Watch } from "../lab/watch.ts";

const FAST = { version: 3, interval: 0.1 } as const;

Deno.test("20,000 addresses on another link do not unseat a master that has to read them, nor when they go", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await addIdleLinks(a, {
    eth1: "198.51.100.1/24",
    eth2: "203.0.113.1/24",
  });
  const add = (ip: string, link: string): string =>
    `address add ${ip} dev ${link}`;
  await a.batch([
    ...manyAddresses(20_000, 1).map((ip) => add(ip, "eth1")),
    ...manyAddresses(3_000, 9).map((ip) => add(ip, "eth2")),
  ]);
  const watch = await Watch.start(lab);
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  const stays = async (): Promise<void> => {
    const after = now();
    await sleep(2_500);
    deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
    const adverts = watch.adverts(a.address).filter(({ time }) => time > after);
    ok(adverts.length >= 10, `${adverts.length} adverts of 25`);
    ok(adverts.every(({ priority }) => priority === 100));
    ok(await a.holds(VIP));
  };
  // More events at once than a buffer holds: all that is left is read anew.
  await a.exec("ip", "link", "delete", "eth2");
  await stays();
  await a.exec("ip", "address", "flush", "dev", "eth1");
  await stays();
});
