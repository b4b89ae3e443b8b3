// RFC 9568 section 7, sending and receiving, and RFC 3768 section 7 where it
// differs.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  advance,
  configure,
  earliestDeadline,
  newEngine,
} from "../../src/vrrp/engine.ts";
import { expireAt } from "../unit/vrrp_example.ts";
import { step } from "../../src/vrrp/router.ts";
import {
  initialState,
  type Input,
  type RouterConfig,
} from "../../src/vrrp/state.ts";
import {
  advertVrid,
  type ExpectedAdvert,
  parseAdvert,
  sameAddresses,
} from "../../src/wire/vrrp.ts";

const V3: ExpectedAdvert = {
  family: "ipv4",
  version: 3,
  multicast: true,
  minHopLimit: 255,
  mayBeEmpty: false,
  password: null,
  interval: 1000,
  checksum: "rfc9568",
};
const V2: ExpectedAdvert = { ...V3, version: 2 };
const BYTES = "310ac8020064828ac0000201c0000202";
const V2_BYTES = "210ac802000192edc0000201c00002020000000000000000";
const OWNER: RouterConfig = {
  version: 3,
  priority: 255,
  advertInterval: 1000,
  preempt: true,
  preemptDelay: 0,
  downTimerAdverts: 3,
  garp: { delay: 0, refresh: 0 },
  higherPriorityAdvert: false,
};

/** Why hex digits are dropped, or null. */
function dropped(hex: string, expected = V3, hopLimit = 255): string | null {
  const received = parseAdvert(
    new Uint8Array(Buffer.from(hex, "hex")),
    { source: "192.0.2.251", destination: "224.0.0.18", hopLimit },
    expected,
  );
  return typeof received === "string" ? received : null;
}

Deno.test("§7.1 the TTL is verified", () => {
  strictEqual(dropped(BYTES, V3, 255), null);
  strictEqual(dropped(BYTES, V3, 254), "hop_limit");
  strictEqual(dropped(BYTES, V3, 0), "hop_limit");
});

Deno.test("§7.1 the version is verified", () => {
  strictEqual(dropped("410ac8020064728ac0000201c0000202"), "version");
});

Deno.test("§7.1 the type is verified", () => {
  strictEqual(dropped("300ac8020064838ac0000201c0000202"), "type");
});

Deno.test("§7.1 a packet must be complete", () => {
  for (let length = 0; length < BYTES.length / 2; length++) {
    const reason = length < 8 ? "truncated" : "length";
    strictEqual(dropped(BYTES.slice(0, length * 2)), reason);
  }
});

Deno.test("§7.1 the checksum is verified", () => {
  strictEqual(dropped("310ac8020064828bc0000201c0000202"), "checksum");
});

Deno.test("§7.1 the VRID finds the virtual router", () => {
  strictEqual(advertVrid(new Uint8Array(Buffer.from(BYTES, "hex"))), 10);
});

Deno.test("§7.1 an interval of 0 is discarded", () => {
  strictEqual(dropped("310ac802000082eec0000201c0000202"), "interval");
});

Deno.test("§7.1 an interval unlike one's own is no reason to discard", () => {
  strictEqual(dropped(BYTES, { ...V3, interval: 100 }), null);
});

Deno.test("§7.1 address lists are compared as sets", () => {
  strictEqual(
    sameAddresses(["192.0.2.1", "192.0.2.2"], ["192.0.2.2", "192.0.2.1"]),
    true,
  );
  strictEqual(sameAddresses(["192.0.2.1", "192.0.2.2"], ["192.0.2.1"]), false);
  strictEqual(sameAddresses(["192.0.2.1"], ["192.0.2.2"]), false);
});

Deno.test("§7.1 an owner yields to nobody but another owner of greater address", () => {
  const state = { ...initialState(OWNER), source: "192.0.2.9" };
  const active = step(OWNER, state, { type: "startup" }, 0).state;
  const heard = (source: string, priority: number): string => {
    const input: Input = { type: "advert", source, priority, interval: 1000 };
    return step(OWNER, active, input, 500).state.name;
  };
  strictEqual(heard("192.0.2.20", 254), "MASTER");
  strictEqual(heard("192.0.2.1", 255), "MASTER");
  strictEqual(heard("192.0.2.20", 255), "BACKUP");
});

Deno.test("§7.1 an advert for one virtual router does not touch another", () => {
  const engine = newEngine();
  for (const name of ["VI_1", "VI_2"]) {
    configure(engine, name, { ...OWNER, priority: 100 });
    advance(engine, name, { type: "startup" }, 0);
  }
  const other = engine.routers.get("VI_2");
  const input: Input = {
    type: "advert",
    source: "192.0.2.20",
    priority: 200,
    interval: 1000,
  };
  advance(engine, "VI_1", input, 2000);
  strictEqual(earliestDeadline(engine), 3609.375);
  deepStrictEqual(engine.routers.get("VI_2"), other);
  expireAt(engine, 0, 3609.375);
  strictEqual(engine.routers.get("VI_1")?.state.name, "BACKUP");
  strictEqual(engine.routers.get("VI_2")?.state.name, "MASTER");
});

Deno.test("RFC 3768 §7.1 an interval unlike one's own is discarded", () => {
  strictEqual(dropped(V2_BYTES, V2), null);
  strictEqual(dropped(V2_BYTES, { ...V2, interval: 2000 }), "interval");
});

Deno.test("RFC 3768 §7.1 a packet must be complete, with its authentication data", () => {
  strictEqual(dropped(V2_BYTES.slice(0, -16), V2), "length");
  strictEqual(dropped(V2_BYTES.slice(0, -2), V2), "length");
});
