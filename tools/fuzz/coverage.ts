/**
 * Which blocks of the sources were run through, and how often: V8's own counts.
 *
 * @module
 */

import { Session } from "node:inspector/promises";

/** What was run since it was last asked. */
export interface Reached {
  /** How often blocks were run, all added up. */
  readonly steps: number;
  /** For each file a 1 for each character of code that was run. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The part of V8's answer that is read. */
interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** Counts in this thread. */
export class Coverage {
  readonly #session = new Session();
  readonly #sources: readonly string[];
  readonly #known = new Map<string, Uint8Array>();

  /** @param sources Parts of the addresses of files that count. */
  constructor(sources: readonly string[]) {
    this.#sources = sources;
    this.#session.connect();
  }

  /** Begin to count. */
  async start(): Promise<void> {
    await this.#session.post("Profiler.enable");
    const exactly = { callCount: true, detailed: true };
    await this.#session.post("Profiler.startPreciseCoverage", exactly);
  }

  /** Stop counting, which code runs faster without. */
  async stop(): Promise<void> {
    await this.#session.post("Profiler.stopPreciseCoverage");
    await this.#session.post("Profiler.disable");
    this.#session.disconnect();
  }

  /** What was run since the last call. */
  async take(): Promise<Reached> {
    const { result } = await this.#session
      .post("Profiler.takePreciseCoverage") as { result: ScriptCoverage[] };
    let steps = 0;
    const files = new Map<string, Uint8Array>();
    for (const script of result) {
      if (!this.#sources.some((part) => script.url.includes(part))) continue;
      files.set(script.url, paint(script));
      for (const { ranges } of script.functions) {
        for (const { count } of ranges) steps += count;
      }
    }
    return { steps, files };
  }

  /** Take what was run for known from now on. */
  learn({ files }: Reached): void {
    for (const [url, painted] of files) {
      const known = this.#known.get(url) ?? new Uint8Array();
      const all = new Uint8Array(Math.max(known.length, painted.length));
      all.set(known);
      for (let at = 0; at < painted.length; at++) {
        if (painted[at] === 1) all[at] = 1;
      }
      this.#known.set(url, all);
    }
  }

  /** Characters of code that were run and are not known. */
  novelty({ files }: Reached): number {
    let count = 0;
    for (const [url, painted] of files) {
      const known = this.#known.get(url);
      for (let at = 0; at < painted.length; at++) {
        if (painted[at] === 1 && known?.[at] !== 1) count++;
      }
    }
    return count;
  }

  /** Characters of code that were reached so far. */
  get size(): number {
    return this.#known.values()
      .reduce((sum, file) => sum + file.reduce((of, each) => of + each, 0), 0);
  }
}

/** Inner functions and blocks come behind those around them, and over them. */
function paint({ functions }: ScriptCoverage): Uint8Array {
  const ranges = functions
    .toSorted((a, b) => startOf(a) - startOf(b) || endOf(b) - endOf(a))
    .flatMap((one) => one.ranges);
  const end = Math.max(0, ...ranges.map(({ endOffset }) => endOffset));
  const painted = new Uint8Array(end);
  for (const { startOffset, endOffset, count } of ranges) {
    painted.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  return painted;
}

type FunctionCoverage = ScriptCoverage["functions"][number];

function startOf({ ranges }: FunctionCoverage): number {
  return ranges[0]?.startOffset ?? 0;
}

function endOf({ ranges }: FunctionCoverage): number {
  return ranges[0]?.endOffset ?? 0;
}
