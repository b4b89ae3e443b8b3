// What is told of the addresses of an instance, and of who else has them.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const TWO = [vip("192.0.2.1/24"), vip("192.0.2.2/24")];
const OTHER = ["192.0.2.1", "192.0.2.2"];

/** Lines about addresses, and when. */
function lines(fake: FakeCore): string[] {
  return [
    ...fake.logged("addresses_added"),
    ...fake.logged("addresses_announced"),
    ...fake.logged("addresses_removed"),
  ].map(({ time, message }) => `${time} ${message}`);
}

Deno.test("a takeover adds and announces in a line each, and a release removes", () => {
  const fake = new FakeCore([{ ...INSTANCE, virtualIps: TWO }]);
  fake.run(4000);
  fake.machine.hear(2, forgeAdvert());
  fake.run(7000);
  const both = "2 addresses: 192.0.2.1/24, 192.0.2.2/24";
  const [added = "", ...others] = lines(fake).slice(0, 3);
  const at = added.split(" ")[0];
  deepStrictEqual([added, ...others], [
    `${at} Added ${both}`,
    `${at} Announces ${both} (1 time each)`,
    `4000 Removed ${both}`,
  ]);
});

Deno.test("a line about addresses names eight of them and counts all", () => {
  const virtualIps = Array.from(
    { length: 10 },
    (_, i) => vip(`192.0.2.${i + 21}/32`),
  );
  const fake = new FakeCore([{ ...INSTANCE, virtualIps }]);
  fake.run(4000);
  const [line] = fake.logged("addresses_added");
  deepStrictEqual([line?.count, line?.addresses.length], [10, 8]);
  strictEqual(line?.message.endsWith("192.0.2.28/32 and 2 more"), true);
});

Deno.test("what was put back for a master is no takeover", () => {
  const fake = new FakeCore([{ ...INSTANCE, virtualIps: TWO }]);
  fake.run(4000);
  fake.machine.removeAddress(2, "192.0.2.1/24");
  fake.run(5000);
  strictEqual(fake.logged("address_lost").length, 1);
  strictEqual(fake.logged("addresses_announced").length, 1);
});

Deno.test("a backup says who is master when it hears it first, and when that changes", () => {
  const fake = new FakeCore([{ ...INSTANCE, preempt: false }]);
  const hear = (source: string, priority: number): void => {
    fake.machine.hear(2, forgeAdvert({ source, priority, addresses: OTHER }));
    fake.run(fake.machine.time + 500);
  };
  for (const priority of [200, 200, 150, 150, 90]) hear("192.0.2.3", priority);
  hear("192.0.2.4", 160);
  deepStrictEqual(fake.logged("master_heard").map(({ message }) => message), [
    "The master is 192.0.2.3 with priority 200",
    "The master is 192.0.2.3 with priority 150",
    "The master is 192.0.2.3 with priority 90, less than our 100",
    "The master is 192.0.2.4 with priority 160",
  ]);
});

Deno.test("masters that change all the time are told of 20 times in 10 s, and the last", () => {
  const fake = new FakeCore();
  for (let i = 0; i < 50; i++) {
    fake.machine.hear(2, forgeAdvert({ priority: 150 + i % 2 }));
    fake.run(fake.machine.time + 100);
  }
  strictEqual(fake.logged("master_heard").length, 20);
  for (let i = 0; i < 10; i++) {
    fake.machine.hear(2, forgeAdvert());
    fake.run(fake.machine.time + 1000);
  }
  const heard = fake.logged("master_heard");
  strictEqual(heard.length, 21);
  strictEqual(heard.at(-1)?.sourcePriority, 200);
  fake.run(80_000);
  deepStrictEqual(
    fake.logged("left_out").map(({ kind, count }) => [kind, count]),
    [["master_heard", 31]],
  );
});

Deno.test("a priority that a reload changes is told of with what it comes from", () => {
  const fake = new FakeCore();
  for (const priority of [150, 90]) {
    fake.tell({
      ...{ type: "reload", removed: [], restarted: [], added: [] },
      changed: [{ ...INSTANCE, priority }],
      settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
    });
  }
  deepStrictEqual(fake.logged("priority").map(({ message }) => message), [
    "Priority 100 → 150 (150 configured)",
    "Priority 150 → 90 (90 configured)",
  ]);
});

Deno.test("of 150 instances 100 have a line of a kind, and the others a number", () => {
  const fake = new FakeCore(Array.from({ length: 150 }, (_, i) => ({
    ...INSTANCE,
    ...{ name: `VI_${i}`, virtualRouterId: i + 1 },
    virtualIps: [vip(`192.0.2.${i + 20}/32`)],
  })));
  fake.run(70_000);
  strictEqual(fake.logged("addresses_added").length, 100);
  deepStrictEqual(
    fake.logged("left_out").map(({ message }) => message).sort(),
    [
      'Left out 50 lines of the kind "addresses_added", of which there were ' +
      "too many",
      'Left out 50 lines of the kind "addresses_announced", of which there ' +
      "were too many",
    ],
  );
});
