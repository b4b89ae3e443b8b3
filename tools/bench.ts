/**
 * Measures alived beside Debian's keepalived, in turns: `deno task bench
 * [--quick] [--rounds N] [--only PART] [--sources]`. Measures the compiled
 * program, made for this or named by `ALIVED_BIN`; with `--sources` what it is
 * made of. `--quick` takes two minutes instead of many; what it says of rare
 * things is worth as much.
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
import { CROWDS } from "./bench/crowd.ts";
import { type Figure, table } from "./bench/figures.ts";
import { afterFreeze } from "./bench/freeze.ts";
import { besideChecks } from "./bench/health.ts";
import { idle } from "./bench/idle.ts";
import { largeTakeover, manyStartAndStop } from "./bench/scale.ts";
import { stalls } from "./bench/stall.ts";
import { starts } from "./bench/start.ts";
import {
  falseTakeovers,
  type Series,
  takeovers,
  type Undisturbed,
  V2,
  V3,
} from "./bench/takeover.ts";
import { fallbackToolchain } from "./denort.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");

/** How long things are watched, in milliseconds, and how often. */
interface Effort {
  readonly series: readonly Series[];
  readonly rounds: number;
  /** False takeovers are counted in slices by turns. */
  readonly slices: number;
  readonly slice: number;
  readonly idle: number;
  readonly stalled: number;
  /** Numbers of health checks to measure beside. */
  readonly checks: readonly number[];
  readonly checked: number;
}

const THOROUGH: Effort = {
  series: [V2, V3],
  ...{ rounds: 10, slices: 4, slice: 15_000, idle: 30_000, stalled: 10_000 },
  ...{ checks: [0, 500], checked: 30_000 },
};
const QUICK: Effort = {
  series: [V3],
  ...{ rounds: 1, slices: 1, slice: 4_000, idle: 4_000, stalled: 2_000 },
  ...{ checks: [500], checked: 4_000 },
};

const CROWD_PARTS = [
  { what: "200 × 20 VIPs", measure: largeTakeover },
  { what: "500 start and stop", measure: manyStartAndStop },
  { what: "250 × 10 ms frozen", measure: afterFreeze },
];

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      only: { type: "string", default: "" },
      sources: { type: "boolean", default: false },
    },
  });
  const usual = values.quick ? QUICK : THOROUGH;
  const rounds = Number(values.rounds ?? usual.rounds);
  // Where ip and keepalived are, which is not in everybody's PATH.
  Deno.env.set("PATH", `${Deno.env.get("PATH")}:/usr/sbin:/sbin`);
  const reason = Number.isInteger(rounds) && rounds > 0
    ? await obstacle(["keepalived", "ping"])
    : `Cannot measure "${values.rounds}" rounds: must be a number from 1`;
  if (reason === null) {
    if (values.sources) Deno.env.delete("ALIVED_BIN");
    else await useBinary();
    const parts = partsOf({ ...usual, rounds }, values.sources)
      .filter(({ what }) => what.includes(values.only));
    await measure(parts);
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

/** One thing that is measured. */
interface Part {
  /** In words; `--only` looks for its text here. */
  readonly what: string;
  readonly measure: () => Promise<Figure[]>;
}

function partsOf(effort: Effort, sources: boolean): Part[] {
  const { rounds, checks, checked } = effort;
  const inTurns = Array.from({ length: rounds }, (_, i) => i + 1);
  const counted = (round: number): string => `round ${round} of ${rounds}`;
  return [
    ...effort.series.flatMap((series) =>
      inTurns.flatMap((round) =>
        CONTENDERS.map((contender) => ({
          what: `${series.title}: ${counted(round)}, ${contender.name}`,
          measure: () => takeovers(contender, series),
        }))
      )
    ),
    { what: `${V3.title}: left alone`, measure: () => leftAlone(effort) },
    ...CROWD_PARTS.flatMap(({ what, measure }) =>
      CROWDS.map((contender) => ({
        what: `scale: ${what}, ${contender.name}`,
        measure: () => measure(contender),
      }))
    ),
    ...CONTENDERS.map((contender) => ({
      what: `idle: ${contender.name}`,
      measure: () => idle(contender, effort.idle),
    })),
    {
      what: "idle: empty program",
      measure: async () => await baseline(await toolchain(sources)),
    },
    ...inTurns.map((round) => ({
      what: `starts: ${counted(round)}`,
      measure: starts,
    })),
    {
      what: "configurations",
      measure: () => Promise.resolve(configurations()),
    },
    { what: "stalls", measure: () => stalls(effort.stalled) },
    ...checks.map((count) => ({
      what: `${count} checks`,
      measure: () => besideChecks(count, checked),
    })),
  ];
}

async function measure(parts: readonly Part[]): Promise<void> {
  const figures: Figure[] = [];
  for (const { what, measure } of parts) {
    console.error(what);
    try {
      figures.push(...await measure());
    } catch (error) {
      // The other figures are worth having all the same.
      console.error(error instanceof Error ? error.message : error);
      Deno.exitCode = 1;
    }
  }
  console.log(await versions());
  const columns = [...CONTENDERS.map(({ name }) => name), "empty program"];
  console.log(`\nmedian, worst (values)\n${table(figures, columns)}`);
}

/** False takeovers of both, in turns. */
async function leftAlone({ slices, slice }: Effort): Promise<Figure[]> {
  const figures = new Map<string, Undisturbed>();
  for (let i = 0; i < slices; i++) {
    for (const contender of CONTENDERS) {
      const now = await falseTakeovers(contender, V3, slice);
      const { takeovers, longestGap } = figures.get(contender.name) ??
        { takeovers: 0, longestGap: 0 };
      figures.set(contender.name, {
        takeovers: takeovers + now.takeovers,
        longestGap: Math.max(longestGap, now.longestGap),
      });
    }
  }
  const seconds = slices * slice / 1_000;
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
    `Linux ${Deno.osRelease()}, ${navigator.hardwareConcurrency} CPUs, ` +
    `load average ${Deno.loadavg().map((n) => n.toFixed(1)).join(" ")}`,
  ].join("\n");
}
