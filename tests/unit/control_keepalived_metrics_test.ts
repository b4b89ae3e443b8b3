/**
 * The metrics under the names of keepalived-exporter, which boards and alerts
 * of others depend on.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  keepalivedMetrics,
  keepalivedMetricsOfSilence,
} from "../../src/control/keepalived_metrics.ts";
import { metricsText } from "../../src/control/metrics.ts";
import type { Status } from "../../src/control/snapshot.ts";
import { NODE1, VI_1 } from "../lab/two_hosts.ts";
import { parseMetrics } from "../lab/parse_metrics.ts";

const TEXT = keepalivedMetrics(NODE1);
const OF_VI_1 = 'iname="VI_1",intf="eth0",vrid="51"';
const OF_VI_2 = 'iname="VI_2",intf="eth0",vrid="52"';

function linesOf(text: string, name: string): string[] {
  return text.split("\n")
    .filter((line) =>
      line.startsWith(`${name}{`) || line.startsWith(`${name} `)
    );
}

/** A name of keepalived-exporter, its type there, and what is said. */
const SAID: readonly (readonly [string, string, readonly string[]])[] = [
  ["keepalived_up", "gauge", ["keepalived_up 1"]],
  ["keepalived_vrrp_state", "gauge", [
    `keepalived_vrrp_state{${OF_VI_1},ip_address="192.0.2.100"} 2`,
    `keepalived_vrrp_state{${OF_VI_2},ip_address="192.0.2.101"} 3`,
  ]],
  ["keepalived_vrrp_excluded_state", "gauge", [
    'keepalived_vrrp_excluded_state{iname="VI_1",intf="eth1",vrid="51",' +
    'ip_address="2001:db8::100"} 2',
  ]],
  ["keepalived_script_status", "gauge", [
    'keepalived_script_status{name="nginx"} 0',
  ]],
  ["keepalived_script_state", "gauge", [
    'keepalived_script_state{name="nginx"} 0',
    'keepalived_script_state{name="slow"} 1',
  ]],
  ...Object.entries({
    keepalived_advertisements_received_total: 17,
    keepalived_advertisements_sent_total: 9000,
    keepalived_become_master_total: 4,
    keepalived_release_master_total: 5,
    keepalived_packet_length_errors_total: 6,
    keepalived_advertisements_interval_errors_total: 9,
    keepalived_ip_ttl_errors_total: 2,
    keepalived_invalid_type_received_total: 4,
    keepalived_address_list_errors_total: 16,
    keepalived_authentication_invalid_total: 7,
    keepalived_authentication_mismatch_total: 7,
    keepalived_authentication_failure_total: 8,
    keepalived_priority_zero_received_total: 3,
    keepalived_priority_zero_sent_total: 2,
    keepalived_gratuitous_arp_delay_total: 5,
  }).map(([name, count]) =>
    [
      name,
      "counter",
      [OF_VI_1, OF_VI_2].map((labels) => `${name}{${labels}} ${count}`),
    ] as const
  ),
];

for (const [name, type, lines] of SAID) {
  Deno.test(`${name} is as keepalived-exporter has it`, () => {
    ok(TEXT.includes(`\n# TYPE ${name} ${type}\n`));
    deepStrictEqual(linesOf(TEXT, name), lines);
  });
}

Deno.test("there is nothing under other names of keepalived-exporter", () => {
  deepStrictEqual(
    parseMetrics(TEXT).map(({ name }) => name).sort(),
    SAID.map(([name]) => name).sort(),
  );
});

Deno.test("states have keepalived's numbers", () => {
  const numbers = (["INIT", "BACKUP", "MASTER", "FAULT"] as const)
    .map((state) => {
      const status: Status = { ...NODE1, instances: [{ ...VI_1, state }] };
      return linesOf(keepalivedMetrics(status), "keepalived_vrrp_state")[0]
        ?.split(" ").at(-1);
    });
  deepStrictEqual(numbers, ["0", "1", "2", "3"]);
});

Deno.test("an instance without advertised addresses has its state all the same", () => {
  const vips = VI_1.vips.filter(({ excluded }) => excluded);
  const status: Status = { ...NODE1, instances: [{ ...VI_1, vips }] };
  deepStrictEqual(linesOf(keepalivedMetrics(status), "keepalived_vrrp_state"), [
    `keepalived_vrrp_state{${OF_VI_1},ip_address=""} 2`,
  ]);
});

Deno.test("a silent core is keepalived_up 0", () => {
  deepStrictEqual(
    keepalivedMetricsOfSilence().split("\n").slice(2),
    ["keepalived_up 0", ""],
  );
});

Deno.test("both sets stand in one text", () => {
  strictEqual(
    parseMetrics(metricsText(NODE1) + TEXT).length,
    parseMetrics(metricsText(NODE1)).length + SAID.length,
  );
});
