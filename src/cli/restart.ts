/**
 * `alived restart`: a new daemon in the place of the one that runs.
 *
 * @module
 */

import * as v from "valibot";
import { understood } from "./ask_status.ts";
import { ControlClient } from "./control_client.ts";
import type { Reach } from "./socket_paths.ts";
import { tell } from "./told.ts";

const RESTARTED = v.object({ pid: v.number() });
const REFUSED = v.object({ error: v.string() });

/**
 * Have the daemon hand over to a new one, and wait for what comes of it.
 *
 * @returns The exit status: 0, or 1 when nobody took over.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function restart(reach: Reach): Promise<number> {
  const answer = await new ControlClient(reach).order("/v1/restart", {});
  if (answer.status === 200) {
    const { pid } = understood(RESTARTED, answer);
    const done = [`Process ${pid} has taken over: nothing else changed`];
    return tell({ done, refused: [] });
  }
  const { error } = understood(REFUSED, answer);
  return tell({ done: [], refused: [error] });
}
