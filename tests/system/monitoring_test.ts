/**
 * What deployment/monitoring/ has, and what `/metrics` says, as promtool and a
 * real Prometheus judge it.
 *
 * @module
 */

import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { keepalivedMetrics } from "../../src/control/keepalived_metrics.ts";
import { metricsOfSilence, metricsText } from "../../src/control/metrics.ts";
import { type Host, Lab } from "../lab/lab.ts";
import {
  MONITORING,
  panelsOf,
  readBoard,
  readMonitoring,
  readRules,
} from "../lab/monitoring_files.ts";
import { run } from "../lab/program.ts";
import type { Answered, Evaluated, Served } from "../lab/serve_metrics.ts";
import { runStep, startStep } from "../lab/step.ts";
import { NODE1, NODE2 } from "../lab/two_hosts.ts";
import { until } from "../lab/wait.ts";

const MODULE = new URL("../lab/serve_metrics.ts", import.meta.url);
const PORTS = { node1: 9651, node2: 9652 } as const;

function promtool(...args: string[]): Promise<string> {
  return run(["promtool", ...args]);
}

function checkMetrics(text: string): Promise<string> {
  return run(["promtool", "check", "metrics"], { input: text });
}

Deno.test("promtool finds nothing wrong with the metrics of a host", async () => {
  for (const status of [NODE1, NODE2]) {
    strictEqual(await checkMetrics(metricsText(status)), "");
  }
  strictEqual(await checkMetrics(metricsOfSilence()), "");
});

Deno.test("promtool finds nothing wrong with both sets in one text", async () => {
  // It complains of names that are not ours to choose.
  const text = metricsText(NODE1) + keepalivedMetrics(NODE1);
  strictEqual(await checkMetrics(text), "");
});

