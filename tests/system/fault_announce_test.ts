/**
 * Announcements: each address as often as told, none for nothing, and a peer
 * that wins and resigns in turn does not make a storm.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { addIdleLinks } from "../lab/addresses.ts";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import { send } from "../lab/injector.ts";
import { Lab } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { openSecond, SECOND, wireSecond } from "../lab/segments.ts";
import { now, sleep, until } from "../lab/wait.ts";
import { type Sighting, Watch } from "../lab/watch.ts";

const NEXT = "192.0.2.101";
const OTHER = "198.51.100.100";

/** Announcements of a host by address. */
function announced(
  watch: Watch,
  after = 0,
): Record<string, number> {
  const count: Record<string, number> = {};
  for (const { address } of garps(watch, after)) {
    count[address] = (count[address] ?? 0) + 1;
  }
  return count;
}

function garps(watch: Watch, after: number): Sighting[] {
  return watch.sightings()
    .filter(({ kind, time }) => kind === "garp" && time > after);
}

Deno.test("with an interval each address of two links is announced as often as told", async () => {
  await using lab = await Lab.open();
  await openSecond(lab);
  const a = await lab.host("a", "192.0.2.1/24");
  await wireSecond(lab, a, "198.51.100.1/24");
  const first = await Watch.start(lab);
  const second = await Watch.start(lab, SECOND);
  const master = await Alived.start(
    a,
    configuration([instance({
      virtual_ips: [
        ...[`${VIP}/24`, `${NEXT}/24`],
        { address: `${OTHER}/24`, interface: "eth1" },
      ],
      garp: { repeat: 3, interval: "50ms", delay: "0s", refresh: "0s" },
    })]),
  );
  await master.waitForState("MASTER");
  await sleep(1_200);
  deepStrictEqual(announced(first), { [VIP]: 3, [NEXT]: 3 });
  deepStrictEqual(announced(second), { [OTHER]: 3 });
});

Deno.test("with an interval each address of three links is announced when mastership comes back", async () => {
  await using pair = await openPair();
  const { lab, a, b } = pair;
  await openSecond(lab);
  await wireSecond(lab, a, "198.51.100.1/24");
  await addIdleLinks(a, { eth2: "203.0.113.1/24" });
  const second = await Watch.start(lab, SECOND);
  const master = await Alived.start(
    a,
    configuration([instance({
      virtual_ips: [
        `${VIP}/24`,
        { address: `${OTHER}/24`, interface: "eth1" },
        { address: "203.0.113.100/24", interface: "eth2" },
      ],
      garp: { repeat: 2, interval: "50ms", delay: "0s", refresh: "0s" },
    })]),
  );
  await master.waitForState("MASTER");
  await sleep(1_200);
  const lost = now();
  const advert = { source: b.address, version: 3, interval: 10 } as const;
  await send(b, [advert]);
  await until(() => master.states().length === 4, { what: "mastership" });
  await sleep(1_500);
  deepStrictEqual(announced(pair.watch, lost), { [VIP]: 2 });
  deepStrictEqual(announced(second, lost), { [OTHER]: 2 });
});

Deno.test("reload: an address that is added is the only one that is announced", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const garp = { repeat: 5, delay: "0s", refresh: "0s" };
  const vips = [`${VIP}/24`, "192.0.2.102/24"];
  const master = await Alived.start(
    a,
    configuration([instance({ garp, virtual_ips: vips })]),
  );
  await master.waitForState("MASTER");
  await sleep(1_200);
  const told = now();
  const more = [...vips, `${NEXT}/24`];
  await reload(master, configuration([instance({ garp, virtual_ips: more })]));
  await until(() => a.holds(NEXT), { what: "the new address" });
  await sleep(1_200);
  deepStrictEqual(announced(watch, told), { [NEXT]: 5 });
});

Deno.test("who wins and resigns 4,000 times a second causes one burst a second", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await Alived.start(
    a,
    configuration([instance({
      // Silence of a fraction of a millisecond is enough for this one.
      priority: 250,
      advert_interval: "10ms",
      garp: { repeat: 5, delay: "0s", refresh: "0s" },
    })], { global: { log: { level: "info", format: "json" } } }),
  );
  await master.waitForState("MASTER");
  await sleep(1_200);
  const from = now();
  const before = master.events().length;
  const forged = { source: b.address, version: 3, interval: 1 };
  await send(
    b,
    [{ ...forged, priority: 255 }, { ...forged, priority: 0 }],
    { count: 10_000, rate: 4_000 },
  );
  await sleep(300);
  const seconds = (now() - from) / 1_000;
  const bursts = garps(watch, from).length / 5;
  ok(bursts <= seconds + 1, `${bursts} bursts in ${seconds} s`);
  const said = Map.groupBy(master.events().slice(before), ({ event }) => event);
  for (const [kind, lines] of said) {
    ok(lines.length <= 20, `${lines.length} lines of ${kind} in ${seconds} s`);
  }
  ok(said.has("transition"));
  await until(() => a.holds(VIP), { what: "the address" });
  const after = now();
  await watch.advertFrom(a.address, { after });
  await sleep(1_000);
  ok(await a.holds(VIP));
  strictEqual(await master.stop(), 0);
});
