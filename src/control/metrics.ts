/**
 * What `/metrics` and `alived metrics` say: every number is read from one
 * status, and every series is there from the start, so that the first event is
 * an increase.
 *
 * @module
 */

import { ADVERT_METRICS } from "./metrics/advert_metrics.ts";
import {
  CHECK_METRICS,
  NOTIFICATION_METRICS,
} from "./metrics/check_metrics.ts";
import {
  CORE_METRICS,
  DAEMON_METRICS,
  UP_METRIC,
} from "./metrics/daemon_metrics.ts";
import type { Metric } from "./metrics/metric.ts";
import {
  PRIORITY_METRICS,
  STATE_METRICS,
  VIP_METRICS,
} from "./metrics/state_metrics.ts";
import { textOf } from "./metrics_text.ts";
import type { Status } from "./snapshot.ts";

/** All metrics, by the headings of docs/monitoring.md. */
export const METRICS: Readonly<Record<string, readonly Metric[]>> = {
  "States": STATE_METRICS,
  "Addresses": VIP_METRICS,
  "Priorities": PRIORITY_METRICS,
  "Adverts": ADVERT_METRICS,
  "Checks": CHECK_METRICS,
  "Notifications": NOTIFICATION_METRICS,
  "The daemon": DAEMON_METRICS,
  "Its core and its process": CORE_METRICS,
};

const ALL = Object.values(METRICS).flat();

/**
 * The metrics of a daemon.
 *
 * @param status As it is now.
 * @returns Text for {@linkcode CONTENT_TYPE} in metrics_text.ts.
 */
export function metricsText(status: Status): string {
  return textOf(ALL, status);
}

/**
 * The metrics of a daemon whose core does not answer: that it does not, and
 * nothing else, so that whatever was known before ends.
 */
export function metricsOfSilence(): string {
  return textOf([UP_METRIC], null);
}
