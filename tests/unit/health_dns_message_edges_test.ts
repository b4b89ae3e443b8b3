// Names at their limits, and answers that are almost the ones asked for.

import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  type DnsQuery,
  emitQuery,
  parseAnswer,
} from "../../src/health/probes/dns_message.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
}

function ask(name: string): DnsQuery {
  return { id: 0x1234, name, type: "A" };
}

/** The labels of a name, with their lengths and without an end. */
function labels(...texts: readonly string[]): string {
  return texts.map((text) => {
    const hex = Buffer.from(text).toString("hex");
    return (hex.length / 2).toString(16).padStart(2, "0") + hex;
  }).join("");
}

/** A whole message: flags, numbers of questions and records, and the rest. */
function message(flags: string, counts: string, rest: string): Uint8Array {
  return bytes(`1234 ${flags} ${counts} 0000 0000 ${rest}`);
}

const QUESTION = `${labels("example", "org")}00 0001 0001`;
const TTL = "00000e10";

Deno.test("emitQuery() takes labels of 1 to 63 bytes", () => {
  const long = "a".repeat(63);
  deepStrictEqual(
    emitQuery(ask(`${long}.b`)),
    message("0100", "0001 0000", `${labels(long, "b")}00 0001 0001`),
  );
  throws(() => emitQuery(ask(`${long}a.b`)), {
    name: "RangeError",
    message: `Cannot ask for "${long}a.b": a label has no or more ` +
      "than 63 bytes",
  });
  throws(() => emitQuery(ask("aa..bb")), RangeError);
});

Deno.test("emitQuery() takes names of 255 bytes at most", () => {
  const part = "a".repeat(63);
  const start = [part, part, part].join(".");
  const longest = `${start}.${"b".repeat(61)}`;
  // 12 before it and 4 behind.
  strictEqual(emitQuery(ask(longest)).length, 12 + 255 + 4);
  throws(() => emitQuery(ask(`${longest}b`)), {
    name: "RangeError",
    message: `Cannot ask for "${longest}b": more than 255 bytes`,
  });
});

Deno.test("parseAnswer() takes no query for an answer, whatever its code", () => {
  const query = message("0101", "0001 0000", QUESTION);
  strictEqual(parseAnswer(query, ask("example.org")), null);
});

Deno.test("parseAnswer() compares the question of a refusal too", () => {
  const other = message("8182", "0001 0000", QUESTION.replace("6f72", "6e65"));
  strictEqual(parseAnswer(other, ask("example.org")), null);
});

Deno.test("parseAnswer() takes one question of the class IN", () => {
  const refused = [
    message("8180", "0002 0000", QUESTION + QUESTION),
    message("8180", "0001 0000", QUESTION.replace(/0001$/, "0003")),
  ];
  for (const answer of refused) {
    strictEqual(parseAnswer(answer, ask("example.org")), null);
  }
});

Deno.test("parseAnswer() compares names by their bytes, but for the case of ASCII", () => {
  const answer = (...name: string[]): Uint8Array =>
    message("8180", "0001 0000", `${labels(...name)}00 0001 0001`);
  const code = (name: string, ...other: string[]): string | undefined =>
    parseAnswer(answer(...other), ask(name))?.code;
  strictEqual(code("Example.org.", "example", "ORG"), "NOERROR");
  strictEqual(code("ab", "a", "b"), undefined);
  strictEqual(code("a.b", "ab"), undefined);
  strictEqual(code("straße", "strasse"), undefined);
});

Deno.test("parseAnswer() gives the records that fitted into a truncated answer", () => {
  const records = `c00c 0001 0001 ${TTL} 0004 c0000201` +
    `c00c 0001 0001 ${TTL} 0004 c000`;
  const query = ask("example.org");
  const cut = message("8380", "0001 0002", QUESTION + records);
  deepStrictEqual(parseAnswer(cut, query), {
    truncated: true,
    code: "NOERROR",
    records: ["192.0.2.1"],
  });
  const damaged = message("8180", "0001 0002", QUESTION + records);
  strictEqual(parseAnswer(damaged, query), null);
});

/** Text of a name server's record whose name is these bytes. */
function nameOf(name: string, before = ""): string | undefined {
  const length = bytes(name).length.toString(16).padStart(4, "0");
  const question = QUESTION.replace("00 0001", "00 0002");
  const count = before === "" ? "0001" : "0002";
  const answer = message(
    "8180",
    `0001 ${count}`,
    `${question} ${before} c00c 0002 0001 ${TTL} ${length} ${name}`,
  );
  const query: DnsQuery = { id: 0x1234, name: "example.org", type: "NS" };
  return parseAnswer(answer, query)?.records[0];
}

Deno.test("parseAnswer() follows pointers to any place before them", () => {
  // Text of 245 bytes from 41 on; behind it, at 286, a name of one label.
  const text = `c00c 0010 0001 ${TTL} 00f8 ${"00".repeat(245)} 01 61 00`;
  strictEqual(nameOf("01 62 c11e", text), "b.a");
  strictEqual(nameOf("01 62 c00c", text), "b.example.org");
});

Deno.test("parseAnswer() follows no pointer forwards", () => {
  // The record's name is at 41; the pointer leads to the label behind it.
  strictEqual(nameOf("c02b 01 61 00"), undefined);
});

Deno.test("parseAnswer() reads labels of 63 bytes and no longer ones", () => {
  strictEqual(nameOf(`3f ${"61".repeat(63)} 00`), "a".repeat(63));
  strictEqual(nameOf(`40 ${"61".repeat(64)} 00`), undefined);
  strictEqual(nameOf(`7f ${"61".repeat(127)} 00`), undefined);
});

Deno.test("parseAnswer() reads names of 255 bytes and no longer ones", () => {
  strictEqual(
    nameOf(`${"0161".repeat(127)} 00`),
    new Array(127).fill("a").join("."),
  );
  strictEqual(nameOf(`${"0161".repeat(126)} 026162 00`), undefined);
});

Deno.test("parseAnswer() hides no bug behind a damaged message", () => {
  const query: DnsQuery = {
    id: 0x1234,
    type: "A",
    get name(): string {
      throw new TypeError("a bug");
    },
  };
  const answer = message("8180", "0001 0000", QUESTION);
  throws(() => parseAnswer(answer, query), TypeError);
});
