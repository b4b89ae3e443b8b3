import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import {
  type DnsQuery,
  emitQuery,
  parseAnswer,
  type RecordType,
} from "../../src/health/probes/dns_message.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** The name example.org. */
const NAME = "076578616d706c65 036f7267 00";
/** Header, question of a type, and records. */
function message(flags: string, type: string, records: string[]): string {
  const count = records.length.toString(16).padStart(4, "0");
  return `1234 ${flags} 0001 ${count} 0000 0000 ${NAME} ${type} 0001` +
    records.join("");
}

function query(type: RecordType): DnsQuery {
  return { id: 0x1234, name: "example.org", type };
}

function records(type: RecordType, hex: string): readonly string[] | undefined {
  return parseAnswer(bytes(hex), query(type))?.records;
}

/** TTL of an hour. */
const TTL = "00000e10";

Deno.test("emitQuery() writes what RFC 1035 says", () => {
  deepStrictEqual(
    emitQuery(query("AAAA")),
    bytes(`1234 0100 0001 0000 0000 0000 ${NAME} 001c 0001`),
  );
  deepStrictEqual(
    emitQuery({ id: 1, name: "example.org.", type: "A" }),
    bytes(`0001 0100 0001 0000 0000 0000 ${NAME} 0001 0001`),
  );
  deepStrictEqual(
    emitQuery({ id: 1, name: ".", type: "NS" }),
    bytes("0001 0100 0001 0000 0000 0000 00 0002 0001"),
  );
});

Deno.test("emitQuery() refuses names that are none", () => {
  const type = "A";
  for (const name of ["a..b", `${"a".repeat(64)}.b`, "a.".repeat(128)]) {
    throws(() => emitQuery({ id: 1, name, type }), RangeError);
  }
});

Deno.test("parseAnswer() reads addresses behind an alias", () => {
  const hex = message("8180", "0001", [
    `c00c 0005 0001 ${TTL} 0004 01 61 c00c`,
    `c029 0001 0001 ${TTL} 0004 c0000201`,
    `c029 0001 0001 ${TTL} 0004 c0000202`,
  ]);
  deepStrictEqual(parseAnswer(bytes(hex), query("A")), {
    truncated: false,
    code: "NOERROR",
    records: ["192.0.2.1", "192.0.2.2"],
  });
});

Deno.test("parseAnswer() reads every type", () => {
  const start = (type: string): string => `c00c ${type} 0001 ${TTL}`;
  deepStrictEqual(
    records(
      "AAAA",
      message("8180", "001c", [
        `${start("001c")} 0010 20010db8000000000000000000000001`,
      ]),
    ),
    ["2001:db8::1"],
  );
  deepStrictEqual(
    records(
      "MX",
      message("8180", "000f", [`${start("000f")} 0007 000a 026d78 c00c`]),
    ),
    ["10 mx.example.org"],
  );
  deepStrictEqual(
    records(
      "TXT",
      message("8180", "0010", [`${start("0010")} 0006 026162 026364`]),
    ),
    ["abcd"],
  );
  deepStrictEqual(
    records(
      "NS",
      message("8180", "0002", [`${start("0002")} 0005 026e73 c00c`]),
    ),
    ["ns.example.org"],
  );
  deepStrictEqual(
    records("PTR", message("8180", "000c", [`${start("000c")} 0002 c00c`])),
    ["example.org"],
  );
  deepStrictEqual(
    records("CNAME", message("8180", "0005", [`${start("0005")} 0002 c00c`])),
    ["example.org"],
  );
});

Deno.test("parseAnswer() reads response codes and truncation", () => {
  const answer = (flags: string): unknown =>
    parseAnswer(bytes(message(flags, "0001", [])), query("A"));
  const nothing = { truncated: false, records: [] };
  deepStrictEqual(answer("8183"), { ...nothing, code: "NXDOMAIN" });
  deepStrictEqual(answer("8182"), { ...nothing, code: "SERVFAIL" });
  deepStrictEqual(answer("8189"), { ...nothing, code: "RCODE 9" });
  deepStrictEqual(answer("8380"), {
    ...nothing,
    code: "NOERROR",
    truncated: true,
  });
  deepStrictEqual(
    parseAnswer(bytes("1234 8181 0000 0000 0000 0000"), query("A")),
    { ...nothing, code: "FORMERR" },
  );
});

const refused: readonly (readonly [string, string])[] = [
  ["another id", message("8180", "0001", []).replace("1234", "1235")],
  ["a query", message("0100", "0001", [])],
  ["another opcode", message("a180", "0001", [])],
  ["another type", message("8180", "001c", [])],
  ["another name", message("8180", "0001", []).replace("6f7267", "6f7268")],
  ["no question", "1234 8180 0000 0000 0000 0000"],
  [
    "a pointer to itself",
    `1234 8180 0001 0000 0000 0000 c00c 0001 0001`,
  ],
  [
    "an address of 5 bytes",
    message("8180", "0001", [`c00c 0001 0001 ${TTL} 0005 c000020101`]),
  ],
];

for (const [name, hex] of refused) {
  Deno.test(`parseAnswer() refuses ${name}`, () => {
    strictEqual(parseAnswer(bytes(hex), query("A")), null);
  });
}

Deno.test("parseAnswer() refuses every truncation", () => {
  const whole = bytes(
    message("8180", "0001", [`c00c 0001 0001 ${TTL} 0004 c0000201`]),
  );
  for (let length = 0; length < whole.length; length++) {
    strictEqual(parseAnswer(whole.subarray(0, length), query("A")), null);
  }
});

Deno.test("parseAnswer() never throws", () => {
  const head = bytes(message("8180", "000f", ["", "", ""]));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
    parseAnswer(tail, query("A"));
    parseAnswer(new Uint8Array([...head, ...tail]), query("MX"));
  }));
});

Deno.test("parseAnswer() compares names without regard to case", () => {
  const hex = message("8180", "0001", []).replace("6578616d", "4558414d");
  strictEqual(parseAnswer(bytes(hex), query("A"))?.code, "NOERROR");
});
