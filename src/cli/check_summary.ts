/**
 * What a configuration would run, as a person reads it.
 *
 * @module
 */

import type { CheckSettings, Probe } from "../config/settings/check.ts";
import type {
  ControlSocketSettings,
  HttpSettings,
} from "../config/settings/control.ts";
import type {
  InstanceSettings,
  VirtualIp,
} from "../config/settings/instance.ts";
import type {
  NotificationSettings,
  NotifyScripts,
} from "../config/settings/notify.ts";
import type { TrackerSettings } from "../config/settings/tracker.ts";
import type { Settings } from "../config/settings.ts";
import { masterDownInterval, skewTime } from "../vrrp/timing.ts";
import { MASK, originOf, withoutLogin } from "./check_secrets.ts";
import { type Row, table, wrap } from "./layout.ts";

const OWNER = 255;
const INDENT = 2;

/**
 * Describe all that would run.
 *
 * @param path Name of the file.
 * @param settings What it says.
 * @param width Columns that there are.
 * @returns Whole lines.
 */
export function summary(
  path: string,
  settings: Settings,
  width: number,
): string {
  const { instances, syncGroups, checks } = settings;
  const count = instances.length === 1
    ? "1 instance"
    : `${instances.length} instances`;
  const block = (heading: string, rows: readonly Row[]): string =>
    [wrap(heading, width, INDENT), ...table(rows, width, INDENT)].join("\n");
  return [
    `${path}: ${count}`,
    ...instances.map((each) =>
      block(headingOf(each), instanceRows(each, settings))
    ),
    ...syncGroups.map(({ name, instances, trackers, notify }) =>
      block(`group ${name}: ${instances.join(", ")}`, [
        ["tracks", trackers.map((each) => tracked(each, checks))],
        ["notify", scripts(notify)],
      ])
    ),
    block("daemon", daemonRows(settings)),
  ].join("\n\n") + "\n";
}

function headingOf(
  { name, version, virtualRouterId, interface: link, priority }:
    InstanceSettings,
): string {
  return `${name}: VRRPv${version} VRID ${virtualRouterId} on ${link}, ` +
    `priority ${priority}${priority === OWNER ? " (owner)" : ""}`;
}

function instanceRows(
  instance: InstanceSettings,
  { syncGroups, checks }: Settings,
): Row[] {
  const { virtualIps, excludedVirtualIps, unicastPeers, trackers } = instance;
  return [
    ["VIPs", joined(virtualIps.map(prefixed))],
    ["excluded", joined(excludedVirtualIps.map(prefixed))],
    [
      "peers",
      joined(
        unicastPeers.map(({ address, minTtl }) =>
          minTtl === 1 ? address : `${address} (TTL ${minTtl} or more)`
        ),
      ),
    ],
    [
      "source",
      [instance.sourceAddress ?? `primary address of ${instance.interface}`],
    ],
    ["auth", [instance.password === null ? "none" : `PASS ${MASK}`]],
    ["preempt", [preemption(instance)]],
    ["tracks", trackers.map((each) => tracked(each, checks))],
    [
      "group",
      syncGroups.filter(({ instances }) => instances.includes(instance.name))
        .map(({ name }) => name),
    ],
    ["notify", scripts(instance.notify)],
    ["timers", [timers(instance)]],
  ];
}

/** One line of all, or none. */
function joined(words: readonly string[]): string[] {
  return words.length === 0 ? [] : [words.join(", ")];
}

function prefixed({ address, prefix, interface: link }: VirtualIp): string {
  return `${address}/${prefix}${link === null ? "" : ` on ${link}`}`;
}

function preemption({ preempt, preemptDelay }: InstanceSettings): string {
  if (!preempt) return "no";
  return preemptDelay === 0 ? "yes" : `yes, after ${duration(preemptDelay)}`;
}

