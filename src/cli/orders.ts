/**
 * `alived drain`, `resume`, `failover` and `log-level`: orders to the daemon,
 * and what became of them.
 *
 * @module
 */

import * as v from "valibot";
import type { Targets } from "../control/daemon_port.ts";
import { understood } from "./ask_status.ts";
import { type Answer, ControlClient, parseAnswer } from "./control_client.ts";
import { ControlError, EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";
import { lookOfOutput } from "./terminal.ts";
import { tell } from "./told.ts";
import { failoversView, outcomesView } from "./views/orders_view.ts";

/** Options of `alived drain`. */
export interface DrainOptions extends Reach {
  readonly instances: Targets;
  /** Seconds until it ends by itself, or null. */
  readonly seconds: number | null;
  /** Why, for those who look, or null. */
  readonly reason: string | null;
  /** Whether to serve when nobody else does. */
  readonly lastResort: boolean;
  /** Whether to do it though nobody else is known to serve. */
  readonly yes: boolean;
}

const OK = 200;

const OUTCOMES = v.object({
  outcomes: v.array(v.object({
    instance: v.string(),
    refused: v.nullable(v.string()),
    note: v.nullable(v.string()),
  })),
});
const REFUSAL = v.object({ error: v.string() });
const FAILOVERS = v.object({
  failovers: v.array(v.object({
    instance: v.string(),
    refused: v.nullable(v.string()),
    resigned_at: v.nullable(v.string()),
    successor: v.nullable(v.object({
      address: v.string(),
      priority: v.number(),
      after_seconds: v.number(),
    })),
    away_seconds: v.nullable(v.number()),
  })),
});
/**
 * Take instances out of service. When that would leave nobody to serve, a
 * person at a terminal is asked first.
 *
 * @returns The exit status: 0, or 1 when it was refused.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function drain(options: DrainOptions): Promise<number> {
  const client = new ControlClient(options);
  const { instances, seconds, reason, lastResort, yes } = options;
  const body = {
    ...{ instances, reason, by: operator(), yes },
    ...{ for_seconds: seconds, last_resort: lastResort },
  };
  const word = lastResort ? "drained, serves as last resort" : "drained";
  const answer = await client.order("/v1/drain", body);
  if (!mayInsist(answer)) return outcomes(answer, word);
  const { error } = understood(REFUSAL, answer);
  if (!Deno.stdin.isTerminal()) {
    throw new ControlError(error, EXIT.failed);
  }
  if (!confirm(`${error}. Drain all the same?`)) return EXIT.failed;
  const again = await client.order("/v1/drain", { ...body, yes: true });
  return outcomes(again, word);
}

/** Whether it was refused as a whole, until somebody says that it is meant. */
function mayInsist({ status, text }: Answer): boolean {
  return status !== OK && !v.is(OUTCOMES, parseAnswer(text));
}

/**
 * Put instances into service again.
 *
 * @returns The exit status: 0, or 1 when it was refused.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function resume(
  options: Reach & { readonly instances: Targets },
): Promise<number> {
  const { instances } = options;
  const body = { instances, by: operator() };
  const answer = await new ControlClient(options).order("/v1/resume", body);
  return outcomes(answer, "resumed");
}

function outcomes(answer: Answer, word: string): number {
  return tell(outcomesView(understood(OUTCOMES, answer).outcomes, word));
}

/**
 * Hand instances over, and wait for who takes them.
 *
 * @returns The exit status: 0, or 1 when one was refused, or nobody took it.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function failover(
  options: Reach & { readonly instances: readonly string[] },
): Promise<number> {
  const { instances } = options;
  const body = { instances, by: operator() };
  const answer = await new ControlClient(options).order("/v1/failover", body);
  const { failovers } = understood(FAILOVERS, answer);
  return tell(failoversView(failovers, lookOfOutput()));
}

/**
 * Have the daemon log at another level.
 *
 * @returns The exit status: 0.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function logLevel(
  options: Reach & { readonly level: string; readonly seconds: number | null },
): Promise<number> {
  const { level, seconds } = options;
  await new ControlClient(options)
    .order("/v1/log-level", { level, for_seconds: seconds });
  const end = seconds === null
    ? "until the next reload or start"
    : `for ${Number(seconds.toFixed(3))} s`;
  printOutput(`The log is at level ${level} ${end}\n`);
  return EXIT.ok;
}

/** Who asks, as far as the environment says; the daemon cannot verify it. */
function operator(): string | null {
  const name = ["SUDO_USER", "USER", "LOGNAME"]
    .map((key) => Deno.env.get(key)).find((value) => value);
  return name === undefined || !/^\P{C}{1,64}$/u.test(name) ? null : name;
}
