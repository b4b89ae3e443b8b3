/**
 * What `/metrics` says, against the text that Prometheus should get.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  METRICS,
  metricsOfSilence,
  metricsText,
} from "../../src/control/metrics.ts";
import { labelText, textOf } from "../../src/control/metrics_text.ts";
import type { InstanceStatus, Status } from "../../src/control/snapshot.ts";
import { DROP_REASONS } from "../../src/wire/drop_reason.ts";
import { NODE1, NODE2, VI_1 } from "../lab/two_hosts.ts";
import { keyOf, parseMetrics } from "../lab/parse_metrics.ts";

const LINES = metricsText(NODE1).split("\n");
const OF_VI_1 = 'vrrp_instance="VI_1",interface="eth0",vrid="51",family="ipv4"';
const OF_VI_2 = 'vrrp_instance="VI_2",interface="eth0",vrid="52",family="ipv4"';

function linesOf(text: string, name: string): string[] {
  return text.split("\n")
    .filter((line) =>
      line.startsWith(`${name}{`) || line.startsWith(`${name} `)
    );
}

function ofVi1(status: Partial<InstanceStatus>): Status {
  return { ...NODE1, instances: [{ ...VI_1, ...status }] };
}

/** What a daemon says, and the lines that say it. */
const SAID: readonly (readonly [string, readonly string[]])[] = [
  ["alived_up", ["alived_up 1"]],
  [
    "alived_build_info",
    ['alived_build_info{version="0.2.0",runtime="deno 2.9.6"} 1'],
  ],
  ["alived_start_time_seconds", ["alived_start_time_seconds 1795161600"]],
  [
    "alived_state",
    [
      `alived_state{${OF_VI_1},state="INIT"} 0`,
      `alived_state{${OF_VI_1},state="BACKUP"} 0`,
      `alived_state{${OF_VI_1},state="MASTER"} 1`,
      `alived_state{${OF_VI_1},state="FAULT"} 0`,
      `alived_state{${OF_VI_1},state="DRAINED"} 0`,
      `alived_state{${OF_VI_2},state="INIT"} 0`,
      `alived_state{${OF_VI_2},state="BACKUP"} 0`,
      `alived_state{${OF_VI_2},state="MASTER"} 0`,
      `alived_state{${OF_VI_2},state="FAULT"} 0`,
      `alived_state{${OF_VI_2},state="DRAINED"} 1`,
    ],
  ],
  ["alived_drained", [
    `alived_drained{${OF_VI_1}} 0`,
    `alived_drained{${OF_VI_2}} 1`,
  ]],
  ["alived_vip_held", [
    `alived_vip_held{${OF_VI_1},address="192.0.2.100"} 1`,
    `alived_vip_held{${OF_VI_1},address="2001:db8::100"} 1`,
    `alived_vip_held{${OF_VI_2},address="192.0.2.101"} 0`,
  ]],
  ["alived_vip_eligible", [
    `alived_vip_eligible{${OF_VI_1},address="192.0.2.100"} 1`,
    `alived_vip_eligible{${OF_VI_1},address="2001:db8::100"} 1`,
    `alived_vip_eligible{${OF_VI_2},address="192.0.2.101"} 0`,
  ]],
  ["alived_vip_foreign", [
    `alived_vip_foreign{${OF_VI_1},address="192.0.2.100"} 0`,
    `alived_vip_foreign{${OF_VI_1},address="2001:db8::100"} 1`,
    `alived_vip_foreign{${OF_VI_2},address="192.0.2.101"} 0`,
  ]],
  ["alived_priority_base", [
    `alived_priority_base{${OF_VI_1}} 150`,
    `alived_priority_base{${OF_VI_2}} 100`,
  ]],
  ["alived_priority_effective", [
    `alived_priority_effective{${OF_VI_1}} 140`,
    `alived_priority_effective{${OF_VI_2}} 100`,
  ]],
  ["alived_priority_term", [
    `alived_priority_term{${OF_VI_1},kind="check",tracker="nginx"} -10`,
    `alived_priority_term{${OF_VI_1},kind="interface",tracker="eth1"} 0`,
    `alived_priority_term{${OF_VI_1},kind="check",tracker="slow"} 0`,
  ]],
  ["alived_tracker_up", [
    `alived_tracker_up{${OF_VI_1},kind="check",tracker="nginx"} 0`,
    `alived_tracker_up{${OF_VI_1},kind="interface",tracker="eth1"} 1`,
    `alived_tracker_up{${OF_VI_1},kind="check",tracker="slow"} NaN`,
  ]],
  ["alived_last_transition_timestamp_seconds", [
    `alived_last_transition_timestamp_seconds{${OF_VI_1}} 1795632360`,
    `alived_last_transition_timestamp_seconds{${OF_VI_2}} 1795632360`,
  ]],
  // The master is this host, which hears itself from nobody.
  ["alived_master_priority", [`alived_master_priority{${OF_VI_2}} 200`]],
  ["alived_master_last_advert_timestamp_seconds", [
    `alived_master_last_advert_timestamp_seconds{${OF_VI_2}} 1795640399.75`,
  ]],
  ["alived_peer_last_advert_timestamp_seconds", [
    `alived_peer_last_advert_timestamp_seconds{${OF_VI_1},peer="192.0.2.2"} 1795639979.127`,
    `alived_peer_last_advert_timestamp_seconds{${OF_VI_1},peer="192.0.2.3"} 0`,
  ]],
  ["alived_advert_interval_seconds", [
    `alived_advert_interval_seconds{${OF_VI_1}} 1`,
    `alived_advert_interval_seconds{${OF_VI_2}} 1`,
  ]],
  ["alived_master_down_interval_seconds", [
    `alived_master_down_interval_seconds{${OF_VI_1}} 3.453125`,
    `alived_master_down_interval_seconds{${OF_VI_2}} 3.453125`,
  ]],
  ["alived_check_up", [
    'alived_check_up{check="nginx",type="http"} 0',
    'alived_check_up{check="slow",type="script"} NaN',
  ]],
  ["alived_check_runs_total", [
    'alived_check_runs_total{check="nginx",type="http",result="ok"} 2000',
    'alived_check_runs_total{check="nginx",type="http",result="fail"} 12',
    'alived_check_runs_total{check="nginx",type="http",result="timeout"} 1',
    'alived_check_runs_total{check="slow",type="script",result="ok"} 0',
    'alived_check_runs_total{check="slow",type="script",result="fail"} 0',
    'alived_check_runs_total{check="slow",type="script",result="timeout"} 0',
  ]],
  ["alived_check_duration_seconds", [
    'alived_check_duration_seconds{check="nginx",type="http"} 0.004',
  ]],
  ["alived_notifications_total", [
    'alived_notifications_total{kind="email",result="delivered"} 20',
    'alived_notifications_total{kind="email",result="failed"} 2',
    'alived_notifications_total{kind="script",result="delivered"} 0',
    'alived_notifications_total{kind="script",result="failed"} 0',
    'alived_notifications_total{kind="webhook",result="delivered"} 0',
    'alived_notifications_total{kind="webhook",result="failed"} 0',
  ]],
  ["alived_notification_queue_length", [
    'alived_notification_queue_length{kind="email"} 1',
    'alived_notification_queue_length{kind="script"} 0',
    'alived_notification_queue_length{kind="webhook"} 0',
  ]],
  ["alived_loop_lateness_seconds_bucket", [
    'alived_loop_lateness_seconds_bucket{le="0.0001"} 900',
    'alived_loop_lateness_seconds_bucket{le="0.001"} 990',
    'alived_loop_lateness_seconds_bucket{le="0.005"} 998',
    'alived_loop_lateness_seconds_bucket{le="0.01"} 999',
    'alived_loop_lateness_seconds_bucket{le="0.02"} 999',
    'alived_loop_lateness_seconds_bucket{le="0.05"} 1000',
    'alived_loop_lateness_seconds_bucket{le="0.1"} 1000',
    'alived_loop_lateness_seconds_bucket{le="1"} 1000',
    'alived_loop_lateness_seconds_bucket{le="+Inf"} 1001',
  ]],
  ["alived_loop_lateness_seconds_sum", [
    "alived_loop_lateness_seconds_sum 2.125",
  ]],
  ["alived_loop_lateness_seconds_count", [
    "alived_loop_lateness_seconds_count 1001",
  ]],
  ["alived_config_last_reload_successful", [
    "alived_config_last_reload_successful 1",
  ]],
  ["alived_config_last_reload_timestamp_seconds", [
    "alived_config_last_reload_timestamp_seconds 1795521600.5",
  ]],
  ["alived_config_changed_on_disk", ["alived_config_changed_on_disk 0"]],
  ["alived_lease_seconds", ["alived_lease_seconds 0"]],
  ["alived_log_lines_lost_total", ["alived_log_lines_lost_total 4"]],
  ["alived_watchers", ["alived_watchers 1"]],
  ["alived_watchers_dropped_total", ["alived_watchers_dropped_total 2"]],
  ["alived_core_stalls_total", ["alived_core_stalls_total 1"]],
  ["alived_netlink_slow_total", ["alived_netlink_slow_total 2"]],
  ["alived_netlink_overruns_total", ["alived_netlink_overruns_total 3"]],
  ["process_resident_memory_bytes", ["process_resident_memory_bytes 78643200"]],
  ["process_cpu_seconds_total", ["process_cpu_seconds_total 61.5"]],
  ["process_open_fds", ["process_open_fds 31"]],
  ["process_max_fds", ["process_max_fds 65536"]],
];

