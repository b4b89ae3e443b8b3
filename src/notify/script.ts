/**
 * Programs of the operator's that are told of a state.
 *
 * @module
 */

import type { Command, ScriptUser } from "../config/settings/script.ts";
import { type CommandResult, runCommand } from "../kernel/child.ts";
import { oneLine } from "../log/one_line.ts";
import type { Notification, Outcome } from "./notification.ts";

/** Milliseconds after which a program and its process group are killed. */
const TIMEOUT = 60_000;

/** How a program is run. */
export interface ScriptOptions {
  /** Who it runs as, or null for alived's own user. */
  readonly user: ScriptUser | null;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Milliseconds that it may take; default a minute. */
  readonly timeout?: number;
}

/**
 * The command line of a program for all states: four arguments are added, as
 * keepalived does.
 */
export function generalCommand(
  command: Command,
  { kind, name, state, priority }: Notification,
): Command {
  return [...command, kind, name, state, String(priority)];
}

/**
 * What a program finds in its environment. go-alived's names are there for the
 * scripts that were written for it.
 */
export function scriptEnvironment(
  notification: Notification,
): Record<string, string> {
  const { name, state } = notification;
  return {
    ALIVED_INSTANCE: name,
    ALIVED_STATE: state,
    ALIVED_PREVIOUS_STATE: notification.previousState,
    ALIVED_PRIORITY: String(notification.priority),
    ALIVED_REASON: notification.reason,
    ALIVED_INTERFACE: notification.interface,
    ALIVED_VIPS: notification.virtualIps.join(" "),
    GO_ALIVED_INSTANCE: name,
    GO_ALIVED_EVENT: state.toLowerCase(),
  };
}

/** Run a program and wait for its end. */
export async function runScript(
  command: Command,
  notification: Notification,
  { user, signal, timeout = TIMEOUT }: ScriptOptions,
): Promise<Outcome> {
  const result = await runCommand(command, {
    timeout,
    signal,
    user,
    environment: scriptEnvironment(notification),
  });
  const words = describeEnd(result, timeout);
  const last = oneLine(result.output.trimEnd().split("\n").at(-1) ?? "");
  return {
    ok: result.outcome === "exited" && result.code === 0,
    detail: last === "" ? words : `${words}: ${last}`,
  };
}

function describeEnd(result: CommandResult, timeout: number): string {
  switch (result.outcome) {
    case "exited":
      return `exit status ${result.code}`;
    case "signalled":
      return `ended by ${result.signal}`;
    case "timeout":
      return `killed after ${timeout / 1000} s`;
    case "aborted":
      return "stopped";
    case "failed":
      return result.reason;
    default:
      return result satisfies never;
  }
}
