// What many instances are told of one piece of changes, and what they ask for
// by their answers.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";

/** An instance with an address of its own. */
function numbered(number: number): InstanceSettings {
  return {
    ...{ ...INSTANCE, name: `VI_${number}`, virtualRouterId: number },
    virtualIps: [vip(`10.0.0.${number}/32`)],
  };
}

Deno.test("200 instances whose addresses are refused are planned for a few times, not 200", () => {
  const instances = Array.from({ length: 200 }, (_, i) => numbered(i + 1));
  const fake = new FakeCore(instances);
  const { ledger } = fake.core;
  let plans = 0;
  const plan = ledger.plan.bind(ledger);
  ledger.plan = (...of) => {
    plans++;
    return plan(...of);
  };
  fake.machine.refuse = (call) =>
    call === "change" ? failing("EPERM", 1) : null;
  fake.run(3700);
  strictEqual(fake.state("VI_1"), "FAULT");
  strictEqual(fake.state("VI_200"), "FAULT");
  // All at first, those that are left with what the first piece of 128 asked
  // for, and what the second asked for.
  deepStrictEqual(fake.machine.pieces, [128, 72]);
  strictEqual(plans, 3);
});

Deno.test("an instance that its group takes along while it waits for its answer lets its address go", () => {
  // One is told that its address was refused, and its group with it, before
  // the other is told that it holds its own.
  const fake = new FakeCore([numbered(1), numbered(2)], {
    syncGroups: [{
      ...{ name: "G", instances: ["VI_1", "VI_2"] },
      ...{ trackers: [], notify: { byState: {}, any: null } },
    }],
  });
  fake.machine.refuse = (_, detail) =>
    detail === "add 2 10.0.0.1/32" ? failing("EPERM", 1) : null;
  fake.run(3700);
  strictEqual(fake.state("VI_2"), "FAULT");
  deepStrictEqual(fake.machine.changes, [
    ...["add 2 10.0.0.1/32", "add 2 10.0.0.2/32", "remove 2 10.0.0.2/32"],
  ]);
  deepStrictEqual(fake.core.ledger.owners(), []);
});
