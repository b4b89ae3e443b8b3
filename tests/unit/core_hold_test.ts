// What the core makes of the answers of the kernel to changes of addresses.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing, type FakeMachine } from "../lab/fake_machine.ts";

const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };
const KEY = "2 192.0.2.1/24";

/** A core at the end of its patience. */
function about(
  instances: readonly InstanceSettings[] = [ONE],
  machine: FakeMachine = twoLinks(),
): FakeCore {
  const fake = new FakeCore(instances, {}, machine);
  fake.run(3600);
  return fake;
}

Deno.test("an address that was refused is a fault, and the others are removed", () => {
  const fake = about([INSTANCE]);
  fake.machine.refuse = (_, detail) =>
    detail === "add 2 192.0.2.2/24" ? failing("EPERM", 1) : null;
  fake.run(3700);
  strictEqual(fake.state(), "FAULT");
  deepStrictEqual(fake.machine.changes, [
    ...["add 2 192.0.2.1/24", "add 2 192.0.2.2/24", "remove 2 192.0.2.1/24"],
  ]);
  strictEqual(
    fake.logged("transition").at(-1)?.message,
    "MASTER → FAULT: Cannot do it: EPERM",
  );
  // It resigned, and is silent.
  strictEqual(fake.machine.sent.at(-1)?.hex.slice(4, 6), "00");
});

Deno.test("after a refusal no advert is sent before the addresses are held", () => {
  const fake = about();
  const { machine } = fake;
  machine.refuse = (call) => call === "change" ? failing("EPERM", 1) : null;
  fake.run(3700);
  strictEqual(fake.state(), "FAULT");
  const sent = machine.sent.length;
  fake.run(20_000);
  strictEqual(machine.sent.length, sent);
  machine.refuse = () => null;
  fake.run(60_000);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(machine.addresses.includes(KEY), true);
});

Deno.test("an address that somebody else added serves and is never removed", () => {
  const fake = about();
  fake.machine.putAddress(2, "192.0.2.1/24");
  fake.run(4000);
  strictEqual(fake.state(), "MASTER");
  strictEqual(
    fake.logged("address_foreign")[0]?.message,
    '192.0.2.1 was on "eth0" before; it serves, and alived will not remove it',
  );
  fake.tell({ type: "stop" });
  deepStrictEqual(fake.machine.changes, [`add ${KEY}`]);
  strictEqual(fake.machine.addresses.includes(KEY), true);
});

Deno.test("the addresses beside one that was there before are ours", () => {
  const fake = about([INSTANCE]);
  fake.machine.putAddress(2, "192.0.2.1/24");
  fake.run(4000);
  deepStrictEqual(
    fake.core.ledger.of("VI_1").map(({ address, ours }) =>
      `${address.address} ${ours}`
    ).toSorted(),
    ["192.0.2.1 false", "192.0.2.2 true"],
  );
  fake.tell({ type: "stop" });
  deepStrictEqual(fake.machine.changes.slice(2), ["remove 2 192.0.2.2/24"]);
});

Deno.test("an address whose answer was lost serves if it is there", () => {
  const fake = about();
  const { machine } = fake;
  machine.refuse = (call) => {
    if (call !== "change") return null;
    machine.refuse = () => null;
    machine.putAddress(2, "192.0.2.1/24", { protocol: 112 });
    return failing("ENOBUFS", 105, true);
  };
  fake.run(3700);
  strictEqual(fake.state(), "MASTER");
  fake.tell({ type: "stop" });
  deepStrictEqual(machine.changes, [`add ${KEY}`, `remove ${KEY}`]);
});

Deno.test("an addition that was lost is made once more", () => {
  for (const [lost, state] of [[1, "MASTER"], [2, "FAULT"]] as const) {
    const fake = about();
    const { machine } = fake;
    let left: number = lost;
    machine.refuse = (call) => {
      if (call !== "change" || left === 0) return null;
      left--;
      return failing("ENOBUFS", 105, true);
    };
    fake.run(3700);
    strictEqual(fake.state(), state);
    deepStrictEqual(machine.changes, [`add ${KEY}`, `add ${KEY}`]);
  }
});

