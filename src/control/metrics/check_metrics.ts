/**
 * Metrics of health checks and of notifications.
 *
 * @module
 */

import type { CheckStatus, Status } from "../snapshot.ts";
import { byLabels, type Metric, type Reading } from "./metric.ts";

const CHECK = ["check", "type"];
const KINDS = ["script", "email", "webhook"];

/** Health checks. */
export const CHECK_METRICS: readonly Metric[] = [
  byLabels(
    "gauge",
    {
      name: "alived_check_up",
      help: "1 while the check is up, 0 while it is down, " +
        "NaN until its first verdict.",
    },
    CHECK,
    ({ checks }) => checks.map((check) => [labelsOf(check), UP[check.state]]),
  ),
  byLabels(
    "counter",
    {
      name: "alived_check_runs_total",
      help: "Runs of the check, by result: ok, fail or timeout.",
    },
    [...CHECK, "result"],
    ({ checks }) =>
      checks.flatMap((check) =>
        Object.entries(check.runs).map(([result, count]): Reading => [
          { ...labelsOf(check), result },
          count,
        ])
      ),
  ),
  byLabels(
    "gauge",
    {
      name: "alived_check_duration_seconds",
      help: "How long its last run took; no series before the first.",
    },
    CHECK,
    ({ checks }) =>
      checks.flatMap((check): Reading[] => {
        const last = check.history.at(-1);
        return last === undefined ? [] : [[labelsOf(check), last.seconds]];
      }),
  ),
];

/** Scripts, mail and webhooks. */
export const NOTIFICATION_METRICS: readonly Metric[] = [
  byLabels(
    "counter",
    {
      name: "alived_notifications_total",
      help: "Notifications, by kind (script, email, webhook) and result " +
        "(delivered, failed).",
    },
    ["kind", "result"],
    (status) =>
      kindsOf(status).flatMap(({ kind, delivered, failed }): Reading[] => [
        [{ kind, result: "delivered" }, delivered],
        [{ kind, result: "failed" }, failed],
      ]),
  ),
  byLabels(
    "gauge",
    {
      name: "alived_notification_queue_length",
      help: "Notifications that wait, by kind.",
    },
    ["kind"],
    (status) => kindsOf(status).map(({ kind, queued }) => [{ kind }, queued]),
  ),
];

const UP = { up: 1, down: 0, unknown: NaN } as const;

function labelsOf({ name, type }: CheckStatus): Record<string, string> {
  return { check: name, type };
}

type Kind = Status["notifications"]["kinds"][number];

/** All kinds, also those that nothing was sent by: an increase shows then. */
function kindsOf({ notifications: { kinds } }: Status): Kind[] {
  const silent = KINDS
    .filter((name) => kinds.every(({ kind }) => kind !== name))
    .map((kind) => ({ kind, queued: 0, delivered: 0, failed: 0 }));
  return [...kinds, ...silent];
}
