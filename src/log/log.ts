/**
 * The log of the side: one line an event on standard error, never waiting for
 * its reader.
 *
 * @module
 */

import { levelOf, type LogEvent } from "./catalogue.ts";
import { type LogLevel, reaches } from "./level.ts";
import {
  type LineFormatter,
  lineFormatter,
  type LineStyle,
  lineStyle,
  type Surroundings,
} from "./log_format.ts";
import { LineQueue, type LineStream } from "./log_queue.ts";

/**
 * How a log line is written: `journald` is text behind a `<N>` priority,
 * `auto` is journald under systemd and text (coloured on a terminal) elsewhere.
 */
export type LogFormat = "auto" | "text" | "json" | "journald";

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

/**
 * Milliseconds in which a line waits for those that happened before it: core
 * and side tell at the same time. A core that the host does not run for longer
 * is not waited for.
 */
const SETTLE = 20;
/** Lines that wait for others at most. */
const MOST_WAITING = 500;

/** A line, and when what it tells of happened. */
interface Waiting {
  readonly time: number;
  readonly line: string;
}

/** An open log. */
export class Log {
  readonly #surroundings: Surroundings;
  readonly #queue: LineQueue;
  #lowest: LogLevel;
  #style: LineStyle;
  #format: LineFormatter;
  /** Events that did not reach it. */
  #missed = 0;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listener: ((event: LogEvent) => void) | null = null;

  /**
   * Open the log.
   *
   * @param settings Can be changed later by `update()`.
   * @param stream Default: standard error.
   */
  constructor(settings: LogSettings, stream: LogStream = Deno.stderr) {
    this.#surroundings = {
      terminal: stream.isTerminal() && !Deno.noColor,
      journal: stream === Deno.stderr && isJournal(),
    };
    this.#lowest = settings.level;
    this.#style = lineStyle(settings.format, this.#surroundings);
    this.#format = lineFormatter(this.#style, settings.routerId ?? null);
    this.#queue = new LineQueue(
      stream,
      (count) => this.#format({ event: "log_lost", count, time: Date.now() }),
    );
  }

  /** How it writes a line, for who writes one past it. */
  get style(): LineStyle {
    return this.#style;
  }

  /** Lines that were lost since the start, on the way to it or to its reader. */
  get lost(): number {
    return this.#missed + this.#queue.lost;
  }

  /** Least severe level that is written. */
  get level(): LogLevel {
    return this.#lowest;
  }

  /** Write one event if its level is reached. Never throws, never waits. */
  log(event: LogEvent): void {
    this.#listener?.(event);
    if (event.event === "events_lost") this.#missed += event.count;
    if (!reaches(levelOf(event), this.#lowest)) return;
    const { time = Date.now() } = event;
    this.#waiting.push({ time, line: this.#format({ ...event, time }) });
    if (this.#waiting.length >= MOST_WAITING) this.#write();
    // Once more behind what came in while this isolate was busy.
    else this.#timer ??= setTimeout(() => this.#writeSoon(), SETTLE);
  }

  #writeSoon(): void {
    this.#timer = setTimeout(() => this.#write(), 0);
  }

  /** Write what waits, in the order in which it happened. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#waiting.sort((a, b) => a.time - b.time);
    this.#waiting = [];
    for (const { line } of lines) this.#queue.push(line);
  }

  /**
   * Have all events told to somebody else as well, whatever their level.
   *
   * @param listener Must not throw, nor log.
   */
  listen(listener: (event: LogEvent) => void): void {
    this.#listener = listener;
  }

  /** Use other settings from now on. */
  update(settings: LogSettings): void {
    this.#lowest = settings.level;
    this.#style = lineStyle(settings.format, this.#surroundings);
    this.#format = lineFormatter(this.#style, settings.routerId ?? null);
  }

  /**
   * Wait until all lines are written, as far as their reader takes them.
   *
   * @param timeout Milliseconds to wait at most.
   */
  flush(timeout: number): Promise<void> {
    this.#write();
    return this.#queue.flush(timeout);
  }
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
