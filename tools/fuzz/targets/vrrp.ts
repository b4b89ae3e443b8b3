/**
 * Adverts, from the IP header on.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { happens, pick, type Prng, whole } from "../../../src/sim/prng.ts";
import { ipBytes, isMulticast } from "../../../src/wire/address.ts";
import {
  DROP_REASONS,
  type DropReason,
} from "../../../src/wire/drop_reason.ts";
import { overhear, type Overheard } from "../../../src/wire/overheard.ts";
import {
  advertVrid,
  emitAdvert,
  type ExpectedAdvert,
  parseAdvert,
  type ReceivedAdvert,
} from "../../../src/wire/vrrp.ts";
import { edge, mutateBytes, noise, splice } from "../bytes.ts";
import { isIntact, joined, withChecksum } from "../checksums.ts";
import { readBetween } from "../surrounded.ts";
import type { Target } from "../target.ts";
import { withLength } from "./ipv4.ts";

/** The target. */
export const vrrp: Target = {
  name: "vrrp",
  form: "hex",
  maxLength: 4_200,
  sources: ["/src/wire/"],
  steps: { base: 20_000, perByte: 400 },
  mutate,
  judge,
};

const V2: ExpectedAdvert = {
  family: "ipv4",
  version: 2,
  multicast: true,
  minHopLimit: 255,
  mayBeEmpty: false,
  password: null,
  interval: 1_000,
  checksum: "auto",
};
const V3: ExpectedAdvert = { ...V2, version: 3 };

/** Instances that hear each input. */
const RECEIVERS: readonly ExpectedAdvert[] = [
  V2,
  { ...V2, password: "secret12" },
  { ...V2, password: "s", multicast: false, minHopLimit: 0 },
  V3,
  { ...V3, checksum: "rfc9568", mayBeEmpty: true },
  { ...V3, checksum: "pseudo_header", multicast: false, minHopLimit: 64 },
  { ...V3, family: "ipv6" },
];

function judge(input: Uint8Array): void {
  const heard = readBetween(input, overhear);
  if (heard === null) return;
  const { payload, addresses, virtualRouterId } = heard;
  ok(addresses.length <= (payload[3] ?? 0), "More addresses than counted");
  strictEqual(advertVrid(payload), virtualRouterId);
  for (const expected of RECEIVERS) {
    if (expected.family === heard.family) judgeAs(heard, expected);
  }
}

/** The advert as one receiver reads it. */
function judgeAs(heard: Overheard, expected: ExpectedAdvert): void {
  const { payload } = heard;
  const read = (bytes: Uint8Array): ReceivedAdvert | DropReason =>
    parseAdvert(bytes, heard, expected);
  const result = readBetween(payload, read);
  if (typeof result === "string") {
    const better = mended(heard, expected, result);
    if (better !== null) {
      const then = read(better);
      ok(
        typeof then !== "string" || rank(then) > rank(result),
        `An advert with "${result}" mended is refused for "${then}"`,
      );
    }
    return;
  }
  judgeAccepted(heard, expected, result);
}

function rank(reason: DropReason): number {
  return DROP_REASONS.indexOf(reason);
}

/** The advert without the first thing that is wrong with it, or null. */
function mended(
  heard: Overheard,
  { version, mayBeEmpty, checksum }: ExpectedAdvert,
  reason: DropReason,
): Uint8Array | null {
  const { payload } = heard;
  const size = heard.family === "ipv6" ? 16 : 4;
  switch (reason) {
    case "length": {
      const count = Math.max(mayBeEmpty ? 0 : 1, payload[3] ?? 0);
      const length = 8 + count * size + (version === 2 ? 8 : 0);
      const whole = new Uint8Array(length);
      whole.set(payload.subarray(0, length));
      return splice(whole, 3, 1, [count]);
    }
    case "checksum": {
      const covers = heard.family === "ipv4" && checksum !== "pseudo_header"
        ? new Uint8Array()
        : pseudoOf(heard, version);
      return withChecksum(payload, 6, covers);
    }
    case "version":
      return splice(payload, 0, 1, [version << 4 | 1]);
    default:
      return null;
  }
}

/** What the checksum of a version covers besides, in the form with more. */
function pseudoOf(heard: Overheard, version: 2 | 3): Uint8Array {
  if (version === 2) return new Uint8Array();
  const { payload, source, destination, family } = heard;
  const { length } = payload;
  const ends = [ipBytes(source), ipBytes(destination)];
  const numbers = family === "ipv6"
    ? [0, 0, length >> 8, length & 0xff, 0, 0, 0, 112]
    : [0, 112, length >> 8, length & 0xff];
  return joined([...ends, Uint8Array.from(numbers)]);
}