function tracked(
  { watch, weight, reverse }: TrackerSettings,
  checks: readonly CheckSettings[],
): string {
  const check = watch.type === "check"
    ? checks.find(({ name }) => name === watch.name)
    : undefined;
  // The trackers of files and processes say in their names what they are.
  const what = watch.name.includes(" ")
    ? watch.name
    : `${watch.type} ${watch.name}`;
  if (check?.probe.type === "file" && check.probe.number && weight !== 0) {
    return `${what}: ${signed(weight)} times the number`;
  }
  const effect = weight === 0 ? "FAULT" : signed(weight);
  return `${what}: ${effect} while ${weight > 0 !== reverse ? "up" : "down"}`;
}

function signed(weight: number): string {
  return weight > 0 ? `+${weight}` : String(weight);
}

function scripts({ byState, any }: NotifyScripts): string[] {
  return [
    ...(any === null ? [] : [`all states: ${any.join(" ")}`]),
    ...Object.entries(byState).map(([state, command]) =>
      `${state}: ${command.join(" ")}`
    ),
  ];
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

function daemonRows({ global, checks, notifications }: Settings): Row[] {
  const { startupDelay, vipLeaseSeconds, realtime, scriptUser } = global;
  const { controlSocket, http, peers } = global;
  return [
    ["start", startupDelay === 0 ? [] : [`after ${duration(startupDelay)}`]],
    ["lease", [vipLeaseSeconds === null ? "off" : `${vipLeaseSeconds}s`]],
    ["realtime", realtime ? ["yes"] : []],
    [
      "scripts",
      scriptUser === null
        ? []
        : [`as user ${scriptUser.uid}, group ${scriptUser.gid}`],
    ],
    ["control", socketRows(controlSocket)],
    ["http", http === null ? [] : [listener(http)]],
    ["asks", peers],
    [
      "checks",
      // Those of tracked files and processes stand with their trackers.
      checks.filter(({ name }) => !name.includes(" ")).map(checked),
    ],
    ...noticeRows(notifications),
  ];
}

function socketRows(socket: ControlSocketSettings | null): string[] {
  if (socket === null) return ["off"];
  const { path, status } = socket;
  const control = path ?? "control.sock in the run directory";
  if (status === null) return [control];
  const beside = status.path ?? "status.sock beside it";
  const whose = status.group === null ? "" : `, group ${status.group.name}`;
  return [control, `${beside}: status only${whose}`];
}

function listener({ listen, ...http }: HttpSettings): string {
  const { address, port } = listen;
  const host = address.includes(":") ? `[${address}]` : address;
  return [
    `${host}:${port}`,
    ...(http.keepalivedMetrics ? ["metrics of keepalived too"] : []),
    ...(http.allowedHosts.length === 0
      ? []
      : [`as ${http.allowedHosts.join(", ")}`]),
  ].join(", ");
}

function noticeRows({ email, webhooks }: NotificationSettings): Row[] {
  const mail = email === null ? [] : [
    `to ${email.to.join(", ")} from ${email.from} by ` +
    `${email.smtp.host}:${email.smtp.port} (${email.smtp.tls})`,
  ];
  const posts = webhooks.map(({ url, events }) =>
    `${originOf(url)} on ${events.join(", ")}`
  );
  return [["mail", mail], ["webhooks", posts]];
}

function checked(
  { name, probe, interval, timeout, rise, fall }: CheckSettings,
): string {
  return `${name}: ${probed(probe)}, every ${duration(interval)}, ` +
    `timeout ${duration(timeout)}, rise ${rise}, fall ${fall}`;
}

function probed(probe: Probe): string {
  switch (probe.type) {
    case "tcp":
      return `tcp ${probe.host} port ${probe.port}`;
    case "http":
      return `${probe.method} ${withoutLogin(probe.url)}`;
    case "ping":
      return `ping ${probe.host}`;
    case "script":
      return `script ${probe.command.join(" ")}`;
    case "dns":
      return `dns ${probe.recordType} ${probe.name}`;
    case "file":
      return `file ${probe.path}`;
    case "process":
      return `process ${probe.name ?? `of ${probe.pidFile}`}`;
  }
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
