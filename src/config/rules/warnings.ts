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

/**
 * Find what to warn of in a configuration that can be used.
 *
 * @param data What the YAML says.
 * @param parts What is sound in it: all.
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
    ...longPasswords(data),
    ...idleInstances(parts),
    ...unequalGroups(parts),
    ...uselessTrackers(parts),
    ...checkWarnings(parts, used),
    ...mailWarnings(parts),
    ...openListener(parts),
    ...missingForNotices(parts, host),
    ...missingLinks(parts, host),
  ];
}

function longPasswords(data: unknown): Finding[] {
  const entries = isMap(data) ? data.vrrp_instances : null;
  return (Array.isArray(entries) ? entries : []).flatMap((entry, i) => {
    const password: unknown = isMap(entry) ? entry.auth_pass : null;
    return typeof password === "string" && password.length > PASSWORD_BYTES
      ? [{
        path: ["vrrp_instances", i, "auth_pass"],
        at: "value",
        problem: `only the first ${PASSWORD_BYTES} bytes are used`,
      }]
      : [];
  });
}

/** Instances that are master of nothing and for nobody. */
function idleInstances(parts: SoundParts): Finding[] {
  const { instances, groups, notifications } = parts;
  if (hasMail(parts) || (notifications?.webhooks.length ?? 0) > 0) return [];
  const isTold = (name: string): boolean =>
    groups.some(({ value: { settings } }) =>
      settings.instances.includes(name) && hasScript(settings.notify)
    );
  return instances
    .filter(({ value: { settings } }) =>
      settings.virtualIps.length + settings.excludedVirtualIps.length === 0 &&
      !hasScript(settings.notify) && !isTold(settings.name)
    )
    .map(({ path }) => ({
      path: [...path, "virtual_ips"],
      at: "value",
      problem: "there is no address to hold and nobody to tell: " +
        "add virtual_ips or notify",
    }));
}

function hasScript({ byState, any }: NotifyScripts): boolean {
  return any !== null || Object.keys(byState).length > 0;
}

function checkWarnings(
  { checkers }: SoundParts,
  used: ReadonlySet<string>,
): Finding[] {
  return checkers.flatMap(({ path, value }): Finding[] => [
    ...(used.has(value.name) ? [] : [{
      path: [...path, "name"],
      at: "value" as const,
      problem: `no tracker uses "${value.name}": it does not run`,
    }]),
    ...(value.timeout <= value.interval ? [] : [{
      path: [...path, "timeout"],
      at: "value" as const,
      problem: "is longer than interval: a slow check delays the next",
    }]),
  ]);
}

function hasMail({ global, notifications }: SoundParts): boolean {
  return (global?.notificationEmail ?? notifications?.email ?? null) !== null;
}

/** Nothing secret is told, and nothing changed, yet not everybody should see. */
function openListener({ global }: SoundParts): Finding[] {
  const http = global?.settings.http ?? null;
  return http === null || isLocal(http.listen) ? [] : [{
    path: ["global", "http", "listen"],
    at: "value",
    problem: "other hosts can read states, addresses and priorities here: " +
      "let a firewall choose which, or listen on 127.0.0.1",
  }];
}

function mailWarnings(parts: SoundParts): Finding[] {
  if (!hasMail(parts)) return [];
  const email = parts.notifications?.email ?? null;
  const smtp = email?.smtp ?? null;
  if (smtp === null) {
    return [{
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
