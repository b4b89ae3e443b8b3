/**
 * Runs 50 virtual routers at 100 ms on two hosts for a long time and watches
 * their memory: `deno task soak [--minutes N]`. Fails when either daemon grew
 * by 2 MiB or more after the first minute, or an instance changed its state.
 * Runs the compiled program, made for this or named by `ALIVED_BIN`: only it
 * has the limits on V8's heap that a release has.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { join } from "node:path";
import { parseArgs } from "node:util";
import { Alived } from "../tests/lab/alived.ts";
import { configuration, instance } from "../tests/lab/configuration.ts";
import { Lab } from "../tests/lab/lab.ts";
import { memoryKib } from "../tests/lab/memory.ts";
import { obstacle } from "../tests/lab/namespace.ts";
import { run } from "../tests/lab/program.ts";
import { sleep } from "../tests/lab/wait.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const INSTANCES = 50;
const MINUTE = 60_000;
const MAX_GROWTH = 2;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { minutes: { type: "string", default: "10" } },
  });
  const minutes = Number(values.minutes);
  const reason = minutes >= 2
    ? await obstacle()
    : `Cannot soak for "${values.minutes}" minutes: must be 2 or more`;
  if (reason === null) await useBinary();
  const problems = reason === null ? await soak(minutes) : [reason];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) Deno.exitCode = 1;
}

async function useBinary(): Promise<void> {
  if (Deno.env.has("ALIVED_BIN")) return;
  const binary = join(ROOT, "build", "alived");
  await run([
    ...[Deno.execPath(), "run", "-A", "--no-prompt"],
    ...[join(ROOT, "tools/compile.ts"), "--output", binary],
  ]);
  Deno.env.set("ALIVED_BIN", binary);
}

/** The configuration of a host; it logs what an operator would let it. */
function routers(priority: number): string {
  const instances = Array.from({ length: INSTANCES }, (_, i) =>
    instance({
      name: `VI_${i + 1}`,
      virtual_router_id: i + 1,
      priority,
      virtual_ips: [`192.0.2.${i + 101}/24`],
    }));
  return configuration(instances, {
    global: { log: { level: "info", format: "json" } },
  });
}

/** @returns What went wrong. */
async function soak(minutes: number): Promise<string[]> {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  const master = await Alived.start(a, routers(150));
  await everyInstance(master, "MASTER");
  const backup = await Alived.start(b, routers(100));
  await everyInstance(backup, "BACKUP");
  const daemons = { master, backup };
  console.log("minute  RSS in MiB: master, backup");
  const first = new Map<Alived, number>();
  const last = new Map<Alived, number>();
  for (let minute = 1; minute <= minutes; minute++) {
    await sleep(MINUTE);
    const row: string[] = [];
    for (const daemon of [master, backup]) {
      const mib = await memoryKib(daemon.program.pid) / 1_024;
      if (minute === 1) first.set(daemon, mib);
      last.set(daemon, mib);
      row.push(mib.toFixed(1).padStart(8));
    }
    console.log(`${String(minute).padStart(6)}  ${row.join("")}`);
  }
  const problems: string[] = [];
  for (const [name, daemon] of Object.entries(daemons)) {
    const growth = (last.get(daemon) ?? NaN) - (first.get(daemon) ?? NaN);
    console.log(
      `${name}: ${growth.toFixed(2)} MiB more after minute ${minutes} than ` +
        "after the first",
    );
    if (!(growth < MAX_GROWTH)) {
      problems.push(`The ${name} grew by ${growth.toFixed(2)} MiB`);
    }
    const changes = daemon.events()
      .filter(({ event }) => event === "transition").length;
    const expected = INSTANCES * (daemon === master ? 2 : 1);
    if (changes !== expected) {
      problems.push(
        `The ${name} logged ${changes - expected} more transitions`,
      );
    }
    const code = await daemon.stop();
    if (code !== 0) problems.push(`The ${name} ended with ${code}`);
  }
  return problems;
}

async function everyInstance(
  alived: Alived,
  state: "MASTER" | "BACKUP",
): Promise<void> {
  for (let i = 1; i <= INSTANCES; i++) {
    await alived.waitForState(state, { instance: `VI_${i}` });
  }
}
