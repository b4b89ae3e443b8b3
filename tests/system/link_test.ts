/**
 * Interfaces come late, lose their carrier and vanish; an instance follows.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, type LogEvent } from "../lab/alived.ts";
import { Lab } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { now } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;

Deno.test("an interface that comes later is a FAULT until then", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24", { wired: false });
  const alived = await Alived.start(a, FAST);
  const { reason } = await alived.waitForState("FAULT");
  match(reason ?? "", /eth0/);
  await a.wire();
  await alived.waitForState("MASTER");
  ok(await a.holds(VIP));
  deepStrictEqual(alived.states().slice(-3), ["FAULT", "BACKUP", "MASTER"]);
  strictEqual(await alived.stop(), 0);
});

/** The facts of a change that priorities made. */
function why(event: LogEvent): readonly unknown[] {
  const { cause, peer, peerPriority: theirs, ownPriority: own } = event;
  return [cause, peer, theirs, own];
}

Deno.test("a pulled cable is a FAULT until it is plugged in again", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await Alived.start(a, { ...FAST, priority: 150 });
  const backup = await Alived.start(b, FAST);
  await master.waitForState("MASTER");
  // One that starts later, or was master until now, has not heard it yet.
  await backup.waitForEvent(({ event, source }) =>
    event === "master_heard" && source === a.address
  );
  await backup.waitForState("BACKUP");
  await a.plug(false);
  const { reason } = await master.waitForState("FAULT");
  match(reason ?? "", /carrier/);
  ok(!await a.holds(VIP));
  const alone = await backup.waitForState("MASTER");
  const plugged = now();
  await a.plug(true);
  const again = await master.waitForState("MASTER");
  const yields = await backup.waitForState("BACKUP");
  const back = master.transitions().at(-2);
  deepStrictEqual([alone.cause, alone.peer], ["silence", a.address]);
  ok((alone.silentFor ?? 0) > 300);
  strictEqual(back?.reason, 'interface "eth0" is up again');
  deepStrictEqual(why(again), ["preempt", b.address, 100, 150]);
  deepStrictEqual(why(yields), ["better", a.address, 150, 100]);
  deepStrictEqual(master.states(), [
    ...["BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER"],
  ]);
  ok(watch.adverts(a.address).some(({ time }) => time > plugged));
  ok(await a.holds(VIP));
});

Deno.test("an interface set down is a FAULT until it is set up", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const alived = await Alived.start(a, FAST);
  await alived.waitForState("MASTER");
  await a.exec("ip", "link", "set", "eth0", "down");
  await alived.waitForState("FAULT");
  ok(!await a.holds(VIP));
  await a.exec("ip", "link", "set", "eth0", "up");
  await alived.waitForState("MASTER");
  ok(await a.holds(VIP));
});

Deno.test("an interface without its own address is a FAULT until it has one", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  await a.exec("ip", "address", "flush", "dev", "eth0");
  const alived = await Alived.start(a, FAST);
  const { reason } = await alived.waitForState("FAULT");
  match(reason ?? "", /address/);
  await a.forgetAddresses();
  await alived.waitForState("MASTER");
});

Deno.test("an interface that is made anew is used and heard anew", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const alived = await Alived.start(a, FAST);
  await alived.waitForState("MASTER");
  await a.unwire();
  await alived.waitForState("FAULT");
  const gone = now();
  await a.wire();
  await alived.waitForState("MASTER");
  await watch.advertFrom(a.address, { after: gone });
  ok(await a.holds(VIP));
  // It also hears on the new one.
  const better = await Alived.start(b, { ...FAST, priority: 200 });
  await better.waitForState("MASTER");
  await alived.waitForState("BACKUP");
  ok(!await a.holds(VIP));
});
