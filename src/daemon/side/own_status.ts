/**
 * What this daemon says of itself when somebody asks.
 *
 * @module
 */

import type { StatusAnswer } from "../../control/daemon_port.ts";
import type { Daemon } from "./daemon.ts";
import { processFacts } from "./process_facts.ts";
import { type SnapshotFacts, snapshotOf } from "./snapshot.ts";
import { hasAnswered } from "./status_question.ts";
import { seconds } from "./units.ts";

/** What others than the daemon know. */
export type Company = Pick<SnapshotFacts, "watchers" | "cluster">;

/**
 * Ask the core, and put what it says beside what the side knows.
 *
 * @returns When the core has answered; half a second later, or one where it
 *   goes on answering part after part, at the latest.
 */
export async function ownStatus(
  daemon: Daemon,
  { watchers, cluster }: Company,
): Promise<StatusAnswer> {
  const core = await daemon.core.askStatus();
  if (!hasAnswered(core)) {
    return { answers: false, silentSeconds: seconds(core.silentFor) };
  }
  // A reload may come while the file is looked at.
  const { options, settings, log, services, started } = daemon;
  const config = await daemon.config.status();
  const status = snapshotOf({
    ...{ time: Date.now(), host: Deno.hostname(), version: options.version },
    ...{ runtime: `deno ${Deno.version.deno}`, pid: Deno.pid, started },
    ...{ settings, config, core, process: processFacts(), watchers, cluster },
    log: { level: log.level, lost: log.lost },
    services: services.status(),
  });
  return { answers: true, status };
}
