import { deepStrictEqual } from "node:assert/strict";
import type { HostAddress } from "../../src/config/host.ts";
import { issuesOf, testHost, warningsOf } from "./config_host.ts";

const LO = { address: "127.0.0.1", link: "lo", protocol: 0 };
const OWN = { address: "192.0.2.1", link: "eth0", protocol: 0 };
const VIP = { address: "192.0.2.100", link: "eth0", protocol: 0 };

const ONLY =
  "5:19 vrrp_instances[0].virtual_ips[0]: 192.0.2.100 is this host's " +
  "own address, and eth0 has none beside its virtual IPs: take one that no " +
  "host has, or priority: 255";
const ALSO = "5:19 vrrp_instances[0].virtual_ips[0]: 192.0.2.100 is an " +
  "address of this host (eth0), which keeps it while another is master";

/** Addresses of the host, priority, and what is said. */
const CASES: readonly {
  readonly name: string;
  readonly addresses: readonly HostAddress[];
  readonly priority?: number;
  readonly issues?: readonly string[];
  readonly warnings?: readonly string[];
}[] = [
  { name: "no address", addresses: [] },
  { name: "another address", addresses: [LO, OWN] },
  { name: "no other address", addresses: [LO, VIP], issues: [ONLY] },
  {
    name: "no other address, without marks",
    addresses: [{ ...VIP, protocol: null }],
    issues: [ONLY],
  },
  {
    name: "no other address, as owner",
    addresses: [LO, VIP],
    priority: 255,
  },
  {
    name: "the address beside another",
    addresses: [LO, OWN, VIP],
    warnings: [ALSO],
  },
  {
    name: "the address beside one of another program",
    addresses: [LO, { ...OWN, protocol: 4 }, VIP],
    warnings: [ALSO],
  },
  {
    name: "the address beside one of ours",
    addresses: [LO, { ...OWN, protocol: 112 }, VIP],
    issues: [ONLY],
  },
  {
    name: "the address beside another virtual one",
    addresses: [LO, VIP, { ...VIP, address: "192.0.2.101" }],
    issues: [
      ONLY,
      ONLY.replace("5:19", "5:32").replace("[0]:", "[1]:")
        .replace("192.0.2.100", "192.0.2.101"),
    ],
  },
  {
    name: "the address as ours",
    addresses: [LO, OWN, { ...VIP, protocol: 112 }],
  },
  {
    name: "the address alone and ours",
    addresses: [LO, { ...VIP, protocol: 112 }],
  },
  {
    name: "the address beside another, without marks",
    addresses: [OWN, { ...VIP, protocol: null }],
  },
  {
    name: "the address on another link",
    addresses: [LO, { ...VIP, link: "eth1" }],
    warnings: [ALSO.replace("eth0", "eth1")],
  },
];

for (const { name, addresses, priority, issues, warnings } of CASES) {
  Deno.test(`loadConfig() on a host with ${name}`, () => {
    const text = `vrrp_instances:
  - name: VI_1
    interface: eth0
    virtual_router_id: 51
    virtual_ips: [192.0.2.100, 192.0.2.101]
    priority: ${priority ?? 100}
`;
    const host = { ...testHost, addresses: () => addresses };
    deepStrictEqual(issuesOf(text, host), issues ?? []);
    deepStrictEqual(warningsOf(text, host), warnings ?? []);
  });
}

Deno.test("loadConfig() finds an own address among the excluded ones", () => {
  const text = `vrrp_instances:
  - name: VI_1
    interface: eth0
    virtual_router_id: 51
    virtual_ips: [192.0.2.101]
    excluded_virtual_ips: [192.0.2.100]
`;
  const host = { ...testHost, addresses: () => [LO, OWN, VIP] };
  deepStrictEqual(warningsOf(text, host), [
    ALSO.replace("5:19", "6:28").replace("virtual_ips", "excluded_virtual_ips"),
  ]);
});

Deno.test("loadConfig() says nothing of own addresses beside a bad priority", () => {
  const text = `vrrp_instances:
  - name: VI_1
    interface: eth0
    virtual_router_id: 51
    virtual_ips: [192.0.2.100]
    priority: 256
`;
  deepStrictEqual(issuesOf(text, { ...testHost, addresses: () => [VIP] }), [
    "6:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not 256",
  ]);
});
