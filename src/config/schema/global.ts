/**
 * The `global` section.
 *
 * @module
 */

import * as v from "valibot";
import { DURATION, parseDuration } from "../duration.ts";
import { quote } from "../issue.ts";
import type { GlobalSettings } from "../settings/global.ts";
import {
  controlSocket,
  type ControlSocketKeys,
  http,
  peers,
} from "./control.ts";
import { about, offered, written } from "./editor.ts";
import { recipients } from "./notifications.ts";
import { duration, flag, must, oneOf, section } from "./values.ts";
import { name, text } from "./words.ts";

const HOUR = 3_600_000;
const DAY_SECONDS = 86_400;

/** The `global` section as the file has it. */
export interface GlobalKeys {
  /** All but the user of scripts and the group, who are yet to be looked up. */
  readonly settings: Omit<GlobalSettings, "scriptUser" | "controlSocket">;
  /** The sockets of the file system, or null for none. */
  readonly controlSocket: ControlSocketKeys | null;
  /** `user[:group]`, or null. */
  readonly scriptUser: string | null;
  /** Recipients of mail, or null. */
  readonly notificationEmail: readonly string[] | null;
}

const log = section({
  level: v.optional(
    v.pipe(
      oneOf(["debug", "info", "notice", "warning", "error"]),
      about("Level of the log", "Least severe event that is logged", {
        debug: "Everything, to find out what is wrong",
        info: "What an operator wants to know",
        notice: "What an operator wants to have seen, such as a takeover",
        warning: "What may need somebody's attention",
        error: "What does not work",
      }),
    ),
    "info",
  ),
  format: v.optional(
    v.pipe(
      oneOf(["auto", "text", "json", "journald"]),
      about("Format of the log", "How a line of the log is written", {
        auto: "journald under systemd, otherwise text",
        text: "A line of text with its time, coloured on a terminal",
        json: "A JSON object a line",
        journald: "Text behind a <N> priority",
      }),
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
  written({
    type: ["string", "number"],
    ...offered(["off"]),
    minLength: 1,
    pattern: `^off$|${DURATION.source}`,
    patternErrorMessage: `must be ${LEASE}`,
  }),
);

/** Schema of the `global` section. */
export const globalSchema: v.GenericSchema<unknown, GlobalKeys> = v.pipe(
  section({
    router_id: v.optional(
      v.pipe(
        v.nullable(name()),
        about(
          "Name of this host",
          "Name of this host in the log, in mail and webhooks; by " +
            "default the host name",
        ),
      ),
      null,
    ),
    startup_delay: v.optional(
      v.pipe(
        duration("from 0s to 1h", (ms) => ms <= HOUR),
        about(
          "Delay at start",
          "Time to wait at start before any instance takes part, 0s to 1h",
        ),
      ),
      "0s",
    ),
    log: v.pipe(
      v.nullish(log, {}),
      about("Log", "How much is logged, and in which form"),
    ),
    vip_lease: v.pipe(
      v.nullish(lease, null),
      about(
        "Lease of addresses",
        "Time after which the kernel drops the addresses of a " +
          "daemon that was killed or hangs: whole seconds from 3s to " +
          "24h; off by default",
      ),
    ),
    realtime: v.optional(
      v.pipe(
        flag(),
        about(
          "Realtime",
          "Realtime priority and locked memory for the thread that " +
            "sends and hears adverts",
        ),
      ),
      false,
    ),
    script_user: v.pipe(
      v.nullish(text(), null),
      about(
        "User of scripts",
        "user or user:group that scripts run as; by default the " +
          "daemon's own",
      ),
    ),
    control_socket: v.pipe(
      v.nullish(controlSocket(), {}),
      about(
        "Control socket",
        "Socket on which alived answers and takes orders: off, a path, or " +
          "a map; by default control.sock in the run directory",
      ),
    ),
    http: v.pipe(
      v.nullish(http(), null),
      about(
        "HTTP",
        "Listener for monitoring, load balancers and browsers, which only " +
          "answers; none by default",
      ),
    ),
    peers: v.pipe(
      v.nullish(peers(), []),
      about(
        "Peers",
        "URLs of other hosts, which are asked for their status and shown; " +
          "the election does not use them",
      ),
    ),
    notification_email: v.pipe(
      v.nullish(recipients(), null),
      about(
        "Whom to mail",
        "Recipients of mail about states: one address or a list; " +
          "short for notifications.email.to",
      ),
    ),
  }),
  v.transform((keys) => ({
    settings: {
      routerId: keys.router_id,
      log: keys.log,
      startupDelay: keys.startup_delay,
      vipLeaseSeconds: keys.vip_lease,
      realtime: keys.realtime,
      http: keys.http,
      peers: keys.peers,
    },
    controlSocket: keys.control_socket,
    scriptUser: keys.script_user,
    notificationEmail: keys.notification_email,
  })),
);
