import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { LinkTable } from "../../src/daemon/core/link_table.ts";
import type {
  Link,
  LinkAddress,
  NetlinkBody,
} from "../../src/wire/rtnetlink_parse.ts";

const ETH0: Link = {
  index: 2,
  name: "eth0",
  flags: 0x41,
  mac: "02:00:00:00:00:02",
  mtu: 1500,
  operState: 6,
  master: null,
};
const ETH1: Link = {
  ...ETH0,
  index: 3,
  name: "eth1",
  mac: "02:00:00:00:00:03",
};
const OWN: LinkAddress = {
  index: 2,
  family: "ipv4",
  address: "192.0.2.9",
  prefix: 24,
  scope: 0,
  flags: 0x80,
  protocol: null,
};

function link(changes: Partial<Link> = {}): NetlinkBody {
  return { type: "link", link: { ...ETH0, ...changes } };
}

function address(changes: Partial<LinkAddress> = {}): NetlinkBody {
  return { type: "address", address: { ...OWN, ...changes } };
}

/** A table that knows eth0, eth1 and the address of eth0. */
function known(): LinkTable {
  const table = new LinkTable();
  table.reset([link(), { type: "link", link: ETH1 }, address()]);
  return table;
}

Deno.test("LinkTable finds links by name and index, addresses by link", () => {
  const table = known();
  deepStrictEqual(table.byName("eth0"), ETH0);
  deepStrictEqual(table.byIndex(3), ETH1);
  strictEqual(table.byName("eth2"), undefined);
  strictEqual(table.byIndex(4), undefined);
  deepStrictEqual([...table.links()], [ETH0, ETH1]);
  deepStrictEqual([...table.addresses(2)], [OWN]);
  deepStrictEqual([...table.addresses(3)], []);
  deepStrictEqual([...table.allAddresses()], [OWN]);
  strictEqual(table.has(2, "192.0.2.9"), true);
  strictEqual(table.has(3, "192.0.2.9"), false);
  deepStrictEqual(table.address(2, "192.0.2.9", 24), OWN);
  strictEqual(table.address(2, "192.0.2.9", 32), undefined);
});

Deno.test("LinkTable tells of a link that came, and only once", () => {
  const table = new LinkTable();
  const came = { type: "link", index: 2, named: true, mac: false };
  deepStrictEqual(table.apply(link()), came);
  strictEqual(table.apply(link()), null);
});

Deno.test("LinkTable tells of each change of a link that counts", () => {
  for (
    const news of [
      { flags: 0x1 },
      { mtu: 9000 },
      { operState: 2 },
      { master: 3 },
    ]
  ) {
    deepStrictEqual(known().apply(link(news)), {
      type: "link",
      index: 2,
      named: "name" in news,
      mac: false,
    });
  }
});

Deno.test("LinkTable tells a new MAC apart from other changes", () => {
  const table = known();
  const mac = "02:00:00:00:00:99";
  deepStrictEqual(table.apply(link({ mac })), {
    type: "link",
    index: 2,
    named: false,
    mac: true,
  });
  strictEqual(table.byName("eth0")?.mac, mac);
  deepStrictEqual(table.apply(link({ mac: null })), {
    type: "link",
    index: 2,
    named: false,
    mac: true,
  });
});

Deno.test("LinkTable tells of a name that means another link", () => {
  deepStrictEqual(known().apply(link({ name: "wan" })), {
    type: "link",
    index: 2,
    named: true,
    mac: false,
  });
});

Deno.test("LinkTable knows links that swap their names", () => {
  const table = known();
  for (
    const [index, name] of [[2, "tmp"], [3, "eth0"], [2, "eth1"]] as const
  ) {
    table.apply(link({ ...(index === 2 ? ETH0 : ETH1), name }));
  }
  strictEqual(table.byName("eth0")?.index, 3);
  strictEqual(table.byName("eth1")?.index, 2);
  strictEqual(table.byName("tmp"), undefined);
});