for (const [name, lines] of SAID) {
  Deno.test(`${name} is as it should be`, () => {
    deepStrictEqual(linesOf(LINES.join("\n"), name), lines);
  });
}

/** Counters of an instance, each with its number of VI_1. */
const COUNTED: readonly (readonly [string, number])[] = [
  ["alived_adverts_sent_total", 9000],
  ["alived_adverts_received_total", 17],
  ["alived_advert_send_errors_total", 1],
  ["alived_priority_zero_sent_total", 2],
  ["alived_priority_zero_received_total", 3],
  ["alived_losing_adverts_total", 11],
  ["alived_addresses_repaired_total", 12],
  ["alived_address_list_mismatches_total", 13],
  ["alived_stalls_total", 14],
  ["alived_announcements_total", 40],
];

for (const [name, count] of COUNTED) {
  Deno.test(`${name} counts`, () => {
    ok(LINES.includes(`# TYPE ${name} counter`));
    strictEqual(
      linesOf(LINES.join("\n"), name)[0],
      `${name}{${OF_VI_1}} ${count}`,
    );
  });
}

Deno.test("changes of state and drops are there by kind, also those at 0", () => {
  deepStrictEqual(
    LINES.filter((line) =>
      line.startsWith(`alived_transitions_total{${OF_VI_1}`)
    ),
    [
      `alived_transitions_total{${OF_VI_1},to="INIT"} 0`,
      `alived_transitions_total{${OF_VI_1},to="BACKUP"} 6`,
      `alived_transitions_total{${OF_VI_1},to="MASTER"} 4`,
      `alived_transitions_total{${OF_VI_1},to="FAULT"} 1`,
    ],
  );
  const drops = LINES.filter((line) =>
    line.startsWith(`alived_adverts_dropped_total{${OF_VI_1}`)
  );
  strictEqual(drops.length, DROP_REASONS.length);
  for (const reason of DROP_REASONS) {
    ok(drops.some((line) => line.includes(`reason="${reason}"`)), reason);
  }
  ok(
    drops.includes(
      `alived_adverts_dropped_total{${OF_VI_1},reason="checksum"} 6`,
    ),
  );
});

