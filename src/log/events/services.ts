/**
 * Events of health checks and of notifications.
 *
 * @module
 */

import type { LogLevel } from "../level.ts";
import { define } from "./define.ts";

const CHECK = { check: "name of the check", detail: "what it found, in words" };

/** What a check has come to. */
interface Verdict {
  readonly check: string;
  readonly detail: string;
  readonly isReversed?: boolean;
  readonly isFile?: boolean;
}

const VERDICT = {
  ...CHECK,
  isReversed: "whether all trackers of it have reverse: down is good; absent " +
    "where not",
  isFile: "whether it looks at a file, which somebody puts there or takes " +
    "away; absent where not",
};

/** Whether it is what trackers take for bad. */
function isBad(isUp: boolean, { isReversed = false }: Verdict): boolean {
  return isUp === isReversed;
}

/** A file comes and goes by somebody's hand: nobody must get up for it. */
function levelOf(isUp: boolean, verdict: Verdict): LogLevel {
  if (!isBad(isUp, verdict)) return "info";
  return verdict.isFile ? "notice" : "warning";
}

/** Events of checks and notifications. */
export const SERVICE_EVENTS = {
  check_result: define<{
    readonly check: string;
    readonly isOk: boolean;
    readonly detail: string;
  }>({
    level: "debug",
    say: ({ check, isOk, detail }) =>
      `Check "${check}" ${isOk ? "succeeded" : "failed"}: ${detail}`,
    fields: { ...CHECK, isOk: "whether it succeeded" },
    example: { check: "web", isOk: true, detail: "Status 200" },
    when: "A check has run.",
  }),
  check_up: define<Verdict>({
    level: {
      of: (verdict) => levelOf(true, verdict),
      words: "info; where all that count it do so in reverse notice for a " +
        "file, else warning",
    },
    say: ({ check, detail, isReversed, isFile }) => {
      const up = isReversed || isFile ? "up" : "healthy";
      return `Check "${check}" is ${up}: ${detail}`;
    },
    fields: VERDICT,
    example: { check: "web", detail: "Status 200" },
    when: "A check counts as up: its first result, or rise successes in a row.",
  }),
  check_down: define<Verdict>({
    level: {
      of: (verdict) => levelOf(false, verdict),
      words: "notice for a file, else warning; info where all that count it " +
        "do so in reverse",
    },
    say: ({ check, detail, isReversed, isFile }) => {
      const down = isReversed || isFile ? "down" : "failing";
      return `Check "${check}" is ${down}: ${detail}`;
    },
    fields: VERDICT,
    example: {
      check: "web",
      detail: "Cannot connect to 127.0.0.1 port 80: Connection refused",
    },
    when: "A check counts as down: its first result, or fall failures in a " +
      "row.",
    remedy: "Mend the service that it asks, or the check.",
  }),
  check_error: define<{ readonly check: string; readonly error: string }>({
    level: "error",
    say: ({ check, error }) =>
      `Error in check "${check}", which counts as unknown: ${error}`,
    fields: {
      check: "name of the check",
      error: "the error, with the place in the program",
    },
    example: { check: "web", error: "TypeError: …" },
    when: "alived itself could not run a check.",
    remedy: "It is a defect, or the host is short of processes or files.",
  }),
  notified: define<{
    readonly instance: string;
    readonly receiver: string;
    readonly state: string;
    readonly duration: number;
    readonly detail: string;
  }>({
    level: "debug",
    say: ({ receiver, state, duration, detail }) =>
      `Told ${receiver} of ${state} in ${duration} ms: ${detail}`,
    fields: {
      instance: "name of the instance or the group",
      receiver: "a script, recipients of mail, or the origin of a webhook",
      state: "what it was told",
      duration: "milliseconds that it took",
      detail: "what it answered, in words",
    },
    example: {
      instance: "VI_1",
      receiver: "https://example.com",
      state: "MASTER",
      duration: 82,
      detail: "Status 204",
    },
    when: "A receiver was told of a state.",
  }),
  notify_failed: define<{
    readonly instance: string;
    readonly receiver: string | null;
    readonly state: string;
    readonly detail: string;
  }>({
    level: {
      of: ({ receiver }) => receiver === null ? "error" : "warning",
      words: "warning, and error where alived itself failed",
    },
    say: ({ receiver, state, detail }) =>
      `Cannot tell ${receiver === null ? "" : `${receiver} `}of ${state}: ` +
      detail,
    fields: {
      instance: "name of the instance or the group",
      receiver: "a script, recipients of mail, or the origin of a webhook; " +
        "null where alived itself failed",
      state: "what it should have been told",
      detail: "why not, in words",
    },
    example: {
      instance: "VI_1",
      receiver: "https://example.com",
      state: "MASTER",
      detail: "Status 500",
    },
    when: "A receiver could not be told; mail and webhooks were tried three " +
      "times.",
    remedy: "Look at the receiver.",
  }),
  notify_dropped: define<{
    readonly instance: string;
    readonly receivers: readonly string[];
    readonly state: string;
    readonly newer: string | null;
  }>({
    level: {
      of: ({ newer }) => newer === null ? "warning" : "debug",
      words: "warning when the daemon ends, else debug",
    },
    say: ({ receivers, state, newer }) =>
      `Did not tell ${receivers.join(" and ")} of ${state}: ` +
      (newer === null ? "no time is left" : `${newer} is newer`),
    fields: {
      instance: "name of the instance or the group",
      receivers: "who is not told",
      state: "what they are not told",
      newer: "the state that they are told instead; null where the daemon ends",
    },
    example: {
      instance: "VI_1",
      receivers: ["https://example.com"],
      state: "BACKUP",
      newer: "MASTER",
    },
    when: "The state has changed again before a busy receiver could be told, " +
      "or the daemon ends.",
  }),
  password_file: define<{ readonly file: string }>({
    level: "warning",
    say: ({ file }) =>
      `Password file "${file}" is open to all users: run "chmod o= ${file}"`,
    fields: { file: "path of the file" },
    example: { file: "/etc/alived/smtp.password" },
    when: "Mail is sent, and others can read its password.",
    remedy: "Run the command that the line names.",
  }),
};
