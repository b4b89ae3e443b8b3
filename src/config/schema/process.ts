/**
 * Processes as a health checker and as a tracker have them.
 *
 * @module
 */

import * as v from "valibot";
import type { ProcessProbe } from "../settings/check.ts";
import { about } from "./editor.ts";
import { whole } from "./values.ts";
import { absolutePath, line } from "./words.ts";

/** Which processes are meant. */
export interface ProcessKeys {
  /** Name, or null. */
  readonly name: string | null;
  /** Path of a pid file, or null. */
  readonly pid_file: string | null;
  /** Fewest processes. */
  readonly quorum: number;
}

/** Schema of each of the keys. */
export const processKeys: {
  readonly [Key in keyof ProcessKeys]: v.GenericSchema<
    unknown,
    ProcessKeys[Key]
  >;
} = {
  name: v.pipe(
    v.nullish(line(), null),
    about("Process", "Name of the process, or of its executable"),
  ),
  pid_file: v.pipe(
    v.nullish(absolutePath(), null),
    about(
      "PID file",
      "File that holds the process id; with a name, the process " +
        "must have it",
    ),
  ),
  quorum: v.pipe(
    v.optional(whole(1, 10_000), 1),
    about(
      "Quorum",
      "Fewest processes of the name, 1 to 10000; 1 with pid_file",
    ),
  ),
};

/** What keys that are sound one by one cannot say together, or null. */
export function processProblem(
  { name, pid_file, quorum }: ProcessKeys,
): string | null {
  if (name === null && pid_file === null) {
    return "must have name, pid_file or both";
  }
  return pid_file !== null && quorum > 1
    ? "cannot have a quorum with pid_file: a file names one process"
    : null;
}

/** The probe that the keys describe. */
export function toProcessProbe(
  { name, pid_file, quorum }: ProcessKeys,
): ProcessProbe {
  return { type: "process", name, pidFile: pid_file, quorum };
}
