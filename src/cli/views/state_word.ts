/**
 * What an instance is, in one word. Drained is not FAULT.
 *
 * @module
 */

import { isDrained } from "../../control/explain.ts";
import type { InstanceStatus } from "../../control/snapshot.ts";
import type { Shade } from "./style.ts";

/** What an instance is to a person. */
export type StateWord = "INIT" | "BACKUP" | "MASTER" | "FAULT" | "DRAINED";

/** All of them, the best first. */
export const STATE_WORDS: readonly StateWord[] = [
  ...["MASTER", "BACKUP", "INIT", "FAULT", "DRAINED"] as const,
];

/** The word of an instance; one that is drained may have faults besides. */
export function stateWord(instance: InstanceStatus): StateWord {
  return isDrained(instance) ? "DRAINED" : instance.state;
}

/** The cause of a fault that is an operator's order. */
export const OPERATOR = "operator";

const SHADES: Readonly<Record<StateWord, Shade | null>> = {
  ...{ MASTER: "green", BACKUP: "dim", FAULT: "red", DRAINED: "yellow" },
  INIT: null,
};

/** The colour of a word. */
export function shadeOf(word: StateWord): Shade | null {
  return SHADES[word];
}
