/**
 * All checks of a configuration.
 *
 * A check starts on the points of a grid that never moves, spread over its
 * interval among the others; a point that comes while the check still runs is
 * left out. What a check knows survives an update that does not change it.
 *
 * @module
 */

import type { CheckSettings } from "../config/settings/check.ts";
import type { ScriptUser } from "../config/settings/script.ts";
import { Check, type CheckContext, type CheckStatus } from "./check.ts";
import { runProbe } from "./probes/run_probe.ts";

/** What a runner needs; `run` is {@linkcode runProbe} unless given. */
export type RunnerOptions =
  & Pick<CheckContext, "onVerdict" | "log">
  & Partial<Pick<CheckContext, "run">>;

/** What is known of a check, for whoever goes on with it. */
export interface KnownCheck {
  /** Its settings as JSON text: of another check nothing is known. */
  readonly settings: string;
  /** What is known. */
  readonly status: CheckStatus;
}

/** Checks under way. */
export class Runner {
  readonly #context: CheckContext;
  #checks = new Map<string, Check>();
  #user: ScriptUser | null = null;
  /** Runs of checks that are no longer wanted, until they have ended. */
  readonly #ending = new Set<Promise<void>>();

  /** Make a runner without checks. */
  constructor(options: RunnerOptions) {
    this.#context = { run: runProbe, ...options, user: () => this.#user };
  }

  /**
   * Run these checks from now on, and no others. One whose settings are as
   * before goes on undisturbed.
   *
   * @param user Who scripts run as from now on, or null for alived's own user.
   * @param known What another daemon knew of some of them; default: nothing.
   */
  update(
    checks: readonly CheckSettings[],
    user: ScriptUser | null,
    known: readonly KnownCheck[] = [],
  ): void {
    this.#user = user;
    const statuses = new Map(
      known.map(({ settings, status }) => [settings, status]),
    );
    const next = new Map<string, Check>();
    for (const [index, settings] of checks.entries()) {
      const old = this.#checks.get(settings.name);
      const kept = old !== undefined && isSame(old.settings, settings);
      const check = kept ? old : new Check(
        settings,
        index,
        checks.length,
        this.#context,
        statuses.get(JSON.stringify(settings)),
      );
      next.set(settings.name, check);
    }
    for (const [name, check] of this.#checks) {
      if (next.get(name) !== check) this.#end(check);
    }
    this.#checks = next;
  }

  /**
   * Stop them all.
   *
   * @returns When the last one has ended.
   */
  async stop(): Promise<void> {
    for (const check of this.#checks.values()) this.#end(check);
    this.#checks.clear();
    await Promise.allSettled(this.#ending);
  }

  /** What is known of each, in the order of the configuration. */
  status(): readonly CheckStatus[] {
    return Array.from(this.#checks.values(), (check) => check.status());
  }

  /** What is known of each, for another daemon that goes on with them. */
  known(): readonly KnownCheck[] {
    return Array.from(this.#checks.values(), (check) => ({
      settings: JSON.stringify(check.settings),
      status: check.status(),
    }));
  }

  #end(check: Check): void {
    const ended = check.end();
    this.#ending.add(ended);
    const forget = (): boolean => this.#ending.delete(ended);
    ended.then(forget, forget);
  }
}

/** Settings are plain JSON data, written by one schema. */
function isSame(a: CheckSettings, b: CheckSettings): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
