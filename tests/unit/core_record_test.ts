// The record as the core keeps it: what it says when, what a disk that does
// not take it changes, and what the next daemon makes of it.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { parseRecord } from "../../src/kernel/held_record.ts";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";

const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };
const EMPTY =
  '{"version":2,"boot":null,"addresses":[],"routers":[],"sysctls":[]}\n';
const TEXT = '{"version":2,"boot":null,' +
  '"addresses":[{"index":2,"link":"eth0","address":"192.0.2.1","prefix":24,"instance":"VI_1"}],' +
  '"routers":[{"instance":"VI_1","version":3,"virtualRouterId":10,"interval":1000,"password":null,' +
  '"checksumForm":"pseudo_header","index":2,"source":"192.0.2.9","destinations":["224.0.0.18"],"addresses":["192.0.2.1"]}],' +
  '"sysctls":[]}\n';
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
      "The record of addresses can be written again",
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
    for (const { index, address, prefix } of parseRecord(any).addresses) {
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

const PROMOTE = "net/ipv4/conf/eth0/promote_secondaries";
const SYSCTLS =
  '"sysctls":[{"index":2,"link":"eth0","setting":"promote_secondaries","before":"0"}]}\n';

Deno.test("the record has the value of a setting before it is turned on", () => {
  const machine = twoLinks();
  machine.sysctls.set(PROMOTE, "0");
  const seen: (string | null)[] = [];
  machine.refuse = (call) => {
    if (call === "writeSysctl") seen.push(machine.recorded);
    return null;
  };
  const fake = new FakeCore([ONE], {}, machine);
  const text = EMPTY.replace('"sysctls":[]}\n', SYSCTLS);
  deepStrictEqual(seen, [text]);
  strictEqual(machine.sysctls.get(PROMOTE), "1");
  fake.run(4000);
  strictEqual(machine.recorded, TEXT.replace('"sysctls":[]}\n', SYSCTLS));
  fake.tell({ type: "stop" });
  deepStrictEqual(seen.slice(1), [text]);
  strictEqual(machine.sysctls.get(PROMOTE), "0");
  strictEqual(machine.recorded, EMPTY);
});

Deno.test("the value before outlives a daemon that is killed, but not the kernel", () => {
  for (const [boot, atLast] of [["b1", "0"], ["b2", "1"]] as const) {
    const machine = twoLinks();
    machine.sysctls.set("kernel/random/boot_id", "b1\n");
    machine.sysctls.set(PROMOTE, "0");
    new FakeCore([ONE], {}, machine);
    // Killed here; the next one finds it on.
    strictEqual(machine.sysctls.get(PROMOTE), "1");
    machine.sysctls.set("kernel/random/boot_id", `${boot}\n`);
    const next = new FakeCore([ONE], {}, machine);
    next.run(4000);
    next.tell({ type: "stop" });
    strictEqual(machine.sysctls.get(PROMOTE), atLast, boot);
  }
});

Deno.test("a setting that the kernel does not put back stays in the record", () => {
  const machine = twoLinks();
  machine.sysctls.set(PROMOTE, "0");
  const fake = new FakeCore([ONE], {}, machine);
  machine.refuse = (call) =>
    call === "writeSysctl" ? failing("EROFS", 30) : null;
  fake.tell({ type: "stop" });
  strictEqual(machine.recorded, EMPTY.replace('"sysctls":[]}\n', SYSCTLS));
});

Deno.test("the record follows how a master would resign", () => {
  const fake = new FakeCore([{ ...ONE, version: 2, password: "old" }]);
  fake.run(4000);
  const routers = (): unknown =>
    parseRecord(fake.machine.recorded ?? "").routers.map((
      { version, password, source, checksumForm },
    ) => [version, password, source, checksumForm]);
  deepStrictEqual(routers(), [[2, "old", "192.0.2.9", "pseudo_header"]]);
  fake.tell({
    type: "reload",
    ...{ removed: [], restarted: [], added: [] },
    changed: [{ ...ONE, version: 2, password: "new" }],
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
  });
  deepStrictEqual(routers(), [[2, "new", "192.0.2.9", "pseudo_header"]]);
  fake.machine.putAddress(2, "192.0.2.7/24");
  fake.machine.removeAddress(2, "192.0.2.9/24");
  fake.settle();
  deepStrictEqual(routers(), [[2, "new", "192.0.2.7", "pseudo_header"]]);
});
