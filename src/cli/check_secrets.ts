/**
 * Settings without secrets, to be shown.
 *
 * @module
 */

import type { Probe } from "../config/settings/check.ts";
import type { Settings } from "../config/settings.ts";

/** What stands for a secret. */
export const MASK = "***";

/**
 * The server of a webhook: whoever knows the path can often post to it.
 *
 * @param url An `http:` or `https:` URL.
 */
export function originOf(url: string): string {
  return `${new URL(url).origin}/${MASK}`;
}

/** A URL without user, password and query, which may hold a secret. */
export function withoutLogin(text: string): string {
  const url = new URL(text);
  return `${url.origin}${url.pathname}${url.search === "" ? "" : `?${MASK}`}`;
}

/** Settings as they are, with `***` for whatever may be a secret. */
export function withoutSecrets(settings: Settings): Settings {
  const { instances, checks, notifications } = settings;
  return {
    ...settings,
    instances: instances.map((each) => ({
      ...each,
      password: each.password === null ? null : MASK,
    })),
    checks: checks.map((each) => ({ ...each, probe: hidden(each.probe) })),
    notifications: {
      ...notifications,
      webhooks: notifications.webhooks.map((each) => ({
        ...each,
        url: originOf(each.url),
        headers: masked(each.headers),
      })),
    },
  };
}

function hidden(probe: Probe): Probe {
  switch (probe.type) {
    case "http":
      return {
        ...probe,
        url: withoutLogin(probe.url),
        headers: masked(probe.headers),
      };
    case "script":
      return { ...probe, environment: masked(probe.environment) };
    case "tcp":
      return { ...probe, send: probe.send === null ? null : MASK };
    default:
      return probe;
  }
}

function masked(
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((key) => [key, MASK]));
}
