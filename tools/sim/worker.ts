/// <reference lib="deno.worker" />
/**
 * One of the threads of `deno task sim`.
 *
 * @module
 */

import { type Failing, runSeed } from "./seeds.ts";

/** Which seeds to run: from, from + step … below the end. */
export interface Share {
  /** First. */
  readonly from: number;
  /** Behind the last. */
  readonly end: number;
  /** Threads in all. */
  readonly step: number;
}

/** What a thread tells. */
export type Progress =
  | { readonly type: "failing"; readonly failing: Failing }
  | { readonly type: "done"; readonly seeds: number; readonly last: boolean };

/** Seeds between two reports. */
const REPORT = 100;

self.onmessage = ({ data }: MessageEvent<Share>): void => {
  const { from, end, step } = data;
  let seeds = 0;
  for (let seed = from; seed < end; seed += step) {
    const failing = runSeed(seed);
    if (failing !== null) tellMain({ type: "failing", failing });
    if (++seeds < REPORT) continue;
    tellMain({ type: "done", seeds, last: false });
    seeds = 0;
  }
  tellMain({ type: "done", seeds, last: true });
  self.close();
};

function tellMain(progress: Progress): void {
  self.postMessage(progress);
}
