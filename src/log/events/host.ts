/**
 * Events of the host: links, settings, rights and what else runs there.
 *
 * @module
 */

import { define } from "./define.ts";

/** Where the drop-ins of the unit are. */
const DROP_INS = "/etc/systemd/system/alived.service.d";

const WHY: Readonly<Record<string, string>> = {
  promote_secondaries: "so that removing a virtual address cannot remove " +
    "the host's own",
  accept_local: "so that adverts of an address owner are heard",
};

/** How a drop-in of the unit is come by, which `alived install` writes. */
function dropIn(name: string): string {
  return `copy ${DROP_INS}/${name}.example, which "alived install" writes, ` +
    `to ${name} beside it, and restart`;
}

/** Events of the host. */
export const HOST_EVENTS = {
  links: define<{ readonly error: string | null }>({
    level: {
      of: ({ error }) => error === null ? "info" : "error",
      words: "error, and info when it works again",
    },
    say: ({ error }) =>
      error === null
        ? "Links and addresses can be read again"
        : `${error}: changes of links and addresses are not noticed`,
    fields: {
      error: "what the kernel refused, in words; null when it works again",
    },
    example: { error: null },
    when: "Links and addresses cannot be read, or can be read again.",
    remedy: "Faults of links are not noticed meanwhile.",
  }),
  sysctl: define<{
    readonly change: "set" | "restored" | "failed";
    readonly interface: string;
    readonly setting: string;
    readonly error: string | null;
  }>({
    level: {
      of: ({ change }) => change === "failed" ? "warning" : "info",
      words: "warning for a failure, else info",
    },
    say: ({ change, interface: link, setting, error }) => {
      switch (change) {
        case "set":
          return `Set ${setting} on "${link}" ${WHY[setting] ?? ""}`.trim();
        case "restored":
          return `Restored ${setting} on "${link}"`;
        case "failed":
          return `${error}`;
      }
    },
    fields: {
      change: "set, restored, or failed",
      interface: "name of the interface",
      setting: "name of the kernel setting",
      error: "what the kernel refused, in words, or null",
    },
    example: {
      change: "set",
      interface: "eth0",
      setting: "promote_secondaries",
      error: null,
    },
    when: "A kernel setting of an interface is turned on, is put back, or " +
      "cannot be changed.",
    remedy: "Where it fails: make /proc/sys/net writable, or set it on the " +
      "host.",
  }),
  realtime: define<{ readonly error: string }>({
    level: "warning",
    say: ({ error }) => `${error}; under systemd ${dropIn("realtime.conf")}`,
    fields: { error: "what the kernel refused, and what it needs" },
    example: {
      error: "Cannot set SCHED_RR: Operation not permitted (EPERM): needs " +
        "CAP_SYS_NICE",
    },
    when: "realtime is configured, and the process has no right to it.",
    remedy: "Install the drop-in realtime.conf.",
  }),
  environment: define<{ readonly variable: string; readonly effect: string }>({
    level: "warning",
    say: ({ variable, effect }) =>
      `${variable} ${effect}: unset it for a daemon`,
    fields: {
      variable: "name of the environment variable",
      effect: "what it does, in words",
    },
    example: {
      variable: "DENO_LOG",
      effect: "makes the runtime write to standard error past the log",
    },
    when: "A variable is set that changes the runtime.",
    remedy: "Unset it.",
  }),
  debugger_closed: define<Record<never, never>>({
    level: "warning",
    say: () =>
      "The debugger of the runtime was asked for, and is closed: it lets " +
      "anybody on this host do what the daemon can",
    fields: {},
    example: {},
    when: "The runtime was started with its debugger.",
    remedy: "Take --inspect out of the options and the environment.",
  }),
  no_capability: define<{ readonly missing: readonly string[] }>({
    level: "error",
    say: ({ missing }) =>
      `Cannot run without ${missing.join(" and ")}: run as root, or give ` +
      "the service AmbientCapabilities=",
    fields: { missing: "names of the capabilities" },
    example: { missing: ["CAP_NET_RAW"] },
    when: "The process may not change addresses or open raw sockets.",
    remedy: "Run it as root, or give it the capabilities.",
  }),
  run_directory: define<{
    readonly directory: string;
    readonly error: string;
  }>({
    level: "error",
    say: ({ directory, error }) =>
      `Cannot use run directory "${directory}": ${error}`,
    fields: { directory: "path of the directory", error: "why, in words" },
    example: { directory: "/run/alived", error: "all users can write to it" },
    when: "The run directory cannot be used, or others could change it.",
    remedy: "Correct its owner and mode, or give another one.",
  }),
  locked: define<{
    readonly pid: number;
    readonly process: string | null;
    readonly directory: string | null;
  }>({
    level: "error",
    say: ({ pid, process, directory }) => {
      const unknown = directory === null ? "another alived" : "another process";
      const who = process === null ? unknown : `process ${pid} (${process})`;
      return directory === null
        ? `Cannot run: ${who} already serves this network namespace`
        : `Cannot run: ${who} uses "${directory}" already`;
    },
    fields: {
      pid: "its process number; 0 when that is not known",
      process: "its name, or null when that is not known",
      directory: "the run directory that it uses, or null for the network " +
        "namespace",
    },
    example: { pid: 4711, process: "alived", directory: "/run/alived" },
    when: "Another daemon runs.",
    remedy: "Stop the other one.",
  }),
  lock: define<{
    readonly pid: number | null;
    readonly uid: number | null;
    readonly error: string | null;
  }>({
    level: "warning",
    say: ({ pid, uid, error }) =>
      error === null
        ? `Process ${pid} of user ${uid} has taken a name by which alived ` +
          "finds another alived: the next one is used"
        : "Cannot see whether another alived runs in this network " +
          `namespace: ${error}`,
    fields: {
      pid: "number of the process that has the name, or null",
      uid: "its user, or null",
      error: "what the kernel refused, in words, or null",
    },
    example: { pid: 4711, uid: 1000, error: null },
    when: "The lock of the network namespace cannot be taken as usual.",
    remedy: "Find out what the process is.",
  }),
  script_user: define<Record<never, never>>({
    level: "error",
    say: () =>
      "Cannot run any script: script_user needs CAP_SETUID and CAP_SETGID, " +
      "which this process does not have; under systemd " +
      dropIn("script_user.conf"),
    fields: {},
    example: {},
    when: "script_user is configured, and the process may not change its user.",
    remedy: "Install the drop-in script_user.conf.",
  }),
  signals: define<{ readonly error: string | null }>({
    level: "warning",
    say: ({ error }) =>
      error === null
        ? "The runtime had taken SIGUSR1 for its debugger"
        : `Cannot hear signals while busy: ${error}`,
    fields: {
      error: "what the kernel refused, in words, or null",
    },
    example: { error: null },
    when: "A signal would not do what it should; that is mended, or told.",
  }),
};
