/**
 * Adverts from host to host, where multicast does not pass.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { type ForgedAdvert, send } from "../lab/injector.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { ms, report } from "../lab/pair.ts";
import { keepalivedConf, type RouterOptions, VIP } from "../lab/router.ts";
import { now, sleep, until } from "../lab/wait.ts";

const A = "192.0.2.1";
const B = "192.0.2.2";
const BETTER: ForgedAdvert = {
  ...{ source: B, destination: A, version: 3, interval: 10, priority: 200 },
};

interface Cloud extends AsyncDisposable {
  readonly lab: Lab;
  readonly a: Host;
  readonly b: Host;
}

/** Two hosts on a segment that drops all multicast. */
async function openCloud(): Promise<Cloud> {
  const lab = await Lab.open();
  try {
    const a = await lab.host("a", `${A}/24`);
    const b = await lab.host("b", `${B}/24`);
    const nft = lab.spawn([
      "nft",
      "add table bridge lab; " +
      "add chain bridge lab passing { type filter hook forward priority 0; }; " +
      "add rule bridge lab passing ip daddr 224.0.0.0/4 drop",
    ]);
    strictEqual((await nft.ended).code, 0, nft.lines.join("\n"));
    return {
      ...{ lab, a, b },
      [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

/** Start with one peer, or none for multicast. */
function start(host: Host, peer: unknown, keys: Keys = {}): Promise<Alived> {
  const peers = peer === null ? {} : { unicast_peers: [peer] };
  return Alived.start(host, configuration([instance({ ...peers, ...keys })]));
}

/** What keepalived sends to one peer. */
function unicastConf(options: RouterOptions, from: string, to: string): string {
  return keepalivedConf(options).replace(
    "  interface eth0\n",
    `  interface eth0\n  unicast_src_ip ${from}\n  unicast_peer {\n    ${to}\n  }\n`,
  );
}

Deno.test("unicast: one master where multicast makes two", async () => {
  await using cloud = await openCloud();
  const { lab, a, b } = cloud;
  const deaf = [await start(a, null), await start(b, null)];
  for (const alived of deaf) await alived.waitForState("MASTER");
  ok(await a.holds(VIP) && await b.holds(VIP));
  for (const alived of deaf) strictEqual(await alived.stop(), 0);

  const capture = await Capture.start(lab, { filter: "ip proto 112" });
  const master = await start(a, B, { priority: 150 });
  await master.waitForState("MASTER");
  const backup = await start(b, A);
  await backup.waitForState("BACKUP");
  await sleep(1_000);
  deepStrictEqual(backup.states(), ["BACKUP"]);
  const crashed = now();
  await master.crash();
  const { time } = await backup.waitForState("MASTER");
  report(`unicast takeover ${ms(Date.parse(time) - crashed)} after SIGKILL`);
  ok(await b.holds(VIP));
  const again = await start(a, B, { priority: 150 });
  await again.waitForState("MASTER");
  await backup.waitForState("BACKUP");
  strictEqual(await again.stop(), 0);
  await backup.waitForState("MASTER");
  strictEqual(await backup.stop(), 0);
  ok((backup.counters().received ?? 0) > 0);
  deepStrictEqual(backup.counters().dropped, {});
  const { adverts } = await capture.stop();
  ok(adverts.length > 10);
  for (const { source, destination, ttl, checksumGood } of adverts) {
    strictEqual(destination, source === A ? B : A);
    strictEqual(ttl, 255);
    ok(checksumGood);
  }
});

Deno.test("unicast: what no peer sent so is dropped and counted", async () => {
  await using cloud = await openCloud();
  const { a, b } = cloud;
  const peer = { address: B, min_ttl: 254 };
  const master = await start(a, peer);
  await master.waitForState("MASTER");
  const wrong: Readonly<Record<string, ForgedAdvert>> = {
    unknown_peer: { ...BETTER, source: "192.0.2.77" },
    hop_limit: { ...BETTER, ttl: 253 },
    checksum: { ...BETTER, checksumError: 1 },
  };
  for (const advert of Object.values(wrong)) {
    await send(b, [advert], { count: 7 });
  }
  await sleep(300);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  await send(b, [{ ...BETTER, ttl: 254 }]);
  await master.waitForState("BACKUP");
  strictEqual(await master.stop(), 0);
  const { received, dropped } = master.counters();
  strictEqual(received, 1);
  deepStrictEqual(
    dropped,
    Object.fromEntries(Object.keys(wrong).map((reason) => [reason, 7])),
  );
});

Deno.test("unicast: a multicast advert is none of a unicast instance, and the reverse", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", `${A}/24`);
  const b = await lab.host("b", `${B}/24`);
  for (
    const [peer, destination] of [[B, "224.0.0.18"], [null, A]] as const
  ) {
    const master = await start(a, peer);
    await master.waitForState("MASTER");
    await send(b, [{ ...BETTER, destination }], { count: 7 });
    await sleep(300);
    strictEqual(await master.stop(), 0);
    deepStrictEqual(master.states(), ["BACKUP", "MASTER", "INIT"]);
    deepStrictEqual(master.counters().dropped, { destination: 7 });
  }
});

Deno.test("unicast: adverts come from source_address, and without it there is a FAULT", async () => {
  await using cloud = await openCloud();
  const { a, b } = cloud;
  const source = "192.0.2.11";
  const master = await start(a, B, { priority: 150, source_address: source });
  await master.waitForState("FAULT");
  await a.exec("ip", "address", "add", `${source}/24`, "dev", "eth0");
  await master.waitForState("MASTER");
  const backup = await start(b, source);
  await backup.waitForState("BACKUP");
  await sleep(1_000);
  deepStrictEqual(backup.states(), ["BACKUP"]);
  await a.exec("ip", "address", "delete", `${source}/24`, "dev", "eth0");
  await master.waitForState("FAULT");
  await backup.waitForState("MASTER");
  await until(async () => !await a.holds(VIP));
  strictEqual(await backup.stop(), 0);
  deepStrictEqual(backup.counters().dropped, {});
});

Deno.test("unicast: master beside keepalived", async () => {
  await using cloud = await openCloud();
  const { a, b } = cloud;
  const master = await start(a, B, { priority: 150 });
  await master.waitForState("MASTER");
  const options: RouterOptions = { version: 3, interval: 0.1 };
  const backup = await startKeepalived(b, unicastConf(options, B, A));
  await sleep(1_000);
  ok(!await b.holds(VIP));
  strictEqual(await master.stop(), 0);
  await backup.waitForLog("Entering MASTER STATE");
  ok(await until(() => b.holds(VIP)));
  deepStrictEqual(master.counters().dropped, {});
});

Deno.test("unicast: backup of keepalived, and back", async () => {
  await using cloud = await openCloud();
  const { a, b } = cloud;
  const options: RouterOptions = { version: 3, interval: 0.1, priority: 150 };
  const master = await startKeepalived(a, unicastConf(options, A, B));
  await master.waitForLog("Entering MASTER STATE");
  const backup = await start(b, A);
  await backup.waitForState("BACKUP");
  await sleep(1_000);
  deepStrictEqual(backup.states(), ["BACKUP"]);
  const crashed = now();
  await master.crash();
  const { time } = await backup.waitForState("MASTER");
  report(
    `unicast takeover from keepalived ${ms(Date.parse(time) - crashed)} ` +
      "after SIGKILL",
  );
  await a.forgetAddresses();
  await startKeepalived(a, unicastConf(options, A, B));
  await backup.waitForState("BACKUP");
  await until(async () => !await b.holds(VIP));
  strictEqual(await backup.stop(), 0);
  deepStrictEqual(backup.counters().dropped, {});
});
