/**
 * A daemon in one line, for monitoring.
 *
 * @module
 */

import type { InstanceStatus, Status } from "../../control/snapshot.ts";
import { STATE_WORDS, stateWord } from "./state_word.ts";
import { type Look, shaded } from "./style.ts";

/** Whether no instance is in FAULT; drained is not FAULT. */
export function isHealthy({ instances }: Status): boolean {
  return instances.every((each) => !isFaulty(each));
}

function isFaulty(instance: InstanceStatus): boolean {
  return stateWord(instance) === "FAULT";
}

/** `OK: 3 MASTER, 1 BACKUP`, or which instances are in FAULT, and why. */
export function checkLine(status: Status, look: Look): string {
  const { instances } = status;
  const counts = STATE_WORDS.flatMap((word) => {
    const count = instances.filter((each) => stateWord(each) === word).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const all = counts.join(", ");
  if (isHealthy(status)) return `${shaded("OK", "green", look)}: ${all}`;
  const faulty = instances.filter(isFaulty).map(({ name, faults }) =>
    `${name} (${faults.map(({ reason }) => reason).join("; ")})`
  );
  return `${shaded("FAULT", "red", look)}: ${faulty.join(", ")}: ${all}`;
}