Deno.test("promtool would find a metric without its help, and a name of two", async () => {
  const text = metricsText(NODE1);
  await rejects(checkMetrics(text.replace(/^# HELP alived_state .*\n/m, "")));
  await rejects(checkMetrics(text + text));
});

Deno.test("promtool takes the scrape configuration and the rules", async () => {
  const at = MONITORING.pathname;
  await promtool("check", "config", `${at}prometheus.yml`);
  match(
    await promtool("check", "rules", `${at}alived.rules.yml`),
    new RegExp(`${readRules().length} rules found`),
  );
});

Deno.test("each alert fires when it should, and at no other time", async () => {
  await promtool("test", "rules", `${MONITORING.pathname}rules.test.yml`);
});

/** The rules as they are written, each with what is before the first. */
function writtenRules(): { readonly alert: string; readonly text: string }[] {
  const [head, ...rules] = readMonitoring("alived.rules.yml")
    .split(/^(?= *- alert: )/m);
  return rules.map((rule) => ({
    alert: /alert: (\w+)/.exec(rule)?.[1] ?? "",
    text: `${head}${rule}`,
  }));
}

/** A rule with one thing otherwise, each in its turn. */
function mutants(rule: string): string[] {
  const changes: readonly (readonly [RegExp, string])[] = [
    [/ for: \w+$/gm, " for: 0s"],
    [/ for: \w+$/gm, " for: 7d"],
    [/([<>]) ([\d.]+)$/gm, "$1 -1"],
    [/([<>]) ([\d.]+)$/gm, "$1 1e9"],
    [/ == 1$/gm, " == 0"],
    [/ == 0$/gm, " == 1"],
    [/ < alived/g, " > alived"],
    [/\{address!~"fe80:\.\*"\}/g, ""],
    [/\{(?:to|state|job|result|reason)!?="\w+"\}/g, ""],
    [/max by \(instance, address\) \((.*)\)/g, "$1"],
    [/\n *unless on \(address\) \([^]*?\n *\)\n/g, "\n"],
    [/\n *unless alived_drained == 1\n/g, "\n"],
    [/\n *and on \(instance, vrrp_instance\) .*\n/g, "\n"],
    [/\n *and time\(\) - .*\n/g, "\n"],
    [/\bwithout \(reason\)/g, "by (job)"],
  ];
  return changes.flatMap(([pattern, replacement]) =>
    [...rule.matchAll(pattern)].map(({ 0: found, index }) =>
      rule.slice(0, index) +
      found.replace(new RegExp(pattern.source, "m"), replacement) +
      rule.slice(index + found.length)
    )
  ).filter((mutant) => mutant !== rule);
}

Deno.test("a rule with one thing otherwise fails its test", async () => {
  await using directory = await scratch();
  const all = writtenRules().flatMap(({ alert, text }) => {
    const changed = mutants(text);
    ok(changed.length >= 2, `${alert} has ${changed.length} mutants`);
    return [text, ...changed].map((text) => ({ alert, text }));
  });
  ok(all.length > 90, `only ${all.length} rules and mutants`);
  const paths = all.map((_, i) => `${directory.path}/${i}`);
  for (const [i, { alert, text }] of all.entries()) {
    await Deno.writeTextFile(`${paths[i]}.rules.yml`, text);
    await Deno.writeTextFile(`${paths[i]}.test.yml`, testsOf(alert, i));
  }
  await promtool("check", "rules", ...paths.map((path) => `${path}.rules.yml`));
  const passed = await passing(paths.map((path) => `${path}.test.yml`));
  deepStrictEqual(
    all.map(({ text }) => text).filter((_, i) => passed[i]),
    writtenRules().map(({ text }) => text),
  );
});

/** The tests of one rule, and those of days on which nothing fires. */
function testsOf(alert: string, number: number): string {
  const [head = "", ...tests] = readMonitoring("rules.test.yml")
    .split(/^(?= {2}- name: )/m);
  const own = tests.filter((test) =>
    test.startsWith(`  - name: ${alert}\n`) ||
    test.startsWith("  - name: no alert ")
  );
  return [head.replace("alived.rules.yml", `${number}.rules.yml`), ...own]
    .join("");
}

/** Which of these files promtool runs without a complaint. */
async function passing(paths: readonly string[]): Promise<boolean[]> {
  const { stdout } = await new Deno.Command("promtool", {
    args: ["test", "rules", ...paths],
  }).output();
  const told = new TextDecoder().decode(stdout);
  return paths.map((path) => {
    ok(told.includes(`Unit Testing:  ${path}\n`), path);
    return told.includes(`Unit Testing:  ${path}\n  SUCCESS\n`);
  });
}

async function scratch(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** The example of a configuration, for two hosts on this one, in a hurry. */
function configuration(): string {
  const targets = Object.values(PORTS)
    .map((port) => `          - 127.0.0.1:${port}\n`).join("");
  return `global: { evaluation_interval: 1s }\n${
    readMonitoring("prometheus.yml")
      .replace(/( {10}- \S+:9650\n)+/, targets)
      .replace(/scrape_interval: \w+/, "scrape_interval: 1s")
      .replace("alived.rules.yml", `${MONITORING.pathname}alived.rules.yml`)
  }`;
}

async function ask(
  host: Host,
  queries: readonly string[],
): Promise<readonly (readonly Answered[])[]> {
  const step = { module: MODULE, name: "askPrometheus" };
  return await runStep(host, step, queries) as readonly Answered[][];
}

async function one(host: Host, query: string): Promise<readonly Answered[]> {
  return (await ask(host, [query]))[0] ?? [];
}

/** A query of a board as Grafana would send it, with every choice at "All". */
function filled(query: string): string {
  return query
    .replaceAll("$job", "alived")
    .replaceAll("$host", ".*")
    .replaceAll("$vrrp_instance", ".*")
    .replaceAll("$instance", "127.0.0.1:9651")
    .replaceAll("$__rate_interval", "10s");
}

/** What keepalived-exporter's board asks for, after `keepalived_`. */
const KEEPALIVED_GAUGES = [
  ...["up", "vrrp_state", "vrrp_excluded_state", "script_status"],
  "script_state",
];
const KEEPALIVED_COUNTERS = [
  ...["advertisements_received", "advertisements_sent", "become_master"],
  ...["release_master", "packet_length_errors"],
  ...["advertisements_interval_errors", "ip_ttl_errors"],
  ...["invalid_type_received", "address_list_errors"],
  ...["authentication_invalid", "authentication_mismatch"],
  ...["authentication_failure", "priority_zero_received"],
  ...["priority_zero_sent", "gratuitous_arp_delay"],
];

/** Its queries. */
function keepalivedQueries(): string[] {
  return [
    ...KEEPALIVED_GAUGES.map((name) =>
      `keepalived_${name}{instance="$instance"}`
    ),
    ...KEEPALIVED_COUNTERS.map((name) =>
      `rate(keepalived_${name}_total{instance="$instance"}[$__rate_interval])`
    ),
  ];
}

Deno.test("a Prometheus that scrapes two hosts has an answer to every query of the boards", async () => {
  await using lab = await Lab.open();
  const host = await lab.host("monitor", "192.0.2.9/24");
  const [, node2] = (["node1", "node2"] as const).map((node) => {
    const served: Served = { node, port: PORTS[node] };
    return startStep(host, { module: MODULE, name: "serveMetrics" }, served);
  });
  const file = `${host.directory}/prometheus.yml`;
  await Deno.writeTextFile(file, configuration());
  const prometheus = host.spawn([
    "prometheus",
    `--config.file=${file}`,
    `--storage.tsdb.path=${host.directory}/data`,
    "--web.listen-address=127.0.0.1:9090",
    "--log.level=warn",
  ]);
  const isReady = async (): Promise<boolean> => {
    if (!prometheus.running) throw new Error(prometheus.lines.join("\n"));
    const query = "min(count_over_time(up[1m])) and min(up) == 1";
    const [series] = await one(host, query).catch(() => []);
    return (series?.value ?? 0) >= 5;
  };
  await until(isReady, { what: "five scrapes of both hosts" });

  const queries = [
    ...panelsOf(readBoard()).flatMap(({ targets = [] }) => targets)
      .map(({ expr }) => expr),
    ...keepalivedQueries(),
  ].map(filled);
  ok(queries.length > 50, `only ${queries.length} queries`);
  const answers = await ask(host, queries);
  deepStrictEqual(
    queries.filter((_, i) => !hasData(answers[i] ?? [])),
    [],
  );

  const step = { module: MODULE, name: "askAlerts" };
  const another = "VI_1 on 127.0.0.1:9651 hears another master";
  let alerts: readonly Evaluated[] = [];
  // Rules are evaluated in their own rhythm, behind the scrapes.
  await until(async () => {
    alerts = await runStep(host, step) as readonly Evaluated[];
    return alerts.some(({ said }) => said.includes(another));
  }, { what: "an alert of another master" });
  strictEqual(alerts.length, readRules().length);
  deepStrictEqual(alerts.filter(({ health }) => health !== "ok"), []);
  const said = alerts.flatMap(({ said }) => said);
  deepStrictEqual(
    said.filter((text) => /<error|no value|\{\{/.test(text)),
    [],
  );

  const [states = [], held = [], down = []] = await ask(host, [
    panelQuery("States"),
    panelQuery("Who has which address"),
    panelQuery("Hosts that do not answer"),
  ]);
  deepStrictEqual(told(states), [
    "VI_1 127.0.0.1:9651 2",
    "VI_1 127.0.0.1:9652 1",
    "VI_2 127.0.0.1:9651 4",
    "VI_2 127.0.0.1:9652 2",
  ]);
  deepStrictEqual(told(held), [
    "192.0.2.100 VI_1 127.0.0.1:9651 1",
    "192.0.2.101 VI_2 127.0.0.1:9652 1",
    "2001:db8::100 VI_1 127.0.0.1:9651 1",
  ]);
  deepStrictEqual(told(down), ["0"]);

  // A host that is gone is gone from the board, and counted.
  await node2?.stop("SIGKILL");
  const isCounted = async (): Promise<boolean> =>
    (await one(host, panelQuery("Hosts that do not answer")))[0]?.value === 1;
  await until(isCounted, { what: "the host that is down" });
  deepStrictEqual(told(await one(host, panelQuery("States"))), [
    "VI_1 127.0.0.1:9651 2",
    "VI_2 127.0.0.1:9651 4",
  ]);
  strictEqual(await prometheus.stop(), 0);
});

function panelQuery(title: string): string {
  const panel = panelsOf(readBoard()).find((panel) => panel.title === title);
  return filled(panel?.targets?.[0]?.expr ?? title);
}

function hasData(answer: readonly Answered[]): boolean {
  return answer.some(({ value }) => !Number.isNaN(value));
}

/** What a person reads, a line a series. */
function told(answer: readonly Answered[]): string[] {
  return answer.map(({ labels, value }) =>
    [labels["address"], labels["vrrp_instance"], labels["instance"], value]
      .filter((word) => word !== undefined).join(" ")
  ).sort();
}
