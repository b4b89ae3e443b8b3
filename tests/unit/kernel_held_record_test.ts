import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  EMPTY_RECORD,
  formatRecord,
  type HeldRecord,
  parseRecord,
} from "../../src/kernel/held_record.ts";

const RECORD: HeldRecord = {
  boot: "b1",
  addresses: [{
    ...{ index: 2, link: "eth0", address: "10.0.0.100", prefix: 24 },
    instance: "VI_1",
  }],
  routers: [{
    ...{ instance: "VI_1", version: 2, virtualRouterId: 51, interval: 1000 },
    ...{ password: "secret12", checksumForm: "message", index: 2 },
    ...{ source: "10.0.0.1", destinations: ["224.0.0.18"] },
    addresses: ["10.0.0.100"],
  }],
  sysctls: [
    { index: 2, link: "eth0", setting: "promote_secondaries", before: "0" },
  ],
};
const TEXT = '{"version":2,"boot":"b1",' +
  '"addresses":[{"index":2,"link":"eth0","address":"10.0.0.100","prefix":24,"instance":"VI_1"}],' +
  '"routers":[{"instance":"VI_1","version":2,"virtualRouterId":51,"interval":1000,"password":"secret12",' +
  '"checksumForm":"message","index":2,"source":"10.0.0.1","destinations":["224.0.0.18"],"addresses":["10.0.0.100"]}],' +
  '"sysctls":[{"index":2,"link":"eth0","setting":"promote_secondaries","before":"0"}]}\n';

Deno.test("a record is written with all that is needed to undo it", () => {
  strictEqual(formatRecord(RECORD), TEXT);
  strictEqual(
    formatRecord(EMPTY_RECORD),
    '{"version":2,"boot":null,"addresses":[],"routers":[],"sysctls":[]}\n',
  );
});

Deno.test("a record reads as it was written", () => {
  deepStrictEqual(parseRecord(TEXT), RECORD);
  deepStrictEqual(parseRecord(formatRecord(EMPTY_RECORD)), EMPTY_RECORD);
});

Deno.test("records of older versions have addresses only", () => {
  const first = '[{"index":3,"address":"2001:db8::100","prefix":64}]';
  deepStrictEqual(parseRecord(first), {
    ...EMPTY_RECORD,
    addresses: [{
      ...{ index: 3, link: null, address: "2001:db8::100", prefix: 64 },
      instance: null,
    }],
  });
  const second =
    '{"version":1,"addresses":[{"index":2,"link":"eth0","address":"10.0.0.100","prefix":24,"instance":"VI_1"}]}';
  deepStrictEqual(parseRecord(second), {
    ...EMPTY_RECORD,
    addresses: RECORD.addresses,
  });
});

Deno.test("entries that can be used are taken from among the others", () => {
  const good = { index: 2, address: "10.0.0.100", prefix: 24 };
  const list = [
    null,
    7,
    "10.0.0.1/24",
    [],
    {},
    { ...good, index: "2" },
    { ...good, index: 1.5 },
    { ...good, address: 4 },
    { ...good, address: "10.0.0" },
    { ...good, index: 0 },
    { ...good, index: 2 ** 31 },
    { ...good, address: "2001:DB8::1" },
    { ...good, prefix: null },
    { ...good, prefix: 33 },
    good,
  ];
  const taken = [{ ...good, link: null, instance: null }];
  deepStrictEqual(parseRecord(JSON.stringify(list)).addresses, taken);
  const text = JSON.stringify({ addresses: list });
  deepStrictEqual(parseRecord(text).addresses, taken);
});

/** Whether a router of the record is taken when some fields are others. */
function takesRouter(changes: Readonly<Record<string, unknown>>): boolean {
  const routers = [{ ...RECORD.routers[0], ...changes }];
  return parseRecord(JSON.stringify({ routers })).routers.length === 1;
}

Deno.test("a router that cannot be resigned for is not taken", () => {
  ok(takesRouter({ password: null, version: 3, interval: 40_950 }));
  ok(takesRouter({
    ...{ version: 3, password: null },
    ...{ source: "fe80::1", destinations: ["ff02::12"] },
    addresses: ["fe80::2", "2001:db8::1"],
  }));
  for (
    const changes of [
      { instance: null },
      { version: 4 },
      { virtualRouterId: 256 },
      { virtualRouterId: 0 },
      { virtualRouterId: "51" },
      { interval: 10.5 },
      { interval: 0 },
      { interval: 1500 },
      { interval: 256_000 },
      { version: 3 },
      { version: 3, password: null, interval: 40_960 },
      { version: 3, password: null, interval: 15 },
      { source: "fe80::1", destinations: ["ff02::12"], addresses: [] },
      { password: 5 },
      { checksumForm: "rfc9568" },
      { index: -1 },
      { index: 0 },
      { index: 2 ** 31 },
      { addresses: ["010.0.0.100"] },
      { source: "eth0" },
      { source: "fe80::1" },
      { destinations: "224.0.0.18" },
      { destinations: ["ff02::12"] },
      { addresses: ["10.0.0.100/24"] },
      { addresses: Array(256).fill("10.0.0.100") },
    ]
  ) ok(!takesRouter(changes), JSON.stringify(changes));
});

Deno.test("a setting is taken that alived changes, of a link, with its value", () => {
  const good = { index: 2, link: "eth0", setting: "accept_local", before: "0" };
  const takes = (changes: Readonly<Record<string, unknown>>): boolean => {
    const text = JSON.stringify({ sysctls: [{ ...good, ...changes }] });
    return parseRecord(text).sysctls.length === 1;
  };
  ok(takes({}));
  ok(takes({ link: "eth0.12:x" }));
  for (
    const changes of [
      { setting: "forwarding" },
      { setting: "../../../kernel/core_pattern" },
      { link: "../all" },
      { link: ".." },
      { link: "" },
      { link: null },
      { before: "0\n1" },
      { before: "|/bin/x" },
      { before: 0 },
      { index: "2" },
    ]
  ) ok(!takes(changes), JSON.stringify(changes));
});

Deno.test("parseRecord() reads nothing from what is no record", () => {
  for (
    const text of [
      "",
      "\0\0\0\0",
      '{"version":1,"addresses":[{"index":2',
      "null",
      "7",
      '"addresses"',
      "{}",
      '{"addresses":{"length":1}}',
      '{"__proto__":{"addresses":[{"index":2,"address":"a","prefix":1}]}}',
    ]
  ) {
    deepStrictEqual(parseRecord(text), EMPTY_RECORD, text);
  }
});

Deno.test("parseRecord() never throws, whatever the file says", () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((value) => `{"version":2,"addresses":${value}}`),
    fc.json().map((value) => `{"routers":[${value}],"sysctls":[${value}]}`),
    fc.nat(TEXT.length).map((length) => TEXT.slice(0, length)),
  );
  fc.assert(fc.property(text, (any) => {
    for (const { index, address, prefix } of parseRecord(any).addresses) {
      strictEqual(Number.isInteger(index) && Number.isInteger(prefix), true);
      strictEqual(typeof address, "string");
    }
  }));
});
