import { deepStrictEqual } from "node:assert/strict";
import { issuesOf, load, warningsOf } from "./config_host.ts";

/** A file with one instance that has these lines from line 5 on. */
function instance(...lines: string[]): string {
  return [
    "vrrp_instances:",
    "  - name: a",
    "    interface: eth0",
    "    virtual_router_id: 51",
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

const VIP = "virtual_ips: [192.0.2.1]";

/** Lines from line 5 on → what is said of them. */
const BAD: readonly (readonly [string[], string[]])[] = [
  [[VIP, "preempt: false", "preempt_delay: 5s"], [
    "7:20 vrrp_instances[0].preempt_delay: has no effect with preempt: false",
  ]],
  [[VIP, "priority: 255", "preempt_delay: 5s"], [
    "7:20 vrrp_instances[0].preempt_delay: must be 0s with priority 255: an owner does not wait",
  ]],
  [[VIP, "preempt_delay: 61m"], [
    '6:20 vrrp_instances[0].preempt_delay: must be a duration from 0s to 1h, not "61m"',
  ]],
  [[VIP, "link_up_delay: -1"], [
    "6:20 vrrp_instances[0].link_up_delay: must be a duration from 0s to 1h, not -1",
  ]],
  [[VIP, "garp: { interval: 1001ms }"], [
    '6:23 vrrp_instances[0].garp.interval: must be a duration from 0s to 1s, not "1001ms"',
  ]],
  [[VIP, "unicast_peers: 192.0.2.2"], [
    "6:20 vrrp_instances[0].unicast_peers: must be a list of peers, in brackets as in [a, b] or each in a line behind a dash",
  ]],
  [[VIP, "unicast_peers: [router2, 192.0.2.2/24]"], [
    '6:21 vrrp_instances[0].unicast_peers[0]: must be an address, not "router2"',
    '6:30 vrrp_instances[0].unicast_peers[1]: must be an address, not "192.0.2.2/24": remove the prefix /24',
  ]],
  [[VIP, "unicast_peers: [224.0.0.18, 0.0.0.0]"], [
    "6:21 vrrp_instances[0].unicast_peers[0]: 224.0.0.18 is a multicast group: no host can hold it",
    "6:33 vrrp_instances[0].unicast_peers[1]: 0.0.0.0 is an unspecified address: no host can hold it",
  ]],
  [[VIP, "unicast_peers: [192.0.2.2, { address: 192.0.2.2 }]"], [
    '6:32 vrrp_instances[0].unicast_peers[1]: "192.0.2.2" is in this list already',
  ]],
  [[VIP, "unicast_peers: [{ address: 192.0.2.2, min_ttl: 0 }]"], [
    "6:52 vrrp_instances[0].unicast_peers[0].min_ttl: must be a whole number from 1 to 255, not 0",
  ]],
  [[VIP, "unicast_peers: [2001:db8::2, 192.0.2.1]"], [
    "6:21 vrrp_instances[0].unicast_peers[0]: 2001:db8::2 is IPv6: the adverts of this instance are IPv4",
    "6:34 vrrp_instances[0].unicast_peers[1]: 192.0.2.1 is a virtual IP of this instance: name a host's own address",
  ]],
  [[VIP, "unicast_peers: [192.0.2.2]", "source_address: 192.0.2.2"], [
    "6:21 vrrp_instances[0].unicast_peers[0]: 192.0.2.2 is the source_address of this host: name the others only",
  ]],
  [[VIP, "source_address: 2001:db8::2"], [
    "6:21 vrrp_instances[0].source_address: 2001:db8::2 is IPv6: the adverts of this instance are IPv4",
  ]],
  [[VIP, "source_address: 192.0.2.1"], [
    "6:21 vrrp_instances[0].source_address: 192.0.2.1 is a virtual IP of this instance, which this host does not always have",
  ]],
  [["virtual_ips: [{ prefix: 24 }]"], [
    "5:19 vrrp_instances[0].virtual_ips[0].address: is required",
    "5:21 vrrp_instances[0].virtual_ips[0].prefix: is not a known key",
  ]],
  [['virtual_ips: [{ address: 192.0.2.1, label: "eth1:v" }]'], [
    '5:48 vrrp_instances[0].virtual_ips[0].label: must begin with "eth0", the name of the link',
  ]],
  [
    [
      'virtual_ips: [{ address: 192.0.2.1, interface: eth1, label: "eth0:v" }]',
    ],
    [
      '5:65 vrrp_instances[0].virtual_ips[0].label: must begin with "eth1", the name of the link',
    ],
  ],
  [["virtual_ips: [{ address: 192.0.2.1, preferred: true }]"], [
    "5:52 vrrp_instances[0].virtual_ips[0].preferred: is for IPv6: an IPv4 address is always preferred",
  ]],
  [["virtual_ips: [{ address: 192.0.2.1, track: eth1 }]"], [
    '5:48 vrrp_instances[0].virtual_ips[0].track: must be true or false, not "eth1"',
  ]],
  [[VIP, "higher_prio_send_advert: 1"], [
    "6:30 vrrp_instances[0].higher_prio_send_advert: must be true or false, not 1",
  ]],
  [['virtual_ips: [{ address: 192.0.2.1, label: "eth0:67890123456" }]'], [
    '5:48 vrrp_instances[0].virtual_ips[0].label: must be a label of 1 to 15 bytes without white space, not "eth0:67890123456"',
  ]],
  [["virtual_ips: [{ address: 192.0.2.1, scope: site }]"], [
    '5:48 vrrp_instances[0].virtual_ips[0].scope: must be global, link or host, not "site"',
  ]],
  [
    [
      VIP,
      "excluded_virtual_ips: [{ address: 2001:db8::1, scope: link, label: eth0 }]",
    ],
    [
      "6:59 vrrp_instances[0].excluded_virtual_ips[0].scope: the scope of an IPv6 address is in itself",
      "6:72 vrrp_instances[0].excluded_virtual_ips[0].label: an IPv6 address has no label",
    ],
  ],
  [[VIP, "excluded_virtual_ips: [192.0.2.1, 'ff02::1', '::1']"], [
    "6:28 vrrp_instances[0].excluded_virtual_ips[0]: 192.0.2.1 is on eth0 already, in vrrp_instances[0]",
    "6:39 vrrp_instances[0].excluded_virtual_ips[1]: ff02::1 is a multicast group: no host can hold it",
    "6:50 vrrp_instances[0].excluded_virtual_ips[2]: ::1 is a loopback address: no host can hold it",
  ]],
  [[VIP, "excluded_virtual_ips: [192.0.2.1/24]"], [
    "6:28 vrrp_instances[0].excluded_virtual_ips[0]: 192.0.2.1 is on eth0 already, in vrrp_instances[0]",
  ]],
  [[VIP, "notify_master: notify.sh"], [
    "6:20 vrrp_instances[0].notify_master: must begin with the absolute path of a program",
  ]],
  [[VIP, "notify_master: '/bin/a; b'"], [
    '6:20 vrrp_instances[0].notify_master: needs a shell for ";": write { shell: … }, or put it in single quotes',
  ]],
  [[VIP, "notify_fault: { shel: a }"], [
    '6:21 vrrp_instances[0].notify_fault.shel: is not a known key (did you mean "shell"?)',
  ]],
];

for (const [lines, expected] of BAD) {
  Deno.test(`loadConfig() refuses ${lines.join("; ")}`, () => {
    deepStrictEqual(issuesOf(instance(...lines)), expected);
  });
}

/** Line of `global` → what is said of it. */
const BAD_GLOBAL: readonly (readonly [string, string])[] = [
  [
    "vip_lease: 2s",
    '1:22 global.vip_lease: must be off, or whole seconds from 3s to 24h, not "2s"',
  ],
  [
    "vip_lease: 3500ms",
    '1:22 global.vip_lease: must be off, or whole seconds from 3s to 24h, not "3500ms"',
  ],
  [
    "vip_lease: on",
    '1:22 global.vip_lease: must be off, or whole seconds from 3s to 24h, not "on"',
  ],
  [
    "startup_delay: 2h",
    '1:26 global.startup_delay: must be a duration from 0s to 1h, not "2h"',
  ],
  ["script_user: other", "1:24 global.script_user: is nobody here"],
  [
    "realtime: fifo",
    '1:21 global.realtime: must be true or false, not "fifo"',
  ],
];

for (const [line, expected] of BAD_GLOBAL) {
  Deno.test(`loadConfig() refuses ${line}`, () => {
    deepStrictEqual(issuesOf(`global: { ${line} }\n${instance(VIP)}`), [
      expected,
    ]);
  });
}

for (const [value, lease] of [["off", null], ["false", null], ["10", 10]]) {
  Deno.test(`loadConfig() reads vip_lease: ${value}`, () => {
    const { settings } = load(
      `global: { vip_lease: ${value} }\n${instance(VIP)}`,
    );
    deepStrictEqual(settings?.global.vipLeaseSeconds, lease);
  });
}

Deno.test("loadConfig() allows an owner its own address as source", () => {
  const text = instance(VIP, "priority: 255", "source_address: 192.0.2.1");
  deepStrictEqual(issuesOf(text), []);
});

Deno.test("loadConfig() allows one address on two links", () => {
  const text = instance(
    VIP,
    "excluded_virtual_ips: [{ address: 192.0.2.1, interface: eth1 }]",
  );
  deepStrictEqual(issuesOf(text), []);
});

Deno.test("loadConfig() finds an address of another instance on its link", () => {
  const text = `${instance(VIP)}
  - name: b
    interface: eth1
    virtual_router_id: 51
    virtual_ips: [{ address: 192.0.2.1, interface: eth0 }]
`;
  deepStrictEqual(issuesOf(text), [
    "9:19 vrrp_instances[1].virtual_ips[0]: 192.0.2.1 is on eth0 already, in vrrp_instances[0]",
  ]);
});

Deno.test("loadConfig() warns of an instance that holds nothing and tells nobody", () => {
  const idle = "vrrp_instances[0].virtual_ips: there is no address to hold " +
    "and nobody to tell: add virtual_ips or notify";
  deepStrictEqual(warningsOf(instance()), [`2:5 ${idle}`]);
  deepStrictEqual(warningsOf(instance("virtual_ips: []")), [`5:18 ${idle}`]);
  for (
    const line of [
      "notify: /bin/a",
      "notify_master: /bin/a",
      "excluded_virtual_ips: [2001:db8::1]",
    ]
  ) {
    deepStrictEqual(warningsOf(instance(line)), [], line);
  }
  const webhook = "notifications: { webhooks: [{ url: http://a/ }] }";
  deepStrictEqual(warningsOf(`${instance()}\n${webhook}`), []);
});
