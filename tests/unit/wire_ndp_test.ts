import { deepStrictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { neighborAdvert } from "../../src/wire/ndp.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
}

const MAC = bytes("02000000000a");

// tshark 4.0 finds both frames sound: hop limit, flags, checksum, option.
const frames = [
  {
    name: "from a host",
    router: false,
    hex: `
      333300000001 02000000000a 86dd
      60000000 0020 3a ff
      20010db8000000000000000000000100 ff020000000000000000000000000001
      88 00 f723 20000000 20010db8000000000000000000000100
      02 01 02000000000a
    `,
  },
  {
    name: "from a router",
    router: true,
    hex: `
      333300000001 02000000000a 86dd
      60000000 0020 3a ff
      20010db8000000000000000000000100 ff020000000000000000000000000001
      88 00 7723 a0000000 20010db8000000000000000000000100
      02 01 02000000000a
    `,
  },
];

for (const { name, router, hex } of frames) {
  Deno.test(`neighborAdvert() writes an unsolicited advertisement ${name}`, () => {
    deepStrictEqual(neighborAdvert(MAC, "2001:db8::100", router), bytes(hex));
  });
}
