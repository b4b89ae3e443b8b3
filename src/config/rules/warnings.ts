/**
 * What is accepted and yet not what the operator may expect.
 *
 * @module
 */

import { missingForNotices } from "./files.ts";
import { missingLinks } from "./links.ts";
import type { NotifyScripts } from "../settings/notify.ts";
import type { Host } from "../host.ts";
import { type Finding, isMap } from "../issue.ts";
import { unequalGroups } from "./groups.ts";
import type { SoundParts } from "./parts.ts";
import { uselessTrackers } from "./references.ts";
import { isLocal } from "../schema/control.ts";
import { PASSWORD_BYTES } from "../schema/instance.ts";
import { keyNames } from "../schema/key_names.ts";
import { NOTIFY_KEYS } from "../schema/notify.ts";

/**
 * Find what to warn of in a configuration. What depends on something that is
 * wrong is not judged.
 *
 * @param data What the YAML says.
 * @param parts What is sound in it.
 * @param used Names of the checks that trackers use.
 * @param host The host that it is for.
 */
export function configWarnings(
  data: unknown,
  parts: SoundParts,
  used: ReadonlySet<string>,
  host: Host,
): Finding[] {
  return [
    ...longPasswords(data, parts),
    ...idleInstances(parts),
    ...unequalGroups(parts),
    ...uselessTrackers(parts),
    ...unusedChecks(parts, used),
    ...slowChecks(parts),
    ...mailWarnings(parts),
    ...openListener(parts),
    ...missingForNotices(parts, host),
    ...missingLinks(parts, host),
  ];
}

function longPasswords(data: unknown, { instances }: SoundParts): Finding[] {
  const entries = isMap(data) ? data.vrrp_instances : null;
  return instances.flatMap(({ path, wrong }): Finding[] => {
    const entry: unknown = Array.isArray(entries) && entries[Number(path[1])];
    const password = isMap(entry) ? entry.auth_pass : null;
    return typeof password === "string" && !wrong.has("auth_pass") &&
        password.length > PASSWORD_BYTES
      ? [{
        path: [...path, "auth_pass"],
        at: "value",
        problem: `only the first ${PASSWORD_BYTES} bytes are used`,
      }]
      : [];
  });
}

/** Keys of an instance by which it holds an address or tells somebody. */
const PURPOSES = ["virtual_ips", "excluded_virtual_ips", ...NOTIFY_KEYS];
/** Keys without which an entry is no whole instance. */
const ESSENTIALS = ["name", "interface", "virtual_router_id"];

/** Instances that are master of nothing and for nobody. */
function idleInstances(parts: SoundParts): Finding[] {
  const { instances, groups, notifications } = parts;
  if (hasMail(parts) || (notifications?.value.webhooks.length ?? 0) > 0) {
    return [];
  }
  const mayTell = hasUnread(parts.global?.incomplete, ["notification_email"]) ||
    hasUnread(notifications?.incomplete, ["email", "webhooks"]);
  if (mayTell || !parts.complete) return [];
  const isTold = (name: string): boolean =>
    groups.some(({ value: { settings }, incomplete }) =>
      settings.instances.includes(name) &&
      (hasScript(settings.notify) || hasUnread(incomplete, NOTIFY_KEYS))
    );
  return instances
    .filter(({ value: { settings }, incomplete }) =>
      settings.virtualIps.length + settings.excludedVirtualIps.length === 0 &&
      !hasScript(settings.notify) && !isTold(settings.name) &&
      !hasUnread(incomplete, [...PURPOSES, ...ESSENTIALS])
    )
    .map(({ path }) => ({
      path: [...path, "virtual_ips"],
      at: "value",
      problem: "there is no address to hold and nobody to tell: " +
        "add virtual_ips or notify",
    }));
}

/**
 * Whether one of these keys could not be read, or may stand there under a name
 * that is not known.
 *
 * @param incomplete Keys of a part with something wrong; none: all of it.
 */
function hasUnread(
  incomplete: ReadonlySet<string> | undefined,
  keys: readonly string[],
): boolean {
  return incomplete === undefined ||
    [...incomplete].some((key) =>
      keys.includes(key) || !keyNames().has(key.replace(/.*\./, ""))
    );
}

function hasScript({ byState, any }: NotifyScripts): boolean {
  return any !== null || Object.keys(byState).length > 0;
}

/** Checks that no tracker names, where all names of trackers are known. */
function unusedChecks(
  { instances, groups, checkers, checkerNames, complete }: SoundParts,
  used: ReadonlySet<string>,
): Finding[] {
  const trackersRead = [...instances, ...groups]
    .every(({ incomplete }) => !hasUnread(incomplete, ["track_scripts"]));
  const known = new Set(checkerNames);
  // A name of no check may be meant for any of them.
  const isKnown = (name: string): boolean => known.has(name);
  if (!complete || !trackersRead || ![...used].every(isKnown)) return [];
  return checkers
    .filter(({ value, wrong }) => !used.has(value.name) && !wrong.has("name"))
    .map(({ path, value }) => ({
      path: [...path, "name"],
      at: "value",
      problem: `no tracker uses "${value.name}": it does not run`,
    }));
}

function slowChecks({ checkers }: SoundParts): Finding[] {
  return checkers
    .filter(({ value: { timeout, interval }, wrong }) =>
      timeout > interval && !wrong.has("timeout") && !wrong.has("interval")
    )
    .map(({ path }) => ({
      path: [...path, "timeout"],
      at: "value",
      problem: "is longer than interval: a slow check delays the next",
    }));
}

function hasMail({ global, notifications }: SoundParts): boolean {
  return (global?.value.notificationEmail ?? notifications?.value.email ??
    null) !== null;
}

/** Nothing secret is told, and nothing changed, yet not everybody should see. */
function openListener({ global }: SoundParts): Finding[] {
  const http = global?.value.settings.http ?? null;
  return http === null || isLocal(http.listen) ? [] : [{
    path: ["global", "http", "listen"],
    at: "value",
    problem: "other hosts can read states, addresses and priorities here: " +
      "let a firewall choose which, or listen on 127.0.0.1",
  }];
}

function mailWarnings(parts: SoundParts): Finding[] {
  const { notifications } = parts;
  if (!hasMail(parts) || notifications === null) return [];
  const { value: { email }, incomplete } = notifications;
  const smtp = email?.smtp ?? null;
  if (smtp === null) {
    return hasUnread(incomplete, ["email", "email.smtp"]) ? [] : [{
      path: email === null
        ? ["global", "notification_email"]
        : ["notifications", "email"],
      at: "key",
      problem: "no SMTP server is named: mail goes to 127.0.0.1:25",
    }];
  }
  return smtp.user === null || smtp.tls !== "none" ? [] : [{
    path: ["notifications", "email", "smtp", "tls"],
    at: "value",
    problem: "the password of user crosses the network in clear text",
  }];
}
