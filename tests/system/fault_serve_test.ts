/**
 * A host that cannot hold an address knows it before it is master, and does
 * not take the address from one that can.
 *
 * @module
 */

import { deepStrictEqual, match, ok } from "node:assert/strict";
import { Alived, alivedCommand } from "../lab/alived.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { openPair, type Pair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { openSecond, plugSecond, wireSecond } from "../lab/segments.ts";
import { sleep } from "../lab/wait.ts";

const OTHER = "198.51.100.100";
const ON_ETH1 = { address: `${OTHER}/24`, interface: "eth1" };
const BOTH: Keys = { virtual_ips: [`${VIP}/24`, ON_ETH1] };
/** Time in which a host that tries and gives back does so three times. */
const TRIES = 4_500;

/** Start alived with an instance of these keys. */
function start(host: Pair["a"], keys: Keys): Promise<Alived> {
  return Alived.start(host, configuration([instance(keys)]));
}

/** Hosts with an `eth1` too. */
async function wireBoth(
  { lab, a, b }: Pair,
  { first = true }: { readonly first?: boolean } = {},
): Promise<void> {
  await openSecond(lab);
  if (first) await wireSecond(lab, a, "198.51.100.1/24");
  await wireSecond(lab, b, "198.51.100.2/24");
}

Deno.test("a host without the link of an address does not take it from one that has it", async () => {
  await using pair = await openPair();
  const { lab, a, b, watch } = pair;
  await wireBoth(pair, { first: false });
  const able = await start(b, BOTH);
  await able.waitForState("MASTER");
  const better = await start(a, { ...BOTH, priority: 150 });
  const fault = await better.waitForState("FAULT");
  match(fault.reason ?? "", /eth1/);
  await sleep(TRIES);
  deepStrictEqual(better.states().filter((state) => state === "MASTER"), []);
  deepStrictEqual(watch.adverts(a.address), []);
  deepStrictEqual(able.states(), ["BACKUP", "MASTER"]);
  // It ends with its cause.
  await wireSecond(lab, a, "198.51.100.1/24");
  await better.waitForState("MASTER");
  await able.waitForState("BACKUP");
});

Deno.test("a host that is refused an address takes it from another at most once", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const keys = { excluded_virtual_ips: ["2001:db8::100/64"] };
  await a.sysctl("net/ipv6/conf/eth0/disable_ipv6", "1");
  const able = await start(b, keys);
  await able.waitForState("MASTER");
  const better = await start(a, { ...keys, priority: 150 });
  const fault = await better.waitForState("FAULT");
  match(fault.reason ?? "", /2001:db8::100|IPv6/i);
  await sleep(TRIES);
  const times = able.states().filter((state) => state === "BACKUP").length - 1;
  ok(times <= 1, `robbed ${times} times`);
  await able.waitForState("MASTER", { within: 1_000 });
  const sent = watch.adverts(a.address).filter(({ priority }) => priority > 0);
  ok(sent.length <= 1, `${sent.length} adverts of a host that cannot serve`);
  await a.sysctl("net/ipv6/conf/eth0/disable_ipv6", "0");
  await better.waitForState("MASTER", { within: 20_000 });
});

Deno.test("a link that carries an address only and loses its carrier is a FAULT", async () => {
  await using pair = await openPair();
  const { lab, a, b } = pair;
  await wireBoth(pair);
  const master = await start(a, { ...BOTH, priority: 150 });
  await master.waitForState("MASTER");
  const backup = await start(b, BOTH);
  await backup.waitForState("BACKUP");
  await plugSecond(lab, a, false);
  const fault = await master.waitForState("FAULT", { within: 5_000 });
  match(fault.reason ?? "", /eth1.*carrier/);
  await backup.waitForState("MASTER");
  await plugSecond(lab, a, true);
  await master.waitForState("MASTER");
  await backup.waitForState("BACKUP");
});

Deno.test("a link that carries an address need not be tracked", async () => {
  await using pair = await openPair();
  const { lab, a } = pair;
  await wireBoth(pair);
  const master = await start(a, {
    virtual_ips: [`${VIP}/24`, { ...ON_ETH1, track: false }],
  });
  await master.waitForState("MASTER");
  await plugSecond(lab, a, false);
  await sleep(1_000);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  ok(await a.holds(VIP));
});

Deno.test("the host's only address as a virtual IP below 255 is refused by check", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const check = async (keys: Keys): Promise<string> => {
    const file = `${a.directory}/${crypto.randomUUID()}.yaml`;
    await Deno.writeTextFile(file, configuration([instance(keys)]), {
      mode: 0o600,
    });
    return await a.exec(
      ...["sh", "-c", '"$@" 2>&1; echo "status $?"', "check"],
      ...alivedCommand("check", "-c", file),
    );
  };
  const own = { virtual_ips: [a.prefixed] };
  const refused = await check(own);
  match(refused, /192\.0\.2\.1\b/);
  match(refused, /\nstatus 2\n/);
  match(await check({ ...own, priority: 255 }), /\nstatus 0\n/);
  // With another address there is one to send from: a warning.
  await a.exec("ip", "address", "add", "192.0.2.11/24", "dev", "eth0");
  const warned = await check(own);
  match(warned, /192\.0\.2\.1\b[^]*\nstatus 0\n/);
  match(warned, /warning/i);
});

Deno.test("a virtual IP that is the host's only address is what its FAULT names", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const keys = { virtual_ips: [`${VIP}/24`] };
  await a.exec("ip", "address", "delete", a.prefixed, "dev", "eth0");
  await a.exec("ip", "address", "add", `${VIP}/24`, "dev", "eth0");
  const able = await start(b, keys);
  await able.waitForState("MASTER");
  const wrong = await start(a, { ...keys, priority: 150 });
  const named = await wrong.program.waitFor(
    (line) => /"level":"error"|"to":"FAULT"|\bERROR\b/.test(line) && line,
    { what: "an error or a FAULT" },
  );
  match(named, /192\.0\.2\.100/);
  deepStrictEqual(able.states(), ["BACKUP", "MASTER"]);
});
