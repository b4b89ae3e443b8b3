/**
 * The end of a daemon whose core does not run, or must not any more.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import { endProcess } from "../../kernel/process.ts";
import { type Rescued, rescueRecorded } from "../../kernel/rescue.ts";
import type { EventOf } from "../../log/catalogue.ts";
import type { Log } from "../../log/log.ts";

/** Why a core is given up. */
export type CoreLoss = Omit<EventOf<"core_hung">, "event" | "time">;

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
  loss: CoreLoss,
  left: LeftBehind,
  log: Log,
): Promise<void> {
  log.log({ event: "core_hung", ...loss });
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
    for (const event of rescueEvents(rescued)) log.log(event);
    for (const error of rescued.problems) {
      log.log({ event: "rescue", done: "failed", error });
    }
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause);
    log.log({ event: "rescue", done: "failed", error });
  }
}

/** What was undone, an event each. */
export function rescueEvents(
  { resigned, removed, restored }: Rescued,
): readonly EventOf<"rescue">[] {
  const event = "rescue";
  return [
    ...resigned.map((resignedFor) =>
      ({ event, done: "resigned", resignedFor }) as const
    ),
    ...removed.map(({ link, address, prefix }) =>
      ({ event, done: "removed", interface: link, address, prefix }) as const
    ),
    ...restored.map(({ link, setting }) =>
      ({ event, done: "restored", interface: link, setting }) as const
    ),
  ];
}
