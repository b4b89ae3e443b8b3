// The core follows links and addresses: how much it reads at once, and what it
// makes of news that were lost, late or refused.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import type { NetlinkBody } from "../../src/wire/rtnetlink_parse.ts";
import { failing } from "../lab/fake_machine.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };

/** A master that has nothing to do. */
function master(): FakeCore {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  strictEqual(fake.state(), "MASTER");
  fake.machine.changes.splice(0);
  fake.machine.frames.splice(0);
  return fake;
}

Deno.test("a turn takes 500 reads of news, and the rest in the next", () => {
  for (const [count, left] of [[499, 0], [500, 0], [501, 1]] as const) {
    const fake = master();
    for (let i = 0; i < count; i++) {
      fake.machine.putLink(9, "storm", { mtu: 1000 + i });
    }
    fake.turn();
    strictEqual(fake.machine.news.length, left);
    fake.settle();
    strictEqual(fake.core.links.byIndex(9)?.mtu, 999 + count);
  }
});

Deno.test("news wait while addresses are on their way, 16 reads a turn excepted", () => {
  const fake = new FakeCore([{
    ...INSTANCE,
    virtualIps: Array.from({ length: 200 }, (_, i) => vip(`10.0.0.${i}/32`)),
  }]);
  // A call ends the turn.
  fake.machine.takes = (call) => call === "changeAddresses" ? 20 : 0;
  fake.machine.time = 3609.375;
  fake.turn();
  fake.machine.news.splice(0);
  for (let i = 0; i < 100; i++) fake.machine.putLink(9, "x", { mtu: 1000 + i });
  fake.turn();
  // The second piece is in the news as well.
  strictEqual(fake.machine.news.length, 100 - 16 + 72);
  fake.settle();
  strictEqual(fake.core.links.byIndex(9)?.mtu, 1099);
});

Deno.test("addresses are compared only with a table that is complete", () => {
  const fake = master();
  fake.machine.removeAddress(2, "192.0.2.1/24");
  for (let i = 0; i < 500; i++) fake.machine.putLink(9, "x", { mtu: 1000 + i });
  fake.turn();
  deepStrictEqual(fake.machine.changes, []);
  fake.settle();
  deepStrictEqual(fake.machine.changes, ["add 2 192.0.2.1/24"]);
});

Deno.test("a master puts back and announces what somebody else removed", () => {
  const fake = master();
  fake.machine.removeAddress(2, "192.0.2.1/24");
  fake.settle();
  deepStrictEqual(fake.machine.changes, ["add 2 192.0.2.1/24"]);
  strictEqual(fake.machine.frames.length, 1);
  strictEqual(
    fake.logged("address_lost")[0]?.message,
    "Somebody else removed 192.0.2.1/24; put back and announced (1 time so " +
      "far)",
  );
});

Deno.test("what the kernel removes when a link goes down is nobody else's doing", () => {
  const down = { flags: 0 };
  for (const flags of [[down], [down, {}]]) {
    const fake = new FakeCore([{ ...ONE, linkDownDelay: 5000 }]);
    fake.run(4000);
    for (const changes of flags) fake.machine.putLink(2, "eth0", changes);
    fake.machine.removeAddress(2, "192.0.2.1/24");
    fake.settle();
    deepStrictEqual(
      fake.logged("address_lost").map(({ level, message }) => [level, message]),
      [[
        "info",
        "The kernel removed 192.0.2.1/24 when the link went down; put back " +
        "and announced (1 time so far)",
      ]],
    );
    // What comes later is another matter.
    fake.machine.putLink(2, "eth0");
    fake.run(20_000);
    fake.machine.removeAddress(2, "192.0.2.1/24");
    fake.settle();
    strictEqual(fake.logged("address_lost")[1]?.level, "warning");
  }
});

Deno.test("an address that is replaced is lost to nobody, though news of it come late", () => {
  const fake = master();
  const { machine } = fake;
  machine.inbox.push({
    ...{ type: "reload", removed: [], restarted: [], added: [] },
    changed: [{ ...ONE, virtualIps: [vip("192.0.2.1/24", { scope: "link" })] }],
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
  });
  fake.turn();
  // As an IPv6 address is not told of before it was found to be the only one.
  const news = machine.news.splice(0).flatMap((news) =>
    Array.isArray(news) ? news as readonly NetlinkBody[] : []
  );
  for (const type of ["addressGone", "address"]) {
    machine.news.push(news.filter((one) => one.type === type));
    fake.settle();
  }
  deepStrictEqual(machine.changes, [
    "remove 2 192.0.2.1/24",
    "add 2 192.0.2.1/24",
  ]);
  deepStrictEqual(fake.logged("address_lost"), []);
  // Who takes it away afterwards is noticed.
  machine.removeAddress(2, "192.0.2.1/24");
  fake.settle();
  strictEqual(fake.logged("address_lost").length, 1);
});

