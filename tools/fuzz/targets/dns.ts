/**
 * Answers of name servers.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  type DnsQuery,
  emitQuery,
  parseAnswer,
  type RecordType,
} from "../../../src/health/probes/dns_message.ts";
import { happens, pick, type Prng, whole } from "../../../src/sim/prng.ts";
import { canonicalIp } from "../../../src/wire/address.ts";
import { edge, encode, mutateBytes, noise, place, splice } from "../bytes.ts";
import { joined } from "../checksums.ts";
import { readBetween } from "../surrounded.ts";
import type { Target } from "../target.ts";

/** The target: any answer to the questions of {@linkcode TYPES}. */
export const dns: Target = {
  name: "dns",
  form: "hex",
  maxLength: 65_535,
  sources: ["/src/health/probes/dns_message.ts", "/src/wire/address.ts"],
  steps: { base: 20_000, perByte: 400 },
  mutate,
  judge,
};

const TYPES: readonly RecordType[] = [
  ...["A", "NS", "CNAME", "PTR", "MX", "TXT", "AAAA"] as const,
];
const NUMBERS = [1, 2, 5, 12, 15, 16, 28];
const HEADER = 12;
/** Characters of the longest name (RFC 1035 §3.1), with its dots. */
const MAX_NAME = 253;
const LEAST_RECORD = 11;

/** The number of the question, whatever the answer says. */
function queryOf(input: Uint8Array, type: RecordType): DnsQuery {
  const id = (input[0] ?? 0) * 256 + (input[1] ?? 0);
  return { id, name: "Example.org", type };
}

function judge(input: Uint8Array): void {
  for (const type of TYPES) {
    const query = queryOf(input, type);
    const answer = readBetween(input, (bytes) => parseAnswer(bytes, query));
    if (answer === null) continue;
    // The smallest answer to each question is none but itself.
    strictEqual(parseAnswer(input, { ...query, id: query.id ^ 1 }), null);
    const { records, code, truncated } = answer;
    const flags = (input[2] ?? 0) * 256 + (input[3] ?? 0);
    ok((flags & 0xf800) === 0x8000, "A query, or no answer to one");
    strictEqual(truncated, (flags & 0x200) !== 0);
    strictEqual(code === "NOERROR", (flags & 0xf) === 0);
    const counted = (input[6] ?? 0) * 256 + (input[7] ?? 0);
    ok(records.length <= counted, "More records than are counted");
    ok(
      records.length * LEAST_RECORD <= input.length,
      "More than there is room",
    );
    for (const record of records) judgeRecord(record, type);
  }
  judgeQuery(input);
}

function judgeRecord(record: string, type: RecordType): void {
  if (type === "A" || type === "AAAA") {
    strictEqual(canonicalIp(record), record);
    return;
  }
  // A string of a record of its own is as long as the message lets it be.
  if (type === "TXT") return;
  const name = record.replace(/^\d+ /, "");
  // Each byte that is not UTF-8 is one character.
  ok([...name].length <= MAX_NAME, `A name of ${name.length} characters`);
}

/** A question that is sent back as an answer is one without records. */
function judgeQuery(input: Uint8Array): void {
  const type = TYPES[(input[0] ?? 0) % TYPES.length] ?? "A";
  const query = queryOf(input, type);
  const echo = splice(emitQuery(query), 2, 2, [0x84, 0]);
  deepStrictEqual(parseAnswer(echo, query), {
    ...{ truncated: false, code: "NOERROR", records: [] },
  });
}

function mutate(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const at = HEADER + place(chance, input.length - HEADER);
  const end = input.length;
  const answers = (input[6] ?? 0) * 256 + (input[7] ?? 0);
  switch (whole(chance, 0, 7)) {
    case 0: // Flags and counts.
      return splice(input, whole(chance, 2, 7), 1, [edge(chance)]);
    case 1: { // A pointer, mostly to something before it.
      const to = happens(chance, 0.8) ? whole(chance, 0, at) : at;
      return splice(input, at, whole(chance, 0, 2), pointer(to));
    }
    case 2: { // A label.
      const length = pick(chance, [0, 1, 7, 62, 63, 64, 65]);
      return splice(input, at, 0, [length, ...noise(chance, length)]);
    }
    case 3: // The type that is asked for, of question and records.
      return splice(input, at, 2, [0, pick(chance, [1, ...NUMBERS])]);
    case 4:
    case 5: {
      const more = joined(
        Array.from(
          { length: pick(chance, [1, 1, 2, 40]) },
          () => record(chance, end),
        ),
      );
      const counted = splice(input, 6, 2, [answers + 1 >> 8, answers + 1]);
      return splice(counted, end, 0, more);
    }
    case 6: // A long name behind all, for records to point at.
      return splice(input, end, 0, [
        ...longLabels(whole(chance, 1, 8)),
        ...pointer(HEADER),
      ]);
    default:
      return mutateBytes(input, chance, other);
  }
}

/** Labels as long as they may be. */
function longLabels(count: number): number[] {
  return Array(count).fill([63, ...encode("a".repeat(63))]).flat();
}

function pointer(to: number): number[] {
  return [0xc0 | to >> 8 & 0x3f, to & 0xff];
}

/** A record of any type, its name a pointer. */
function record(chance: Prng, end: number): Uint8Array {
  const type = pick(chance, [1, ...NUMBERS]);
  const data = pick<() => number[]>(chance, [
    () => [...noise(chance, pick(chance, [4, 16, 3, 0]))],
    () => pointer(whole(chance, 0, end)),
    () => [0, 10, ...pointer(whole(chance, 0, end))],
    () => [3, ...noise(chance, 3), 0],
    () => [...longLabels(whole(chance, 1, 8)), 0],
    () => [255, ...noise(chance, 255)],
  ])();
  return Uint8Array.from([
    ...[...pointer(HEADER), 0, type, 0, 1, 0, 0, 0, 60],
    ...[data.length >> 8, data.length & 0xff, ...data],
  ]);
}
