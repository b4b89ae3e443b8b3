/**
 * What alived puts on the wire, as tshark reads it.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { type AdvertPacket, Capture, type Packets } from "../lab/capture.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { type RouterOptions, VIP } from "../lab/router.ts";
import { sleep } from "../lab/wait.ts";

/** What a master sends from its start to its stop. */
async function capture(
  options: RouterOptions,
  prepare: (host: Host) => Promise<unknown> = () => Promise.resolve(),
): Promise<Packets> {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  await prepare(host);
  const running = await Capture.start(lab);
  const master = await Alived.start(host, options);
  await master.waitForState("MASTER");
  await sleep(300);
  strictEqual(await master.stop(), 0);
  return await running.stop({ messageOnly: options.checksum === "rfc9568" });
}

/** What is the same in every advert. */
function constantOf(advert: AdvertPacket): Partial<AdvertPacket> {
  const { time: _time, mac: _mac, priority: _priority, ...rest } = advert;
  return rest;
}

const EVERY: Partial<AdvertPacket> = {
  source: "192.0.2.1",
  destination: "224.0.0.18",
  vrid: 51,
  addresses: [VIP],
  checksumGood: true,
  ttl: 255,
  tos: 0xc0,
};

function assertAdverts(
  { adverts }: Packets,
  constant: Partial<AdvertPacket>,
  priority: number,
): void {
  ok(adverts.length >= 2);
  for (const advert of adverts) {
    deepStrictEqual(constantOf(advert), { ...EVERY, ...constant });
  }
  deepStrictEqual(
    adverts.map((advert) => advert.priority),
    [...adverts.slice(1).map(() => priority), 0],
  );
}

Deno.test("tshark finds v2 adverts sound", async () => {
  const packets = await capture({ priority: 255 });
  assertAdverts(packets, { version: 2, interval: 1_000 }, 255);
});

Deno.test("tshark finds v2 adverts with a password sound", async () => {
  const packets = await capture({ priority: 255, password: "secret12" });
  assertAdverts(packets, { version: 2, interval: 1_000 }, 255);
});

Deno.test("tshark finds v3 adverts sound, with a pseudo-header unless told", async () => {
  const packets = await capture({ version: 3, interval: 0.1, priority: 254 });
  assertAdverts(packets, { version: 3, interval: 100 }, 254);
});

Deno.test("tshark finds v3 adverts without a pseudo-header sound", async () => {
  const packets = await capture({
    version: 3,
    interval: 0.1,
    checksum: "rfc9568",
  });
  assertAdverts(packets, { version: 3, interval: 100 }, 100);
});

Deno.test("20 addresses are advertised in their order", async () => {
  const addresses = Array.from(
    { length: 20 },
    (_, i) => `198.51.100.${20 - i}`,
  );
  const packets = await capture({
    version: 3,
    interval: 0.1,
    vips: addresses.map((address) => `${address}/32`),
  });
  assertAdverts(packets, { version: 3, interval: 100, addresses }, 100);
});

Deno.test("the first advert comes before the gratuitous ARPs, for every address", async () => {
  const vips = ["192.0.2.100/24", "192.0.2.101/24"];
  const packets = await capture({ version: 3, interval: 0.1, vips });
  const garps = packets.arps.filter(({ gratuitous }) => gratuitous);
  const [advert] = packets.adverts;
  ok(advert !== undefined);
  deepStrictEqual(
    new Set(garps.map(({ source }) => source)),
    new Set(["192.0.2.100", "192.0.2.101"]),
  );
  for (const garp of garps) {
    ok(garp.time > advert.time);
    strictEqual(garp.mac, advert.mac);
    strictEqual(garp.destination, garp.source);
    strictEqual(garp.operation, 1);
  }
});

Deno.test("adverts come from the host's own address, also when the virtual one was first", async () => {
  const packets = await capture({ version: 3, interval: 0.1 }, async (host) => {
    await host.exec("ip", "address", "flush", "dev", "eth0");
    await host.exec("ip", "address", "add", `${VIP}/24`, "dev", "eth0");
    await host.exec("ip", "address", "add", host.prefixed, "dev", "eth0");
  });
  assertAdverts(packets, { version: 3, interval: 100 }, 100);
});

Deno.test("adverts leave by their own interface, whatever the routes say", async () => {
  const packets = await capture({ version: 3, interval: 0.1 }, async (host) => {
    strictEqual(await host.exec("ip", "route", "show", "default"), "");
    await host.exec(
      ...["ip", "link", "add", "eth1", "type", "veth", "peer", "eth2"],
    );
    await host.exec("ip", "address", "add", "203.0.113.1/24", "dev", "eth1");
    await host.exec("ip", "link", "set", "eth1", "up");
    await host.exec("ip", "link", "set", "eth2", "up");
    await host.exec("ip", "route", "add", "224.0.0.0/4", "dev", "eth1");
  });
  assertAdverts(packets, { version: 3, interval: 100 }, 100);
});
