import { deepStrictEqual } from "node:assert/strict";
import { issuesOf, load, warningsOf } from "./config_host.ts";

/** Instances a, b and c, and these lines. */
function groups(...lines: string[]): string {
  return [
    "vrrp_instances:",
    "  - { name: a, interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1] }",
    "  - { name: b, interface: eth1, virtual_router_id: 1, virtual_ips: [192.0.2.2] }",
    "  - { name: c, interface: eth2, virtual_router_id: 1 }",
    "health_checkers:",
    "  - { name: web, type: ping, config: { host: a } }",
    "sync_groups:",
    ...lines.map((line) => `  - ${line}`),
  ].join("\n");
}

Deno.test("loadConfig() reads a sync group", () => {
  const text = groups(
    "{ name: G1, instances: [a, b, c], track_scripts: [web], " +
      "track_interfaces: [eth3], notify: /bin/n, notify_master: /bin/m 1 }",
  );
  const { settings } = load(text);
  deepStrictEqual(settings?.syncGroups, [{
    name: "G1",
    instances: ["a", "b", "c"],
    trackers: [
      { watch: { type: "check", name: "web" }, weight: -10, reverse: false },
      { watch: { type: "interface", name: "eth3" }, weight: 0, reverse: false },
    ],
    notify: { byState: { MASTER: ["/bin/m", "1"] }, any: ["/bin/n"] },
  }]);
  deepStrictEqual(settings?.checks.map(({ name }) => name), ["web"]);
  // The script of the group is told of c.
  deepStrictEqual(warningsOf(text), []);
});

/** Entries of `sync_groups` from line 8 on → what is said of them. */
const BAD: readonly (readonly [string[], string[]])[] = [
  [["{ instances: [a, b] }"], ["8:5 sync_groups[0].name: is required"]],
  [["{ name: g }"], ["8:5 sync_groups[0].instances: is required"]],
  [["{ name: g, instances: [a] }"], [
    "8:27 sync_groups[0].instances: at least two instances are required",
  ]],
  [["{ name: g, instances: [a, a] }"], [
    '8:31 sync_groups[0].instances[1]: "a" is in this list already',
  ]],
  [["{ name: g, instances: [a, VI_9] }"], [
    '8:31 sync_groups[0].instances[1]: "VI_9" is not the name of an instance',
  ]],
  [["{ name: g, instances: [a, b] }", "{ name: h, instances: [c, b] }"], [
    '9:31 sync_groups[1].instances[1]: "b" is already in sync_groups[0]',
  ]],
  [["{ name: g, instances: [a, b] }", "{ name: g, instances: [c, d] }"], [
    '9:13 sync_groups[1].name: "g" is the name of sync_groups[0]',
    '9:31 sync_groups[1].instances[1]: "d" is not the name of an instance (did you mean "a"?)',
  ]],
  [["{ name: g, instances: [a, b], track_scripts: [wbe] }"], [
    '8:51 sync_groups[0].track_scripts[0]: "wbe" is not the name of a health checker (did you mean "web"?)',
  ]],
];

for (const [lines, expected] of BAD) {
  Deno.test(`loadConfig() refuses the groups ${lines.join(", ")}`, () => {
    deepStrictEqual(issuesOf(groups(...lines)), expected);
  });
}

Deno.test("loadConfig() refuses an owner in a group, and a weight on it", () => {
  const text = groups(
    "{ name: g, instances: [a, b], track_interfaces: [{ name: eth3, weight: 5 }] }",
  ).replace("virtual_ips: [192.0.2.2]", "priority: 255, $&");
  deepStrictEqual(issuesOf(text), [
    '8:31 sync_groups[0].instances[1]: "b" is an owner (priority 255), which waits for nobody: an owner cannot be in a group',
    '8:76 sync_groups[0].track_interfaces[0].weight: cannot move "b", an owner: priority 255 stays (weight: 0 means FAULT while down)',
  ]);
});

Deno.test("loadConfig() does not call a broken instance unknown", () => {
  const text = groups("{ name: g, instances: [a, b] }")
    .replace("eth1", "eth1, priority: 0");
  deepStrictEqual(issuesOf(text), [
    "3:43 vrrp_instances[1].priority: must be a whole number from 1 to 255, not 0",
  ]);
});

Deno.test("loadConfig() warns of a group with different priorities", () => {
  const text = groups("{ name: g, instances: [a, b] }")
    .replace("eth1", "eth1, priority: 90");
  deepStrictEqual(issuesOf(text), []);
  const told = warningsOf(text)
    .filter((line) => line.includes("sync_groups"));
  deepStrictEqual(told, [
    "8:27 sync_groups[0].instances: the instances have different priorities (100, 90): give those of a group the same",
  ]);
});
