import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  type Holding,
  Ledger,
  type LedgerStep,
} from "../../src/daemon/core/ledger.ts";
import { addressKey } from "../../src/kernel/held_record.ts";
import type { HeldAddress } from "../../src/kernel/port.ts";

const VIP: HeldAddress = {
  index: 2,
  address: "10.0.0.100",
  prefix: 24,
  scope: 0,
  label: null,
  lifetimeSeconds: null,
  preferred: false,
};
const VIP6: HeldAddress = { ...VIP, address: "2001:db8::100", prefix: 64 };

/** What instances want; VI_1 unless told. */
function want(
  addresses: readonly HeldAddress[],
  owner = "VI_1",
): ReadonlyMap<string, Holding> {
  return new Map(
    addresses.map((address) => [addressKey(address), { address, owner }]),
  );
}

/** A ledger that holds addresses of our own for VI_1. */
function holding(...addresses: readonly HeldAddress[]): Ledger {
  const ledger = new Ledger();
  for (const address of addresses) {
    ledger.put({ address, owner: "VI_1", ours: true });
  }
  return ledger;
}

/** Steps as lines: what, which, for whom. */
function lines(steps: readonly LedgerStep[]): string[] {
  return steps.map(({ op, key, owner }) => `${op} ${key} ${owner}`);
}

Deno.test("addressKey() names link, address and prefix, and nothing that changes in place", () => {
  strictEqual(addressKey(VIP), "2 10.0.0.100/24");
  strictEqual(
    addressKey({ ...VIP, index: 3, prefix: 32 }),
    "3 10.0.0.100/32",
  );
});

Deno.test("Ledger gives what it holds by key, by instance and as a whole", () => {
  const ledger = holding(VIP, VIP6);
  const other = { ...VIP, address: "10.0.0.7" };
  ledger.put({ address: other, owner: "VI_2", ours: false });
  deepStrictEqual(ledger.get("2 10.0.0.7/24"), {
    address: other,
    owner: "VI_2",
    ours: false,
  });
  strictEqual(ledger.get("2 10.0.0.7/32"), undefined);
  deepStrictEqual(ledger.of("VI_1").map(({ address }) => address), [VIP, VIP6]);
  deepStrictEqual(ledger.of("VI_3"), []);
  deepStrictEqual(ledger.owners(), ["VI_1", "VI_2"]);
  deepStrictEqual(
    Array.from(ledger.entries(), ({ address }) => address.address),
    ["10.0.0.100", "2001:db8::100", "10.0.0.7"],
  );
});

Deno.test("Ledger forgets an instance with its last address", () => {
  const ledger = holding(VIP, VIP6);
  ledger.drop("2 10.0.0.100/24");
  deepStrictEqual(ledger.owners(), ["VI_1"]);
  ledger.drop("2 2001:db8::100/64");
  deepStrictEqual(ledger.owners(), []);
  deepStrictEqual([...ledger.entries()], []);
});

Deno.test("Ledger.put() replaces an address, also that of another instance", () => {
  const ledger = holding(VIP);
  ledger.put({ address: VIP, owner: "VI_2", ours: true });
  deepStrictEqual(ledger.of("VI_1"), []);
  deepStrictEqual(ledger.owners(), ["VI_2"]);
  strictEqual([...ledger.entries()].length, 1);
});

Deno.test("Ledger.version grows with what is ours, not with what is foreign", () => {
  const ledger = new Ledger();
  ledger.put({ address: VIP6, owner: "VI_1", ours: false });
  ledger.drop(addressKey(VIP6));
  ledger.drop("9 192.0.2.1/32");
  strictEqual(ledger.version, 0);
  ledger.put({ address: VIP, owner: "VI_1", ours: true });
  const added = ledger.version;
  strictEqual(added > 0, true);
  ledger.drop(addressKey(VIP));
  strictEqual(ledger.version > added, true);
});

Deno.test("Ledger.plan() adds what is wanted, in that order", () => {
  const second = { ...VIP, address: "10.0.0.99" };
  const steps = new Ledger().plan(["VI_1"], want([VIP, second, VIP6]));
  deepStrictEqual(steps, [
    { key: "2 10.0.0.100/24", op: "add", address: VIP, owner: "VI_1" },
    { key: "2 10.0.0.99/24", op: "add", address: second, owner: "VI_1" },
    { key: "2 2001:db8::100/64", op: "add", address: VIP6, owner: "VI_1" },
  ]);
});

Deno.test("Ledger.plan() removes what is wanted no more, and first", () => {
  const next = { ...VIP, address: "10.0.0.200" };
  deepStrictEqual(
    lines(holding(VIP, VIP6).plan(["VI_1"], want([next]))),
    [
      "remove 2 10.0.0.100/24 VI_1",
      "remove 2 2001:db8::100/64 VI_1",
      "add 2 10.0.0.200/24 VI_1",
    ],
  );
});

