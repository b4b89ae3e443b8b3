/**
 * A run: all parts of both programs, by turns.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- part of a command line tool

import { begin, end } from "./circumstances.ts";
import { type Contender, CONTENDERS } from "./contender.ts";
import type { Effort, Part } from "./part.ts";
import { Collection, type Report } from "./report.ts";

/** What is measured, and how often. */
export interface Plan {
  readonly parts: readonly Part[];
  /** How often those are measured. */
  readonly rounds: number;
  /** What is measured once, behind them. */
  readonly hours: readonly Part[];
  readonly effort: Effort;
}

/**
 * Measure everything; what fails is part of the report.
 *
 * @param save Is given what there is after each part, so that a run that is
 *   ended has something on file.
 */
export async function measure(
  { parts, rounds, hours, effort }: Plan,
  save: (report: Report) => Promise<void>,
): Promise<Report> {
  const rows = [...parts, ...hours].flatMap(({ rows }) => rows);
  const collection = new Collection(rows);
  const begun = begin();
  const turn = async (
    part: Part,
    contenders: readonly Contender[],
  ): Promise<void> => {
    for (const contender of contenders) {
      if (part.alivedAlone && contender.name !== "alived") continue;
      await measureOnce(part, contender, effort, collection);
    }
    await save(collection.report(await end(begun)));
  };
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    // Who is first in one round is second in the next.
    const turns = round % 2 === 0 ? CONTENDERS.toReversed() : CONTENDERS;
    for (const part of parts) await turn(part, turns);
  }
  for (const part of hours) await turn(part, CONTENDERS);
  return collection.report(await end(begun));
}

/** Measure a part once; when it fails, the others are worth having. */
async function measureOnce(
  { name, measure }: Part,
  contender: Contender,
  effort: Effort,
  collection: Collection,
): Promise<void> {
  const start = performance.now();
  try {
    const measured = await measure(contender, effort);
    collection.add(name, contender.name, measured);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    collection.fail(name, contender.name, reason);
    console.error(reason);
  }
  const seconds = (performance.now() - start) / 1_000;
  console.error(`${seconds.toFixed(1)} s: ${name}, ${contender.name}`);
}
