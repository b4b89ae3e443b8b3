/**
 * Metrics of a host on a port, whose counters grow with each scrape; and a
 * Prometheus that can be asked. Both run inside a host of the lab.
 *
 * @module
 */

import { keepalivedMetrics } from "../../src/control/keepalived_metrics.ts";
import { metricsText } from "../../src/control/metrics.ts";
import { CONTENT_TYPE } from "../../src/control/metrics_text.ts";
import type { Status } from "../../src/control/snapshot.ts";
import { NODE1, NODE2 } from "./two_hosts.ts";

/** What to serve. */
export interface Served {
  readonly node: "node1" | "node2";
  readonly port: number;
}

const STATUSES = { node1: NODE1, node2: NODE2 } as const;

/** Serve until the process is ended. */
export async function serveMetrics({ node, port }: Served): Promise<void> {
  let scrapes = 0;
  const respond = (): Response => {
    scrapes += 1;
    const status = grown(STATUSES[node], scrapes);
    const text = metricsText(status) + keepalivedMetrics(status);
    return new Response(text, { headers: { "content-type": CONTENT_TYPE } });
  };
  await Deno.serve({ hostname: "127.0.0.1", port }, respond).finished;
}

/** A status later on: what counts has counted, and the time has passed. */
function grown(status: Status, by: number): Status {
  const { core, process, log, instances, notifications } = status;
  const { lateness } = core;
  return {
    ...status,
    time: new Date().toISOString(),
    core: {
      ...plus(core, by, ["stalls", "netlink_slow", "netlink_overruns"]),
      lateness: {
        ...lateness,
        buckets: lateness.buckets.map(({ le, count }) => ({
          le,
          count: count * by,
        })),
      },
    },
    process: plus(process, by, ["cpu_seconds"]),
    log: plus(log, by, ["lines_lost"]),
    instances: instances.map((instance) => {
      const { transitions, dropped, ...counters } = instance.counters;
      return {
        ...instance,
        counters: {
          ...plus(counters, by, Object.keys(counters)),
          transitions: plus(transitions, by, Object.keys(transitions)),
          dropped: plus(dropped, by, Object.keys(dropped)),
        },
      };
    }),
    notifications: {
      ...notifications,
      kinds: notifications.kinds.map((kind) =>
        plus(kind, by, ["delivered", "failed"])
      ),
    },
  };
}

function plus<T extends object>(
  counts: T,
  by: number,
  keys: readonly string[],
): T {
  return Object.fromEntries(
    Object.entries(counts).map(([key, value]) => [
      key,
      keys.includes(key) && typeof value === "number" ? value + by : value,
    ]),
  ) as T;
}

/** A series that Prometheus answered with. */
export interface Answered {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Ask the Prometheus of this host; the answers to each query, in order. */
export async function askPrometheus(
  queries: readonly string[],
): Promise<readonly (readonly Answered[])[]> {
  const answers: Answered[][] = [];
  for (const query of queries) {
    const url = new URL("http://127.0.0.1:9090/api/v1/query");
    url.searchParams.set("query", query);
    const { data, error } = await (await fetch(url)).json();
    if (error !== undefined) throw new Error(`${query}: ${error}`);
    answers.push(
      data.result.map(({ metric, value: [, value] }: Vector) => ({
        labels: metric,
        value: Number(value),
      })),
    );
  }
  return answers;
}

/** An alert as Prometheus evaluates it. */
export interface Evaluated {
  readonly alert: string;
  /** `ok`, or how its last evaluation ended. */
  readonly health: string;
  /** What it says of each thing that it is about now. */
  readonly said: readonly string[];
}

/** Ask the Prometheus of this host for its alerts. */
export async function askAlerts(): Promise<readonly Evaluated[]> {
  const response = await fetch("http://127.0.0.1:9090/api/v1/rules");
  const { data: { groups } } = await response.json();
  return groups.flatMap(({ rules }: Group) =>
    rules.map(({ name, health, alerts }): Evaluated => ({
      alert: name,
      health,
      said: alerts.flatMap(({ annotations }) => Object.values(annotations)),
    }))
  );
}

interface Group {
  readonly rules: readonly {
    readonly name: string;
    readonly health: string;
    readonly alerts: readonly {
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

interface Vector {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}
