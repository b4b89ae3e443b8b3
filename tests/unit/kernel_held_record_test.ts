import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  formatRecord,
  parseRecord,
  type RecordEntry,
} from "../../src/kernel/held_record.ts";

const ENTRY: RecordEntry = {
  index: 2,
  link: "eth0",
  address: "10.0.0.100",
  prefix: 24,
  instance: "VI_1",
};
const TEXT =
  '{"version":1,"addresses":[{"index":2,"link":"eth0","address":"10.0.0.100","prefix":24,"instance":"VI_1"}]}\n';

Deno.test("formatRecord() writes addresses, also of links that are gone", () => {
  strictEqual(formatRecord([ENTRY]), TEXT);
  strictEqual(
    formatRecord([{ ...ENTRY, link: null }]),
    TEXT.replace('"eth0"', "null"),
  );
  strictEqual(formatRecord([]), '{"version":1,"addresses":[]}\n');
});

Deno.test("parseRecord() reads what formatRecord() writes", () => {
  deepStrictEqual(
    parseRecord(TEXT).map(({ index, address, prefix }) => [
      index,
      address,
      prefix,
    ]),
    [[2, "10.0.0.100", 24]],
  );
});

Deno.test("parseRecord() reads the first form, a list alone", () => {
  const [recorded] = parseRecord(
    '[{"index":3,"address":"2001:db8::100","prefix":64}]',
  );
  strictEqual(recorded?.index, 3);
  strictEqual(recorded?.address, "2001:db8::100");
  strictEqual(recorded?.prefix, 64);
});

Deno.test("parseRecord() takes the entries that can be read from among the others", () => {
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
    { ...good, prefix: null },
    good,
  ];
  deepStrictEqual(parseRecord(JSON.stringify(list)), [good]);
  deepStrictEqual(parseRecord(JSON.stringify({ addresses: list })), [good]);
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
    deepStrictEqual(parseRecord(text), [], text);
  }
});

Deno.test("parseRecord() never throws, whatever the file says", () => {
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
});
