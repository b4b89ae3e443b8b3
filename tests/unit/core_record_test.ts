// The record as the core keeps it: what it says when, what a disk that does
// not take it changes, and what the next daemon makes of it.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { parseRecord } from "../../src/kernel/held_record.ts";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";

const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };
const EMPTY = '{"version":1,"addresses":[]}\n';
const TEXT =
  '{"version":1,"addresses":[{"index":2,"link":"eth0","address":"192.0.2.1","prefix":24,"instance":"VI_1"}]}\n';
const VIP = "2 192.0.2.1/24";

Deno.test("the record says what is held, from start to stop", () => {
  const fake = new FakeCore([ONE]);
  fake.settle();
  strictEqual(fake.machine.recorded, EMPTY);
  fake.run(4000);
  strictEqual(fake.machine.recorded, TEXT);
  fake.tell({ type: "stop" });
  strictEqual(fake.machine.recorded, EMPTY);
});

Deno.test("the record leaves out what somebody else added", () => {
  const machine = twoLinks();
  machine.putAddress(2, "192.0.2.1/24");
  const fake = new FakeCore([ONE], {}, machine);
  fake.run(4000);
  strictEqual(fake.state(), "MASTER");
  strictEqual(fake.machine.recorded, EMPTY);
});

Deno.test("the record is written once for all addresses of a takeover, behind them", () => {
  const fake = new FakeCore();
  fake.run(3000);
  const { machine } = fake;
  const before = machine.writes;
  machine.refuse = (call) =>
    call === "writeRecord" && machine.frames.length < 2
      ? failing("too early", 1)
      : null;
  fake.run(3700);
  strictEqual(machine.writes, before + 1);
  strictEqual(fake.logged("record").length, 0);
});

Deno.test("the record is written before the addresses where they carry no mark", () => {
  const machine = twoLinks();
  machine.keepsProtocol = false;
  const fake = new FakeCore([ONE], {}, machine);
  const seen: (string | null)[] = [];
  machine.refuse = (call) => {
    if (call === "change") seen.push(machine.recorded);
    return null;
  };
  fake.run(4000);
  deepStrictEqual(seen, [TEXT]);
  strictEqual(machine.recorded, TEXT);
  // And behind their removal.
  fake.tell({ type: "stop" });
  deepStrictEqual(seen, [TEXT, TEXT]);
  strictEqual(machine.recorded, EMPTY);
});

Deno.test("an address that was refused after all leaves the record", () => {
  const machine = twoLinks();
  machine.keepsProtocol = false;
  const fake = new FakeCore([ONE], {}, machine);
  machine.refuse = (call) => call === "change" ? failing("EPERM", 1) : null;
  fake.run(3700);
  strictEqual(fake.state(), "FAULT");
  strictEqual(machine.recorded, EMPTY);
});

Deno.test("a disk that does not take the record is said once, tried again, and keeps nobody from serving", () => {
  const fake = new FakeCore([ONE]);
  fake.run(3000);
  fake.machine.refuse = (call) =>
    call === "writeRecord" ? failing("ENOSPC", 28) : null;
  const tries: number[] = [];
  const { refuse } = fake.machine;
  fake.machine.refuse = (call, detail) => {
    if (call === "writeRecord") tries.push(fake.machine.time);
    return refuse(call, detail);
  };
  fake.run(11_000);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(tries, [3609.375, 4609.375, 6609.375, 10_609.375]);
  deepStrictEqual(fake.logged("record").map(({ message }) => message), [
    "Cannot do it: ENOSPC: serving all the same; if this process is killed, " +
    "the next one may not know all that is left of it",
  ]);
  fake.machine.refuse = () => null;
  fake.run(20_000);
  strictEqual(fake.machine.recorded, TEXT);
  deepStrictEqual(
    fake.logged("record").at(-1)?.message,
    [
      "The record of addresses is written",
    ][0],
  );
});

for (const keepsProtocol of [true, false]) {
  const kernel = keepsProtocol ? "a kernel that keeps marks" : "an older one";
  Deno.test(`what a killed daemon left is removed at start, on ${kernel}`, () => {
    const machine = twoLinks();
    machine.keepsProtocol = keepsProtocol;
    machine.recorded = TEXT;
    machine.putAddress(2, "192.0.2.1/24", {
      protocol: keepsProtocol ? 112 : null,
    });
    const fake = new FakeCore([ONE], {}, machine);
    deepStrictEqual(machine.changes, [`remove ${VIP}`]);
    strictEqual(fake.logged("left_over").length, 1);
    fake.settle();
    strictEqual(machine.recorded, EMPTY);
  });
}

Deno.test("an address without our mark stays, whatever the record says", () => {
  const machine = twoLinks();
  machine.recorded = TEXT;
  machine.putAddress(2, "192.0.2.1/24");
  new FakeCore([ONE], {}, machine);
  deepStrictEqual(machine.changes, []);
});

Deno.test("an address with our mark that neither the record nor an instance knows stays", () => {
  const machine = twoLinks();
  machine.putAddress(3, "10.0.0.77/24", { protocol: 112 });
  new FakeCore([ONE], {}, machine);
  deepStrictEqual(machine.changes, []);
});

Deno.test("an owner takes over what it left behind", () => {
  const machine = twoLinks();
  machine.putAddress(2, "192.0.2.1/24", { protocol: 112 });
  const fake = new FakeCore([{ ...ONE, priority: 255 }], {}, machine);
  fake.settle();
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(machine.changes, ["renew 2 192.0.2.1/24"]);
});

Deno.test("a record that cannot be read counts as an empty one", () => {
  const machine = twoLinks();
  machine.refuse = (call) => call === "readRecord" ? failing("EIO", 5) : null;
  const fake = new FakeCore([ONE], {}, machine);
  strictEqual(
    fake.logged("record")[0]?.message,
    "Cannot do it: EIO: taken for an empty record",
  );
  fake.run(4000);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("no text keeps a core from starting", () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((value) => `{"version":1,"addresses":${value}}`),
    fc.nat(TEXT.length).map((length) => TEXT.slice(0, length)),
  );
  fc.assert(fc.property(text, (any) => {
    for (const { index, address, prefix } of parseRecord(any)) {
      strictEqual(Number.isInteger(index) && Number.isInteger(prefix), true);
      strictEqual(typeof address, "string");
    }
  }));
  for (const some of fc.sample(text, 20)) {
    const machine = twoLinks();
    machine.recorded = some;
    const fake = new FakeCore([ONE], {}, machine);
    fake.run(4000);
    strictEqual(fake.state(), "MASTER", some);
  }
});
