/**
 * Targets fuzzed in threads of their own, so that one which stands still is
 * noticed.
 *
 * @module
 */

import { MAX_INPUT } from "./corpus.ts";
import type { FuzzResult } from "./engine.ts";
import { LastInput, memoryFor } from "./last_input.ts";
import type { Target } from "./target.ts";
import type { Task } from "./worker.ts";

/** How targets are fuzzed. */
export interface Plan {
  /** Where chance begins. */
  readonly seed: number;
  /** For how long altogether, in milliseconds. */
  readonly milliseconds: number;
  /** How many at a time. */
  readonly threads: number;
  /** Whether inputs that reach more are made small; false unless told. */
  readonly grow?: boolean;
}

/** An input that takes so long, in milliseconds, never ends. */
const FOR_EVER = 60_000;
const LOOK = 500;

/**
 * Fuzz targets, each for the same time.
 *
 * @param done Hears of each target when it is done, and may take its time.
 */
export async function fuzzAll(
  targets: readonly Target[],
  { seed, milliseconds, threads, grow = false }: Plan,
  done: (target: Target, result: FuzzResult) => Promise<void> | void,
): Promise<void> {
  const waiting = [...targets];
  const end = now() + milliseconds;
  const work = async (): Promise<void> => {
    using thread = new Thread();
    for (let left = waiting.length; left > 0; left = waiting.length) {
      const target = waiting.shift();
      if (target === undefined) break;
      const share = (end - now()) * Math.min(1, threads / left);
      await done(
        target,
        await thread.fuzz({
          ...{ target: target.name, seed, grow },
          end: now() + share,
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
}

/** Milliseconds since the epoch, which other threads count alike. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A thread that fuzzes one target after the other. */
class Thread implements Disposable {
  readonly #memory = memoryFor(MAX_INPUT);
  #worker = startWorker();

  async fuzz(task: Omit<Task, "memory">): Promise<FuzzResult> {
    const { promise, resolve, reject } = Promise.withResolvers<FuzzResult>();
    const last = new LastInput(this.#memory);
    this.#worker.onmessage = ({ data }): void => resolve(data);
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      reject(new Error(`${task.target}: ${event.message}`));
    };
    const watch = watchFor(last, () => {
      // What loops cannot be ended, and would keep the next target waiting.
      this.#worker.terminate();
      this.#worker = startWorker();
      resolve(standsStill(last));
    });
    const whole: Task = { ...task, memory: this.#memory };
    this.#worker.postMessage(whole);
    try {
      return await promise;
    } finally {
      clearInterval(watch);
    }
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
  });
}

type Timer = ReturnType<typeof setInterval>;

/** Call when an input has taken too long. */
function watchFor(last: LastInput, standsStill: () => void): Timer {
  let before = last.count;
  let since = performance.now();
  return setInterval(() => {
    const now = performance.now();
    if (last.count !== before) {
      before = last.count;
      since = now;
    } else if (now - since > FOR_EVER) standsStill();
  }, LOOK);
}

function standsStill({ input, count }: LastInput): FuzzResult {
  const message = `Reading takes longer than ${FOR_EVER / 1_000} s`;
  return {
    count,
    reached: { before: 0, after: 0 },
    grown: [],
    finding: { input, message },
  };
}
