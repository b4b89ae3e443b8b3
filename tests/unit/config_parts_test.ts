// All mistakes at once: what is wrong in a part does not hide what it does not
// agree on with others.

import { deepStrictEqual } from "node:assert/strict";
import { issuesOf, testHost, warningsOf } from "./config_host.ts";

/** A sound instance, and another one below it. */
function beside(...lines: readonly string[]): string {
  return `vrrp_instances:
  - { name: a, interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1] }
  - ${lines.join("\n    ")}
`;
}

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "a priority",
    beside(
      "name: a",
      "interface: eth0",
      "virtual_router_id: 1",
      "priority: 300",
      "virtual_ips: [192.0.2.1]",
      "track_scripts: [web]",
    ),
    [
      '3:11 vrrp_instances[1].name: "a" is the name of vrrp_instances[0]',
      "5:24 vrrp_instances[1].virtual_router_id: 1 is on eth0 already, in vrrp_instances[0]",
      "6:15 vrrp_instances[1].priority: must be a whole number from 1 to 255, not 300",
      "7:19 vrrp_instances[1].virtual_ips[0]: 192.0.2.1 is on eth0 already, in vrrp_instances[0]",
      '8:21 vrrp_instances[1].track_scripts[0]: "web" is not the name of a health checker',
    ],
  ],
  [
    "an unknown key",
    beside(
      "name: b",
      "interface: eth0",
      "virtual_router_id: 2",
      "prioritty: 150",
      "virtual_ips: [192.0.2.1]",
    ),
    [
      '6:5 vrrp_instances[1].prioritty: is not a known key (did you mean "priority"?)',
      "7:19 vrrp_instances[1].virtual_ips[0]: 192.0.2.1 is on eth0 already, in vrrp_instances[0]",
    ],
  ],
  [
    "an interface, which says nothing of what is on it",
    beside(
      "name: a",
      "virtual_router_id: 1",
      'virtual_ips: [{ address: 192.0.2.1, label: "x:1" }]',
      "excluded_virtual_ips: [{ address: 192.0.2.9, preferred: true }]",
    ),
    [
      "3:5 vrrp_instances[1].interface: is required",
      '3:11 vrrp_instances[1].name: "a" is the name of vrrp_instances[0]',
      "6:61 vrrp_instances[1].excluded_virtual_ips[0].preferred: is for IPv6: an IPv4 address is always preferred",
    ],
  ],
  [
    "an address, which says nothing of the family",
    beside(
      "name: b",
      "interface: eth0",
      "virtual_router_id: 1",
      "virtual_ips: [x]",
      "unicast_peers: ['2001:db8::1']",
    ),
    [
      '6:19 vrrp_instances[1].virtual_ips[0]: must be an address or address/prefix, not "x": names are not looked up here',
    ],
  ],
  [
    "keys that contradict each other, and one that is left over",
    beside(
      "name: a",
      "interface: eth0",
      "virtual_router_id: 2",
      "version: 3",
      "auth_type: PASS",
      "auth_pass: x",
    ),
    [
      '3:11 vrrp_instances[1].name: "a" is the name of vrrp_instances[0]',
      "7:16 vrrp_instances[1].auth_type: PASS is not part of version 3: use NONE, or version: 2",
      "8:16 vrrp_instances[1].auth_pass: is not part of version 3: remove it",
    ],
  ],
  [
    "sections and entries of every kind",
    `global: { script_user: someone, startup_delay: x, notification_email: a@b.example }
notifications: { email: { to: a@b.example }, webhook: [] }
vrrp_instances:
  - { name: a, interface: eth0, virtual_router_id: 1 }
sync_groups:
  - { name: g, instances: [a, c], track_files: [x] }
health_checkers:
  - { name: c, type: tcp, rise: 0, config: { host: a, port: 1 } }
  - { name: c, type: tcp, config: { host: a, port: 1 } }
`,
    [
      "1:24 global.script_user: is nobody here",
      '1:48 global.startup_delay: must be a duration from 0s to 1h, not "x": the units are h, m, s and ms, as in 1m30s',
      "1:51 global.notification_email: is short for notifications.email.to, which is there: remove one",
      '2:46 notifications.webhook: is not a known key (did you mean "webhooks"?)',
      '6:31 sync_groups[0].instances[1]: "c" is not the name of an instance (did you mean "a"?)',
      '6:49 sync_groups[0].track_files[0]: must be an absolute path, not "x"',
      "8:33 health_checkers[0].rise: must be a whole number from 1 to 1000, not 0",
      '9:13 health_checkers[1].name: "c" is the name of health_checkers[0]',
    ],
  ],
  [
    "the url of a health checker",
    `${beside("name: b", "interface: eth1", "virtual_router_id: 1")}
health_checkers:
  - { name: c, type: http, config: { url: "ftp://a" } }
  - { name: c, type: tcp, config: { host: a, port: 1 } }
`,
    [
      "8:43 health_checkers[0].config.url: must be a URL that begins with http:// or https://",
      '9:13 health_checkers[1].name: "c" is the name of health_checkers[0]',
    ],
  ],
  [
    "the weight of a tracker, and an item between others",
    beside(
      "name: b",
      "interface: eth1",
      "virtual_router_id: 1",
      "track_scripts: [{ name: x, weight: 300 }, b c, y, y, { name: z, wait: 1 }]",
    ),
    [
      '6:29 vrrp_instances[1].track_scripts[0].name: "x" is not the name of a health checker',
      "6:40 vrrp_instances[1].track_scripts[0].weight: must be a whole number from -253 to 253, not 300",
      '6:47 vrrp_instances[1].track_scripts[1]: must be 1 to 64 printable characters without white space, not "b c"',
      '6:52 vrrp_instances[1].track_scripts[2]: "y" is not the name of a health checker',
      '6:55 vrrp_instances[1].track_scripts[3]: "y" is in this list already',
      '6:66 vrrp_instances[1].track_scripts[4].name: "z" is not the name of a health checker',
      "6:69 vrrp_instances[1].track_scripts[4].wait: is not a known key",
    ],
  ],
  [
    "an address, of which others are given twice",
    beside(
      "name: b",
      "interface: eth1",
      "virtual_router_id: 1",
      "virtual_ips: [x, 192.0.2.5, 192.0.2.5/24]",
    ),
    [
      '6:19 vrrp_instances[1].virtual_ips[0]: must be an address or address/prefix, not "x": names are not looked up here',
      '6:33 vrrp_instances[1].virtual_ips[2]: "192.0.2.5" is in this list already',
    ],
  ],
  [
    "a key that stands elsewhere, once",
    `${beside("name: b", "interface: eth1", "virtual_router_id: 1")}
health_checkers: [{ name: c, type: tcp, host: a, config: { port: 1 } }]
`,
    [
      "7:41 health_checkers[0].host: is not a known key here: it belongs in config or smtp",
    ],
  ],
  [
    "a misspelt key, whose consequences are not told",
    beside(
      "name: b",
      "interface: eth1",
      "virtual_router_id: 1",
      "auth_type: PASS",
      "auth_pas: x",
      "virtual_ipaddress: [192.0.2.2]",
    ),
    [
      '7:5 vrrp_instances[1].auth_pas: is not a known key (did you mean "auth_pass"?)',
      "8:5 vrrp_instances[1].virtual_ipaddress: is not a known key, but keepalived's: write virtual_ips (see docs/migrating.md)",
    ],
  ],
  [
    "a name that is missing, which any other may stand for",
    `vrrp_instances:
  - { interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1] }
sync_groups: [{ name: g, instances: [a, b] }]
`,
    ["2:5 vrrp_instances[0].name: is required"],
  ],
];

