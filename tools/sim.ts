/**
 * Runs the core in the simulator:
 * `deno task sim --seeds N [--from S]` many seeds on all processors,
 * `deno task sim --story TEXT [--trace]` one story, as a failure printed it.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { parseArgs } from "node:util";
import { DAEMON } from "../src/sim/daemon.ts";
import { tell } from "../src/sim/run.ts";
import { storyOf } from "../src/sim/story/story_text.ts";
import { type Failing, shortened } from "./sim/seeds.ts";
import type { Progress, Share } from "./sim/worker.ts";

const USAGE = "Usage: deno task sim --seeds N [--from S]\n" +
  "       deno task sim --story TEXT [--trace]";
/** Failures of one property that are made shorter and printed. */
const SHOWN = 3;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      from: { type: "string", default: "1" },
      story: { type: "string" },
      seed: { type: "string" },
      trace: { type: "boolean", default: false },
    },
  });
  const { seeds, from, trace } = values;
  const story = values.story ?? values.seed;
  if (story !== undefined) {
    Deno.exitCode = replay(story, trace) ? 0 : 1;
  } else if (seeds !== undefined) {
    Deno.exitCode = await runMany(Number(from), Number(seeds)) ? 0 : 1;
  } else {
    console.error(USAGE);
    Deno.exitCode = 2;
  }
}

/** Tell one story. */
function replay(text: string, trace: boolean): boolean {
  const story = storyOf(text);
  if (story === null) {
    console.error(`Cannot read "${text}": must be like 17 or 17:3,5:0,1:0`);
    return false;
  }
  if (trace) console.log(JSON.stringify(story, null, 1));
  const violation = tell(story, DAEMON, trace ? console.log : null);
  if (violation === null) console.log("All properties hold");
  else console.error(violation.message, violation.cause ?? "");
  return violation === null;
}

/** @returns Whether no seed failed. */
async function runMany(from: number, count: number): Promise<boolean> {
  const step = navigator.hardwareConcurrency;
  const began = performance.now();
  const failures: Failing[] = [];
  let done = 0;
  const threads = Array.from({ length: step }, (_, i) => {
    const worker = new Worker(new URL("./sim/worker.ts", import.meta.url), {
      type: "module",
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.onmessage = ({ data }: MessageEvent<Progress>): void => {
      if (data.type === "failing") {
        failures.push(data.failing);
        show(data.failing, failures);
        return;
      }
      done += data.seeds;
      if (data.last) resolve();
    };
    worker.onerror = (event): void => reject(new Error(event.message));
    const share: Share = { from: from + i, end: from + count, step };
    worker.postMessage(share);
    return promise;
  });
  await Promise.all(threads);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${done} seeds in ${seconds.toFixed(1)} s, ${failures.length} fail`,
  );
  for (const [property, of] of Map.groupBy(failures, (one) => one.property)) {
    const seeds = of.slice(0, 12).map(({ seed }) => seed).join(" ");
    console.log(`${property}: ${of.length} (${seeds})`);
  }
  return failures.length === 0;
}

function show(failing: Failing, earlier: readonly Failing[]): void {
  const alike = earlier.filter(({ property }) => property === failing.property);
  if (alike.length > SHOWN) return;
  console.log(`Seed ${failing.seed}: ${failing.message}`);
  console.log(`  ${shortened(failing)}`);
}
