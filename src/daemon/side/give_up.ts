/**
 * The end of a daemon whose core does not run, or must not any more.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import { endProcess } from "../../kernel/process.ts";
import { type Rescued, rescueRecorded } from "../../kernel/rescue.ts";
import type { Log } from "../../log/log.ts";

/** Milliseconds that the last lines of the log get. */
const FLUSH_LIMIT = 80;

/** What tells which addresses were left behind. */
export interface LeftBehind {
  /** Absolute path of the record. */
  readonly recordPath: string;
  /** Configuration, or null when there is none that can be used. */
  readonly settings: Pick<Settings, "instances"> | null;
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

/**
 * Undo what a core left behind, or a daemon before this one. Never throws.
 *
 * @param forget Whether the record of it goes too.
 */
export function rescue(
  { recordPath, settings }: LeftBehind,
  log: Pick<Log, "log">,
  { forget = false }: { readonly forget?: boolean } = {},
): void {
  const virtualIps = new Set(
    settings?.instances.flatMap(({ virtualIps, excludedVirtualIps }) =>
      [...virtualIps, ...excludedVirtualIps].map(({ address }) => address)
    ),
  );
  try {
    const rescued = rescueRecorded(recordPath, { forget, virtualIps });
    for (const message of rescueLines(rescued)) {
      log.log({ level: "warning", event: "rescue", message });
    }
    for (const message of rescued.problems) {
      log.log({ level: "error", event: "rescue", message });
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.log({ level: "error", event: "rescue", message });
  }
}

/** What was undone, a sentence each. */
export function rescueLines(
  { resigned, removed, restored }: Rescued,
): readonly string[] {
  return [
    ...resigned.map((name) => `Resigned for "${name}", left behind`),
    ...removed.map(({ address, prefix, link }) =>
      `Removed ${address}/${prefix} from "${link}", left behind`
    ),
    ...restored.map(({ setting, link }) =>
      `Restored ${setting} on "${link}", left behind`
    ),
  ];
}
