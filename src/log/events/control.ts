/**
 * Events of the control socket, and of what is kept for it.
 *
 * @module
 */

import { define } from "./define.ts";

/** Events of the control socket. */
export const CONTROL_EVENTS = {
  control_open: define<{ readonly where: string }>({
    level: "info",
    say: ({ where }) => `Answers on ${where}`,
    fields: { where: "path of the socket, or URL" },
    example: { where: "/run/alived/control.sock" },
    when: "The daemon can be asked there from now on.",
  }),
  control_failed: define<{ readonly where: string; readonly error: string }>({
    level: "warning",
    say: ({ where, error }) => `Cannot answer on ${where}: ${error}`,
    fields: {
      where: "path of the socket, or URL",
      error: "why, and what mends it",
    },
    example: {
      where: "http://127.0.0.1:9650",
      error: "the port is in use",
    },
    when:
      "A socket of global.control_socket or global.http cannot be opened. " +
      "The addresses are served all the same, and it is tried again.",
    remedy: "Do what the line says; nothing has to be restarted.",
  }),
  drains_file: define<{
    readonly path: string;
    readonly what: "read" | "write";
    readonly error: string;
  }>({
    level: {
      of: ({ what }) => what === "read" ? "error" : "warning",
      words: "error when it cannot be read, warning when it cannot be written",
    },
    say: ({ path, what, error }) =>
      what === "read"
        ? `Cannot use "${path}": ${error}; no instance starts drained`
        : `Cannot write "${path}": ${error}; what is drained now is so until ` +
          "the next start only",
    fields: {
      path: "path of the file",
      what: "read or write",
      error: "why, and what mends it",
    },
    example: {
      path: "/var/lib/alived/operator.json",
      what: "read",
      error: 'all users can write it; run chmod 0600 "operator.json"',
    },
    when: "The file with the orders to drain cannot be used or kept.",
    remedy: "Mend the file or its directory, then drain again.",
  }),
  drain_over: define<{ readonly instance: string; readonly until: number }>({
    level: "notice",
    say: ({ until }) =>
      `Was drained until ${new Date(until).toISOString()}, which is over`,
    fields: {
      instance: "name of the instance",
      until: "when it ended, in milliseconds since 1970 UTC",
    },
    example: { instance: "VI_1", until: 1_795_723_200_000 },
    when: "The daemon starts, and the time of an order to drain is over.",
  }),
  log_level: define<{
    readonly least: string;
    readonly until: number | null;
    readonly isBack: boolean;
  }>({
    level: "notice",
    say: ({ least, until, isBack }) =>
      isBack
        ? `Logs from "${least}" on again, as configured`
        : `Logs from "${least}" on until ${
          until === null ? "the next reload" : new Date(until).toISOString()
        }`,
    fields: {
      least: "least severe level that is logged",
      until: "until when, in milliseconds since 1970 UTC, or null for the " +
        "next reload",
      isBack: "whether it is the configured one again",
    },
    example: { least: "debug", until: null, isBack: false },
    when: "An operator asks for another level of the log, and when it ends.",
  }),
};
