/**
 * From the plain data of a file to settings, with all that is wrong with it.
 *
 * @module
 */

import { conflicts } from "./rules/conflicts.ts";
import { contradictions } from "./rules/contradictions.ts";
import { missingForChecks } from "./rules/files.ts";
import type { CheckSettings } from "./settings/check.ts";
import type { ControlSocketSettings } from "./settings/control.ts";
import type { NotificationSettings } from "./settings/notify.ts";
import type { ScriptUser } from "./settings/script.ts";
import type { Host } from "./host.ts";
import type { Finding } from "./issue.ts";
import { ownAddresses } from "./rules/own_addresses.ts";
import { ownersInGroups } from "./rules/groups.ts";
import { originalPlace, parseParts, type SoundParts } from "./rules/parts.ts";
import { badReferences } from "./rules/references.ts";
import type { GlobalKeys } from "./schema/global.ts";
import { LOCAL_SMTP, type NotificationKeys } from "./schema/notifications.ts";
import type { Settings } from "./settings.ts";
import { configWarnings } from "./rules/warnings.ts";

/** What became of the data of a file. */
export interface Checked {
  /** The settings, or null when something is wrong. */
  readonly settings: Settings | null;
  /** Everything that is wrong. */
  readonly findings: readonly Finding[];
  /** What is accepted and may not be expected, as far as it can be judged. */
  readonly warnings: readonly Finding[];
  /** Whether the sound parts hold what is not for everyone to read. */
  readonly holdsSecret: boolean;
}

/**
 * Check the data of a configuration against the schema and, for the parts that
 * are sound in themselves, against each other and against the host.
 *
 * @param data What the YAML says: maps, lists, strings, numbers, truth values.
 * @param host The host that the configuration is for.
 */
export function checkConfig(data: unknown, host: Host): Checked {
  const { parts, findings: own } = parseParts(data);
  const used = usedChecks(parts);
  const user = scriptUser(parts, host);
  const socket = socketSettings(parts, host);
  const addresses = ownAddresses(parts, host);
  const together = [
    ...parts.instances.flatMap(contradictions),
    ...conflicts(parts),
    ...badReferences(parts),
    ...ownersInGroups(parts),
    ...missingRecipients(parts),
    ...missingForChecks(parts, used, host),
    ...user.findings,
    ...socket.findings,
    ...addresses.mistakes,
  ];
  const placed = originalPlace(parts);
  const findings = [...own, ...together.map(placed)];
  const isSound = findings.length === 0;
  return {
    settings: isSound
      ? toSettings(parts, used, {
        scriptUser: user.found,
        controlSocket: socket.found,
      }, host)
      : null,
    findings,
    warnings: [
      ...configWarnings(data, parts, used, host),
      ...addresses.warnings,
    ].map(placed),
    holdsSecret: holdsSecret(parts),
  };
}

/** Parts that are all there are, as settings; null when one is missing. */
function toSettings(
  parts: SoundParts,
  used: ReadonlySet<string>,
  ofHost: Pick<Settings["global"], "scriptUser" | "controlSocket">,
  host: Host,
): Settings | null {
  const { global, notifications } = parts;
  return global === null || notifications === null ? null : {
    global: { ...global.value.settings, ...ofHost },
    instances: parts.instances.map(({ value: { settings } }) => settings),
    syncGroups: parts.groups.map(({ value: { settings } }) => settings),
    checks: checksOf(parts, used),
    notifications: toNotifications(global.value, notifications.value, host),
  };
}

/** Whether there is what is not for everyone to read. */
function holdsSecret(
  { instances, checkers, notifications }: SoundParts,
): boolean {
  return instances.some(({ value }) => value.settings.password !== null) ||
    checkers.some(({ value: { probe } }) =>
      probe.type === "http" &&
      (Object.keys(probe.headers).length > 0 || hasLogin(probe.url))
    ) ||
    // Whoever knows the URL of a webhook can often post to it.
    (notifications?.value.webhooks.length ?? 0) > 0;
}

function hasLogin(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== "" || password !== "";
}

/** Names of the health checkers that trackers use. */
function usedChecks({ instances, groups }: SoundParts): ReadonlySet<string> {
  const trackers = [...instances, ...groups]
    .flatMap(({ value }) => value.trackers)
    .filter(({ settings, check }) =>
      settings.watch.type === "check" && check === null
    );
  return new Set(trackers.map(({ settings }) => settings.watch.name));
}

function scriptUser(
  { global }: SoundParts,
  host: Host,
): { found: ScriptUser | null; findings: Finding[] } {
  const text = global?.value.scriptUser ?? null;
  if (text === null) return { found: null, findings: [] };
  const found = host.findUser(text);
  if ("user" in found) return { found: found.user, findings: [] };
  return {
    found: null,
    findings: [{
      path: ["global", "script_user"],
      at: "value",
      problem: found.problem,
    }],
  };
}

/** A status socket there is when it has a path or a group. */
function socketSettings(
  { global }: SoundParts,
  host: Host,
): { found: ControlSocketSettings | null; findings: Finding[] } {
  const keys = global?.value.controlSocket ?? null;
  if (keys === null) return { found: null, findings: [] };
  const { path, statusPath, group } = keys;
  if (group === null) {
    const status = statusPath === null ? null : { path: statusPath, group };
    return { found: { path, status }, findings: [] };
  }
  const found = host.findGroup(group);
  if ("gid" in found) {
    const { gid } = found;
    const status = { path: statusPath, group: { name: group, gid } };
    return { found: { path, status }, findings: [] };
  }
  return {
    found: null,
    findings: [{
      path: ["global", "control_socket", "group"],
      at: "value",
      problem: found.problem,
    }],
  };
}

function missingRecipients({ global, notifications }: SoundParts): Finding[] {
  return global !== null && global.value.notificationEmail === null &&
      !global.incomplete.has("notification_email") &&
      notifications?.value.email?.to === null &&
      !notifications.incomplete.has("email.to")
    ? [{
      path: ["notifications", "email", "to"],
      at: "value",
      problem: "is required",
    }]
    : [];
}

/** The checks that run: those used, and those of files and processes. */
function checksOf(
  { instances, groups, checkers }: SoundParts,
  used: ReadonlySet<string>,
): readonly CheckSettings[] {
  const own = [...instances, ...groups]
    .flatMap(({ value: { trackers } }) => trackers)
    .flatMap(({ check }) => check ?? []);
  const checks = [
    ...checkers.map(({ value }) => value).filter(({ name }) => used.has(name)),
    ...own,
  ];
  return [...new Map(checks.map((check) => [check.name, check])).values()];
}

function toNotifications(
  { notificationEmail }: GlobalKeys,
  { email, webhooks }: NotificationKeys,
  host: Host,
): NotificationSettings {
  const to = email?.to ?? notificationEmail;
  return {
    email: to === null ? null : {
      to,
      from: email?.from ?? `alived@${host.name()}`,
      smtp: email?.smtp ?? LOCAL_SMTP,
    },
    webhooks,
  };
}
