import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DeadlineQueue } from "../../src/vrrp/deadline_queue.ts";

Deno.test("DeadlineQueue: an empty one is never due", () => {
  const queue = new DeadlineQueue<string>();
  strictEqual(queue.earliest, Infinity);
  strictEqual(queue.first, undefined);
  deepStrictEqual(queue.until(1e12), []);
});

Deno.test("DeadlineQueue: keys come in the order of their times, up to the limit", () => {
  const queue = new DeadlineQueue<string>();
  for (const [key, at] of [["c", 3], ["a", 1], ["d", 4], ["b", 2]] as const) {
    queue.set(key, at);
  }
  strictEqual(queue.earliest, 1);
  strictEqual(queue.first, "a");
  deepStrictEqual(queue.until(3), ["a", "b", "c"]);
  deepStrictEqual(queue.until(2.999), ["a", "b"]);
  // Asking takes nothing out.
  deepStrictEqual(queue.until(9, 2), ["a", "b"]);
  deepStrictEqual(queue.until(9, 0), []);
});

Deno.test("DeadlineQueue: of equal times the first set is the first", () => {
  const queue = new DeadlineQueue<string>();
  for (const key of ["b", "a", "d", "c"]) queue.set(key, 7);
  deepStrictEqual(queue.until(7), ["b", "a", "d", "c"]);
  deepStrictEqual(queue.until(7), ["b", "a", "d", "c"]);
  queue.set("b", 8);
  queue.set("b", 7);
  deepStrictEqual(queue.until(7), ["a", "d", "c", "b"]);
  // The same time again changes nothing.
  queue.set("a", 7);
  deepStrictEqual(queue.until(7), ["a", "d", "c", "b"]);
});

Deno.test("DeadlineQueue: Infinity, delete() and clear() take out", () => {
  const queue = new DeadlineQueue<string>();
  for (const key of ["a", "b", "c"]) queue.set(key, 1);
  queue.set("a", Infinity);
  queue.delete("b");
  queue.delete("unknown");
  deepStrictEqual(queue.until(Infinity), ["c"]);
  queue.set("a", -Infinity);
  strictEqual(queue.earliest, -Infinity);
  queue.clear();
  strictEqual(queue.earliest, Infinity);
  queue.set("c", 5);
  deepStrictEqual(queue.until(5), ["c"]);
});

/** The same by scanning everything. */
class Naive {
  #entries: { key: number; at: number; order: number }[] = [];
  #order = 0;

  set(key: number, at: number): void {
    if (this.#entries.some((one) => one.key === key && one.at === at)) return;
    this.#entries = this.#entries.filter((one) => one.key !== key);
    if (at === Infinity) return;
    this.#entries.push({ key, at, order: this.#order++ });
  }

  clear(): void {
    this.#entries = [];
  }

  get earliest(): number {
    return Math.min(...this.#entries.map(({ at }) => at));
  }

  until(limit: number, most: number): number[] {
    return this.#entries
      .toSorted((a, b) => a.at - b.at || a.order - b.order)
      .filter(({ at }) => at <= limit)
      .slice(0, most)
      .map(({ key }) => key);
  }
}

Deno.test("DeadlineQueue: answers as a scan of everything does, whatever is done", () => {
  const time = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Infinity));
  const set = fc.record({ key: fc.integer({ min: 0, max: 40 }), at: time });
  const ask = fc.record({ limit: time, most: fc.integer({ min: 0, max: 9 }) });
  const operations = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: set },
      { weight: 5, arbitrary: ask },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    { maxLength: 300, size: "max" },
  );
  fc.assert(fc.property(operations, (operations) => {
    const queue = new DeadlineQueue<number>();
    const naive = new Naive();
    for (const operation of operations) {
      if (operation === null) {
        queue.clear();
        naive.clear();
      } else if ("key" in operation) {
        queue.set(operation.key, operation.at);
        naive.set(operation.key, operation.at);
      } else {
        const { limit, most } = operation;
        deepStrictEqual(queue.until(limit, most), naive.until(limit, most));
      }
      strictEqual(queue.earliest, naive.earliest);
    }
    deepStrictEqual(queue.until(Infinity), naive.until(Infinity, Infinity));
  }));
});
