import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { CheckSettings } from "../../src/config/settings/check.ts";
import type { ProbeResult } from "../../src/health/probes/result.ts";
import { runProbe } from "../../src/health/probes/run_probe.ts";
import type { CheckVerdict } from "../../src/health/check.ts";
import { Runner, type RunnerOptions } from "../../src/health/runner.ts";
import { until } from "../lab/wait.ts";
import { hang, listen } from "./loopback.ts";

type Run = NonNullable<RunnerOptions["run"]>;

/** A runner with what it said. */
interface Heard {
  readonly runner: Runner;
  readonly verdicts: CheckVerdict[];
  readonly events: string[];
}

function hear(run: Run): Heard {
  const verdicts: CheckVerdict[] = [];
  const events: string[] = [];
  const runner = new Runner({
    onVerdict: (verdict) => verdicts.push(verdict),
    log: {
      log: (event) => {
        if ("check" in event) events.push(`${event.event} ${event.check}`);
      },
    },
    run,
  });
  return { runner, verdicts, events };
}

function check(name: string, rest: Partial<CheckSettings> = {}): CheckSettings {
  return {
    name,
    interval: 50,
    timeout: 40,
    rise: 2,
    fall: 2,
    probe: { type: "file", path: "/", maxAge: null, number: false },
    ...rest,
  };
}

/** A probe that gives these results in turn, and the last one for ever. */
function script(results: readonly (ProbeResult | Error)[]): Run {
  let at = 0;
  return () => {
    const result = results[Math.min(at++, results.length - 1)];
    return result instanceof Error || result === undefined
      ? Promise.reject(result)
      : Promise.resolve(result);
  };
}

function wait(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}

const UP = { ok: true, detail: "up" };
const DOWN = { ok: false, detail: "down" };

Deno.test("a runner tells of changes only", async () => {
  const { runner, verdicts } = hear(script([UP, UP, DOWN, DOWN, UP, UP]));
  runner.update([check("a")], null);
  await wait(400);
  await runner.stop();
  const common = { check: "a", value: null };
  deepStrictEqual(verdicts, [
    { ...common, up: true, detail: "up" },
    { ...common, up: false, detail: "down" },
    { ...common, up: true, detail: "up" },
  ]);
});

Deno.test("a runner tells of a failing first result at once", async () => {
  const { runner, verdicts } = hear(script([DOWN]));
  runner.update([check("a", { fall: 5 })], null);
  await wait(20);
  await runner.stop();
  strictEqual(verdicts[0]?.up, false);
});

Deno.test("a runner tells of numbers, and of none while down", async () => {
  const { runner, verdicts } = hear(script([
    { ...UP, value: 3 },
    { ...UP, value: 3 },
    { ...UP, value: 4 },
    DOWN,
    DOWN,
  ]));
  runner.update([check("a")], null);
  await wait(350);
  await runner.stop();
  deepStrictEqual(verdicts.map(({ up, value }) => [up, value]), [
    [true, 3],
    [true, 4],
    [false, null],
  ]);
});

Deno.test("a probe that throws counts as unknown, not as failing", async () => {
  const { runner, verdicts, events } = hear(
    script([UP, new TypeError("a bug"), new TypeError("a bug"), DOWN]),
  );
  runner.update([check("a", { fall: 5 }), check("b")], null);
  await wait(400);
  const [status] = runner.status();
  await runner.stop();
  const ofA = verdicts.filter(({ check }) => check === "a");
  ok(ofA.every(({ up, detail }) => up !== null || detail === "a bug"));
  strictEqual(verdicts.filter(({ up }) => up === null).length, 1);
  strictEqual(events.filter((event) => /^check_error/.test(event)).length, 2);
  // The first result behind it decides anew.
  strictEqual(status?.up, false);
});

Deno.test("a check never overlaps itself", async () => {
  let now = 0;
  let most = 0;
  let runs = 0;
  const { runner } = hear(async () => {
    runs++;
    most = Math.max(most, ++now);
    await wait(70);
    now--;
    return UP;
  });
  runner.update([check("a")], null);
  await wait(600);
  await runner.stop();
  strictEqual(most, 1);
  // Every second point of the grid.
  ok(runs >= 5 && runs <= 7, `${runs} runs`);
});

Deno.test("checks start on a grid that does not drift", async () => {
  const starts: number[] = [];
  const { runner } = hear(async () => {
    starts.push(performance.now());
    await wait(8);
    return UP;
  });
  runner.update([check("a")], null);
  await wait(1050);
  await runner.stop();
  const first = starts[0] ?? 0;
  ok(starts.length >= 18, `${starts.length} starts`);
  const late = starts.map((start) => (start - first + 5) % 50 - 5);
  late.sort((a, b) => a - b);
  const median = late[Math.floor(late.length / 2)] ?? NaN;
  ok(Math.abs(median) < 5, `${median} ms`);
});

