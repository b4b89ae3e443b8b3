import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Retry } from "../../src/daemon/core/retry.ts";

Deno.test("Retry waits for nothing before it fails", () => {
  const retry = new Retry();
  strictEqual(retry.dueAt, Infinity);
  strictEqual(retry.isFailing, false);
});

Deno.test("Retry waits 1 s, then twice as long each time, at most 60 s", () => {
  const retry = new Retry();
  const waits: number[] = [];
  let now = 0;
  for (let i = 0; i < 9; i++) {
    retry.failed(now);
    waits.push(retry.dueAt - now);
    now = retry.dueAt;
    retry.again();
  }
  deepStrictEqual(
    waits,
    [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000],
  );
});

Deno.test("Retry counts failures between two tries once", () => {
  const retry = new Retry();
  retry.failed(0);
  retry.failed(500);
  strictEqual(retry.dueAt, 1000);
  retry.again();
  strictEqual(retry.dueAt, Infinity);
  strictEqual(retry.isFailing, true);
  retry.failed(1000);
  strictEqual(retry.dueAt, 3000);
});

Deno.test("Retry begins anew after a success", () => {
  const retry = new Retry();
  retry.failed(0);
  retry.again();
  retry.failed(1000);
  retry.succeeded();
  strictEqual(retry.dueAt, Infinity);
  strictEqual(retry.isFailing, false);
  retry.failed(5000);
  strictEqual(retry.dueAt, 6000);
});
