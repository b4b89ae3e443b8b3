import { deepStrictEqual } from "node:assert/strict";
import { parseRecord } from "../../src/kernel/held_record.ts";

const HELD = { index: 3, link: "eth0", address: "192.0.2.100", prefix: 24 };

Deno.test("parseRecord() reads the record of this version", () => {
  const text = JSON.stringify({ version: 1, addresses: [HELD], sysctls: [] });
  deepStrictEqual(parseRecord(text), [HELD]);
});

Deno.test("parseRecord() reads the bare list of before", () => {
  deepStrictEqual(parseRecord(JSON.stringify([HELD])), [HELD]);
});

const NOT_RECORDS = [
  "",
  "{",
  "null",
  "7",
  "{}",
  '{"addresses":{}}',
  '{"addresses":null}',
  "[null,[],7]",
];

for (const text of NOT_RECORDS) {
  Deno.test(`parseRecord() finds nothing in ${text || "nothing"}`, () => {
    deepStrictEqual(parseRecord(text), []);
  });
}

const NOT_ADDRESSES = [
  { ...HELD, index: "3" },
  { ...HELD, index: 3.5 },
  { ...HELD, index: -1 },
  { ...HELD, address: "eth0" },
  { ...HELD, address: 7 },
  { ...HELD, prefix: 33 },
  { ...HELD, address: "2001:db8::100", prefix: 129 },
  { index: 3, address: "192.0.2.100" },
];

for (const wrong of NOT_ADDRESSES) {
  Deno.test(`parseRecord() passes over ${JSON.stringify(wrong)}`, () => {
    const text = JSON.stringify({ version: 1, addresses: [wrong, HELD] });
    deepStrictEqual(parseRecord(text), [HELD]);
  });
}