Deno.test("Ledger.plan() asks for nothing where all is held", () => {
  deepStrictEqual(
    holding(VIP, VIP6).plan(["VI_1"], want([VIP6, VIP])),
    [],
  );
});

Deno.test("Ledger.plan() lets alone what others hold", () => {
  const ledger = holding(VIP);
  deepStrictEqual(ledger.plan(["VI_2"], new Map()), []);
  deepStrictEqual(ledger.owners(), ["VI_1"]);
});

Deno.test("Ledger.plan() has an IPv4 address on its link all the time while its prefix changes", () => {
  deepStrictEqual(
    lines(holding(VIP).plan(["VI_1"], want([{ ...VIP, prefix: 32 }]))),
    ["add 2 10.0.0.100/32 VI_1", "remove 2 10.0.0.100/24 VI_1"],
  );
});

Deno.test("Ledger.plan() removes an IPv6 address before it has another prefix", () => {
  deepStrictEqual(
    lines(holding(VIP6).plan(["VI_1"], want([{ ...VIP6, prefix: 128 }]))),
    ["remove 2 2001:db8::100/64 VI_1", "add 2 2001:db8::100/128 VI_1"],
  );
});

Deno.test("Ledger.plan() removes an address from one link before it is on another", () => {
  deepStrictEqual(
    lines(holding(VIP).plan(["VI_1"], want([{ ...VIP, index: 3 }]))),
    ["remove 2 10.0.0.100/24 VI_1", "add 3 10.0.0.100/24 VI_1"],
  );
});

Deno.test("Ledger.plan() removes and adds what has another scope or label", () => {
  for (const change of [{ scope: 253 }, { label: "eth0:v" }]) {
    const address = { ...VIP, ...change };
    deepStrictEqual(holding(VIP).plan(["VI_1"], want([address])), [
      { key: "2 10.0.0.100/24", op: "remove", address: VIP, owner: "VI_1" },
      { key: "2 10.0.0.100/24", op: "add", address, owner: "VI_1" },
    ]);
  }
});

Deno.test("Ledger.plan() changes lifetime and preference in place", () => {
  const leased: HeldAddress = { ...VIP, lifetimeSeconds: 30 };
  const preferred: HeldAddress = { ...VIP6, preferred: true };
  for (
    const [held, next] of [
      [VIP, leased],
      [leased, VIP],
      [VIP6, preferred],
    ] as const
  ) {
    deepStrictEqual(holding(held).plan(["VI_1"], want([next])), [
      { key: addressKey(held), op: "renew", address: next, owner: "VI_1" },
    ]);
  }
});

Deno.test("Ledger.plan() lets an address stay that one instance gives to another", () => {
  const ledger = holding(VIP);
  deepStrictEqual(ledger.plan(["VI_1", "VI_2"], want([VIP], "VI_2")), []);
  deepStrictEqual(ledger.owners(), ["VI_2"]);
  strictEqual(ledger.get("2 10.0.0.100/24")?.ours, true);
});

Deno.test("Ledger.plan() never removes, replaces or renews what is foreign", () => {
  const foreign = (): Ledger => {
    const ledger = new Ledger();
    ledger.put({ address: VIP, owner: "VI_1", ours: false });
    return ledger;
  };
  const changed = { ...VIP, scope: 253, label: "eth0:v", lifetimeSeconds: 3 };
  const kept = foreign();
  deepStrictEqual(kept.plan(["VI_1"], want([changed])), []);
  strictEqual(kept.get("2 10.0.0.100/24")?.ours, false);
  const released = foreign();
  deepStrictEqual(released.plan(["VI_1"], new Map()), []);
  deepStrictEqual(released.owners(), []);
});

Deno.test("Ledger.plan() adds beside a foreign address of another prefix", () => {
  const ledger = new Ledger();
  ledger.put({ address: VIP, owner: "VI_1", ours: false });
  deepStrictEqual(
    lines(ledger.plan(["VI_1"], want([{ ...VIP, prefix: 32 }]))),
    ["add 2 10.0.0.100/32 VI_1"],
  );
});

Deno.test("Ledger.plan() orders the changes of several instances: away, in, old prefixes away", () => {
  const ledger = holding(VIP);
  const theirs = { ...VIP, address: "10.0.0.7" };
  ledger.put({ address: theirs, owner: "VI_2", ours: true });
  const wanted = new Map([
    ...want([{ ...VIP, prefix: 32 }]),
    ...want([{ ...VIP, address: "10.0.0.8" }], "VI_2"),
  ]);
  deepStrictEqual(lines(ledger.plan(["VI_1", "VI_2"], wanted)), [
    "remove 2 10.0.0.7/24 VI_2",
    "add 2 10.0.0.100/32 VI_1",
    "add 2 10.0.0.8/24 VI_2",
    "remove 2 10.0.0.100/24 VI_1",
  ]);
});