Deno.test("help and type stand before the series of each", () => {
  const at = LINES.indexOf("# TYPE alived_loop_lateness_seconds histogram");
  strictEqual(
    LINES[at - 1],
    "# HELP alived_loop_lateness_seconds " +
      "How late the core woke for what was due.",
  );
  ok(LINES[at + 1]?.startsWith("alived_loop_lateness_seconds_bucket{"));
});

Deno.test("a silent core is alived_up 0 and nothing else", () => {
  strictEqual(
    metricsOfSilence(),
    "# HELP alived_up 1 while the core of the daemon answers, " +
      "0 while it does not.\n# TYPE alived_up gauge\nalived_up 0\n",
  );
});

Deno.test("an instance out of service as a last resort shows its state", () => {
  const drained = {
    since: NODE1.time,
    until: null,
    by: null,
    reason: null,
    last_resort: true,
  };
  for (const state of ["MASTER", "FAULT"] as const) {
    const text = metricsText(ofVi1({ drained, state }));
    ok(text.includes(`alived_state{${OF_VI_1},state="${state}"} 1`));
    ok(text.includes(`alived_state{${OF_VI_1},state="DRAINED"} 0`));
    ok(text.includes(`alived_drained{${OF_VI_1}} 1`));
  }
});

Deno.test("FAULT is FAULT when nobody drained it", () => {
  const text = metricsText(ofVi1({ state: "FAULT" }));
  ok(text.includes(`alived_state{${OF_VI_1},state="FAULT"} 1`));
  ok(text.includes(`alived_state{${OF_VI_1},state="DRAINED"} 0`));
});

Deno.test("an address on two links of an instance is one series", () => {
  const [vip] = VI_1.vips;
  ok(vip !== undefined);
  const elsewhere = { ...vip, interface: "eth1", held: false, owner: null };
  for (const vips of [[vip, elsewhere], [elsewhere, vip]]) {
    deepStrictEqual(linesOf(metricsText(ofVi1({ vips })), "alived_vip_held"), [
      `alived_vip_held{${OF_VI_1},address="192.0.2.100"} 1`,
    ]);
  }
});

