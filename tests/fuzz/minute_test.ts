/**
 * What `deno task fuzz` does, for less than a minute: from another seed each
 * time, which is told when something is found.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { fuzz } from "../../tools/fuzz/engine.ts";
import type { Target } from "../../tools/fuzz/target.ts";
import { tell } from "../../tools/fuzz/tell.ts";
import { TARGETS } from "../../tools/fuzz/targets.ts";
import { fuzzAll } from "../../tools/fuzz/threads.ts";

/** Milliseconds; other tests run beside it. */
const TIME = 45_000;

Deno.test("nothing that chance makes of the corpus is read wrongly", async () => {
  const seed = Date.now() % 2 ** 31;
  const found: string[] = [];
  const plan = { seed, milliseconds: TIME, threads: 1 };
  await fuzzAll(TARGETS, plan, async (target, { count, finding }) => {
    ok(count > 0, `Nothing was read by ${target.name}`);
    if (finding !== null) found.push(await tell(target, finding, seed));
  });
  strictEqual(found.join("\n"), "");
});

/** A reader that is wrong, or slow, where only a guided search leads. */
function faulty(
  read: (bytes: Uint8Array) => void,
  perByte = 1_000,
): Target {
  return {
    name: "faulty",
    form: "hex",
    maxLength: 8,
    sources: [import.meta.filename ?? ""],
    steps: { base: 1_000, perByte },
    mutate: (input, chance) =>
      input.with(Math.floor(chance() * 8), Math.floor(chance() * 32)),
    judge: read,
  };
}

const START = [new Uint8Array(8)];
/** Far more time than it takes. */
const PATIENCE = { seed: 1, milliseconds: 120_000 };

Deno.test("a fault behind five bytes is found step by step, and made small", async () => {
  const target = faulty((bytes) => {
    // By chance alone this takes 32 million inputs.
    if (bytes[0] !== 7) return;
    if (bytes[1] !== 11) return;
    if (bytes[2] !== 13) return;
    if (bytes[3] !== 17) return;
    if (bytes[4] !== 19) return;
    throw new Error("Read wrongly");
  });
  const { finding } = await fuzz(target, START, PATIENCE);
  ok(finding !== null && finding.message.includes("Read wrongly"));
  strictEqual([...finding.input].join(" "), "7 11 13 17 19");
});

Deno.test("an input that takes too many steps is found", async () => {
  const target = faulty((bytes) => {
    let left = bytes[3] === 9 ? 1_000_000 : 10;
    while (left > 0) left--;
  });
  const { finding } = await fuzz(target, START, PATIENCE);
  ok(finding !== null && finding.message.startsWith("Too slow: "));
  strictEqual(finding.input[3], 9);
});
