/// <reference lib="deno.worker" />
/**
 * One of the threads of `deno task fuzz`.
 *
 * @module
 */

import { readCorpus } from "./corpus.ts";
import { fuzz, type FuzzResult } from "./engine.ts";
import { LastInput } from "./last_input.ts";
import { targetOf } from "./targets.ts";
import { removeRecordFile } from "./targets/record.ts";

/** What a thread is asked for. */
export interface Task {
  /** Name of the target. */
  readonly target: string;
  /** Where chance begins. */
  readonly seed: number;
  /** When it ends, in milliseconds since the epoch. */
  readonly end: number;
  /** Whether inputs that reach more are made small. */
  readonly grow: boolean;
  /** Memory that {@linkcode LastInput} keeps the input in. */
  readonly memory: SharedArrayBuffer;
}

self.onmessage = async ({ data }: MessageEvent<Task>): Promise<void> => {
  const target = targetOf(data.target);
  if (target === undefined) throw new TypeError(`No target "${data.target}"`);
  const last = new LastInput(data.memory);
  const corpus = readCorpus(target).map(({ input }) => input);
  try {
    const result: FuzzResult = await fuzz(target, corpus, {
      ...{ seed: data.seed, grow: data.grow },
      milliseconds: data.end - performance.timeOrigin - performance.now(),
      beforeEach: (input) => last.put(input),
    });
    self.postMessage(result);
  } finally {
    removeRecordFile();
  }
};