for (const [name, text, issues] of CASES) {
  Deno.test(`loadConfig() tells all that is wrong beside ${name}`, () => {
    deepStrictEqual(issuesOf(text, testHost), issues);
  });
}

Deno.test("loadConfig() warns beside mistakes of what does not depend on them", () => {
  const host = { ...testHost, links: () => ["eth0"] };
  const text = beside(
    "name: b",
    "interface: eht0",
    "virtual_router_id: 300",
    "auth_type: PASS",
    "auth_pass: geheimgeheim #x",
  ) +
    `  - { name: c, interface: 5/6, virtual_router_id: 3, virtual_ip: [192.0.2.3] }
sync_groups: [{ name: g, instances: [a, b] }]
health_checkers:
  - { name: c, type: ping, timeout: 5s, interval: x, config: { host: a } }
  - { name: d, type: ping, timeout: 5s, config: { host: a } }
`;
  deepStrictEqual(issuesOf(text, host).length, 4);
  deepStrictEqual(warningsOf(text, host), [
    '4:16 vrrp_instances[1].interface: "eht0" does not exist on this host (did you mean "eth0"?)',
    "7:16 vrrp_instances[1].auth_pass: only the first 8 bytes are used",
    '7:16 vrrp_instances[1].auth_pass: ends before the "#", which begins a comment: put the password in quotes if it goes on',
    "12:37 health_checkers[1].timeout: is longer than interval: a slow check delays the next",
  ]);
});

Deno.test("loadConfig() does not warn of what comes of a mistake", () => {
  const text = `global: { notification_email: nobody }
vrrp_instances:
  - { name: a, interface: eth0, virtual_router_id: 1, vip: 192.0.2.1, priority: 1000 }
  - { name: b, interface: eth0, virtual_router_id: 2, virtual_ips: 1, priority: 50, track_scripts: [ngnix] }
sync_groups: [{ name: g, instances: [a, b] }]
health_checkers: [{ name: nginx, type: ping, config: { host: a } }]
`;
  deepStrictEqual(issuesOf(text, testHost).length, 5);
  deepStrictEqual(warningsOf(text, testHost), []);
});
