// The numbers of the sources are those of the C headers, on each architecture.
// What the headers say is checked in; `deno task aarch64` asks them anew.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { icmpFilter, icmpv6Filter, sockaddrIn6 } from "../../ffi/icmp.ts";
import { writerCode } from "../../ffi/signal_code.ts";
import {
  ipMreqn,
  sockaddrIn,
  sockaddrLl,
  sockaddrNl,
  sockaddrUn,
} from "../../ffi/socket.ts";
import { expressionsOf, readFacts } from "../../tools/headers/checked_in.ts";
import {
  ARCHITECTURES,
  type Claim,
  claimsOf,
  type Facts,
  LAYOUTS,
  NAMED_PLACES,
  readClaims,
} from "../../tools/headers/facts.ts";

const ROOT = new URL("../../", import.meta.url);

/** The claims that are not as the headers say. */
function wrong(claims: readonly Claim[], facts: Facts): string[] {
  return claims
    .filter(({ expression, value }) => facts[expression] !== value)
    .map(({ place, expression, value }) =>
      `${place} is ${value}, but ${expression} is ${facts[expression]}`
    );
}

for (const arch of ARCHITECTURES) {
  Deno.test(`constants are those of the C headers: ${arch}`, () => {
    const claims = readClaims(ROOT, arch);
    deepStrictEqual(wrong(claims, readFacts(ROOT, arch)), []);
    const found = new Set(claims.map(({ place }) => place));
    deepStrictEqual(NAMED_PLACES.filter((place) => !found.has(place)), []);
  });

  Deno.test(`nothing is known of the headers that nobody needs: ${arch}`, () => {
    const known = Object.keys(readFacts(ROOT, arch));
    deepStrictEqual(known, expressionsOf(ROOT, arch));
  });

  Deno.test(`structures are laid out as in the C headers: ${arch}`, () => {
    const facts = readFacts(ROOT, arch);
    const at = (name: keyof typeof LAYOUTS): number =>
      facts[LAYOUTS[name]] ?? NaN;
    const ip = new Uint8Array([0xa1, 0xa2, 0xa3, 0xa4]);
    strictEqual(sockaddrUn("@x").indexOf(0x78), at("sockaddrUn") + 1);
    strictEqual(sockaddrIn(ip).length, at("sockaddrInSize"));
    strictEqual(sockaddrIn(ip).indexOf(0xa1), at("sockaddrIn"));
    strictEqual(sockaddrIn6(ip).indexOf(0xa1), at("sockaddrIn6"));
    strictEqual(sockaddrNl(0xa1).length, at("sockaddrNlSize"));
    strictEqual(sockaddrNl(0xa1).indexOf(0xa1), at("sockaddrNlGroups"));
    ok(ipMreqn(ip, 0xb1).length >= at("ipMreqnSize"));
    strictEqual(ipMreqn(ip, 0xb1).indexOf(0xb1), at("ipMreqnIndex"));
    strictEqual(icmpFilter(0).length, at("icmpFilterSize"));
    strictEqual(icmpv6Filter(0).length, at("icmpv6FilterSize"));
    const link = sockaddrLl(0xb1, 0xc1c1, new Uint8Array(6).fill(0xd1));
    strictEqual(link.length, at("sockaddrLlSize"));
    strictEqual(link.indexOf(0xc1), at("sockaddrLlProtocol"));
    strictEqual(link.indexOf(0xb1), at("sockaddrLlIndex"));
    strictEqual(link.indexOf(6), at("sockaddrLlLength"));
    strictEqual(link.indexOf(0xd1), at("sockaddrLlMac"));
  });
}

Deno.test("the handler of signals calls what the headers call write", () => {
  const number = (arch: "x86_64" | "aarch64"): number =>
    readFacts(ROOT, arch)[LAYOUTS.write] ?? NaN;
  // mov eax, NUMBER and mov x8, NUMBER, with the number in bits 5 to 20.
  const x86 = new DataView(writerCode(9, "x86_64").buffer);
  strictEqual(x86.getUint8(18), 0xb8);
  strictEqual(x86.getUint32(19, true), number("x86_64"));
  const arm = new DataView(writerCode(9, "aarch64").buffer);
  const move = arm.getUint32(24, true);
  strictEqual((move & ~(0xffff << 5)) >>> 0, 0xd280_0008);
  strictEqual(move >>> 5 & 0xffff, number("aarch64"));
});

Deno.test("a number that an architecture chooses is asked for each", () => {
  const source = [
    "const O_NOFOLLOW = 0o400000;",
    "export const O_RDWR: number = 2; // read and write",
    "const CHUNK = 4096;",
    "const O_BOTH = O_RDWR | O_ELSEWHERE;",
  ].join("\n");
  const claims = claimsOf("ffi/new.ts", source, "aarch64");
  deepStrictEqual(wrong(claims, { O_NOFOLLOW: 32768, O_RDWR: 2 }), [
    "ffi/new.ts: O_NOFOLLOW is 131072, but O_NOFOLLOW is 32768",
  ]);
  // The places of epoll_event differ, and are those of this architecture.
  const event = "const EVENT_SIZE = { x86_64: 12, aarch64: 16 }" +
    "[Deno.build.arch];";
  deepStrictEqual(
    ARCHITECTURES.map((arch) =>
      claimsOf("ffi/event.ts", event, arch)[0]?.value
    ),
    [12, 16],
  );
});
