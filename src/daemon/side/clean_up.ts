/**
 * `alived cleanup`: undoes what a daemon that was killed left behind, and
 * nothing while one lives. No configuration is read and no core started.
 *
 * @module
 */

import { rescueRecorded } from "../../kernel/rescue.ts";
import type { DaemonOptions } from "./daemon.ts";
import { levelOf, sentenceOf } from "../../log/catalogue.ts";
import { rescueEvents } from "./give_up.ts";
import { takeLocks } from "./may_run.ts";

/** What came of it. */
export interface CleanUp {
  /** What was done, or why nothing was: a sentence each. */
  readonly done: readonly string[];
  /** What could not be done, in the same way. */
  readonly problems: readonly string[];
  /** Whether all is well: nothing is left, or it is a living daemon's. */
  readonly isClean: boolean;
}

/**
 * Resign for the instances of a dead daemon, remove its addresses and put
 * settings of links back.
 */
export function cleanUp(
  { runDirectory }: Pick<DaemonOptions, "runDirectory">,
): CleanUp {
  const nothing = ["Nothing was left behind"];
  if (isMissing(runDirectory)) {
    return { done: nothing, problems: [], isClean: true };
  }
  const obstacles: string[] = [];
  const claim = takeLocks({ runDirectory }, {
    log: (event) => {
      if (levelOf(event) !== "error") return;
      obstacles.push(sentenceOf(event).replace(/^Cannot run: /, ""));
    },
  });
  if (claim === "alive") {
    const done = obstacles.map((why) => `Nothing is removed: ${why}`);
    return { done, problems: [], isClean: true };
  }
  if (claim === "untrusted") {
    return { done: [], problems: obstacles, isClean: false };
  }
  const recordPath = `${runDirectory}/addresses.json`;
  const rescued = rescueRecorded(recordPath, {
    forget: true,
    virtualIps: new Set(),
  });
  const { problems, left } = rescued;
  const lines = rescueEvents(rescued).map(sentenceOf);
  const done = lines.length > 0 || problems.length > 0 ? lines : nothing;
  return { done, problems, isClean: left === 0 };
}

function isMissing(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
