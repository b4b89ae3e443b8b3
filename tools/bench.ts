/**
 * Measures alived beside Debian's keepalived, in turns: `deno task bench
 * [--rounds N] [--sources]`. Measures the compiled program, made for this or
 * named by `ALIVED_BIN`; with `--sources` what it is made of.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { join } from "node:path";
import { parseArgs } from "node:util";
import { obstacle } from "../tests/lab/namespace.ts";
import { run } from "../tests/lab/program.ts";
import { baseline } from "./bench/baseline.ts";
import { configurations } from "./bench/configuration.ts";
import { CONTENDERS } from "./bench/contender.ts";
import { type Figure, table } from "./bench/figures.ts";
import { besideChecks } from "./bench/health.ts";
import { idle } from "./bench/idle.ts";
import { stalls } from "./bench/stall.ts";
import { starts } from "./bench/start.ts";
import {
  falseTakeovers,
  takeovers,
  type Undisturbed,
  V2,
  V3,
} from "./bench/takeover.ts";
import { fallbackToolchain } from "./denort.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");

/** Milliseconds that false takeovers are counted for, in slices by turns. */
const WATCHED = { slices: 4, slice: 15_000 };
const IDLE = 30_000;
const STALLED = 10_000;
const CHECKS = { counts: [0, 500], duration: 30_000 };

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "10" },
      sources: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  // Where ip and keepalived are, which is not in everybody's PATH.
  Deno.env.set("PATH", `${Deno.env.get("PATH")}:/usr/sbin:/sbin`);
  const reason = Number.isInteger(rounds) && rounds > 0
    ? await obstacle(["keepalived", "ping"])
    : `Cannot measure "${values.rounds}" rounds: must be a number from 1`;
  if (reason === null) {
    if (values.sources) Deno.env.delete("ALIVED_BIN");
    else await useBinary();
    await measure(rounds, values.sources);
  } else {
    console.error(reason);
    Deno.exitCode = 1;
  }
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

async function measure(rounds: number, sources: boolean): Promise<void> {
  const figures: Figure[] = [];
  const add = async (
    what: string,
    measuring: Promise<Figure[]>,
  ): Promise<void> => {
    console.error(what);
    try {
      figures.push(...await measuring);
    } catch (error) {
      // The other figures are worth having all the same.
      console.error(error instanceof Error ? error.message : error);
      Deno.exitCode = 1;
    }
  };
  for (const series of [V2, V3]) {
    for (let round = 1; round <= rounds; round++) {
      for (const contender of CONTENDERS) {
        await add(
          `${series.title}: round ${round} of ${rounds}, ${contender.name}`,
          takeovers(contender, series),
        );
      }
    }
  }
  await add(`${V3.title}: left alone`, leftAlone());
  for (const contender of CONTENDERS) {
    await add(`idle: ${contender.name}`, idle(contender, IDLE));
  }
  await add("idle: empty program", baseline(await toolchain(sources)));
  for (let round = 1; round <= rounds; round++) {
    await add(`starts: round ${round} of ${rounds}`, starts());
  }
  await add("configurations", Promise.resolve(configurations()));
  await add("stalls", stalls(STALLED));
  for (const count of CHECKS.counts) {
    await add(`${count} checks`, besideChecks(count, CHECKS.duration));
  }

  console.log(await versions());
  const columns = [...CONTENDERS.map(({ name }) => name), "empty program"];
  console.log(`\nmedian, worst (values)\n${table(figures, columns)}`);
}

/** False takeovers of both, in turns. */
async function leftAlone(): Promise<Figure[]> {
  const figures = new Map<string, Undisturbed>();
  for (let slice = 0; slice < WATCHED.slices; slice++) {
    for (const contender of CONTENDERS) {
      const now = await falseTakeovers(contender, V3, WATCHED.slice);
      const { takeovers, longestGap } = figures.get(contender.name) ??
        { takeovers: 0, longestGap: 0 };
      figures.set(contender.name, {
        takeovers: takeovers + now.takeovers,
        longestGap: Math.max(longestGap, now.longestGap),
      });
    }
  }
  const seconds = WATCHED.slices * WATCHED.slice / 1_000;
  return [...figures].flatMap(([contender, { takeovers, longestGap }]) => [
    {
      ...{ name: `${V3.title}: false takeovers in ${seconds} s`, contender },
      value: takeovers,
    },
    {
      ...{ name: `${V3.title}: longest gap between adverts, ms`, contender },
      value: longestGap,
    },
  ]);
}

/** What made the binary, so that the empty program is made the same way. */
async function toolchain(
  sources: boolean,
): Promise<Parameters<typeof baseline>[0]> {
  if (sources) return null;
  const own = { deno: Deno.execPath() };
  const text = await run([Deno.env.get("ALIVED_BIN") ?? "", "--version"]);
  if (text.includes(`deno ${Deno.version.deno}`)) return own;
  return await fallbackToolchain();
}

async function versions(): Promise<string> {
  const binary = Deno.env.get("ALIVED_BIN");
  const alived = binary === undefined
    ? `alived from its sources on deno ${Deno.version.deno}`
    : (await run([binary, "--version"])).trim();
  const keepalived = await run(["sh", "-c", "keepalived --version 2>&1"]);
  return [
    ...[alived, keepalived.split("\n")[0] ?? ""],
    `Linux ${Deno.osRelease()}, ${navigator.hardwareConcurrency} CPUs`,
  ].join("\n");
}
