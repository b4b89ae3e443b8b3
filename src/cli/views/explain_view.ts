/**
 * What `alived explain` prints: how the priority came about, what keeps the
 * instance from serving, what it does next, and what another host would do.
 *
 * @module
 */

import type { Explanation } from "../../control/explain.ts";
import type { InstanceStatus } from "../../control/snapshot.ts";
import { wrap } from "../layout.ts";
import { noteWords, sinceWords, termWords } from "./instance_words.ts";
import { outlookWords, peerWords } from "./explain_words.ts";
import { signed } from "./span.ts";
import { shadeOf, stateWord } from "./state_word.ts";
import { type Look, shaded } from "./style.ts";

const NUMBER = 6;
const OWNER = 255;

/**
 * Explain an instance.
 *
 * @returns Lines without line feeds.
 */
export function explainView(explanation: Explanation, look: Look): string[] {
  const { instance } = explanation;
  return [
    ...headline(explanation, look),
    ...noteWords(instance, look).map((note) =>
      wrap(`└ ${note}`, look.width - 2, 2).replace(/^/gm, "  ")
    ),
    ...sum(instance, look),
    ...[...outlookWords(explanation), ...peerWords(explanation)]
      .map((sentence) => wrap(sentence, look.width, 2)),
  ];
}

function headline({ instance, time }: Explanation, look: Look): string[] {
  const { name, reason, priority } = instance;
  const word = stateWord(instance);
  const serves = word === "MASTER" || word === "BACKUP";
  const worth = serves ? ` with priority ${priority.effective}` : "";
  const why = reason === null ? "" : `: ${reason}`;
  const plain = `${name} is ${word}${worth} for ` +
    `${sinceWords(instance, time)}${why}`;
  return [
    wrap(plain, look.width, 2)
      .replace(word, shaded(word, shadeOf(word), look)),
  ];
}

/** The priority as a sum, a term a line. */
function sum({ priority, drained }: InstanceStatus, look: Look): string[] {
  const { base, effective, terms } = priority;
  const row = (number: string, what: string, right = ""): string => {
    const left = `${number.padStart(NUMBER)}   ${what}`;
    const gap = look.width - left.length - right.length;
    if (right === "") return wrap(left, look.width, NUMBER + 3);
    return gap >= 2
      ? left + " ".repeat(gap) + right
      : wrap(`${left} (${right})`, look.width, NUMBER + 3);
  };
  const isOut = drained !== null && !drained.last_resort;
  const limits = base === OWNER
    ? "effective: it owns the addresses, so nothing moves it"
    : isOut
    ? "effective when it is resumed (limits 1 to 254)"
    : drained !== null
    ? "effective: last resort"
    : "effective (limits 1 to 254)";
  return [
    row(`${base}`, "configured"),
    ...terms.map((term) => {
      const { weight, value, fault } = term;
      const number = fault
        ? "FAULT"
        : term.term === 0
        ? "0"
        : signed(term.term);
      const right = weight === 0
        ? "weight 0: FAULT"
        : `weight ${signed(weight)}${value === null ? "" : " times it"}`;
      return shaded(
        row(number, termWords(term), right),
        fault ? "red" : term.term < 0 ? "yellow" : null,
        look,
      );
    }),
    row(`${effective}`, limits),
  ];
}
