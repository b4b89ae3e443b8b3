/**
 * `alived events`: which instance changed its state when, and why.
 *
 * @module
 */

import * as v from "valibot";
import { STATE_NAMES } from "../control/snapshot.ts";
import { understood } from "./ask_status.ts";
import { ControlClient } from "./control_client.ts";
import { EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";
import { lookOfLines } from "./terminal.ts";
import { eventsView } from "./views/events_view.ts";

/** Options of `alived events`. */
export interface EventsOptions extends Reach {
  /** Name of an instance, if only that is of interest. */
  readonly instance: string | undefined;
  /** How many at most, the newest. */
  readonly limit: number;
  /** Whether to print what the daemon says as it says it. */
  readonly json: boolean;
}

const STATE = v.picklist(STATE_NAMES);
const EVENTS = v.object({
  events: v.array(v.object({
    time: v.string(),
    instance: v.string(),
    from: STATE,
    to: STATE,
    reason: v.string(),
    priority: v.number(),
  })),
});

/**
 * Print past changes of state, the newest last.
 *
 * @returns The exit status: 0.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function events(options: EventsOptions): Promise<number> {
  const { instance, limit, json } = options;
  const query = new URLSearchParams({ limit: `${limit}` });
  if (instance !== undefined) query.set("instance", instance);
  const answer = await new ControlClient(options).ask(`/v1/events?${query}`);
  const text = json
    ? answer.text
    : `${
      eventsView(understood(EVENTS, answer).events, lookOfLines()).join("\n")
    }\n`;
  printOutput(text);
  return EXIT.ok;
}
