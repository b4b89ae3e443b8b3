/**
 * Fuzzing of one target: inputs of its corpus are changed again and again, and
 * what reaches code that nothing did before is changed further.
 *
 * @module
 */

import { type Prng, streamOf, whole } from "../../src/sim/prng.ts";
import { pickFrom } from "./bytes.ts";
import { Coverage } from "./coverage.ts";
import { minimised } from "./minimise.ts";
import type { Target } from "./target.ts";

/** How a target is fuzzed. */
export interface FuzzOptions {
  /** Where chance begins. */
  readonly seed: number;
  /** For how long, in milliseconds; what is begun is finished. */
  readonly milliseconds: number;
  /** Whether inputs that reach more are made small, which takes its time. */
  readonly grow?: boolean;
  /** Hears of each input before it is judged. */
  readonly beforeEach?: (input: Uint8Array) => void;
}

/** An input that was read wrongly. */
export interface Finding {
  /** The smallest one that was found. */
  readonly input: Uint8Array;
  /** What is wrong. */
  readonly message: string;
}

/** What became of it. */
export interface FuzzResult {
  /** Inputs that were judged. */
  readonly count: number;
  /** Characters of code that the corpus reached, and that all inputs did. */
  readonly reached: { readonly before: number; readonly after: number };
  /** Inputs that reached more than those before them. */
  readonly grown: readonly Uint8Array[];
  /** The first mistake, at which it ended, or null. */
  readonly finding: Finding | null;
}

/** Counts are asked for after so many milliseconds or inputs. */
const BATCH_TIME = 100;
const BATCH = 1_000;
/** Changes that are made to an input at once. */
const MAX_CHANGES = 5;
/** Inputs that are tried to make a small one. */
const TRIES = 400;

/** Fuzz a target from these inputs on, at least one. */
export async function fuzz(
  target: Target,
  corpus: readonly Uint8Array[],
  options: FuzzOptions,
): Promise<FuzzResult> {
  const fuzzer = new Fuzzer(target, options);
  try {
    return await fuzzer.run(corpus);
  } finally {
    await fuzzer.close();
  }
}

class Fuzzer {
  readonly #target: Target;
  readonly #options: FuzzOptions;
  readonly #chance: Prng;
  readonly #coverage: Coverage;
  readonly #pool: Uint8Array[] = [];
  readonly #grown: Uint8Array[] = [];
  #count = 0;

  constructor(target: Target, options: FuzzOptions) {
    this.#target = target;
    this.#options = options;
    this.#chance = streamOf(options.seed, target.name);
    this.#coverage = new Coverage(target.sources);
  }

  close(): Promise<void> {
    return this.#coverage.stop();
  }

  async run(corpus: readonly Uint8Array[]): Promise<FuzzResult> {
    const end = performance.now() + this.#options.milliseconds;
    await this.#coverage.start();
    let finding = await this.#judgeEach(corpus);
    this.#pool.push(...corpus);
    const before = this.#coverage.size;
    while (finding === null && performance.now() < end) {
      finding = await this.#judgeBatch();
    }
    return {
      count: this.#count,
      reached: { before, after: this.#coverage.size },
      grown: this.#grown,
      finding: finding === null ? null : await this.#smallest(finding),
    };
  }

  async #judgeEach(inputs: readonly Uint8Array[]): Promise<Finding | null> {
    for (const input of inputs) {
      const finding = await this.#judge(input);
      if (finding !== null) return finding;
      const reached = await this.#coverage.take();
      const limit = this.#limit(input);
      if (reached.steps > limit) return slow(input, reached.steps, limit);
      this.#coverage.learn(reached);
    }
    return null;
  }

  /** @returns The first mistake. */
  async #judgeBatch(): Promise<Finding | null> {
    const end = performance.now() + BATCH_TIME;
    const batch: Uint8Array[] = [];
    while (batch.length < BATCH && performance.now() < end) {
      const input = this.#next();
      batch.push(input);
      const finding = await this.#judge(input);
      if (finding !== null) return finding;
    }
    return await this.#account(batch);
  }

  #next(): Uint8Array {
    const { maxLength } = this.#target;
    const empty = new Uint8Array();
    let input = pickFrom(this.#chance, this.#pool) ?? empty;
    for (let left = whole(this.#chance, 1, MAX_CHANGES); left > 0; left--) {
      const other = pickFrom(this.#chance, this.#pool) ?? empty;
      input = this.#target.mutate(input, this.#chance, other);
    }
    return input.subarray(0, maxLength);
  }

  async #judge(input: Uint8Array): Promise<Finding | null> {
    this.#count++;
    this.#options.beforeEach?.(input);
    try {
      // Most targets are not asynchronous, and waiting takes longer than they.
      const judged = this.#target.judge(input);
      if (judged !== undefined) await judged;
      return null;
    } catch (error) {
      return { input, message: messageOf(error) };
    }
  }

  /**
   * Look at what a batch that was just judged reached, then for the inputs
   * that reached it.
   */
  async #account(batch: readonly Uint8Array[]): Promise<Finding | null> {
    const reached = await this.#coverage.take();
    const limit = batch.reduce((sum, input) => sum + this.#limit(input), 0);
    const isSlow = reached.steps > limit;
    const novelty = this.#coverage.novelty(reached);
    if (!isSlow && novelty === 0) return null;
    const [input] = batch;
    if (batch.length === 1 && input !== undefined) {
      if (isSlow) return slow(input, reached.steps, limit);
      const kept = await this.#kept(input, novelty);
      this.#coverage.learn(reached);
      this.#pool.push(kept);
      this.#grown.push(kept);
      return null;
    }
    const half = Math.ceil(batch.length / 2);
    for (const part of [batch.slice(0, half), batch.slice(half)]) {
      for (const input of part) {
        const finding = await this.#judge(input);
        if (finding !== null) return finding;
      }
      const finding = await this.#account(part);
      if (finding !== null) return finding;
    }
    return null;
  }

  /** An input, or a smaller one that reaches as much. */
  async #kept(input: Uint8Array, novelty: number): Promise<Uint8Array> {
    if (!this.#options.grow) return input;
    return await minimised(this.#target.form, input, TRIES, async (less) => {
      await this.#coverage.take();
      if (await this.#judge(less) !== null) return false;
      const reached = await this.#coverage.take();
      return this.#coverage.novelty(reached) >= novelty;
    });
  }

  #limit({ length }: Uint8Array): number {
    const { base, perByte } = this.#target.steps;
    return base + perByte * length;
  }

  /** A smaller input of the same mistake. */
  async #smallest(finding: Finding): Promise<Finding> {
    const kind = kindOf(finding.message);
    let smallest = finding;
    await minimised(this.#target.form, finding.input, TRIES, async (input) => {
      await this.#coverage.take();
      const tried = await this.#judge(input) ?? await this.#isSlow(input);
      if (tried === null || kindOf(tried.message) !== kind) return false;
      smallest = tried;
      return true;
    });
    return smallest;
  }

  async #isSlow(input: Uint8Array): Promise<Finding | null> {
    const { steps } = await this.#coverage.take();
    const limit = this.#limit(input);
    return steps > limit ? slow(input, steps, limit) : null;
  }
}

function slow(input: Uint8Array, steps: number, limit: number): Finding {
  const message = `Too slow: ${steps} steps for ${input.length} bytes, ` +
    `at most ${Math.round(limit)}`;
  return { input, message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** The words of a message before its first figure or quotation. */
function kindOf(message: string): string {
  return /^[^\d"'\n]*/.exec(message)?.[0] ?? "";
}