Deno.test("LinkTable keeps a name that another link has taken before it was told of", () => {
  const table = known();
  // The event of the first was overtaken: for a while two have the name.
  table.apply(link({ ...ETH1, name: "eth0" }));
  table.apply(link({ ...ETH0, name: "eth1" }));
  strictEqual(table.byName("eth0")?.index, 3);
  strictEqual(table.byName("eth1")?.index, 2);
});

Deno.test("LinkTable knows who has a name when old news come behind a dump", () => {
  const table = new LinkTable();
  const now = [link({ name: "eth1" }), link({ ...ETH1, name: "eth0" })];
  table.reset(now);
  for (const old of [link(), link({ name: "tmp" }), ...now.toReversed()]) {
    table.apply(old);
  }
  strictEqual(table.byName("eth0")?.index, 3);
  strictEqual(table.byName("eth1")?.index, 2);
  strictEqual(table.byName("tmp"), undefined);
});

Deno.test("LinkTable takes a link of the same name for another one", () => {
  const table = known();
  deepStrictEqual(table.apply({ type: "linkGone", link: ETH0 }), {
    type: "link",
    index: 2,
    named: true,
    mac: false,
  });
  strictEqual(table.byName("eth0"), undefined);
  deepStrictEqual([...table.addresses(2)], []);
  table.apply(link({ index: 7 }));
  strictEqual(table.byName("eth0")?.index, 7);
  // The end of the first, told late, is not that of the second.
  strictEqual(table.apply({ type: "linkGone", link: ETH0 }), null);
  strictEqual(table.byName("eth0")?.index, 7);
});

Deno.test("LinkTable keeps the name when the new link is told of before the end of the old", () => {
  const table = known();
  table.apply(link({ index: 7 }));
  table.apply({ type: "linkGone", link: ETH0 });
  strictEqual(table.byName("eth0")?.index, 7);
});

Deno.test("LinkTable tells of an address once, and of what differs", () => {
  const table = known();
  strictEqual(table.apply(address()), null);
  for (const news of [{ scope: 253 }, { flags: 0x81 }, { protocol: 112 }]) {
    const { type, gone } = known().apply(address(news)) as {
      readonly type: string;
      readonly gone: boolean;
    };
    deepStrictEqual([type, gone], ["address", false]);
  }
  table.apply(address({ flags: 0x81 }));
  strictEqual(table.address(2, "192.0.2.9", 24)?.flags, 0x81);
  strictEqual([...table.addresses(2)].length, 1);
});

Deno.test("LinkTable keeps an address of two prefixes twice, in the kernel's order", () => {
  const table = known();
  table.apply(address({ prefix: 32 }));
  table.apply(address({ address: "192.0.2.10" }));
  table.apply(address({ flags: 0 }));
  deepStrictEqual(
    Array.from(
      table.addresses(2),
      ({ address, prefix }) => `${address}/${prefix}`,
    ),
    ["192.0.2.9/24", "192.0.2.9/32", "192.0.2.10/24"],
  );
  table.apply({ type: "addressGone", address: OWN });
  strictEqual(table.has(2, "192.0.2.9"), true);
});

Deno.test("LinkTable tells of an address that went, and only once", () => {
  const table = known();
  const news: NetlinkBody = { type: "addressGone", address: OWN };
  deepStrictEqual(table.apply(news), {
    type: "address",
    address: OWN,
    gone: true,
  });
  strictEqual(table.apply(news), null);
  strictEqual(
    table.apply({ type: "addressGone", address: { ...OWN, index: 9 } }),
    null,
  );
  strictEqual(table.has(2, "192.0.2.9"), false);
});

Deno.test("LinkTable.reset() forgets what is not told again", () => {
  const table = known();
  table.reset([{ type: "link", link: ETH1 }]);
  strictEqual(table.byName("eth0"), undefined);
  strictEqual(table.byIndex(2), undefined);
  deepStrictEqual([...table.allAddresses()], []);
  deepStrictEqual([...table.links()], [ETH1]);
});

Deno.test("LinkTable passes over messages of other kinds", () => {
  const table = known();
  strictEqual(table.apply({ type: "done", errno: 0 }), null);
  strictEqual(table.apply({ type: "ack", errno: 1, message: null }), null);
});
