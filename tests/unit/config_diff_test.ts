import { deepStrictEqual } from "node:assert/strict";
import { diffInstances } from "../../src/config/diff.ts";
import type {
  InstanceSettings,
  VirtualIp,
} from "../../src/config/settings/instance.ts";

const A: InstanceSettings = {
  name: "a",
  interface: "eth0",
  family: "ipv4",
  version: 2,
  virtualRouterId: 51,
  priority: 100,
  advertInterval: 1000,
  preempt: true,
  preemptDelay: 0,
  password: null,
  checksum: "auto",
  downTimerAdverts: 3,
  linkUpDelay: 0,
  linkDownDelay: 0,
  unicastPeers: [],
  sourceAddress: null,
  virtualIps: [{
    address: "192.0.2.1",
    prefix: 24,
    interface: null,
    scope: "global",
    label: null,
    track: true,
    preferred: false,
  }],
  excludedVirtualIps: [],
  garp: { repeat: 5, delay: 5000, refresh: 4000, interval: 0 },
  higherPriorityAdvert: false,
  trackers: [],
  notify: { byState: {}, any: null },
};
const VIP: VirtualIp = {
  address: "192.0.2.2",
  prefix: 24,
  interface: null,
  scope: "global",
  label: null,
  track: true,
  preferred: false,
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
    { virtualIps: [VIP] },
    { virtualIps: [...A.virtualIps, VIP] },
    { virtualIps: [] },
    { excludedVirtualIps: [VIP] },
    { garp: { ...A.garp, delay: 0 } },
    { preemptDelay: 1 },
    { linkUpDelay: 1 },
    { linkDownDelay: 1 },
    { unicastPeers: [{ address: "192.0.2.9", minTtl: 1 }] },
    { sourceAddress: "192.0.2.8" },
    {
      trackers: [{
        watch: { type: "check", name: "c" },
        weight: -10,
        reverse: false,
      }],
    },
    { notify: { byState: { MASTER: ["/bin/true"] }, any: null } },
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
