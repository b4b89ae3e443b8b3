/**
 * What a metric is, and the forms that most of them have.
 *
 * @module
 */

import { labelText } from "../metrics_text.ts";
import type { InstanceStatus, Status } from "../snapshot.ts";

/** A series and its value now. */
export interface Sample {
  /** Its labels as they stand between braces, or empty. */
  readonly labels: string;
  /** May be NaN, where a value is not known. */
  readonly value: number;
  /** What it is of a histogram. */
  readonly part?: "bucket" | "sum" | "count";
}

/** A metric: one name, its meaning, and where its series come from. */
export interface Metric<Source = Status> {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  /** Names of its labels, in their order. */
  readonly labels: readonly string[];
  /** One sentence, for people. */
  readonly help: string;
  /** Its series, no two with the same labels. */
  readonly read: (source: Source) => readonly Sample[];
}

/** Labels that each series of an instance has. */
export const IDENTITY = ["vrrp_instance", "interface", "vrid", "family"];

/** A series of an instance: its labels besides the identity, and its value. */
export type Reading = readonly [Readonly<Record<string, string>>, number];

type Describe = Pick<Metric, "name" | "help">;

/** A number of the whole daemon. */
export function ofDaemon(
  type: "gauge" | "counter",
  { name, help }: Describe,
  read: (status: Status) => number,
): Metric {
  return {
    name,
    type,
    help,
    labels: [],
    read: (status) => [{ labels: "", value: read(status) }],
  };
}

/**
 * A number of each instance; null is no series.
 *
 * @param read Reads it.
 */
export function ofInstance(
  type: "gauge" | "counter",
  { name, help }: Describe,
  read: (instance: InstanceStatus, status: Status) => number | null,
): Metric {
  return {
    name,
    type,
    help,
    labels: IDENTITY,
    read: (status) =>
      status.instances.flatMap((instance): Sample[] => {
        const value = read(instance, status);
        return value === null ? [] : [{ labels: identityOf(instance), value }];
      }),
  };
}

/**
 * Some numbers of each instance, by one label more or several.
 *
 * @param labels Names of those labels.
 * @param read Reads them.
 */
export function byInstance(
  type: "gauge" | "counter",
  { name, help }: Describe,
  labels: readonly string[],
  read: (instance: InstanceStatus, status: Status) => readonly Reading[],
): Metric {
  return {
    name,
    type,
    help,
    labels: [...IDENTITY, ...labels],
    read: (status) =>
      status.instances.flatMap((instance) =>
        read(instance, status).map(([extra, value]): Sample => ({
          labels: `${identityOf(instance)},${labelText(extra)}`,
          value,
        }))
      ),
  };
}

/** Numbers by labels that belong to no instance. */
export function byLabels(
  type: "gauge" | "counter",
  { name, help }: Describe,
  labels: readonly string[],
  read: (status: Status) => readonly Reading[],
): Metric {
  return {
    name,
    type,
    help,
    labels,
    read: (status) =>
      read(status).map(([extra, value]): Sample => ({
        labels: labelText(extra),
        value,
      })),
  };
}

/**
 * A time as Prometheus has it, in seconds since 1970.
 *
 * @param time RFC 3339.
 */
export function secondsOf(time: string): number {
  return Date.parse(time) / 1_000;
}

// Fifty metrics have it, and a host may have a thousand instances.
const identities = new WeakMap<InstanceStatus, string>();

function identityOf(instance: InstanceStatus): string {
  const known = identities.get(instance);
  if (known !== undefined) return known;
  const text = labelText({
    vrrp_instance: instance.name,
    interface: instance.interface,
    vrid: String(instance.vrid),
    family: instance.family,
  });
  identities.set(instance, text);
  return text;
}