/** All that RFC 9568 §7.1 asks for, said again. */
function judgeAccepted(
  heard: Overheard,
  expected: ExpectedAdvert,
  { advert, checksumForm }: ReceivedAdvert,
): void {
  const { payload, hopLimit, source, destination } = heard;
  const { version, password, multicast } = expected;
  const { addresses } = advert;
  strictEqual(payload[0], version << 4 | 1);
  ok(hopLimit >= expected.minHopLimit, "A hop limit is too low");
  strictEqual(isMulticast(destination), multicast);
  deepStrictEqual(
    [advert.virtualRouterId, advert.priority, addresses.length],
    [payload[1], payload[2], payload[3]],
  );
  deepStrictEqual(addresses, heard.addresses);
  const isWhole = checksumForm === "message"
    ? isIntact(payload)
    : isIntact(pseudoOf(heard, version), payload);
  ok(isWhole, "An advert with a wrong checksum is accepted");
  if (expected.checksum !== "auto") {
    strictEqual(checksumForm === "message", expected.checksum === "rfc9568");
  }
  const { interval } = advert;
  ok(interval > 0 && interval <= 255_000, "An interval is out of range");
  if (version === 2) strictEqual(interval, expected.interval);
  if (advert.virtualRouterId === 0) return;
  const envelope = { password, checksumForm, source, destination };
  const again = emitAdvert(advert, envelope);
  deepStrictEqual(parseAdvert(again, heard, expected), {
    advert,
    checksumForm,
  });
  // But for reserved bits, what a version 2 sender without password puts
  // behind, and the checksum of these.
  const end = 8 + addresses.length * (heard.family === "ipv6" ? 16 : 4);
  deepStrictEqual(again.slice(8, end), payload.slice(8, end));
}

/** The length of the IP header of an input. */
function headerOf(input: Uint8Array): number {
  const [first = 0] = input;
  return first >> 4 === 6 ? 40 : (first & 15) * 4;
}

const PASSWORD = new TextEncoder().encode("secret12");

function mutate(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const at = headerOf(input);
  const changed = change(input, at, chance, other);
  return happens(chance, 0.2) ? changed : repaired(changed, chance);
}

function change(
  input: Uint8Array,
  at: number,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const isIpv6 = at === 40;
  const size = isIpv6 ? 16 : 4;
  const count = input[at + 3] ?? 0;
  switch (whole(chance, 0, 7)) {
    case 0:
      return mutateBytes(input, chance, other);
    case 1: // A field of the header.
      return splice(input, at + whole(chance, 0, 7), 1, [edge(chance)]);
    case 2: { // More addresses, or fewer, and as many as are counted.
      const more = whole(chance, 1, 3);
      const counted = splice(input, at + 3, 1, [count + more]);
      return splice(counted, at + 8, 0, noise(chance, more * size));
    }
    case 3: {
      const counted = splice(input, at + 3, 1, [Math.max(0, count - 1)]);
      return splice(counted, at + 8, size);
    }
    case 4: { // Another version, with or without room for a password.
      const version = pick(chance, [2, 3]);
      const turned = splice(input, at, 1, [version << 4 | 1]);
      const end = at + 8 + count * size;
      const data = happens(chance, 0.5) ? PASSWORD : new Uint8Array(8);
      return splice(turned, end, turned.length, version === 2 ? data : []);
    }
    case 5: { // Type of authentication, and interval; or both of the interval.
      const pair = pick(chance, [[0, 1], [1, 1], [0, 100], [2, 1], [15, 255]]);
      return splice(input, at + 4, 2, pair);
    }
    case 6: // Hop limit.
      return splice(input, isIpv6 ? 7 : 8, 1, [
        pick(chance, [255, 254, 64, 0]),
      ]);
    default: { // Unicast or multicast.
      const group = isIpv6 ? 0xff : pick(chance, [224, 192]);
      return splice(input, isIpv6 ? 24 : 16, 1, [group]);
    }
  }
}

/** With the right lengths and, in either form, the right checksum. */
function repaired(input: Uint8Array, chance: Prng): Uint8Array {
  const at = headerOf(input);
  if (input.length < at + 8) return input;
  const payload = input.subarray(at);
  const { length } = payload;
  const sized = at === 40
    ? splice(input, 4, 2, [length >> 8, length])
    : withLength(input);
  const heard = overhear(sized);
  if (heard === null) return sized;
  const version = payload[0] === 0x31 && happens(chance, 0.6) ? 3 : 2;
  const pseudo = pseudoOf({ ...heard, payload }, version);
  return splice(sized, at, length, withChecksum(payload, 6, pseudo));
}