Deno.test("who takes an address away from a master of the second time is noticed", () => {
  const fake = master();
  fake.machine.hear(2, forgeAdvert({ addresses: ["192.0.2.1"] }));
  fake.run(5000);
  strictEqual(fake.state(), "BACKUP");
  fake.run(12_000);
  strictEqual(fake.state(), "MASTER");
  fake.machine.changes.splice(0);
  fake.machine.removeAddress(2, "192.0.2.1/24");
  fake.settle();
  deepStrictEqual(fake.machine.changes, ["add 2 192.0.2.1/24"]);
});

Deno.test("a fight over an address is told of every 10 s", () => {
  const fake = master();
  for (let at = 5000; at <= 24_000; at += 1000) {
    fake.run(at);
    fake.machine.removeAddress(2, "192.0.2.1/24");
    fake.settle();
  }
  deepStrictEqual(
    fake.logged("address_lost").map(({ time }) => time),
    [5000, 15_000],
  );
  strictEqual(fake.core.instances.get("VI_1")?.counters.repairs, 20);
});

/** An event of before, that is not true any more. */
const GONE = [{
  type: "linkGone",
  link: {
    ...{ index: 2, name: "eth0", flags: 0x41, mac: "02:00:00:00:00:02" },
    ...{ mtu: 1500, operState: 6, master: null },
  },
}] as const;

Deno.test("after an overrun everything is read anew, and what was queued is not believed", () => {
  const fake = master();
  const { machine } = fake;
  const dumps = machine.dumps;
  machine.removeAddress(2, "192.0.2.1/24");
  // The event is lost, and one of before comes behind it.
  machine.news.splice(0);
  machine.news.push("overrun", GONE);
  fake.settle();
  strictEqual(machine.dumps, dumps + 1);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(machine.changes, ["add 2 192.0.2.1/24"]);
});

Deno.test("news that cannot be read are tried again, and said once", () => {
  const fake = master();
  const { machine } = fake;
  machine.refuse = (call) =>
    call === "dump" || call === "readLinks" ? failing("ENOBUFS", 105) : null;
  machine.removeAddress(2, "192.0.2.1/24");
  fake.turn();
  machine.news.splice(0);
  fake.run(6500);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(machine.changes, []);
  machine.refuse = () => null;
  fake.run(8000);
  deepStrictEqual(machine.changes, ["add 2 192.0.2.1/24"]);
  deepStrictEqual(
    fake.logged("links").map(({ time, level }) => `${time} ${level}`),
    ["4000 error", "7000 info"],
  );
});

