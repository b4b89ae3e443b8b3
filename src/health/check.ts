/**
 * One health check under way: run in its rhythm, its results taken into
 * account, a changed verdict told.
 *
 * @module
 */

import type { CheckSettings } from "../config/settings/check.ts";
import type { ScriptUser } from "../config/settings/script.ts";
import type { LogEvent } from "../log/catalogue.ts";
import {
  addRun,
  type CheckHistory,
  noRuns,
  type RunOutcome,
} from "./history.ts";
import {
  applyResult,
  initialMonitor,
  type MonitorState,
  nextStart,
  startOffset,
} from "./monitor.ts";
import type { ProbeResult } from "./probes/result.ts";
import type { runProbe } from "./probes/run_probe.ts";

/** Milliseconds within which all checks run for the first time. */
const FIRST_RUNS = 1000;

/** What is held of a check. */
export interface CheckVerdict {
  /** Its name. */
  readonly check: string;
  /** Healthy or failing; null while nothing is known. */
  readonly up: boolean | null;
  /** The number it read last; null while it is not healthy or reads none. */
  readonly value: number | null;
  /** The last result that speaks for the verdict, for people. */
  readonly detail: string;
}

/** A verdict and how it came about. */
export interface CheckStatus extends CheckVerdict, CheckHistory {
  /** Whether a run is under way. */
  readonly isRunning: boolean;
  /** Milliseconds since 1970 when `up` changed, or the check began. */
  readonly since: number;
  /** Results in a row that speak against the verdict. */
  readonly streak: number;
}

/** Where checks write. */
export interface HealthLog {
  /** Write one event. */
  log(event: LogEvent): void;
}

/** What a check needs. */
export interface CheckContext {
  /** Hears of each change of `up` or `value`. */
  readonly onVerdict: (verdict: CheckVerdict) => void;
  /** Where it writes. */
  readonly log: HealthLog;
  /** Runs a probe once. */
  readonly run: typeof runProbe;
  /** Who scripts run as now, or null for alived's own user. */
  readonly user: () => ScriptUser | null;
}

/** A check under way. */
export class Check {
  /** What it does. */
  readonly settings: CheckSettings;
  readonly #context: CheckContext;
  /** A point of its grid, in milliseconds of `performance.now()`. */
  readonly #origin: number;
  /** Aborted when the check is no longer wanted. */
  readonly #gone = new AbortController();
  #timer: ReturnType<typeof setTimeout>;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #state: MonitorState = initialMonitor;
  #value: number | null = null;
  #detail = "Has not run yet";
  #since = Date.now();
  #history = noRuns;

  /**
   * Begin. The first run is soon, whatever the interval; the others are on the
   * grid.
   *
   * @param index Place among the checks that begin together, from 0.
   * @param count Number of these.
   * @param known What is known of it already; default: nothing.
   */
  constructor(
    settings: CheckSettings,
    index: number,
    count: number,
    context: CheckContext,
    known?: CheckStatus,
  ) {
    this.settings = settings;
    this.#context = context;
    if (known !== undefined) {
      this.#state = { verdict: known.up, streak: known.streak };
      this.#value = known.value;
      this.#detail = known.detail;
      this.#since = known.since;
      this.#history = { last: known.last, runs: known.runs };
    }
    const { interval } = settings;
    this.#origin = performance.now() + startOffset(index, count, interval);
    const first = startOffset(index, count, Math.min(interval, FIRST_RUNS));
    this.#timer = setTimeout(() => this.#start(), first);
  }

  /**
   * End it: nothing is heard of it any more.
   *
   * @returns When a run under way has ended.
   */
  end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#gone.abort();
    return this.#running;
  }

  /** What is known of it. */
  status(): CheckStatus {
    return {
      ...this.#verdict(),
      isRunning: this.#isRunning,
      since: this.#since,
      streak: this.#state.streak,
      ...this.#history,
    };
  }

  #verdict(): CheckVerdict {
    return {
      check: this.settings.name,
      up: this.#state.verdict,
      value: this.#value,
      detail: this.#detail,
    };
  }

  #start(): void {
    this.#isRunning = true;
    this.#running = this.#run().finally(() => {
      this.#isRunning = false;
      if (this.#gone.signal.aborted) return;
      const now = performance.now();
      const next = nextStart(this.#origin, this.settings.interval, now);
      this.#timer = setTimeout(() => this.#start(), next - now);
    });
  }

  async #run(): Promise<void> {
    const { name, probe, timeout } = this.settings;
    const { run, user } = this.#context;
    const { signal } = this.#gone;
    const began = performance.now();
    const end = (
      ok: boolean | null,
      detail: string,
      outcome: RunOutcome,
    ): void => {
      const duration = performance.now() - began;
      const run = { time: Date.now(), duration, ok, detail };
      this.#history = addRun(this.#history, run, outcome);
    };
    try {
      const options = { name, signal, timeout, user: user() };
      const result = await run(probe, options);
      if (signal.aborted) return;
      const { ok, detail, isLate } = result;
      end(ok, detail, ok ? "ok" : isLate ? "timeout" : "fail");
      this.#take(result);
    } catch (error) {
      if (signal.aborted) return;
      const detail = error instanceof Error ? error.message : String(error);
      end(null, detail, "fail");
      this.#fail(error, detail);
    }
  }

  #take({ ok, detail, value }: ProbeResult): void {
    const { name: check } = this.settings;
    this.#log({ event: "check_result", check, isOk: ok, detail });
    const state = applyResult(this.settings, this.#state, ok);
    const forIt = state.verdict === ok;
    this.#change(
      state,
      forIt && ok ? value ?? null : state.verdict ? this.#value : null,
      forIt ? detail : this.#detail,
    );
  }

  /** A bug says nothing of the service: it counts as unknown. */
  #fail(error: unknown, detail: string): void {
    const { name: check } = this.settings;
    const text = error instanceof Error ? error.stack ?? detail : detail;
    this.#log({ event: "check_error", check, error: text });
    this.#change(initialMonitor, null, detail);
  }

  #change(state: MonitorState, value: number | null, detail: string): void {
    const { up, value: before } = this.#verdict();
    this.#state = state;
    this.#value = value;
    this.#detail = detail;
    const changed = up !== state.verdict;
    if (!changed && before === value) return;
    if (changed) this.#since = Date.now();
    if (changed && state.verdict !== null) {
      const event = state.verdict ? "check_up" : "check_down";
      this.#log({ event, check: this.settings.name, detail });
    }
    this.#context.onVerdict(this.#verdict());
  }

  #log(event: LogEvent): void {
    this.#context.log.log(event);
  }
}
