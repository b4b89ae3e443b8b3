/**
 * What a virtual IP can be beside an address on the instance's own link, and
 * how many there can be.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { openSecond, SECOND, wireSecond } from "../lab/segments.ts";
import { sleep } from "../lab/wait.ts";
import { Watch } from "../lab/watch.ts";

function start(host: Host, keys: Keys = {}): Promise<Alived> {
  return Alived.start(host, configuration([instance(keys)]));
}

/** Addresses of a link as `ip` shows them. */
function shown(host: Host, link: string): Promise<string> {
  return host.exec("ip", "-oneline", "address", "show", "dev", link);
}

Deno.test("a virtual IP on another interface than the adverts", async () => {
  await using lab = await Lab.open();
  await openSecond(lab);
  const a = await lab.host("a", "192.0.2.1/24");
  await wireSecond(lab, a, "198.51.100.1/24");
  const watch = await Watch.start(lab, SECOND);
  const capture = await Capture.start(lab);
  const other = "198.51.100.100";
  const master = await start(a, {
    virtual_ips: [
      `${VIP}/24`,
      { address: `${other}/24`, interface: "eth1" },
    ],
  });
  await master.waitForState("MASTER");
  match(await shown(a, "eth1"), /198\.51\.100\.100\/24/);
  ok(!(await shown(a, "eth0")).includes(other));
  await sleep(300);
  strictEqual(await master.stop(), 0);
  ok(!(await shown(a, "eth1")).includes(other));
  deepStrictEqual(
    new Set(watch.sightings().map(({ kind, address }) => `${kind} ${address}`)),
    new Set([`garp ${other}`]),
  );
  const { adverts, arps } = await capture.stop();
  ok(adverts.length > 1);
  for (const { addresses } of adverts) deepStrictEqual(addresses, [VIP, other]);
  ok(arps.some(({ source }) => source === VIP));
  ok(!arps.some(({ source }) => source === other));
});

Deno.test("label and scope of a virtual IP", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const master = await start(a, {
    virtual_ips: [
      { address: `${VIP}/32`, scope: "link", label: "eth0:v" },
      { address: "192.0.2.101/32", scope: "host" },
      "192.0.2.102",
    ],
  });
  await master.waitForState("MASTER");
  const text = await shown(a, "eth0");
  match(text, /192\.0\.2\.100\/32 scope link .*eth0:v\\/);
  match(text, /192\.0\.2\.101\/32 scope host .*eth0\\/);
  match(text, /192\.0\.2\.102\/32 scope global .*eth0\\/);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("excluded virtual IPs of both families are held and not advertised", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const capture = await Capture.start(lab, {
    filter: "ip proto 112 or arp or icmp6",
  });
  const master = await start(a, {
    excluded_virtual_ips: ["192.0.2.101/24", "2001:db8::100/64"],
  });
  await master.waitForState("MASTER");
  const text = await shown(a, "eth0");
  match(text, /192\.0\.2\.101\/24/);
  match(text, /2001:db8::100\/64/);
  ok(!text.includes("tentative"));
  await sleep(300);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
  const { adverts, arps } = await capture.stop();
  ok(adverts.length > 1);
  for (const { addresses } of adverts) deepStrictEqual(addresses, [VIP]);
  ok(arps.some(({ source }) => source === "192.0.2.101"));
});

Deno.test("25 virtual IPs are held, advertised in order and accepted", async () => {
  await using pair = await openPair();
  const { lab, a, b } = pair;
  const addresses = Array.from({ length: 25 }, (_, i) => `192.0.2.${124 - i}`);
  const keys = { virtual_ips: addresses };
  const capture = await Capture.start(lab, { filter: "ip proto 112" });
  const master = await start(a, { ...keys, priority: 150 });
  await master.waitForState("MASTER");
  deepStrictEqual(
    await a.addresses(),
    ["192.0.2.1/24", ...addresses.map((address) => `${address}/32`)],
  );
  const backup = await start(b, keys);
  await backup.waitForState("BACKUP");
  await sleep(700);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
  await backup.waitForState("MASTER");
  deepStrictEqual(backup.states(), ["BACKUP", "MASTER"]);
  ok(!backup.events().some(({ level }) => level === "warning"));
  const { adverts } = await capture.stop();
  ok(adverts.length > 5);
  for (const advert of adverts) {
    deepStrictEqual(advert.addresses, addresses);
    ok(advert.checksumGood);
  }
});

Deno.test("an instance without virtual IPs is elected like any other", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const keys = { virtual_ips: [] };
  const master = await start(a, { ...keys, priority: 150 });
  await master.waitForState("MASTER");
  const backup = await start(b, keys);
  await backup.waitForState("BACKUP");
  await sleep(700);
  deepStrictEqual(backup.states(), ["BACKUP"]);
  await master.crash();
  await backup.waitForState("MASTER");
  strictEqual(await backup.stop(), 0);
  deepStrictEqual(backup.counters().dropped, {});
  ok((backup.counters().received ?? 0) > 0);
  ok(!watch.sightings().some(({ kind }) => kind === "garp"));
  deepStrictEqual(await b.addresses(), ["192.0.2.2/24"]);
});
