/**
 * The record of what a daemon held, from the bytes of its file on.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { normalize } from "node:path";
import {
  formatRecord,
  type HeldRecord,
  linkSysctlPath,
  parseRecord,
} from "../../../src/kernel/held_record.ts";
import { DiskRecord } from "../../../src/kernel/linux/record_file.ts";
import { happens, pick, type Prng, whole } from "../../../src/sim/prng.ts";
import { canonicalIp, ipBytes } from "../../../src/wire/address.ts";
import { addAddress, removeAddress } from "../../../src/wire/rtnetlink.ts";
import { parseMessages } from "../../../src/wire/rtnetlink_parse.ts";
import { emitAdvert } from "../../../src/wire/vrrp.ts";
import { decode, encode, mutateUtf8, pickFrom } from "../bytes.ts";
import type { Target } from "../target.ts";

/** The target. */
export const record: Target = {
  name: "record",
  form: "text",
  maxLength: 64 * 1024,
  sources: ["/src/kernel/held_record.ts", "/src/wire/", "/ffi/file.ts"],
  steps: { base: 20_000, perByte: 1_000 },
  mutate,
  judge,
};

let file: string | null = null;

/** Where this thread writes records, until {@linkcode removeRecordFile}. */
function fileOf(): string {
  file ??= Deno.makeTempFileSync({ prefix: "alived-fuzz-" });
  return file;
}

/** Remove what {@linkcode record} wrote. */
export function removeRecordFile(): void {
  if (file !== null) Deno.removeSync(file);
  file = null;
}

function judge(input: Uint8Array): void {
  Deno.writeFileSync(fileOf(), input);
  const text = new DiskRecord(fileOf()).read();
  strictEqual(text, new TextDecoder().decode(input));
  const held = parseRecord(text);
  // What is taken is written as it was taken.
  deepStrictEqual(parseRecord(formatRecord(held)), held);
  judgeAddresses(held);
  for (const router of held.routers) {
    // It can resign: this does not throw.
    for (const destination of router.destinations) {
      ok(emitAdvert({ ...router, priority: 0 }, { ...router, destination }));
    }
  }
  for (const { link, setting, before } of held.sysctls) {
    const path = linkSysctlPath(link, setting);
    strictEqual(normalize(path), path);
    ok(path.startsWith("net/ipv4/conf/"), path);
    strictEqual(path.split("/").length, 5);
    ok(/^\d$/.test(before));
  }
}

/** Each can be asked of the kernel, and is what the kernel would call it. */
function judgeAddresses({ addresses }: HeldRecord): void {
  for (const held of addresses) {
    const { index, address, prefix } = held;
    strictEqual(canonicalIp(address), address, "Not canonical");
    ok(prefix <= ipBytes(address).length * 8);
    ok(removeAddress(held, 1).length > 0);
    const [message] = parseMessages(addAddress({ ...held, protocol: 1 }, 1));
    ok(message?.type === "address");
    const asked = message.address;
    deepStrictEqual(
      { index, address, prefix },
      { index: asked.index, address: asked.address, prefix: asked.prefix },
    );
  }
}

const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1, 2, 3, 1.5, 255, 256, 2 ** 31, 2 ** 32, 2 ** 53],
  ...["", "0", "1", "eth0", "..", ".", "a/b", "a\n", "192.0.2.1", "::1"],
  ...["2001:DB8::01", "::ffff:192.0.2.1", "224.0.0.18", "message"],
  ...["pseudo_header", "accept_local", "secret12", [], {}, [[]], ["a"]],
];
const KEYS = [
  ...["version", "boot", "addresses", "routers", "sysctls", "index", "link"],
  ...["address", "prefix", "instance", "virtualRouterId", "interval"],
  ...["password", "checksumForm", "source", "destinations", "setting"],
  ...["before", "__proto__", "toString"],
];
const WORDS = [
  ...KEYS.map((key) => `"${key}":`),
  "[",
  "]",
  "{",
  "}",
  ",",
  "1e9",
];

function mutate(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const value = happens(chance, 0.2) ? undefined : parsed(input);
  if (value === undefined) return mutateUtf8(input, chance, other, WORDS);
  return encode(JSON.stringify(changed(value, chance, parsed(other))));
}

/** The value of a text that is JSON, else undefined. */
function parsed(input: Uint8Array): unknown {
  try {
    return JSON.parse(decode(input));
  } catch {
    return undefined;
  }
}

/** A value with one thing changed, somewhere in it. */
function changed(value: unknown, chance: Prng, other: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && happens(chance, 0.95)) {
    const at = whole(chance, 0, value.length - 1);
    return pick<() => unknown>(chance, [
      () => value.with(at, changed(value[at], chance, other)),
      () => value.with(at, changed(value[at], chance, other)),
      () => value.toSpliced(at, 1),
      () =>
        value.toSpliced(at, 0, ...Array(whole(chance, 1, 300)).fill(value[at])),
    ])();
  }
  if (isMap(value) && happens(chance, 0.95)) {
    const key = pickFrom(chance, Object.keys(value)) ?? "";
    const from = isMap(other) ? other : value;
    return pick<() => unknown>(chance, [
      () => ({ ...value, [key]: changed(value[key], chance, from[key]) }),
      () => ({ ...value, [key]: changed(value[key], chance, from[key]) }),
      () => ({ ...value, [key]: from[key] }),
      () => ({ ...value, [pickFrom(chance, KEYS) ?? ""]: value[key] }),
    ])();
  }
  return pickFrom(chance, VALUES);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
