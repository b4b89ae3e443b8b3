/**
 * `alived status`: what the daemon does now.
 *
 * @module
 */

import type { InstanceStatus, Status } from "../control/snapshot.ts";
import { askStatus } from "./ask_status.ts";
import { ControlClient } from "./control_client.ts";
import { EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";
import { lookOfLines, lookOfOutput } from "./terminal.ts";
import { checkLine, isHealthy } from "./views/check_line.ts";
import { instanceView } from "./views/instance_view.ts";
import { stateWord } from "./views/state_word.ts";
import { statusView } from "./views/status_view.ts";
import { wrap } from "./layout.ts";

/** Options of `alived status`. */
export interface StatusOptions extends Reach {
  /** Name of an instance, if only that is of interest. */
  readonly instance: string | undefined;
  /** Whether to print what the daemon says as it says it. */
  readonly json: boolean;
  /** Whether to print one line, and fail when an instance is in FAULT. */
  readonly check: boolean;
  /** A state: fail when the instance is not in it. */
  readonly is: string | undefined;
}

/**
 * Print how all instances are, or one.
 *
 * @returns The exit status: 0, or 1 when it is not as `--check` or `--is` ask.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function status(options: StatusOptions): Promise<number> {
  const { instance, json, check, is } = options;
  const { status, text } = await askStatus(
    new ControlClient(options),
    instance,
  );
  const [only] = status.instances;
  if (json) printOutput(text);
  else if (check) print([checkLine(status, lookOfLines())]);
  else if (is !== undefined && only !== undefined) print([isLine(only)]);
  else print(viewOf(status, instance));
  return isAsAsked(status, options) ? EXIT.ok : EXIT.failed;
}

function print(lines: readonly string[]): void {
  printOutput(lines.map((line) => `${line}\n`).join(""));
}

/** What a person sees of a status, or of the one instance that it is of. */
export function viewOf(
  status: Status,
  instance: string | undefined,
): string[] {
  const look = lookOfOutput();
  const [only] = status.instances;
  return instance === undefined || only === undefined
    ? statusView(status, look)
    : instanceView(only, status, look);
}

function isLine(instance: InstanceStatus): string {
  const line = `${instance.name} is ${stateWord(instance)}`;
  return wrap(line, lookOfLines().width, 2);
}

function isAsAsked(
  status: Status,
  { check, is }: StatusOptions,
): boolean {
  if (check && !isHealthy(status)) return false;
  return is === undefined ||
    status.instances.every((each) => stateWord(each) === is.toUpperCase());
}
