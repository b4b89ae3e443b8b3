/**
 * The level of the log: the configured one, or for a while another one.
 *
 * @module
 */

import type { Log, LogSettings } from "../../log/log.ts";
import type { LogLevel } from "../../log/level.ts";

/** Milliseconds that a timer can wait. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** What a level is set in. */
export interface LogLevelParts {
  readonly log: Pick<Log, "log" | "update">;
  /** What the configuration says now. */
  readonly configured: () => LogSettings;
  /** Has the core tell from a level on. */
  readonly tellCore: (level: LogLevel) => void;
}

/** The level of the log. */
export class LogLevels {
  readonly #parts: LogLevelParts;
  #isOther = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: LogLevelParts) {
    this.#parts = parts;
  }

  /**
   * Log from another level on.
   *
   * @param duration Milliseconds until the configured one counts again, or null
   *   for until the next reload.
   */
  set(least: LogLevel, duration: number | null): void {
    clearTimeout(this.#timer);
    const { log, configured } = this.#parts;
    const until = duration === null ? null : Date.now() + duration;
    // A notice under either of the two levels that take it.
    log.log({ event: "log_level", least, until, isBack: false });
    this.#use(least);
    this.#isOther = least !== configured().level;
    if (duration === null) return;
    const wait = Math.min(duration, LONGEST_WAIT);
    this.#timer = setTimeout(() => this.#back(), wait);
  }

  /** A reload was asked for: the configured level is in force. */
  reloaded(): void {
    clearTimeout(this.#timer);
    if (!this.#isOther) return;
    this.#isOther = false;
    this.#parts.tellCore(this.#parts.configured().level);
  }

  /** Change nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #back(): void {
    const { log, configured } = this.#parts;
    const { level } = configured();
    this.#isOther = false;
    this.#use(level);
    log.log({ event: "log_level", least: level, until: null, isBack: true });
  }

  #use(level: LogLevel): void {
    const { log, configured, tellCore } = this.#parts;
    log.update({ ...configured(), level });
    tellCore(level);
  }
}