Deno.test("what was queued before an overrun is not believed while nothing else can be read", () => {
  const fake = master();
  fake.machine.refuse = (call) =>
    call === "dump" ? failing("ENOBUFS", 105) : null;
  fake.machine.news.push("overrun", GONE);
  fake.run(8000);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("a link that is gone is a fault, and one of its name that comes is none", () => {
  const fake = master();
  fake.machine.removeLink(2);
  fake.settle();
  strictEqual(fake.state(), "FAULT");
  deepStrictEqual(fake.core.ledger.owners(), []);
  fake.machine.putLink(7, "eth0");
  fake.machine.putAddress(7, "192.0.2.9/24");
  fake.machine.sysctls.set("net/ipv4/conf/eth0/accept_local", "1");
  fake.settle();
  strictEqual(fake.state(), "BACKUP");
  fake.run(8000);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(fake.machine.changes, ["add 7 192.0.2.1/24"]);
});

Deno.test("a link that is another one before its loss is believed has its addresses again", () => {
  const fake = new FakeCore([{ ...ONE, linkDownDelay: 1000 }]);
  fake.run(4000);
  fake.machine.removeLink(2);
  fake.run(4100);
  strictEqual(fake.state(), "MASTER");
  fake.machine.putLink(7, "eth0");
  fake.machine.putAddress(7, "192.0.2.9/24");
  fake.run(4200);
  strictEqual(fake.state(), "MASTER");
  strictEqual(fake.machine.changes.at(-1), "add 7 192.0.2.1/24");
  strictEqual(fake.machine.frames.at(-1)?.slice(0, 6), "4100 7");
});

Deno.test("a link without carrier is a fault that says so, and heals", () => {
  const fake = master();
  fake.machine.putLink(2, "eth0", { flags: 0x1 });
  fake.settle();
  strictEqual(fake.state(), "FAULT");
  deepStrictEqual(fake.machine.changes, ["remove 2 192.0.2.1/24"]);
  strictEqual(
    fake.logged("transition").at(-1)?.message,
    'MASTER → FAULT: interface "eth0" has no carrier',
  );
  fake.machine.putLink(2, "eth0");
  fake.settle();
  strictEqual(fake.state(), "BACKUP");
});

Deno.test("a link that carries a VIP is a fault while it is down, unless it is not tracked", () => {
  for (const [track, state] of [[true, "FAULT"], [false, "MASTER"]] as const) {
    const other = vip("10.0.0.1/24", { interface: "eth1", track });
    const fake = new FakeCore([{ ...ONE, excludedVirtualIps: [other] }]);
    fake.run(4000);
    fake.machine.putLink(3, "eth1", { flags: 0 });
    fake.settle();
    strictEqual(fake.state(), state);
  }
});

Deno.test("a new MAC is announced at once", () => {
  const fake = master();
  fake.run(6000);
  fake.machine.frames.splice(0);
  fake.machine.putLink(2, "eth0", { mac: "02:00:00:00:00:99" });
  fake.settle();
  deepStrictEqual(fake.machine.frames, [
    "6000 2 ffffffffffff02000000009908060001080006040001020000000099c0000201" +
    "ffffffffffffc0000201",
  ]);
});

Deno.test("a VIP is no address of the host's own to send from", () => {
  const fake = master();
  fake.machine.removeAddress(2, "192.0.2.9/24");
  fake.settle();
  strictEqual(fake.state(), "FAULT");
  strictEqual(
    fake.logged("transition").at(-1)?.message,
    'MASTER → FAULT: interface "eth0" has no IPv4 address of its own',
  );
});

Deno.test("a foreign VIP that is the only address of the link is named in the fault", () => {
  const fake = new FakeCore([ONE]);
  fake.machine.putAddress(2, "192.0.2.1/24");
  fake.machine.removeAddress(2, "192.0.2.9/24");
  fake.settle();
  strictEqual(
    fake.logged("transition").at(-1)?.message,
    "BACKUP → FAULT: virtual IP 192.0.2.1 is the only address of interface " +
      '"eth0", which needs another one to send adverts from',
  );
});

Deno.test("sockets that cannot be opened are a fault that is tried again", () => {
  const fake = new FakeCore([ONE]);
  fake.machine.refuse = (call) =>
    call === "openReceiver" ? failing("EMFILE", 24) : null;
  fake.machine.removeLink(2);
  fake.machine.putLink(7, "eth0");
  fake.machine.putAddress(7, "192.0.2.9/24");
  fake.settle();
  strictEqual(fake.state(), "FAULT");
  strictEqual(fake.logged("sockets").length, 1);
  fake.run(2500);
  strictEqual(fake.state(), "FAULT");
  fake.machine.refuse = () => null;
  fake.run(3000);
  strictEqual(fake.state(), "BACKUP");
});

Deno.test("an address of ours that nobody knows of is given to whom it belongs, who decides", () => {
  const fake = new FakeCore([ONE]);
  fake.run(1000);
  fake.machine.putAddress(2, "192.0.2.1/24", { protocol: 112 });
  fake.settle();
  deepStrictEqual(fake.machine.changes, ["remove 2 192.0.2.1/24"]);
  strictEqual(fake.logged("stray_address").length, 1);
});

Deno.test("an IPv6 address that the kernel tells of later is not taken for lost", () => {
  const fake = new FakeCore([
    { ...ONE, excludedVirtualIps: [vip("2001:db8::1/128")] },
  ]);
  const { machine } = fake;
  fake.run(3600);
  machine.time = 3700;
  fake.turn();
  const late = machine.news.splice(1);
  strictEqual(late.length, 1);
  machine.putLink(9, "other");
  fake.settle();
  machine.news.push(...late);
  fake.settle();
  deepStrictEqual(machine.changes, [
    "add 2 192.0.2.1/24",
    "add 2 2001:db8::1/128",
  ]);
  deepStrictEqual(fake.logged("address_lost"), []);
});

Deno.test("an address that goes before the kernel told of it is put back", () => {
  const fake = new FakeCore([
    { ...ONE, excludedVirtualIps: [vip("2001:db8::1/128")] },
  ]);
  const { machine } = fake;
  fake.run(3600);
  machine.time = 3700;
  fake.turn();
  machine.news.splice(1);
  machine.removeAddress(2, "2001:db8::1/128");
  fake.settle();
  deepStrictEqual(machine.changes.slice(2), ["add 2 2001:db8::1/128"]);
});
