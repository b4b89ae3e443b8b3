// Which addresses an advert can come from.

import { strictEqual } from "node:assert/strict";
import { isHostAddress } from "../../src/wire/address.ts";

const cases = [
  ["0.0.0.0", false],
  ["0.1.2.3", false],
  ["1.0.0.1", true],
  ["126.255.255.255", true],
  ["127.0.0.1", false],
  ["128.0.0.1", true],
  ["192.0.2.1", true],
  ["223.255.255.255", true],
  ["224.0.0.18", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::2", true],
  ["fe80::1", true],
  ["2001:db8::1", true],
  ["7f00::1", true],
  ["ff02::12", false],
] as const;

for (const [address, expected] of cases) {
  Deno.test(`isHostAddress() of ${address} is ${expected}`, () => {
    strictEqual(isHostAddress(address), expected);
  });
}
