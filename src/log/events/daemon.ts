/**
 * Events of the daemon itself: its start, its end, and what goes wrong in it.
 *
 * @module
 */

import { counted, listed, precise } from "../words.ts";
import { define } from "./define.ts";

/** Events of the daemon. */
export const DAEMON_EVENTS = {
  start: define<{
    readonly version: string;
    readonly pid: number;
    readonly instances: number;
    readonly config: string;
  }>({
    level: "info",
    say: ({ version, pid, instances, config }) =>
      `alived ${version} runs with pid ${pid}, ` +
      `${counted(instances, "instance")} of "${config}"`,
    fields: {
      version: "version of the program",
      pid: "its process number",
      instances: "number of instances",
      config: "path of the configuration file",
    },
    example: {
      version: "0.1.0",
      pid: 4711,
      instances: 1,
      config: "/etc/alived/config.yaml",
    },
    when: "The daemon starts.",
  }),
  instance_start: define<{
    readonly instance: string;
    readonly interface: string;
    readonly virtualRouterId: number;
    readonly version: number;
    readonly priority: number;
    readonly preempt: boolean;
    readonly count: number;
    readonly addresses: readonly string[];
    readonly peers: number;
    readonly advertInterval: number;
    readonly masterDownInterval: number;
  }>({
    level: "info",
    say: ({ interface: link, virtualRouterId, version, ...facts }) => {
      const { priority, preempt, addresses, count, peers } = facts;
      const { advertInterval, masterDownInterval } = facts;
      return [
        `Starts on "${link}": VRID ${virtualRouterId}`,
        `VRRPv${version}`,
        `priority ${priority}${preempt ? "" : " without preemption"}`,
        ...(peers === 0 ? [] : [`unicast to ${counted(peers, "peer")}`]),
        `an advert every ${precise(advertInterval)}`,
        `takes over after ${precise(masterDownInterval)} of silence`,
        `addresses ${listed(addresses, count)}`,
      ].join(", ");
    },
    fields: {
      instance: "name of the instance",
      interface: "name of its interface",
      virtualRouterId: "its VRID",
      version: "version of VRRP: 2 or 3",
      priority: "its configured priority",
      preempt: "whether it takes over from a live master of lower priority",
      count: "number of its virtual addresses",
      addresses: "the first eight of them, with their prefixes",
      peers: "number of its unicast peers; 0 for multicast",
      advertInterval: "milliseconds between adverts",
      masterDownInterval: "milliseconds of silence after which it takes over",
    },
    example: {
      ...{ instance: "VI_1", interface: "eth0", virtualRouterId: 51 },
      ...{ version: 2, priority: 100, preempt: true, count: 1, peers: 0 },
      ...{ addresses: ["192.0.2.100/24"], advertInterval: 1000 },
      masterDownInterval: 3609.375,
    },
    when: "An instance starts, with the daemon or by a reload; 100 lines at " +
      "most.",
  }),
  start_more: define<{ readonly count: number }>({
    level: "info",
    say: ({ count }) => `Starts ${counted(count, "more instance")}`,
    fields: { count: "instances that have no line of their own" },
    example: { count: 900 },
    when: "There are more instances than have a line of their own.",
  }),
  startup_delay: define<{ readonly delay: number }>({
    level: "info",
    say: ({ delay }) =>
      `Waits ${precise(delay)} before any instance takes part (startup_delay)`,
    fields: { delay: "milliseconds" },
    example: { delay: 10_000 },
    when: "The daemon starts and startup_delay is configured.",
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
  hand_over: define<{
    readonly result: "begins" | "done" | "failed" | "left";
    readonly pid: number | null;
    readonly error: string | null;
  }>({
    level: {
      of: ({ result }) =>
        result === "failed" || result === "left" ? "error" : "info",
      words: "error where nobody took over, else info",
    },
    say: ({ result, pid, error }) => {
      switch (result) {
        case "begins":
          return `Restarts: process ${pid} is to take over`;
        case "done":
          return `Ends, since process ${pid} serves now`;
        case "failed":
          return `Was not restarted and goes on as before: ${error}`;
        case "left":
          return `Ends, since process ${pid}, which was to hand over, is gone`;
      }
    },
    fields: {
      result: "begins, done, failed, or left",
      pid: "process number of the new daemon, or null when there is none; " +
        "where it was left, of the old one",
      error: "why it did not take over, or null",
    },
    example: { result: "done", pid: 4712, error: null },
    when: "The daemon is restarted by `alived restart`.",
    remedy: "Where it failed, the new daemon has told why above this line.",
  }),
  took_over: define<{
    readonly version: string;
    readonly pid: number;
    readonly from: number;
    readonly instances: number;
    readonly took: number;
  }>({
    level: "info",
    say: ({ version, pid, from, instances, took }) =>
      `alived ${version} runs with pid ${pid}, and took ` +
      `${counted(instances, "instance")} over from process ${from} within ` +
      precise(took),
    fields: {
      version: "version of the program",
      pid: "its process number",
      from: "process number of the daemon before it",
      instances: "number of instances",
      took: "milliseconds from the last turn of the one to the first of the " +
        "other",
    },
    example: { version: "0.1.0", pid: 4712, from: 4711, instances: 1, took: 3 },
    when: "The daemon has taken over from the one before it; nothing else " +
      "changed.",
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
      "Checks, notifications, reloads and the log have been stuck for " +
      `${(silentFor / 1000).toFixed(0)} s; the addresses are still served, ` +
      "and SIGTERM still stops alived",
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
};
