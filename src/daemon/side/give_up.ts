/**
 * The end of a daemon whose core does not run, or must not any more.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import { endProcess } from "../../kernel/process.ts";
import { removeLeftBehind } from "../../kernel/rescue.ts";
import type { Log } from "../../log/log.ts";

/** Milliseconds that the last lines of the log get. */
const FLUSH_LIMIT = 80;

/** What tells which addresses a core has left behind. */
export interface LeftBehind {
  /** Absolute path of the record. */
  readonly recordPath: string;
  /** Configuration in force. */
  readonly settings: Pick<Settings, "instances">;
}

/**
 * End the process of a core that may wake up again, and would then take its
 * addresses back or over. Nothing can be told to a frozen thread, so that no
 * more than the log is waited for: no script, and not the runtime's own exit.
 */
export async function giveUp(
  reason: string,
  left: LeftBehind,
  log: Log,
): Promise<void> {
  log.log({ level: "error", event: "core_hung", message: reason });
  rescue(left, log);
  await log.flush(FLUSH_LIMIT);
  // What a core that woke up meanwhile has added goes with it.
  rescue(left, log);
  endProcess(1);
}

/** Remove the addresses that a core left behind. Never throws. */
export function rescue(
  { recordPath, settings: { instances } }: LeftBehind,
  log: Log,
): void {
  const virtualIps = new Set(
    instances.flatMap(({ virtualIps, excludedVirtualIps }) =>
      [...virtualIps, ...excludedVirtualIps].map(({ address }) => address)
    ),
  );
  try {
    for (const address of removeLeftBehind(recordPath, virtualIps)) {
      const message = `Removed ${address} behind the core`;
      log.log({ level: "warning", event: "rescue", message, address });
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.log({ level: "error", event: "rescue", message });
  }
}
