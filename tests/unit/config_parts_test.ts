// All mistakes at once: what is wrong in a part does not hide what it does not
// agree on with others.

import { deepStrictEqual } from "node:assert/strict";
import { issuesOf, testHost } from "./config_host.ts";

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
      '6:19 vrrp_instances[1].virtual_ips[0]: must be an address or address/prefix, not "x"',
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
];

for (const [name, text, issues] of CASES) {
  Deno.test(`loadConfig() tells all that is wrong beside ${name}`, () => {
    deepStrictEqual(issuesOf(text, testHost), issues);
  });
}
