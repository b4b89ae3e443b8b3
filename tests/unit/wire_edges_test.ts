// The smallest messages that are whole, beside those that are one byte short.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { parseMac } from "../../src/wire/address.ts";
import { parseEchoReply } from "../../src/wire/icmp.ts";
import { overhear } from "../../src/wire/overheard.ts";
import {
  type NetlinkMessage,
  parseMessages,
} from "../../src/wire/rtnetlink_parse.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
}

function messages(hex: string): readonly NetlinkMessage[] {
  return parseMessages(bytes(hex));
}

Deno.test("parseMac() takes nothing in front of a MAC and nothing behind", () => {
  strictEqual(parseMac("0a:02:00:5e:00:01:0a"), null);
  strictEqual(parseMac("02:00:5e:00:01:0a:0b"), null);
  strictEqual(parseMac("02:00:5e:00:01:0a\n"), null);
});

Deno.test("parseEchoReply() reads a reply without payload", () => {
  deepStrictEqual(parseEchoReply("ipv6", bytes("8100abcd12340007")), {
    id: 0x1234,
    sequence: 7,
    payload: new Uint8Array(),
  });
});

/** An IPv4 packet of a total length, with the bytes of VRRP behind it. */
function ipv4(totalLength: string, payload: string): Uint8Array {
  return bytes(`
    45c0 ${totalLength} 0001 0000 ff70 0000 c0000202 e0000012 ${payload}`);
}

Deno.test("overhear() reads an advert without addresses, of 8 bytes", () => {
  deepStrictEqual(overhear(ipv4("001c", "31 33 c8 00 0064 0000")), {
    family: "ipv4",
    source: "192.0.2.2",
    destination: "224.0.0.18",
    hopLimit: 255,
    version: 3,
    virtualRouterId: 51,
    priority: 200,
    addresses: [],
    payload: bytes("31 33 c8 00 0064 0000"),
  });
});

Deno.test("overhear() takes no advert of 7 bytes", () => {
  strictEqual(overhear(ipv4("001b", "31 33 c8 00 0064 00")), null);
});

Deno.test("parseMessages() reads the end of a dump that says no more", () => {
  deepStrictEqual(messages("10000000 0300 0200 07000000 00000000"), [
    { type: "done", errno: 0, sequence: 7, interrupted: false },
  ]);
});

Deno.test("parseMessages() leaves out an acknowledgement without errno", () => {
  deepStrictEqual(messages("10000000 0200 0000 07000000 00000000"), []);
});

const LINK = "00000100 03000000 43100100 00000000";
const MTU = "08000400 dc050000";

/** A message about a link whose name is this attribute. */
function link(name: string): readonly NetlinkMessage[] {
  const length = (32 + bytes(MTU + name).length).toString(16);
  return messages(`
    ${length}000000 1000 0000 00000000 00000000 ${LINK} ${MTU} ${name}`);
}

/** Names of the links in messages. */
function names(found: readonly NetlinkMessage[]): string[] {
  return found.flatMap((message) =>
    message.type === "link" ? [message.link.name] : []
  );
}

Deno.test("parseMessages() reads a link's name up to its NUL", () => {
  deepStrictEqual(names(link("07000300 643000 00")), ["d0"]);
  deepStrictEqual(names(link("06000300 6430 0000")), ["d0"], "without NUL");
  deepStrictEqual(names(link("08000300 00643000")), [""], "NUL first");
});

Deno.test("parseMessages() reads an empty attribute at the end", () => {
  deepStrictEqual(names(link("04000300")), [""]);
});

Deno.test("parseMessages() leaves out a link without a name", () => {
  deepStrictEqual(link(""), []);
});

/** EEXIST: flags, a request (all of it, or its header), the kernel's words. */
function refusal(flags: string, request: string): readonly NetlinkMessage[] {
  const words = "0700 0100 6e6f00 00"; // no
  const length = (20 + bytes(request + words).length).toString(16);
  return messages(`
    ${length}000000 0200 ${flags} 07000000 00000000
    efffffff ${request} ${words}`);
}

Deno.test("parseMessages() asks an acknowledgement's own flags where its words are", () => {
  const whole = "18000000 1400 0506 07000000 00000000 0218000004000000";
  const header = "18000000 1400 0506 07000000 00000000";
  const told = {
    ...{ type: "ack", errno: 17, sequence: 7, interrupted: false },
    message: "no",
  };
  const silent = { ...told, message: null };
  // Flags are little-endian: ACK_TLVS is 0002, CAPPED 0001, REQUEST 0100.
  deepStrictEqual(refusal("0002", whole), [told]);
  deepStrictEqual(refusal("0102", whole), [told], "REQUEST is not CAPPED");
  deepStrictEqual(refusal("0003", header), [told]);
  deepStrictEqual(refusal("0100", whole), [silent], "REQUEST is not ACK_TLVS");
});