Deno.test("a removal whose answer was lost is done if the address is gone, else tried again", () => {
  for (const isGone of [true, false]) {
    const fake = about();
    const { machine } = fake;
    fake.run(4000);
    machine.changes.splice(0);
    machine.refuse = (call) => {
      if (call !== "change") return null;
      machine.refuse = () => null;
      if (isGone) machine.removeAddress(2, "192.0.2.1/24");
      return failing("ENOBUFS", 105, true);
    };
    machine.putLink(3, "eth1");
    machine.putLink(2, "eth0", { flags: 0x1 });
    fake.run(5500);
    deepStrictEqual(
      machine.changes,
      isGone ? [`remove ${KEY}`] : [`remove ${KEY}`, `remove ${KEY}`],
    );
    strictEqual(machine.addresses.includes(KEY), false);
  }
});

Deno.test("an address that cannot be removed is tried again until it can, and said once", () => {
  const fake = about();
  const { machine } = fake;
  fake.run(4000);
  machine.refuse = (_, detail) =>
    detail.startsWith("remove") ? failing("EBUSY", 16) : null;
  machine.putLink(2, "eth0", { flags: 0x1 });
  fake.run(10_000);
  strictEqual(fake.state(), "FAULT");
  strictEqual(machine.addresses.includes(KEY), true);
  strictEqual(fake.logged("address_stuck").length, 1);
  machine.refuse = () => null;
  fake.run(40_000);
  strictEqual(machine.addresses.includes(KEY), false);
  strictEqual(fake.wakeAt, Infinity);
});

Deno.test("an address of ours that is found there is replaced once, then serves as it is", () => {
  const fake = about();
  const { machine } = fake;
  machine.putAddress(2, "192.0.2.1/24", { protocol: 112 });
  // Unseen: the event is lost, and the removal takes nothing away.
  machine.news.splice(0);
  machine.refuse = (_, detail) =>
    detail.startsWith("remove") ? failing("EADDRNOTAVAIL", 99) : null;
  fake.run(3650);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(machine.changes.slice(0, 3), [
    `add ${KEY}`,
    `remove ${KEY}`,
    `add ${KEY}`,
  ]);
});

Deno.test("stop tries three times to remove an address", () => {
  for (const [refusals, isThere] of [[2, false], [3, true]] as const) {
    const fake = about();
    const { machine } = fake;
    fake.run(4000);
    machine.changes.splice(0);
    let left = refusals;
    machine.refuse = (_, detail) =>
      detail.startsWith("remove") && left-- > 0 ? failing("EBUSY", 16) : null;
    fake.tell({ type: "stop" });
    strictEqual(fake.ended, true);
    deepStrictEqual(machine.changes, Array(3).fill(`remove ${KEY}`));
    strictEqual(machine.addresses.includes(KEY), isThere);
  }
});

Deno.test("a lease is renewed every third of its time", () => {
  const fake = new FakeCore([ONE], { vipLeaseSeconds: 30 });
  fake.run(4000);
  fake.machine.changes.splice(0);
  const renewals: number[] = [];
  fake.machine.refuse = (_, detail) => {
    if (detail === `renew ${KEY}`) renewals.push(fake.machine.time);
    return null;
  };
  fake.run(35_000);
  deepStrictEqual(renewals, [10_000, 20_000, 30_000]);
  strictEqual(fake.machine.changes.length, 3);
});

Deno.test("the watchdog is fed four times within its patience", () => {
  const fake = new FakeCore([ONE], { watchdog: 1000 });
  fake.run(0);
  strictEqual(fake.machine.feeds, 1);
  fake.run(249);
  strictEqual(fake.machine.feeds, 1);
  fake.run(2000);
  strictEqual(fake.machine.feeds, 9);
});
