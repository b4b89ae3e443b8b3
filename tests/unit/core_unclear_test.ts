// What the core makes of answers that do not tell what became of a change.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Reload } from "../../src/daemon/messages.ts";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";

const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };
const KEY = "2 192.0.2.1/24";

Deno.test("an address that was there before is not ours because its answer was lost", () => {
  for (const keepsProtocol of [true, false]) {
    const machine = twoLinks();
    machine.keepsProtocol = keepsProtocol;
    const fake = new FakeCore([ONE], {}, machine);
    fake.run(1000);
    machine.putAddress(2, "192.0.2.1/24");
    fake.run(3600);
    machine.refuse = (call) => {
      if (call !== "change") return null;
      machine.refuse = () => null;
      return failing("ENOBUFS", 105, true);
    };
    fake.run(4000);
    strictEqual(fake.state(), "MASTER");
    fake.tell({ type: "stop" });
    deepStrictEqual(machine.changes, [`add ${KEY}`]);
    strictEqual(machine.addresses.includes(KEY), true);
  }
});

Deno.test("a storm of news is read to its end before an unclear answer is judged", () => {
  const fake = new FakeCore([ONE]);
  const { machine } = fake;
  fake.run(3600);
  machine.putAddress(2, "192.0.2.1/24", { protocol: 112 });
  machine.news.splice(0);
  machine.refuse = (call) => {
    if (call !== "change") return null;
    machine.refuse = () => null;
    for (let i = 0; i < 1200; i++) machine.putLink(9, "x", { mtu: 1000 + i });
    return null;
  };
  fake.run(3700);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(fake.transitions, [
    "VI_1 INIT BACKUP",
    "VI_1 BACKUP MASTER",
  ]);
  strictEqual(fake.core.ledger.get(KEY)?.ours, true);
});

Deno.test("an address that was added in a storm of news is ours, though its answer was lost", () => {
  for (const keepsProtocol of [true, false]) {
    const machine = twoLinks();
    machine.keepsProtocol = keepsProtocol;
    const fake = new FakeCore([ONE], {}, machine);
    fake.run(3600);
    machine.refuse = (call) => {
      if (call !== "change") return null;
      machine.refuse = () => null;
      const protocol = keepsProtocol ? 112 : null;
      machine.putAddress(2, "192.0.2.1/24", { protocol });
      for (let i = 0; i < 1200; i++) machine.putLink(9, "x", { mtu: 1000 + i });
      return failing("ENOBUFS", 105, true);
    };
    fake.run(3700);
    strictEqual(fake.state(), "MASTER");
    strictEqual(fake.core.ledger.get(KEY)?.ours, true);
    fake.tell({ type: "stop" });
    strictEqual(machine.addresses.includes(KEY), false);
  }
});

/** Another configuration of VI_1. */
function changed(
  changes: Partial<typeof INSTANCE>,
  vipLeaseSeconds: number | null = null,
): Reload {
  return {
    type: "reload",
    ...{ removed: [], restarted: [], added: [] },
    changed: [{ ...INSTANCE, ...changes }],
    settings: { syncGroups: [], vipLeaseSeconds, logLevel: "debug" },
  };
}

Deno.test("a master tries again to remove an address that it serves no more", () => {
  const fake = new FakeCore([INSTANCE]);
  const { machine } = fake;
  fake.run(4000);
  machine.refuse = (_, detail) =>
    detail.startsWith("remove") ? failing("EBUSY", 16) : null;
  fake.tell(changed({ virtualIps: ONE.virtualIps }));
  fake.run(10_000);
  strictEqual(machine.addresses.includes("2 192.0.2.2/24"), true);
  strictEqual(fake.logged("address_stuck").length, 1);
  machine.refuse = () => null;
  fake.run(40_000);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(machine.addresses.filter((key) => key.includes(".2.2/")), []);
  // Nothing is tried any more, and the next failure is tried after a second.
  strictEqual(fake.core.chores.mend.isFailing, false);
  strictEqual(fake.core.chores.mend.dueAt, Infinity);
});

Deno.test("a lifetime that was refused is given later, and that is said", () => {
  const fake = new FakeCore([ONE]);
  const { machine } = fake;
  fake.run(4000);
  machine.refuse = (_, detail) =>
    detail.startsWith("renew") ? failing("EPERM", 1) : null;
  fake.tell(changed(ONE, 30));
  strictEqual(fake.state(), "MASTER");
  strictEqual(fake.logged("lease").length > 0, true);
  machine.refuse = () => null;
  fake.run(6000);
  strictEqual(fake.core.ledger.get(KEY)?.address.lifetimeSeconds, 30);
});

Deno.test("an address whose answer was lost is not forgotten while nothing can be read", () => {
  for (const keepsProtocol of [true, false]) {
    const machine = twoLinks();
    machine.keepsProtocol = keepsProtocol;
    const fake = new FakeCore([ONE], {}, machine);
    fake.run(3600);
    machine.refuse = (call, detail) => {
      if (call === "dump") return failing("EAGAIN", 11);
      if (detail !== `add ${KEY}`) return null;
      // It was done all the same, and the event is lost too.
      machine.putAddress(2, "192.0.2.1/24", {
        protocol: keepsProtocol ? 112 : null,
      });
      machine.news.splice(0);
      return failing("ENOBUFS", 105, true);
    };
    fake.run(3700);
    strictEqual(fake.state(), "FAULT");
    deepStrictEqual(machine.changes, [`add ${KEY}`, `remove ${KEY}`]);
    strictEqual(machine.addresses.includes(KEY), false);
  }
});
