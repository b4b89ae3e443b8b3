import { newInstance } from "../../src/daemon/core/instance.ts";
import { INSTANCE } from "../lab/fake_core.ts";
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Work } from "../../src/daemon/core/work.ts";

Deno.test("Work.pace() halves the piece after a slow call, down to 8", () => {
  const work = new Work();
  const pieces = [work.piece];
  for (let i = 0; i < 6; i++) {
    work.pace(1, 20.1, 20);
    pieces.push(work.piece);
  }
  deepStrictEqual(pieces, [128, 64, 32, 16, 8, 8, 8]);
});

Deno.test("Work.pace() doubles the piece after a fast call, up to 512", () => {
  const work = new Work();
  const pieces = [work.piece];
  for (let i = 0; i < 4; i++) {
    work.pace(work.piece, 4.9, 20);
    pieces.push(work.piece);
  }
  deepStrictEqual(pieces, [128, 256, 512, 512, 512]);
});

Deno.test("Work.pace() keeps the piece after a call of fitting length", () => {
  const work = new Work();
  for (const took of [5, 12, 20]) work.pace(128, took, 20);
  strictEqual(work.piece, 128);
});

Deno.test("Work.pace() learns nothing from a fast call of less than a piece", () => {
  const work = new Work();
  work.pace(127, 1, 20);
  strictEqual(work.piece, 128);
  work.pace(128, 1, 20);
  strictEqual(work.piece, 256);
});

Deno.test("Work.touch() has everything planned anew, and each instance once", () => {
  const work = new Work();
  work.touch("VI_1");
  strictEqual(work.steps, null);
  const job = work.jobs.get("VI_1");
  deepStrictEqual(job, {
    ...{ left: 0, isPlanned: false },
    refused: new Map(),
    added: new Set(),
    removed: new Set(),
    replaced: new Set(),
    stuck: new Set(),
    repeated: new Set(),
  });
  work.steps = [];
  if (job !== undefined) job.isPlanned = true;
  work.touch("VI_1");
  strictEqual(work.steps, null);
  strictEqual(work.jobs.get("VI_1"), job);
  strictEqual(job?.isPlanned, false);
  strictEqual(work.jobs.size, 1);
});

Deno.test("Work is pending while anything is to be done", () => {
  const priority = 100;
  const adders: readonly ((work: Work) => void)[] = [
    (work) => work.touch("VI_1"),
    (work) => work.renewals.push("2 10.0.0.100/24"),
    (work) =>
      work.lastWords.push({ instance: newInstance(INSTANCE, 0), priority }),
    (work) => work.announcements.push({ instance: "VI_1", what: "all" }),
    (work) => work.tales.push(() => {}),
  ];
  strictEqual(new Work().isPending, false);
  for (const add of adders) {
    const work = new Work();
    add(work);
    strictEqual(work.isPending, true, `${add}`);
  }
});
