/**
 * Runs every check in its rhythm and says when a verdict changes.
 *
 * A check starts on the points of a grid that never moves, spread over its
 * interval among the others; a point that comes while the check still runs is
 * left out. What a check knows survives an update that does not change it.
 *
 * @module
 */

import type { CheckSettings } from "../config/settings/check.ts";
import type { ScriptUser } from "../config/settings/script.ts";
import {
  applyResult,
  initialMonitor,
  type MonitorState,
  nextStart,
  startOffset,
} from "./monitor.ts";
import type { ProbeResult } from "./probes/result.ts";
import { runProbe } from "./probes/run_probe.ts";

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
  /** What it found last, for people. */
  readonly detail: string;
}

/** A verdict and how it came about. */
export interface CheckStatus extends CheckVerdict {
  /** Results in a row that speak against the verdict. */
  readonly streak: number;
  /** Whether it runs now. */
  readonly running: boolean;
  /** How often it ended with a result. */
  readonly runs: number;
  /** How many results were failures. */
  readonly failures: number;
  /** How often it ended with an error of alived itself. */
  readonly errors: number;
  /** Milliseconds since 1970 when it ended last, or null. */
  readonly lastRun: number | null;
  /** Milliseconds that it took last, or null. */
  readonly duration: number | null;
  /** What its program wrote last, at most 4 KiB. */
  readonly output: string;
}

/** Where a runner writes. */
export interface HealthLog {
  /** Write one event. */
  log(event: {
    readonly level: "debug" | "info" | "warning" | "error";
    readonly event: string;
    readonly message: string;
    readonly check: string;
  }): void;
}

/** What a runner needs. */
export interface RunnerOptions {
  /** Hears of each change of `up` or `value`. */
  readonly onVerdict: (verdict: CheckVerdict) => void;
  /** Where it writes. */
  readonly log: HealthLog;
  /** Runs a probe once; default {@linkcode runProbe}. */
  readonly run?: typeof runProbe;
}

/** Checks under way. */
export interface Runner {
  /**
   * Run these checks from now on, and no others. One whose settings are as
   * before goes on undisturbed.
   *
   * @param user Who scripts run as from now on, or null for alived's own user.
   */
  update(checks: readonly CheckSettings[], user: ScriptUser | null): void;
  /**
   * Stop them all.
   *
   * @returns When the last one has ended.
   */
  stop(): Promise<void>;
  /** What is known of each, in the order of the configuration. */
  status(): readonly CheckStatus[];
}

/** A check under way. */
interface Check {
  readonly settings: CheckSettings;
  /** A point of its grid, in milliseconds of `performance.now()`. */
  readonly origin: number;
  /** Aborted when the check is no longer wanted. */
  readonly gone: AbortController;
  timer: ReturnType<typeof setTimeout> | undefined;
  running: Promise<void> | null;
  state: MonitorState;
  status: Omit<CheckStatus, "check" | "up" | "streak" | "running">;
}

