/**
 * The log of the side: one line an event on standard error, never waiting for
 * its reader. There is one log in a process (LogTape's configuration is
 * global): opening another replaces it.
 *
 * @module
 */

import { compareLogLevel, configureSync, getLogger } from "@logtape/logtape";
import type { LogFormat, LogLevel } from "../config/settings/global.ts";
import { lineFormatter, lineStyle } from "./log_format.ts";
import { type LineStream, openLineQueue } from "./log_queue.ts";

/** A value that JSON can write. */
export type LogField =
  | string
  | number
  | boolean
  | null
  | readonly LogField[]
  | { readonly [name: string]: LogField };

/** One event: plain data that one isolate can post to the other. */
export interface LogEvent {
  /** How much it matters. */
  readonly level: LogLevel;
  /**
   * All that a person needs to read, without the name of the instance, which
   * the text formats put before it.
   */
  readonly message: string;
  /** When it happened in milliseconds since 1970 UTC; default: now. */
  readonly time?: number;
  /** What happened, in one word that programs can look for. */
  readonly event?: string;
  /** Name of the instance that it happened to. */
  readonly instance?: string;
  /** Anything else that programs may want; only JSON lines show it. */
  readonly [name: string]: LogField | undefined;
}

/** What a configuration says of the log. */
export interface LogSettings {
  /** Least severe level that is written. */
  readonly level: LogLevel;
  /** How a line is written. */
  readonly format: LogFormat;
  /** Field `router` of JSON lines; default: none. */
  readonly routerId?: string | null;
}

/** Where the log goes: `Deno.stderr`, or a test's own. */
export interface LogStream extends LineStream {
  /** Whether colours can be seen. */
  isTerminal(): boolean;
}

/** An open log. */
export interface Log {
  /** Write one event if its level is reached. Never throws, never waits. */
  log(event: LogEvent): void;
  /** Use other settings from now on. */
  update(settings: LogSettings): void;
  /**
   * Wait until all lines are written, as far as their reader takes them.
   *
   * @param timeout Milliseconds to wait at most.
   */
  flush(timeout: number): Promise<void>;
}

/**
 * Open the log.
 *
 * @param settings Can be changed later by `update()`.
 * @param stream Default: standard error.
 */
export function openLog(
  settings: LogSettings,
  stream: LogStream = Deno.stderr,
): Log {
  const surroundings = {
    terminal: stream.isTerminal() && !Deno.noColor,
    journal: stream === Deno.stderr && isJournal(),
  };
  let lowest = settings.level;
  let format = formatter(settings);

  function formatter(
    { format, routerId = null }: LogSettings,
  ): ReturnType<typeof lineFormatter> {
    return lineFormatter(lineStyle(format, surroundings), routerId);
  }

  const queue = openLineQueue(stream, (count) =>
    format({
      category: ["alived"],
      level: "warning",
      message: [`${count} log ${count === 1 ? "line" : "lines"} lost`],
      rawMessage: "",
      timestamp: Date.now(),
      properties: { event: "log_lost", count },
    }));

  configureSync({
    reset: true,
    sinks: { stderr: (record) => queue.push(format(record)) },
    filters: { level: ({ level }) => compareLogLevel(level, lowest) >= 0 },
    loggers: [
      { category: "alived", sinks: ["stderr"], filters: ["level"] },
      // Otherwise LogTape would greet on the console.
      {
        category: ["logtape", "meta"],
        sinks: ["stderr"],
        lowestLevel: "error",
      },
    ],
  });
  const logger = getLogger("alived");

  return {
    log({ level, message, time = Date.now(), ...properties }): void {
      // Not logger.info(): that would fill in braces found in the message.
      logger.emit({
        level,
        message: [message],
        rawMessage: message,
        timestamp: time,
        properties,
      });
    },
    update(settings): void {
      lowest = settings.level;
      format = formatter(settings);
    },
    flush: (timeout) => queue.flush(timeout),
  };
}

/** systemd.exec(5): JOURNAL_STREAM is device:inode of the journal's socket. */
function isJournal(): boolean {
  const stream = Deno.env.get("JOURNAL_STREAM");
  if (stream === undefined) return false;
  try {
    const { dev, ino } = Deno.statSync("/proc/self/fd/2");
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
