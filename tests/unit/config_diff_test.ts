import { deepStrictEqual } from "node:assert/strict";
import { diffInstances } from "../../src/config/diff.ts";
import type { InstanceSettings } from "../../src/config/settings.ts";

const A: InstanceSettings = {
  name: "a",
  interface: "eth0",
  family: "ipv4",
  version: 2,
  virtualRouterId: 51,
  priority: 100,
  advertInterval: 1000,
  preempt: true,
  password: null,
  checksum: "auto",
  downTimerAdverts: 3,
  virtualIps: [{ address: "192.0.2.1", prefix: 24 }],
  garp: { repeat: 5, delay: 5000, refresh: 60_000 },
};
const B: InstanceSettings = { ...A, name: "b", virtualRouterId: 52 };
const NONE = {
  added: [],
  removed: [],
  changed: [],
  restarted: [],
  unchanged: [],
};

Deno.test("diffInstances() leaves equal instances unchanged, in any order", () => {
  deepStrictEqual(
    diffInstances([A, B], structuredClone([B, A])),
    { ...NONE, unchanged: [B, A] },
  );
});

Deno.test("diffInstances() tells what is added and what is removed", () => {
  deepStrictEqual(
    diffInstances([A], [B]),
    { ...NONE, added: [B], removed: [A] },
  );
});

for (
  const change of [
    { priority: 101 },
    { advertInterval: 2000 },
    { preempt: false },
    { password: "x" },
    { checksum: "rfc9568" },
    { downTimerAdverts: 4 },
    { virtualIps: [{ address: "192.0.2.1", prefix: 32 }] },
    { virtualIps: [...A.virtualIps, { address: "192.0.2.2", prefix: 24 }] },
    { garp: { ...A.garp, delay: 0 } },
  ] as const
) {
  Deno.test(`diffInstances() changes an instance for ${JSON.stringify(change)}`, () => {
    const after = { ...A, ...change };
    deepStrictEqual(
      diffInstances([A, B], [after, B]),
      { ...NONE, changed: [after], unchanged: [B] },
    );
  });
}

for (
  const change of [
    { interface: "eth1" },
    { family: "ipv6" },
    { version: 3 },
    { virtualRouterId: 53 },
  ] as const
) {
  Deno.test(`diffInstances() restarts an instance for ${JSON.stringify(change)}`, () => {
    const after = { ...A, ...change };
    deepStrictEqual(
      diffInstances([A], [after]),
      { ...NONE, restarted: [after] },
    );
  });
}
