/**
 * The `global` section.
 *
 * @module
 */

import * as v from "valibot";
import { parseDuration } from "../duration.ts";
import { quote } from "../issue.ts";
import type { GlobalSettings } from "../settings/global.ts";
import { recipients } from "./notifications.ts";
import { duration, flag, must, oneOf, section } from "./values.ts";
import { name, text } from "./words.ts";

const HOUR = 3_600_000;
const DAY_SECONDS = 86_400;

/** The `global` section as the file has it. */
export interface GlobalKeys {
  /** All but the user of scripts, who is yet to be looked up. */
  readonly settings: Omit<GlobalSettings, "scriptUser">;
  /** `user[:group]`, or null. */
  readonly scriptUser: string | null;
  /** Recipients of mail, or null. */
  readonly notificationEmail: readonly string[] | null;
}

const log = section({
  level: v.optional(
    v.pipe(
      oneOf(["debug", "info", "notice", "warning", "error"]),
      v.description("Least severe event that is logged"),
    ),
    "info",
  ),
  format: v.optional(
    v.pipe(
      oneOf(["auto", "text", "json", "journald"]),
      v.description("Form of a log line"),
    ),
    "auto",
  ),
});

const LEASE = "off, or whole seconds from 3s to 24h";

const lease: v.GenericSchema<unknown, number | null> = v.pipe(
  v.union([v.string(), v.number(), v.literal(false)], must(LEASE)),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    if (value === false || value === "off") return null;
    const seconds = (parseDuration(value) ?? 0) / 1000;
    if (Number.isInteger(seconds) && seconds >= 3 && seconds <= DAY_SECONDS) {
      return seconds;
    }
    addIssue({ message: `must be ${LEASE}, not ${quote(value)}` });
    return NEVER;
  }),
);

/** Schema of the `global` section. */
export const globalSchema: v.GenericSchema<unknown, GlobalKeys> = v.pipe(
  section({
    router_id: v.optional(
      v.pipe(
        v.nullable(name()),
        v.description("Name of this host in logs; null for the host name"),
      ),
      null,
    ),
    startup_delay: v.optional(
      v.pipe(
        duration("from 0s to 1h", (ms) => ms <= HOUR),
        v.description("Time before any instance takes part, 0s to 1h"),
      ),
      "0s",
    ),
    log: v.pipe(v.nullish(log, {}), v.description("Logging")),
    vip_lease: v.pipe(
      v.nullish(lease, null),
      v.description(
        "Time after which the kernel drops addresses of a dead daemon: " +
          "off, or whole seconds from 3s to 24h",
      ),
    ),
    realtime: v.optional(
      v.pipe(
        flag(),
        v.description("Realtime priority and locked memory for the core"),
      ),
      false,
    ),
    script_user: v.pipe(
      v.nullish(text(), null),
      v.description("user[:group] of scripts; null for the daemon's own"),
    ),
    notification_email: v.pipe(
      v.nullish(recipients(), null),
      v.description("Short for notifications.email.to"),
    ),
  }),
  v.transform((keys) => ({
    settings: {
      routerId: keys.router_id,
      log: keys.log,
      startupDelay: keys.startup_delay,
      vipLeaseSeconds: keys.vip_lease,
      realtime: keys.realtime,
    },
    scriptUser: keys.script_user,
    notificationEmail: keys.notification_email,
  })),
);