Deno.test("checks are spread over their interval", async () => {
  const starts: number[] = [];
  const { runner } = hear(() => {
    starts.push(performance.now());
    return Promise.resolve(UP);
  });
  const names = Array.from({ length: 50 }, (_, i) => `c${i}`);
  const checks = names.map((name) => check(name, { interval: 1000 }));
  const begin = performance.now();
  runner.update(checks, null);
  await wait(1020);
  await runner.stop();
  const tenths = new Array<number>(10).fill(0);
  for (const start of starts) {
    const tenth = Math.min(9, Math.floor((start - begin) / 100));
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  ok(tenths.every((count) => count >= 2 && count <= 9), `${tenths}`);
});

Deno.test("a check that an update does not change goes on", async () => {
  const { runner, verdicts } = hear(script([UP]));
  runner.update([check("a"), check("b")], null);
  await wait(60);
  const before = runner.status()[0]?.last[0]?.time;
  ok(before !== undefined);
  runner.update([check("c"), check("a"), check("b", { fall: 9 })], null);
  const [, a, b] = runner.status();
  strictEqual(a?.last[0]?.time, before);
  strictEqual(a?.up, true);
  deepStrictEqual(b?.last, []);
  strictEqual(b?.up, null);
  await wait(60);
  await runner.stop();
  deepStrictEqual(
    verdicts.map(({ check }) => check).toSorted(),
    ["a", "b", "b", "c"],
  );
});

Deno.test("a check that is removed is heard of no more", async () => {
  const { runner, verdicts } = hear(async () => {
    await wait(50);
    return UP;
  });
  runner.update([check("a")], null);
  await wait(10);
  runner.update([], null);
  await runner.stop();
  deepStrictEqual(verdicts, []);
  deepStrictEqual(runner.status(), []);
});

Deno.test("stopping ends probes under way", async () => {
  await using server = listen(hang);
  const { runner, verdicts } = hear(runProbe);
  const { port } = server;
  const tcp = { type: "tcp", host: "127.0.0.1", port, send: null } as const;
  const probe = { ...tcp, expect: "x" };
  runner.update([check("a", { probe, interval: 9e4, timeout: 6e4 })], null);
  await wait(50);
  strictEqual(runner.status()[0]?.isRunning, true);
  const start = performance.now();
  await runner.stop();
  ok(performance.now() - start < 100);
  deepStrictEqual(verdicts, []);
});

Deno.test("a runner says what it knows", async () => {
  const { runner } = hear(script([UP, DOWN]));
  runner.update([check("a", { interval: 60, fall: 3 })], null);
  strictEqual(runner.status()[0]?.detail, "Has not run yet");
  await wait(90);
  const [status] = runner.status();
  await runner.stop();
  const { since = 0, last = [], ...rest } = status ?? {};
  ok(Math.abs(Date.now() - since) < 1000);
  ok(last.every(({ time, duration }) => time >= since && duration < 50));
  deepStrictEqual(last.map(({ ok, detail }) => [ok, detail]), [
    [true, "up"],
    [false, "down"],
  ]);
  // The verdict stands, and with it what it stands for.
  deepStrictEqual(rest, {
    check: "a",
    up: true,
    value: null,
    detail: "up",
    isRunning: false,
    streak: 1,
    runs: { ok: 1, fail: 1, timeout: 0 },
  });
});

Deno.test("a runner counts what ran out of time, and its own errors as failures", async () => {
  const late = { ok: false, detail: "late", isLate: true };
  const { runner } = hear(script([UP, late, new TypeError("a bug"), DOWN]));
  runner.update([check("a", { interval: 30 })], null);
  const count = (): number => runner.status()[0]?.last.length ?? 0;
  while (count() < 4) await wait(5);
  const [status] = runner.status();
  await runner.stop();
  const last = status?.last.slice(0, 4).map(({ ok, detail }) => [ok, detail]);
  deepStrictEqual(last, [
    ...[[true, "up"], [false, "late"], [null, "a bug"], [false, "down"]],
  ]);
  const { ok, timeout } = status?.runs ?? {};
  deepStrictEqual([ok, timeout], [1, 1]);
});

Deno.test("a listener that throws does not stop the check", async () => {
  let told = 0;
  const errors: string[] = [];
  const runner = new Runner({
    onVerdict: () => {
      told++;
      if (told === 1) throw new TypeError("a bug");
    },
    log: { log: ({ event }) => errors.push(event) },
    run: script([UP]),
  });
  runner.update([check("a")], null);
  await wait(130);
  const [status] = runner.status();
  await runner.stop();
  ok(told >= 2);
  strictEqual(status?.up, true);
  ok(errors.includes("check_error"));
});

Deno.test("Runner goes on with what another one knew, of checks that are the same", async () => {
  const web = check("web");
  const first = hear(script([{ ok: false, detail: "down" }]));
  first.runner.update([web, check("db")], null);
  await until(() => first.verdicts.length === 2, { what: "two verdicts" });
  const known = JSON.parse(JSON.stringify(first.runner.known()));
  await first.runner.stop();
  const second = hear(script([UP, UP, UP]));
  second.runner.update([web, check("db", { fall: 5 })], null, known);
  const [status, fresh] = second.runner.status();
  deepStrictEqual(status?.up, false);
  deepStrictEqual(status?.detail, "down");
  deepStrictEqual(fresh?.up, null);
  // One success is not enough where two are needed.
  await until(() => second.verdicts.length === 2, { what: "two verdicts" });
  const order = second.events.filter((event) => /^check_/.test(event));
  ok(
    order.filter((event) => event === "check_result web").length >= 2,
    order.join(),
  );
  await second.runner.stop();
});
