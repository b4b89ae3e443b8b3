// One question at a time, and no answer from memory.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type {
  CoreFacts,
  CoreStatus,
  InstanceFacts,
} from "../../src/daemon/core_status.ts";
import type { ToCore } from "../../src/daemon/messages.ts";
import {
  type CoreAnswer,
  type CoreSilence,
  StatusQuestion,
} from "../../src/daemon/side/status_question.ts";

const WHOLE: CoreFacts = {
  ...{ turns: 5, reloads: 0, stalls: 0, netlinkSlow: 0, netlinkOverruns: 0 },
  lateness: { counts: [], sum: 0, max: 0 },
};

/** A part with instances of these names. */
function part(
  names: readonly string[],
  next: number | null,
  whole: Partial<CoreFacts> = {},
): CoreStatus {
  const instances = names.map((name) => ({ name }) as InstanceFacts);
  return { ...WHOLE, ...whole, instances, next };
}

/** A question whose core and clock are the test's. */
class Bench implements Disposable {
  readonly sent: Extract<ToCore, { type: "status" }>[] = [];
  time = 1000;
  reloads = 0;
  readonly question: StatusQuestion;

  constructor(limit = 40) {
    this.question = new StatusQuestion({
      send: (question) => void this.sent.push(question),
      reloads: () => this.reloads,
      now: () => this.time,
      limit,
    });
  }

  /** The core answers what was asked last. */
  answer(status: CoreStatus): void {
    const { id = 0 } = this.sent.at(-1) ?? {};
    this.question.hear({ type: "status", id, status });
  }

  [Symbol.dispose](): void {
    this.question.close();
  }
}

/** Names of the instances, or for how long the core is silent. */
function told(answer: CoreAnswer | CoreSilence): unknown {
  return "whole" in answer
    ? answer.instances.map(({ name }) => name)
    : answer.silentFor;
}

Deno.test("parts are asked for one after the other and put together", async () => {
  using bench = new Bench();
  const asked = bench.question.ask();
  deepStrictEqual(bench.sent, [{ type: "status", id: 1, from: 0 }]);
  bench.time += 2;
  bench.answer(part(["a", "b"], 2));
  deepStrictEqual(bench.sent[1], { type: "status", id: 1, from: 2 });
  bench.time += 3;
  bench.answer(part(["c"], null, { turns: 9 }));
  const answer = await asked;
  deepStrictEqual(answer, {
    whole: { ...WHOLE, turns: 9 },
    instances: [{ name: "a" }, { name: "b" }, { name: "c" }],
    took: 5,
  });
  strictEqual(bench.sent.length, 2);
});

Deno.test("what was said before a change is no answer behind it", async () => {
  using bench = new Bench();
  const first = bench.question.ask();
  bench.answer(part(["a"], null));
  deepStrictEqual(told(await first), ["a"]);
  bench.question.forget();
  const second = bench.question.ask();
  strictEqual(bench.sent.length, 2);
  bench.answer(part(["a", "b"], null));
  deepStrictEqual(told(await second), ["a", "b"]);
});

Deno.test("who asks meanwhile, or within 100 ms, gets the same answer", async () => {
  using bench = new Bench();
  const asked = [bench.question.ask(), bench.question.ask()];
  bench.answer(part(["a"], null));
  bench.time += 99;
  asked.push(bench.question.ask());
  const [first, second, third] = await Promise.all(asked);
  strictEqual(second, first);
  strictEqual(third, first);
  strictEqual(bench.sent.length, 1);
  bench.time += 1;
  const fourth = bench.question.ask();
  strictEqual(bench.sent.length, 2);
  bench.answer(part(["b"], null));
  deepStrictEqual(told(await fourth), ["b"]);
});

Deno.test("a core that does not answer is silent, and is asked nothing more", async () => {
  using bench = new Bench();
  const asked = bench.question.ask();
  bench.time += 500;
  strictEqual(told(await asked), 500);
  bench.time += 1000;
  // At once, and of the question that waits.
  strictEqual(told(await bench.question.ask()), 1500);
  strictEqual(bench.sent.length, 1);
  // What it says at last is old.
  bench.answer(part(["old"], null));
  const again = bench.question.ask();
  deepStrictEqual(bench.sent[1], { type: "status", id: 2, from: 0 });
  bench.answer(part(["new"], null));
  deepStrictEqual(told(await again), ["new"]);
});

Deno.test("silence begins with the part that does not come", async () => {
  using bench = new Bench();
  const asked = bench.question.ask();
  bench.time += 300;
  bench.answer(part(["a"], 1, {}));
  strictEqual(told(await asked), 0);
  bench.time += 250;
  strictEqual(told(await bench.question.ask()), 250);
});

Deno.test("a core that answers part after part has twice the time, and no more", async () => {
  using bench = new Bench();
  let isOver = false;
  const asked = bench.question.ask().finally(() => isOver = true);
  const pass = (): Promise<void> => new Promise((next) => setTimeout(next, 25));
  bench.time += 30;
  await pass();
  bench.answer(part(["a"], 1));
  await pass();
  strictEqual(isOver, false);
  bench.time += 30;
  bench.answer(part(["b"], 2));
  strictEqual(told(await asked), 0);
});

Deno.test("an answer that was on its way while this side stood still is asked for anew", async () => {
  using bench = new Bench();
  const asked = bench.question.ask();
  bench.time += 60_000;
  bench.answer(part(["old"], null));
  strictEqual(bench.sent.length, 2);
  bench.answer(part(["new"], null));
  deepStrictEqual(told(await asked), ["new"]);
});

Deno.test("parts of two configurations are not put together", async () => {
  using bench = new Bench();
  const asked = bench.question.ask();
  bench.answer(part(["a", "b"], 2));
  bench.reloads = 1;
  // The core was asked before it had the reload, and is asked behind it.
  bench.answer(part(["c"], null));
  deepStrictEqual(bench.sent.at(-1), { type: "status", id: 1, from: 0 });
  bench.answer(part(["b"], 1, { reloads: 1 }));
  bench.answer(part(["c"], null, { reloads: 1 }));
  deepStrictEqual(told(await asked), ["b", "c"]);
});

Deno.test("an answer to another question is none", async () => {
  using bench = new Bench();
  const asked = bench.question.ask();
  const status = part(["other"], null);
  bench.question.hear({ type: "status", id: 99, status });
  bench.answer(part(["a"], null));
  deepStrictEqual(told(await asked), ["a"]);
  // It was answered.
  bench.question.hear({ type: "status", id: 1, status });
  bench.time += 100;
  const again = bench.question.ask();
  bench.answer(part(["b"], null));
  deepStrictEqual(told(await again), ["b"]);
});

Deno.test("a question that cannot be sent is no answer, and the next one is asked", async () => {
  using bench = new Bench();
  const asked = bench.question.ask();
  bench.time += 3;
  bench.question.lost();
  strictEqual(told(await asked), 3);
  const again = bench.question.ask();
  bench.answer(part(["a"], null));
  deepStrictEqual(told(await again), ["a"]);
});

Deno.test("a core that has ended answers nobody", async () => {
  using bench = new Bench();
  const before = bench.question.ask();
  bench.answer(part(["a"], null));
  await before;
  bench.time += 100;
  const asked = bench.question.ask();
  bench.time += 7;
  bench.question.close();
  strictEqual(told(await asked), 7);
  bench.time += 10;
  bench.question.close();
  // Not what it said before, either.
  strictEqual(told(await bench.question.ask()), 17);
  strictEqual(bench.sent.length, 2);
});
