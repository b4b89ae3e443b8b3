/**
 * The queue of notifications, and trying again.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as fc from "fast-check";
import { Queue, type Turn } from "../../src/notify/queue.ts";
import { type Attempt, withRetries } from "../../src/notify/retry.ts";

interface Lab {
  readonly queue: Queue<string>;
  /** `+` started, `-` ended, `x` dropped, each with the item. */
  readonly story: string[];
  /** End an item that runs. */
  readonly finish: (item: string) => Promise<void>;
}

/** A queue whose items run until they are told to end, or aborted. */
function lab(concurrency: number): Lab {
  const story: string[] = [];
  const ends = new Map<string, () => void>();
  const queue = new Queue<string>({
    concurrency,
    run: async (item, { signal, overtaken }) => {
      story.push(`+${item}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(item, resolve);
      signal.addEventListener("abort", () => resolve());
      await promise;
      const how = `${signal.aborted ? " aborted" : ""}${
        overtaken() ? " overtaken" : ""
      }`;
      story.push(`-${item}${how}`);
    },
    onDrop: (item, newer) => story.push(`x${item} ${newer ?? "closed"}`),
  });
  return {
    queue,
    story,
    async finish(item): Promise<void> {
      ends.get(item)?.();
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
}

Deno.test("Queue runs one item of a key at a time, in order", async () => {
  const { queue, story, finish } = lab(4);
  queue.push("VI_1", "a");
  queue.push("VI_1", "b");
  deepStrictEqual(story, ["+a"]);
  await finish("a");
  deepStrictEqual(story, ["+a", "-a overtaken", "+b"]);
  await finish("b");
  deepStrictEqual(queue.size, { running: 0, waiting: 0 });
});

Deno.test("Queue drops all that wait but the newest", async () => {
  const { queue, story, finish } = lab(4);
  for (const item of ["a", "b", "c", "d"]) queue.push("VI_1", item);
  deepStrictEqual(story, ["+a", "xb c", "xc d"]);
  await finish("a");
  await finish("d");
  deepStrictEqual(story.slice(3), ["-a overtaken", "+d", "-d"]);
});

Deno.test("Queue runs other keys meanwhile, up to its limit", async () => {
  const { queue, story, finish } = lab(2);
  for (const key of ["1", "2", "3", "4"]) queue.push(key, `a${key}`);
  queue.push("4", "b4");
  queue.push("3", "b3");
  deepStrictEqual(story, ["+a1", "+a2", "xa4 b4", "xa3 b3"]);
  deepStrictEqual(queue.size, { running: 2, waiting: 2 });
  await finish("a2");
  // A newer item stands where the older one stood.
  deepStrictEqual(story.slice(4), ["-a2", "+b3"]);
  await finish("a1");
  await finish("b3");
  await finish("b4");
});

Deno.test("Queue is idle when the last item has ended", async () => {
  const { queue, finish } = lab(1);
  await queue.idle();
  queue.push("1", "a");
  queue.push("1", "b");
  let idle = false;
  const waited = queue.idle().then(() => idle = true);
  await finish("a");
  strictEqual(idle, false);
  await finish("b");
  strictEqual(idle, true);
  await waited;
});

Deno.test("hurry() ends only what a newer item waits for", async () => {
  const { queue, story, finish } = lab(4);
  queue.push("1", "a1");
  queue.push("2", "a2");
  queue.push("1", "b1");
  queue.hurry();
  await finish("");
  deepStrictEqual(story, ["+a1", "+a2", "-a1 aborted overtaken", "+b1"]);
  await finish("a2");
  await finish("b1");
});

Deno.test("close() ends everything, for good", async () => {
  const { queue, story } = lab(4);
  queue.push("1", "a");
  queue.push("1", "b");
  queue.close();
  await queue.idle();
  queue.push("1", "c");
  deepStrictEqual(story, ["+a", "xb closed", "-a aborted", "xc closed"]);
});

Deno.test("whatever is pushed, the last item of each key runs, and runs last", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(fc.constantFrom("1", "2", "3"), fc.nat(2))),
    fc.integer({ min: 1, max: 3 }),
    async (pushes, concurrency) => {
      const ran = new Map<string, number[]>();
      let running = 0;
      let most = 0;
      let dropped = 0;
      const queue = new Queue<readonly [string, number]>({
        concurrency,
        run: async ([key, number]) => {
          most = Math.max(most, ++running);
          ran.set(key, [...ran.get(key) ?? [], number]);
          await Promise.resolve();
          running--;
        },
        onDrop: () => dropped++,
      });
      for (const [i, [key, turns]] of pushes.entries()) {
        queue.push(key, [key, i]);
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      }
      await queue.idle();
      const all = [...ran.values()];
      strictEqual(all.flat().length + dropped, pushes.length);
      strictEqual(most <= concurrency, true);
      for (const [key, numbers] of ran) {
        strictEqual(pushes.findLastIndex(([of]) => of === key), numbers.at(-1));
        deepStrictEqual(numbers, numbers.toSorted((a, b) => a - b));
      }
    },
  ));
});

const FAILED: Attempt = {
  ok: false,
  detail: "status 503",
  retry: true,
};
const DONE: Attempt = { ...FAILED, ok: true, detail: "sent", retry: false };

function turn(overtaken = false): Turn & { readonly end: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    overtaken: () => overtaken,
    end: () => controller.abort(),
  };
}

/** Attempts with these outcomes; `count()` is how many were made. */
function attempts(...outcomes: Attempt[]): {
  readonly attempt: () => Promise<Attempt>;
  readonly count: () => number;
} {
  let made = 0;
  return {
    attempt: () => Promise.resolve(outcomes[made++] ?? DONE),
    count: () => made,
  };
}

Deno.test("withRetries() is content with the first success", async () => {
  const { attempt, count } = attempts(DONE);
  const { retry: _, ...outcome } = DONE;
  deepStrictEqual(await withRetries(attempt, [1, 1], turn()), outcome);
  strictEqual(count(), 1);
});

Deno.test("withRetries() pauses before each further attempt", async () => {
  const { attempt, count } = attempts(FAILED, FAILED, DONE);
  const start = performance.now();
  strictEqual((await withRetries(attempt, [20, 40], turn())).ok, true);
  strictEqual(count(), 3);
  strictEqual(performance.now() - start >= 59, true);
});

Deno.test("withRetries() is out of attempts in the end", async () => {
  const { attempt, count } = attempts(FAILED, FAILED, FAILED);
  strictEqual((await withRetries(attempt, [1, 1], turn())).ok, false);
  strictEqual(count(), 3);
});

Deno.test("withRetries() leaves a final failure at that", async () => {
  const { attempt, count } = attempts({ ...FAILED, retry: false });
  strictEqual((await withRetries(attempt, [1, 1], turn())).ok, false);
  strictEqual(count(), 1);
});

Deno.test("withRetries() gives way to what is newer", async () => {
  const { attempt, count } = attempts(FAILED);
  strictEqual((await withRetries(attempt, [60_000], turn(true))).ok, false);
  strictEqual(count(), 1);
});

Deno.test("withRetries() does not sleep past the end of its turn", async () => {
  const { attempt, count } = attempts(FAILED);
  const { end, ...rest } = turn();
  const done = withRetries(attempt, [60_000], rest);
  setTimeout(end, 5);
  strictEqual((await done).ok, false);
  strictEqual(count(), 1);
});
