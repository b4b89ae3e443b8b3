/**
 * Events of the daemon itself: its start, its end, and what goes wrong in it.
 *
 * @module
 */

import { counted } from "../words.ts";
import { define } from "./define.ts";

/** Events of the daemon. */
export const DAEMON_EVENTS = {
  start: define<{
    readonly pid: number;
    readonly instances: number;
    readonly config: string;
  }>({
    level: "info",
    say: ({ pid, instances, config }) =>
      `alived runs with pid ${pid}, ${counted(instances, "instance")} of ` +
      `"${config}"`,
    fields: {
      pid: "its process number",
      instances: "number of instances",
      config: "path of the configuration file",
    },
    example: { pid: 4711, instances: 1, config: "/etc/alived/config.yaml" },
    when: "The daemon starts.",
  }),
  stop: define<{ readonly signal: string; readonly atOnce: boolean }>({
    level: {
      of: ({ atOnce }) => atOnce ? "warning" : "info",
      words: "warning where notifications are cut short, else info",
    },
    say: ({ signal, atOnce }) =>
      atOnce
        ? `Ends at once on ${signal}: notifications are cut short`
        : `Stops on ${signal}`,
    fields: {
      signal: "name of the signal",
      atOnce: "whether it is another one, which ends notifications as well",
    },
    example: { signal: "SIGTERM", atOnce: false },
    when: "A signal asks the daemon to stop.",
  }),
  stopped: define<Record<never, never>>({
    level: "info",
    say: () => "Stopped",
    fields: {},
    example: {},
    when: "The daemon has resigned and removed all its addresses.",
  }),
  failed: define<{ readonly error: string }>({
    level: "error",
    say: ({ error }) => error,
    fields: { error: "the error, with the place in the program" },
    example: { error: "TypeError: …" },
    when: "The core failed, after it resigned and removed its addresses.",
    remedy: "It is a defect: report the line. The service manager restarts it.",
  }),
  core_hung: define<{
    readonly what: "failed" | "silent" | "not_stopped";
    readonly patience: number;
    readonly error: string | null;
  }>({
    level: "error",
    say: ({ what, patience, error }) => {
      switch (what) {
        case "failed":
          return `The core failed: ${error}`;
        case "silent":
          return `The core gave no sign of life for ${patience} ms`;
        case "not_stopped":
          return `The core did not stop: no sign of life for ${patience} ms`;
      }
    },
    fields: {
      what: "failed, silent, or not_stopped",
      patience: "milliseconds without a sign of life",
      error: "the error of one that failed, or null",
    },
    example: { what: "silent", patience: 5000, error: null },
    when:
      "The core does not turn any more: it is given up, its addresses are " +
      "removed, and the process ends.",
    remedy: "Look at the load of the host; report it otherwise.",
  }),
  channel: define<{ readonly what: string; readonly error: string }>({
    level: "error",
    say: ({ what, error }) => `Dropped a ${what} message: ${error}`,
    fields: {
      what: "kind of the message: reload, verdict, stop …",
      error: "what the kernel refused, in words",
    },
    example: {
      what: "reload",
      error: "Cannot send to the core: Cannot allocate memory (ENOMEM)",
    },
    when: "The side could not tell the core something.",
    remedy: "Reload once more.",
  }),
  last_gasp: define<{ readonly error: string }>({
    level: "error",
    say: ({ error }) => error,
    fields: { error: "the error, in words" },
    example: { error: "TypeError: …" },
    when: "A core that failed could not do one of its last steps.",
    remedy: "It is a defect: report the line.",
  }),
  side_error: define<{ readonly error: string }>({
    level: "error",
    say: ({ error }) => `Error beside the election: ${error}`,
    fields: { error: "the error, with the place in the program" },
    example: { error: "TypeError: …" },
    when: "Something failed that does not touch the election.",
    remedy: "It is a defect: report the line.",
  }),
  side_silent: define<{ readonly silentFor: number }>({
    level: "error",
    say: ({ silentFor }) =>
      "Checks, notifications, reloads and the log stand still since " +
      `${(silentFor / 1000).toFixed(0)} s; the addresses are served, and ` +
      "SIGTERM stops",
    fields: { silentFor: "milliseconds so far" },
    example: { silentFor: 11_000 },
    when: "The side of the daemon hangs.",
    remedy: "Restart the service when it suits.",
  }),
  side_back: define<{ readonly silentFor: number }>({
    level: "warning",
    say: ({ silentFor }) =>
      "Checks, notifications, reloads and the log stood still for " +
      `${(silentFor / 1000).toFixed(0)} s, and go on`,
    fields: { silentFor: "milliseconds that it lasted" },
    example: { silentFor: 42_000 },
    when: "The side of the daemon goes on.",
    remedy: "Look at what the host did meanwhile.",
  }),
  events_lost: define<{ readonly count: number }>({
    level: "warning",
    say: ({ count }) => `${count} events were lost while the log stood still`,
    fields: { count: "lines that were not written" },
    example: { count: 120 },
    when: "The side did not read for so long that lines were dropped.",
    remedy: "Find out what keeps the host busy.",
  }),
  log_lost: define<{ readonly count: number }>({
    level: "warning",
    say: ({ count }) => `${counted(count, "log line")} lost`,
    fields: { count: "lines that were not written" },
    example: { count: 120 },
    when: "The reader of the log did not read for so long that lines were " +
      "dropped.",
    remedy: "Look at journald, or at the pipe behind the log.",
  }),
  config: define<{
    readonly severity: "warning" | "error";
    readonly file: string | null;
    readonly line: number | null;
    readonly column: number | null;
    readonly path: string | null;
    readonly problem: string;
  }>({
    level: {
      of: ({ severity }) => severity,
      words: "error for what cannot be used, else warning",
    },
    say: ({ file, line, column, path, problem }) => {
      if (file === null) return problem;
      const key = path === null ? "" : ` ${path}`;
      return `${file}:${line}:${column}${key}: ${problem}`;
    },
    fields: {
      severity: "error for what cannot be used, else warning",
      file: "name of the file, or null when it cannot be read",
      line: "line, from 1, or null",
      column: "column in characters, from 1, or null",
      path: "key, such as vrrp_instances[0].priority, or null",
      problem: "what is wrong",
    },
    example: {
      severity: "error",
      file: "config.yaml",
      line: 7,
      column: 15,
      path: "vrrp_instances[0].priority",
      problem: "must be a whole number from 1 to 255, not 300",
    },
    when: "The configuration is read and something in it is wrong.",
    remedy: "Correct the file; alived check shows the same.",
  }),
  reload: define<{
    readonly result: "done" | "refused" | "failed";
    readonly error: string | null;
    readonly removed: number;
    readonly restarted: number;
    readonly changed: number;
    readonly added: number;
    readonly unchanged: number;
    readonly sections: readonly string[];
  }>({
    level: {
      of: ({ result }) => result === "done" ? "info" : "error",
      words: "info, and error when it is refused or fails",
    },
    say: ({ result, error, sections, ...counts }) => {
      if (result === "refused") {
        return "Reload refused: the configuration in force stays";
      }
      if (result === "failed") {
        return error === null
          ? "Reload failed: the configuration in force stays"
          : `Reload failed: ${error}`;
      }
      return reloaded(counts, sections);
    },
    fields: {
      result: "done, refused for a mistake in the file, or failed",
      error: "an error of the program, with the place in it, or null",
      removed: "instances that stopped",
      restarted: "instances that stopped and started as another router",
      changed: "instances that go on with other settings",
      added: "instances that started",
      unchanged: "instances that nothing was changed of",
      sections: "other sections of the file that changed",
    },
    example: {
      result: "done",
      error: null,
      removed: 0,
      restarted: 0,
      changed: 1,
      added: 0,
      unchanged: 2,
      sections: [],
    },
    when: "The configuration was read again.",
    remedy: "Refused: correct the file, and reload once more.",
  }),
  reload_deferred: define<{ readonly key: string }>({
    level: "warning",
    say: ({ key }) => `${key} changes with the next start, not with a reload`,
    fields: { key: "key of the configuration" },
    example: { key: "realtime" },
    when: "A reload changes what only a start can.",
    remedy: "Restart the service when it suits.",
  }),
  reload_instance: define<{
    readonly instance: string;
    readonly change: "removed" | "restarted" | "changed" | "added";
    readonly keys: readonly string[];
    readonly changes: readonly string[];
  }>({
    level: "info",
    say: ({ change, changes }) => {
      const kind = `${change[0]?.toUpperCase()}${change.slice(1)}`;
      return changes.length === 0 ? kind : `${kind}: ${changes.join(", ")}`;
    },
    fields: {
      instance: "name of the instance",
      change: "removed, restarted, changed, or added",
      keys: "keys that changed",
      changes: "the same with what was and what is; secrets as changed",
    },
    example: {
      instance: "VI_1",
      change: "changed",
      keys: ["priority"],
      changes: ["priority 100 → 150"],
    },
    when: "A reload changes an instance; 20 lines at most.",
  }),
  reload_more: define<{ readonly count: number }>({
    level: "info",
    say: ({ count }) =>
      `And ${counted(count, "more instance", "more instances")}`,
    fields: { count: "instances that have no line of their own" },
    example: { count: 5 },
    when: "A reload changes more than 20 instances.",
  }),
};

function reloaded(
  counts: Readonly<Record<string, unknown>>,
  sections: readonly string[],
): string {
  const kinds = ["removed", "restarted", "changed", "added", "unchanged"]
    .filter((kind) => Number(counts[kind]) > 0);
  if (sections.length === 0 && kinds.every((kind) => kind === "unchanged")) {
    return "Reloaded: nothing changed";
  }
  const said = kinds.map((kind) => `${counts[kind]} ${kind}`).join(", ");
  const others = sections.length > 0 ? `; ${sections.join(", ")} changed` : "";
  return `Reloaded: ${said || "no instances"}${others}`;
}
