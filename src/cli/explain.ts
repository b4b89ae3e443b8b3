/**
 * `alived explain`: why an instance is what it is, and who would win.
 *
 * @module
 */

import { explanationSchema } from "../control/explain.ts";
import { understood } from "./ask_status.ts";
import { ControlClient } from "./control_client.ts";
import { EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";
import { lookOfOutput } from "./terminal.ts";
import { explainView } from "./views/explain_view.ts";

/** Options of `alived explain`. */
export interface ExplainOptions extends Reach {
  /** Name of the instance. */
  readonly instance: string;
  /** Priority of another host, 1 to 255, if one is asked about. */
  readonly peer: number | undefined;
  /** Whether to print what the daemon says as it says it. */
  readonly json: boolean;
}

/**
 * Explain an instance.
 *
 * @returns The exit status: 0.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function explainCommand(options: ExplainOptions): Promise<number> {
  const { instance, peer, json } = options;
  const query = peer === undefined ? "" : `?peer_priority=${peer}`;
  const answer = await new ControlClient(options)
    .ask(`/v1/instances/${encodeURIComponent(instance)}/explain${query}`);
  printOutput(
    json
      ? answer.text
      : `${
        explainView(understood(explanationSchema, answer), lookOfOutput())
          .join("\n")
      }\n`,
  );
  return EXIT.ok;
}
