// What is done before a takeover is due, and what is said before all else.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { wakeAt } from "../../src/daemon/core/core.ts";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import type { Call } from "../lab/fake_machine.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

/** The master-down interval of the instance, in milliseconds. */
const DUE = 3609.375;

/** A core of backups that counts its rehearsals. */
function backups(
  instances: readonly InstanceSettings[] = [INSTANCE],
): { fake: FakeCore; rehearsals: () => number } {
  const fake = new FakeCore(instances);
  let count = 0;
  fake.core.rehearse = () => {
    count++;
  };
  fake.settle();
  fake.machine.readied.splice(0);
  return { fake, rehearsals: () => count };
}

Deno.test("what a new instance will send is made at once, without a rehearsal", () => {
  const { fake, rehearsals } = backups([]);
  fake.tell({
    ...{ type: "reload", removed: [], restarted: [], changed: [] },
    added: [INSTANCE],
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
  });
  fake.settle();
  deepStrictEqual(fake.machine.readied, ["192.0.2.1", "192.0.2.2"]);
  ok(fake.core.instances.get("VI_1")?.ready);
  strictEqual(rehearsals(), 0);
  strictEqual(wakeAt(fake.core), DUE - 100);
});

Deno.test("a takeover is prepared 100 ms before it is due, and then each 10 ms", () => {
  const { fake, rehearsals } = backups();
  strictEqual(wakeAt(fake.core), DUE - 100);
  fake.run(DUE - 100.001);
  deepStrictEqual([rehearsals(), fake.machine.readied], [0, []]);
  fake.run(DUE - 100);
  deepStrictEqual(rehearsals(), 1);
  deepStrictEqual(fake.machine.readied, ["192.0.2.1", "192.0.2.2"]);
  ok(fake.core.instances.get("VI_1")?.ready);
  for (let left = 90; left > 0; left -= 10) {
    strictEqual(wakeAt(fake.core), DUE - left);
    fake.run(DUE - left);
  }
  strictEqual(rehearsals(), 10);
  strictEqual(fake.machine.readied.length, 20);
  strictEqual(wakeAt(fake.core), DUE);
  deepStrictEqual([fake.machine.sent, fake.machine.changes], [[], []]);
  fake.run(DUE - 0.001);
  strictEqual(fake.state(), "BACKUP");
  fake.run(DUE);
  strictEqual(fake.state(), "MASTER");
  strictEqual(rehearsals(), 10);
});

Deno.test("nothing is prepared while a master is heard in time", () => {
  for (const downTimerAdverts of [1, 3]) {
    const settings = { ...INSTANCE, advertInterval: 10, downTimerAdverts };
    const { fake, rehearsals } = backups([settings]);
    for (let at = 0; at < 300; at += 10) {
      fake.machine.hear(2, forgeAdvert({ interval: 10 }));
      fake.run(at);
    }
    strictEqual(rehearsals(), 0);
    deepStrictEqual(fake.machine.readied, []);
  }
});

Deno.test("a takeover that does not come leaves nothing, and the next is prepared anew", () => {
  const { fake, rehearsals } = backups();
  fake.run(DUE - 5);
  fake.machine.hear(2, forgeAdvert());
  fake.run(DUE + 1000);
  strictEqual(fake.state(), "BACKUP");
  deepStrictEqual([fake.machine.sent, fake.machine.changes], [[], []]);
  strictEqual(rehearsals(), 10);
  fake.run(2 * DUE);
  strictEqual(rehearsals(), 20);
});

Deno.test("all that are due soon after the first are prepared with it", () => {
  const { fake } = backups([
    { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] },
    {
      ...{ ...INSTANCE, name: "VI_2", virtualRouterId: 11, priority: 99 },
      virtualIps: [vip("192.0.2.2/24")],
    },
    {
      ...{ ...INSTANCE, name: "VI_3", virtualRouterId: 12, priority: 90 },
      virtualIps: [vip("192.0.2.3/24")],
    },
  ]);
  fake.run(DUE - 100);
  deepStrictEqual(fake.machine.readied, ["192.0.2.1", "192.0.2.2"]);
});

Deno.test("preparing is done in pieces that keep no advert waiting", () => {
  const many = Array.from(
    { length: 640 },
    (_, i) => vip(`10.0.${i >> 8}.${i & 255}/32`),
  );
  const own = {
    ...{ ...INSTANCE, name: "VI_2", virtualRouterId: 11, priority: 255 },
    ...{ virtualIps: [vip("192.0.2.3/24")], advertInterval: 10 },
  };
  const { fake } = backups([{ ...INSTANCE, excludedVirtualIps: many }, own]);
  fake.run(DUE - 15);
  fake.machine.sent.splice(0);
  fake.machine.readied.splice(0);
  fake.machine.takes = (call) => call === "getReady" ? 0.7 : 0;
  fake.run(DUE - 1);
  // None is begun within a millisecond before an advert or the takeover.
  strictEqual(fake.machine.readied.length, 12 * 32);
  deepStrictEqual(fake.machine.sent.map(({ at }) => at), [3600]);
});

Deno.test("what was prepared is not used when its settings changed", () => {
  const { fake } = backups();
  fake.run(DUE - 5);
  const changed = { ...INSTANCE, virtualIps: [vip("192.0.2.7/24")] };
  fake.tell({
    ...{ type: "reload", removed: [], restarted: [], added: [] },
    changed: [changed],
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
  });
  fake.run(DUE);
  deepStrictEqual(fake.machine.changes, ["add 2 192.0.2.7/24"]);
  ok(fake.machine.sent[0]?.hex.includes("c0000207"));
  ok(fake.machine.frames.every((frame) => frame.includes("c0000207")));
});

Deno.test("frames are made anew for another MAC address", () => {
  const { fake } = backups();
  fake.run(DUE - 5);
  fake.machine.putLink(2, "eth0", { mac: "02:00:00:00:00:77" });
  fake.run(DUE);
  strictEqual(fake.machine.frames.length, 2);
  ok(fake.machine.frames.every((frame) => frame.includes("020000000077")));
});

Deno.test("the adverts of all takeovers leave before anything else is done", () => {
  const second = { ...INSTANCE, name: "VI_2", virtualRouterId: 11 };
  const { fake } = backups([INSTANCE, second]);
  fake.run(DUE - 1);
  const calls: string[] = [];
  fake.machine.refuse = (call: Call) => {
    calls.push(call === "send" ? `${call} as ${fake.state("VI_2")}` : call);
    return null;
  };
  fake.machine.time = DUE;
  fake.turn();
  deepStrictEqual(calls.slice(0, 4), [
    ...["receive", "send as BACKUP", "send as BACKUP", "change"],
  ]);
  // Once, and in its own state from then on.
  strictEqual(calls.filter((call) => call.startsWith("send as")).length, 2);
});

Deno.test("an advert that comes in the last moment keeps the first word back", () => {
  const { fake } = backups();
  fake.run(DUE - 1);
  fake.machine.hear(2, forgeAdvert());
  fake.machine.time = DUE;
  fake.turn();
  deepStrictEqual(fake.machine.sent, []);
  strictEqual(fake.state(), "BACKUP");
});
