/**
 * `alived check`: every mistake in a configuration, or what it would run.
 *
 * @module
 */

import { ConfigError, type ConfigIssue } from "../config/issue.ts";
import { type ReadConfig, readConfig } from "../config/read.ts";
import type { TrackerSettings } from "../config/settings/tracker.ts";
import type { Settings } from "../config/settings.ts";
import type {
  InstanceSettings,
  VirtualIp,
} from "../config/settings/instance.ts";
import { masterDownInterval, skewTime } from "../vrrp/timing.ts";
import { formatReport, type Report } from "./check_report.ts";
import { printError, printOutput } from "./output.ts";

const OWNER = 255;

/**
 * Check a configuration. Mistakes and warnings go to standard error, what
 * would run to standard output. Passwords are never shown.
 *
 * @param path Path of the file.
 * @param quiet Whether what would run is not shown.
 * @returns The exit status: 0, or 2 when there is a mistake.
 */
export function check(
  path: string,
  { quiet = false }: { readonly quiet?: boolean } = {},
): number {
  let config: ReadConfig;
  try {
    config = readConfig(path);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printError(
      error.issues.length > 0
        ? reportAll("error", error.issues)
        : `${error.message}\n`,
    );
    return 2;
  }
  const { settings, warnings } = config;
  printError(reportAll("warning", warnings));
  if (!quiet) printOutput(summary(path, settings));
  return 0;
}

function reportAll(
  level: Report["level"],
  issues: readonly ConfigIssue[],
): string {
  return issues.map((issue) => formatReport({ level, issue }, LAYOUT)).join("");
}

const LAYOUT = { width: Infinity, colour: false } as const;

function summary(path: string, { instances }: Settings): string {
  const count = instances.length === 1
    ? "1 instance"
    : `${instances.length} instances`;
  return [`${path}: ${count}`, ...instances.map(describe)].join("\n\n") + "\n";
}

function describe(instance: InstanceSettings): string {
  const { name, version, virtualRouterId, priority } = instance;
  const owner = priority === OWNER ? " (owner)" : "";
  const { virtualIps, excludedVirtualIps, unicastPeers, trackers } = instance;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["VIPs", [...virtualIps, ...excludedVirtualIps].map(prefixed)],
    ["peers", unicastPeers.map(({ address }) => address)],
    ["tracks", trackers.map(tracked)],
    ["timers", [timers(instance)]],
  ];
  return [
    `${name}: VRRPv${version} VRID ${virtualRouterId} on ` +
    `${instance.interface}, priority ${priority}${owner}`,
    ...rows
      .filter(([, values]) => values.length > 0)
      .map(([title, values]) => `  ${title.padEnd(6)}  ${values.join(", ")}`),
  ].join("\n");
}

function prefixed({ address, prefix }: VirtualIp): string {
  return `${address}/${prefix}`;
}

function tracked({ watch, weight, reverse }: TrackerSettings): string {
  const effect = weight === 0 ? "FAULT" : weight > 0 ? `+${weight}` : weight;
  return `${watch.type} ${watch.name} (${effect}${reverse ? ", reverse" : ""})`;
}

function timers(instance: InstanceSettings): string {
  const { version, priority, advertInterval, downTimerAdverts } = instance;
  const advert = `advert every ${duration(advertInterval)}`;
  if (priority === OWNER) return `${advert}, master from the start`;
  const skew = skewTime(version, priority, advertInterval);
  const down = masterDownInterval(
    version,
    priority,
    advertInterval,
    downTimerAdverts,
  );
  return `${advert}, skew time ${duration(skew)}, ` +
    `master-down interval ${duration(down)}`;
}

/** Milliseconds as a person reads them, to the microsecond at the finest. */
function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${round(milliseconds)}ms`
    : `${round(milliseconds / 1000)}s`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
