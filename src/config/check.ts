/**
 * From the plain data of a file to settings, with all that is wrong with it.
 *
 * @module
 */

import * as v from "valibot";
import { conflicts } from "./rules/conflicts.ts";
import { contradictions } from "./rules/contradictions.ts";
import { missingForChecks } from "./rules/files.ts";
import type { CheckSettings } from "./settings/check.ts";
import type { NotificationSettings } from "./settings/notify.ts";
import type { ScriptUser } from "./settings/script.ts";
import type { Host } from "./host.ts";
import type { Finding } from "./issue.ts";
import { onlyAddresses } from "./rules/own_addresses.ts";
import { ownersInGroups } from "./rules/groups.ts";
import { type SoundParts, soundParts } from "./rules/parts.ts";
import { badReferences } from "./rules/references.ts";
import { type ConfigKeys, configSchema } from "./schema/config.ts";
import { LOCAL_SMTP } from "./schema/notifications.ts";
import type { Settings } from "./settings.ts";
import { configWarnings } from "./rules/warnings.ts";

/** What became of the data of a file. */
export interface Checked {
  /** The settings, or null when something is wrong. */
  readonly settings: Settings | null;
  /** Everything that is wrong. */
  readonly findings: readonly Finding[];
  /** What is accepted and may not be expected; empty when something is wrong. */
  readonly warnings: readonly Finding[];
}

/**
 * Check the data of a configuration against the schema and, for the parts that
 * are sound in themselves, against each other and against the host.
 *
 * @param data What the YAML says: maps, lists, strings, numbers, truth values.
 * @param host The host that the configuration is for.
 */
export function checkConfig(data: unknown, host: Host): Checked {
  const result = v.safeParse(configSchema, data);
  const parts = soundParts(data);
  const used = usedChecks(parts);
  const user = scriptUser(parts, host);
  const findings = [
    ...(result.issues ?? []).map(toFinding),
    ...parts.instances.flatMap(contradictions),
    ...conflicts(parts),
    ...badReferences(parts),
    ...ownersInGroups(parts),
    ...missingRecipients(parts),
    ...missingForChecks(parts, used, host),
    ...user.findings,
    ...onlyAddresses(parts, host),
  ];
  return result.success && findings.length === 0
    ? {
      settings: toSettings(result.output, used, user.found, host),
      findings,
      warnings: configWarnings(data, parts, used, host),
    }
    : { settings: null, findings, warnings: [] };
}

function toFinding(issue: v.BaseIssue<unknown>): Finding {
  const steps = issue.path ?? [];
  return {
    path: steps.map(({ key }) => typeof key === "number" ? key : String(key)),
    at: steps.at(-1)?.origin === "key" ? "key" : "value",
    problem: issue.message,
  };
}

/** Names of the checks that trackers use. */
function usedChecks({ instances, groups }: SoundParts): ReadonlySet<string> {
  const trackers = [...instances, ...groups]
    .flatMap(({ value }) => value.trackers)
    .map(({ settings }) => settings.watch)
    .filter(({ type }) => type === "check");
  return new Set(trackers.map(({ name }) => name));
}

function scriptUser(
  { global }: SoundParts,
  host: Host,
): { found: ScriptUser | null; findings: Finding[] } {
  const text = global?.scriptUser ?? null;
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

function missingRecipients({ global, notifications }: SoundParts): Finding[] {
  return global !== null && global.notificationEmail === null &&
      notifications?.email?.to === null
    ? [{
      path: ["notifications", "email", "to"],
      at: "value",
      problem: "is required",
    }]
    : [];
}

function toSettings(
  keys: ConfigKeys,
  used: ReadonlySet<string>,
  scriptUser: ScriptUser | null,
  host: Host,
): Settings {
  const own = [...keys.vrrp_instances, ...keys.sync_groups]
    .flatMap(({ trackers }) => trackers)
    .map(({ check }) => check)
    .filter((check) => check !== null);
  const checks = [
    ...keys.health_checkers.filter(({ name }) => used.has(name)),
    ...own,
  ];
  return {
    global: { ...keys.global.settings, scriptUser },
    instances: keys.vrrp_instances.map(({ settings }) => settings),
    syncGroups: keys.sync_groups.map(({ settings }) => settings),
    checks: [...byName(checks).values()],
    notifications: toNotifications(keys, host),
  };
}

function byName(
  checks: readonly CheckSettings[],
): ReadonlyMap<string, CheckSettings> {
  return new Map(checks.map((check) => [check.name, check]));
}

function toNotifications(
  { global, notifications: { email, webhooks } }: ConfigKeys,
  host: Host,
): NotificationSettings {
  const to = email?.to ?? global.notificationEmail;
  return {
    email: to === null ? null : {
      to,
      from: email?.from ?? `alived@${host.name()}`,
      smtp: email?.smtp ?? LOCAL_SMTP,
    },
    webhooks,
  };
}
