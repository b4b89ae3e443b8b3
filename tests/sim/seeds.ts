/**
 * Runs a simulation for many seeds. A failure names its seed, the command to
 * run that seed alone, and what happened last.
 *
 * @module
 */

import { inspect } from "node:util";

/** Lines of the trace that a failure shows. */
const LAST_LINES = 40;

/** A simulation of a seed; it throws when an invariant does not hold. */
export type Simulation = (
  seed: number,
  trace: ((line: string) => void) | null,
) => void;

/**
 * Run a simulation.
 *
 * @param runs Seeds 1 to `runs`; `ALIVED_SIM_RUNS` overrides it, and
 *   `ALIVED_SIM_SEED` is a single seed to run.
 * @throws {Error} With the first seed that fails.
 */
export function forEachSeed(simulate: Simulation, runs: number): void {
  const only = Deno.env.get("ALIVED_SIM_SEED");
  const last = Number(only ?? Deno.env.get("ALIVED_SIM_RUNS") ?? runs);
  for (let seed = Number(only ?? 1); seed <= last; seed++) {
    try {
      simulate(seed, null);
    } catch {
      explain(simulate, seed);
    }
  }
}

/** Run a seed that failed once more, with a trace. */
function explain(simulate: Simulation, seed: number): never {
  const lines: string[] = [];
  try {
    simulate(seed, (line) => lines.push(line));
  } catch (cause) {
    throw new Error(
      `Seed ${seed} fails: ALIVED_SIM_SEED=${seed} deno test -A tests/sim\n` +
        `${lines.slice(-LAST_LINES).join("\n")}\n${inspect(cause)}`,
      { cause },
    );
  }
  throw new Error(`Seed ${seed} fails once and then not: it is not pure`);
}
