/**
 * A text with slips as it may be meant, so that what stands around them can be
 * read. What a slip says itself is left out where that is not certain.
 *
 * @module
 */

import type { Document } from "yaml";
import { type Edit, type Mistake, Mistakes } from "../mistakes.ts";
import { indentationSlip } from "./indentation.ts";
import { UNREAD_SIGN } from "./data.ts";
import { findSlips, lineAround } from "./slips.ts";
import { readSyntax, type Syntax } from "./syntax.ts";

/** A text as far as it is YAML. */
export interface ReadText {
  /** The document, or null when the syntax is broken beyond mending. */
  readonly document: Document | null;
  /** What is wrong. */
  readonly mistakes: Mistakes;
  /** What the document was read from. */
  readonly text: string;
  /** The place in the file of a place in that. */
  readonly original: (offset: number) => number;
  /** Whether it is not what the file says. */
  readonly isMended: boolean;
  /** Whether lines were moved, and keys may stand where they do not belong. */
  readonly isMoved: boolean;
}

/** Longer texts are not mended: each attempt reads the whole. */
const MAX_LENGTH = 50_000;
/** Slips that show only once others are mended. */
const MAX_ROUNDS = 8;
/** Columns of a tab, as editors have them. */
const TABS = [2, 4, 8];

const AS_IT_IS = { isMended: false, isMoved: false } as const;

/** Read a text, and if it has slips, what stands around them. */
export function readText(text: string): ReadText {
  const mistakes = new Mistakes();
  const { document, openings } = readSyntax(text, mistakes);
  const original = (offset: number): number => offset;
  if (mistakes.count === 0) {
    return { document, mistakes, text, original, ...AS_IT_IS };
  }
  const slips = plainly(text, { document, openings }, mistakes);
  const isMuch = text.length > MAX_LENGTH || slips.count > slips.kept.length;
  const mended = isMuch ? null : mendedAt(text, slips);
  return mended ??
    { document: null, mistakes: slips, text, original, ...AS_IT_IS };
}

/** Tabs have the columns with which all else is well. */
function mendedAt(text: string, slips: Mistakes): ReadText | null {
  for (const tab of tabsOf(text)) {
    const mended = mendedText(text, slips, tab);
    if (mended !== null) return mended;
  }
  return null;
}

/** Of many tabs each has the same columns; one is among spaces by mistake. */
function tabsOf(text: string): readonly number[] {
  const tabs = text.match(/^ *\t/gm)?.length ?? 0;
  if (tabs === 0) return [0];
  return tabs === 1 ? [0, ...TABS] : [...TABS, 0];
}

function mendedText(
  text: string,
  slips: Mistakes,
  tab: number,
): ReadText | null {
  const told = new Mistakes();
  const layers: (readonly Edit[])[] = [];
  const original = (offset: number): number =>
    layers.reduceRight((place, edits) => placeBefore(edits, place), offset);
  let current = text;
  let left: readonly Mistake[] = slips.kept;
  let isMoved = false;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const { offset, problem } of left) {
      told.add(original(offset), problem);
    }
    if (left.some(({ mend }) => mend === undefined)) return null;
    const moves = left.some(({ moves }) => moves);
    // A line that was moved to a wrong place would be followed by others.
    if (isMoved && moves) return null;
    isMoved ||= moves;
    const edits = inOrder(left.flatMap(({ mend }) => mend?.(tab) ?? []));
    current = edited(current, edits);
    layers.push(edits);
    const mistakes = new Mistakes();
    const { document } = readSyntax(current, mistakes);
    if (mistakes.count === 0) {
      return {
        ...{ document, mistakes: told, text: current, original },
        ...{ isMended: true, isMoved },
      };
    }
    left = [firstSlip(current, mistakes)];
  }
  return null;
}

/** Edits in order; of those that overlap the first. */
function inOrder(edits: readonly Edit[]): Edit[] {
  const result: Edit[] = [];
  for (const each of edits.toSorted((a, b) => a.start - b.start)) {
    if (each.start >= (result.at(-1)?.end ?? 0)) result.push(each);
  }
  return result;
}

function edited(text: string, edits: readonly Edit[]): string {
  const starts = [...edits.map(({ start }) => start), text.length];
  const pieces = starts.map((start, i) => {
    const before = edits[i - 1];
    return (before?.text ?? "") + text.slice(before?.end ?? 0, start);
  });
  return pieces.join("");
}

/** Where a place in the edited text was before. */
function placeBefore(edits: readonly Edit[], offset: number): number {
  let shift = 0;
  for (const { start, end, text } of edits) {
    const at = start + shift;
    if (offset < at) break;
    if (offset < at + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}

/**
 * What is told of a text that is no YAML: each slip that has a name, and where
 * the parser lost its way when that is further up or there is no such slip.
 * What it says of all that follows is a consequence.
 */
function plainly(
  text: string,
  { openings }: Syntax,
  mistakes: Mistakes,
): Mistakes {
  const { offset } = firstOf(mistakes);
  const slips = findSlips(text, openings);
  // The parser points at the blanks before what it does not understand.
  const first = offset + (/^\s*/.exec(text.slice(offset))?.[0].length ?? 0);
  if (
    slips.count === 0 ||
    lineAround(text, first).start <
      lineAround(text, firstOf(slips).offset).start
  ) {
    slips.take(firstSlip(text, mistakes));
  }
  return slips;
}

/** The first mistake that the parser finds, and how to go on behind it. */
function firstSlip(text: string, mistakes: Mistakes): Mistake {
  const first = firstOf(mistakes);
  const slip = indentationSlip(text, first.offset);
  const { offset, problem } = slip ?? first;
  // The parser points at the blanks before what it does not understand.
  const [blanks = ""] = /^ */.exec(text.slice(offset)) ?? [];
  const place = offset + blanks.length;
  const edit = unread(text, place);
  const mend = slip?.mend ?? (edit === null ? undefined : () => [edit]);
  return { offset: place, problem, mend, moves: slip?.moves };
}

function firstOf({ kept }: Mistakes): Mistake {
  return kept.reduce((a, b) => b.offset < a.offset ? b : a);
}

/** What a line is without its value, or without what stands for a key. */
const VALUE = /^( *(?:- +)*(?:[A-Za-z_][\w-]*: +|- +))[^\s|>]/;
const NO_KEY = /^( *(?:- +)*)([A-Za-z_][\w-]*)(?!.*:(?: |$))/;

/** Leave out what a line says; null when it cannot be told what that is. */
function unread(text: string, offset: number): Edit | null {
  const { start, line } = lineAround(text, offset);
  const end = start + line.length;
  const [, before] = VALUE.exec(line) ?? [];
  if (before !== undefined && offset >= start + before.length) {
    return { start: start + before.length, end, text: UNREAD_SIGN };
  }
  const [, dashes, word] = NO_KEY.exec(line) ?? [];
  return dashes === undefined || word === undefined ? null : {
    start: start + dashes.length,
    end,
    text: `${word}: ${UNREAD_SIGN}`,
  };
}