Deno.test("what members of a group both track is one series with the sum", () => {
  const [term] = VI_1.priority.terms;
  ok(term !== undefined);
  const terms = [term, { ...term, term: -5 }];
  const text = metricsText(
    ofVi1({ priority: { base: 150, effective: 135, terms } }),
  );
  deepStrictEqual(linesOf(text, "alived_priority_term"), [
    `alived_priority_term{${OF_VI_1},kind="check",tracker="nginx"} -15`,
  ]);
  deepStrictEqual(linesOf(text, "alived_tracker_up"), [
    `alived_tracker_up{${OF_VI_1},kind="check",tracker="nginx"} 0`,
  ]);
});

Deno.test("whether a file changed that cannot be read is not said", () => {
  const config = { ...NODE1.config, changed_on_disk: null };
  ok(!metricsText({ ...NODE1, config }).includes("changed_on_disk"));
});

Deno.test("a daemon without instances and checks has its own metrics alone", () => {
  const text = metricsText({ ...NODE2, instances: [], checks: [] });
  const names = parseMetrics(text).map(({ name }) => name);
  ok(names.includes("alived_up"));
  deepStrictEqual(
    names.filter((name) => /alived_(state|vip|priority|check)/.test(name)),
    [],
  );
});

/** Text that hardly anybody writes, or of the signs that the format has. */
const TEXT = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...'\\"\nn{}=, #'),
    maxLength: 12,
  }),
);

const SERIES = fc.record({
  labels: fc.uniqueArray(TEXT, { maxLength: 5 }),
  help: TEXT,
  // There is no −0 in the format.
  value: fc.double().map((value) => value + 0),
});

Deno.test("what would end a label or a line is escaped", () => {
  strictEqual(
    textOf([{
      name: "a",
      type: "gauge",
      labels: ["b"],
      help: 'c\\n"d"\ne',
      read:
        () => [{ labels: labelText({ b: 'f\\n"g"\nh' }), value: -Infinity }],
    }], null),
    '# HELP a c\\\\n"d"\\ne\n# TYPE a gauge\na{b="f\\\\n\\"g\\"\\nh"} -Inf\n',
  );
});

Deno.test("whatever labels, help and numbers are, they are read as they were", () => {
  fc.assert(fc.property(SERIES, ({ labels, help, value }) => {
    const text = textOf([{
      name: "a_b",
      type: "gauge",
      labels: ["c"],
      help,
      read: () =>
        labels.map((label) => ({ labels: labelText({ c: label }), value })),
    }], null);
    if (labels.length === 0) return strictEqual(text, "");
    deepStrictEqual(parseMetrics(text), [{
      name: "a_b",
      type: "gauge",
      help,
      series: labels.map((label) => ({
        name: "a_b",
        labels: { c: label },
        value,
      })),
    }]);
  }));
});

const NAME = fc.string({ unit: "binary", minLength: 1, maxLength: 8 });

/** A status in which everything that has a name has an odd one. */
const ODD = fc.uniqueArray(NAME, { minLength: 9, maxLength: 9 })
  .map(([one = "", two = "", ...names]): Status => {
    const [term] = VI_1.priority.terms;
    const [check] = NODE1.checks;
    const [vip] = VI_1.vips;
    ok(term !== undefined && check !== undefined && vip !== undefined);
    const terms = names.map((tracker) => ({ ...term, tracker }));
    return {
      ...NODE1,
      version: one,
      instances: [one, two].map((name) => ({
        ...VI_1,
        name,
        interface: two,
        priority: { ...VI_1.priority, terms },
        vips: names.map((address) => ({ ...vip, address })),
      })),
      checks: names.map((name) => ({ ...check, name, type: two })),
    };
  });

Deno.test("each series is said once, by the labels that the table gives", () => {
  const declared = new Map(
    Object.values(METRICS).flat().map((metric) => [metric.name, metric]),
  );
  fc.assert(
    fc.property(ODD, (status) => {
      for (
        const { name, type, help, series } of parseMetrics(metricsText(status))
      ) {
        const metric = declared.get(name);
        deepStrictEqual([type, help], [metric?.type, metric?.help]);
        for (const { labels } of series) {
          deepStrictEqual(
            Object.keys(labels).filter((label) => label !== "le"),
            metric?.labels,
          );
        }
        const keys = series.map(keyOf);
        strictEqual(new Set(keys).size, keys.length, name);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("counters end in _total, and nothing else does", () => {
  for (const { name, type } of Object.values(METRICS).flat()) {
    strictEqual(name.endsWith("_total"), type === "counter", name);
  }
});