/** Make a runner without checks. */
export function createRunner(
  { onVerdict, log, run = runProbe }: RunnerOptions,
): Runner {
  let checks = new Map<string, Check>();
  let scriptUser: ScriptUser | null = null;
  // Runs of checks that are no longer wanted, until they have ended.
  const ending = new Set<Promise<void>>();

  function begin(settings: CheckSettings, index: number, count: number): Check {
    const now = performance.now();
    const { interval } = settings;
    const check: Check = {
      settings,
      origin: now + startOffset(index, count, interval),
      gone: new AbortController(),
      timer: undefined,
      running: null,
      state: initialMonitor,
      status: {
        value: null,
        detail: "Has not run yet",
        runs: 0,
        failures: 0,
        errors: 0,
        lastRun: null,
        duration: null,
        output: "",
      },
    };
    // Soon for the first time, whatever the interval; then on the grid.
    const first = startOffset(index, count, Math.min(interval, FIRST_RUNS));
    check.timer = setTimeout(start, first, check);
    return check;
  }

  function start(check: Check): void {
    check.running = runOnce(check).finally(() => {
      check.running = null;
      if (check.gone.signal.aborted) return;
      const now = performance.now();
      const next = nextStart(check.origin, check.settings.interval, now);
      check.timer = setTimeout(start, next - now, check);
    });
  }

  async function runOnce(check: Check): Promise<void> {
    const { name, probe, timeout } = check.settings;
    const { signal } = check.gone;
    const began = performance.now();
    try {
      const options = { name, signal, timeout, user: scriptUser };
      const result = await run(probe, options);
      if (signal.aborted) return;
      finish(check, began);
      take(check, result);
    } catch (error) {
      if (signal.aborted) return;
      finish(check, began);
      fail(check, error);
    }
  }

  function finish(check: Check, began: number): void {
    const duration = performance.now() - began;
    check.status = { ...check.status, lastRun: Date.now(), duration };
  }

  function take(check: Check, result: ProbeResult): void {
    const { settings, state, status } = check;
    const { ok, detail, output = "" } = result;
    log.log({
      level: "debug",
      event: "check_result",
      check: settings.name,
      message: `Check "${settings.name}" ${
        ok ? "succeeded" : "failed"
      }: ${detail}`,
    });
    const next = applyResult(settings, state, ok);
    const value = next.verdict !== true
      ? null
      : ok
      ? result.value ?? null
      : status.value;
    change(check, next, {
      ...status,
      value,
      detail,
      output,
      runs: status.runs + 1,
      failures: status.failures + (ok ? 0 : 1),
    });
  }

  /** A bug says nothing of the service: it counts as unknown. */
  function fail(check: Check, error: unknown): void {
    const text = error instanceof Error ? error.stack ?? error.message : error;
    log.log({
      level: "error",
      event: "check_error",
      check: check.settings.name,
      message: `Error in check "${check.settings.name}", ` +
        `which counts as unknown: ${text}`,
    });
    const detail = error instanceof Error ? error.message : String(error);
    const errors = check.status.errors + 1;
    const status = { ...check.status, value: null, detail, errors };
    change(check, initialMonitor, status);
  }

  function change(
    check: Check,
    state: MonitorState,
    status: Check["status"],
  ): void {
    const before = verdictOf(check);
    check.state = state;
    check.status = status;
    const verdict = verdictOf(check);
    if (before.up === verdict.up && before.value === verdict.value) return;
    if (before.up !== verdict.up && verdict.up !== null) {
      log.log({
        level: verdict.up ? "info" : "warning",
        event: verdict.up ? "check_up" : "check_down",
        check: verdict.check,
        message: `Check "${verdict.check}" is ${
          verdict.up ? "healthy" : "failing"
        }: ${verdict.detail}`,
      });
    }
    onVerdict(verdict);
  }

  function end(check: Check): void {
    clearTimeout(check.timer);
    check.gone.abort();
    const { running } = check;
    if (running === null) return;
    ending.add(running);
    const ended = (): boolean => ending.delete(running);
    running.then(ended, ended);
  }

  return {
    update(wanted, user): void {
      scriptUser = user;
      const next = new Map<string, Check>();
      for (const [index, settings] of wanted.entries()) {
        const old = checks.get(settings.name);
        const kept = old !== undefined && isSame(old.settings, settings);
        const check = kept ? old : begin(settings, index, wanted.length);
        next.set(settings.name, check);
      }
      for (const [name, check] of checks) {
        if (next.get(name) !== check) end(check);
      }
      checks = next;
    },
    async stop(): Promise<void> {
      for (const check of checks.values()) end(check);
      checks.clear();
      await Promise.allSettled(ending);
    },
    status: () =>
      Array.from(checks.values(), (check) => ({
        ...check.status,
        ...verdictOf(check),
        streak: check.state.streak,
        running: check.running !== null,
      })),
  };
}

function verdictOf({ settings, state, status }: Check): CheckVerdict {
  const { value, detail } = status;
  return { check: settings.name, up: state.verdict, value, detail };
}

/** Settings are plain JSON data, written by one schema. */
function isSame(a: CheckSettings, b: CheckSettings): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
