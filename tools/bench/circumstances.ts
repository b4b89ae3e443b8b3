/**
 * Where and with what is measured.
 *
 * @module
 */

import { statfsSync } from "node:fs";
import { run } from "../../tests/lab/program.ts";
import type { Circumstances } from "./report.ts";

const TMPFS = "/dev/shm";
const TMPFS_MAGIC = 0x01021994;

/**
 * Let the lab put the files of hosts into memory: their configurations and what
 * was captured.
 *
 * @throws {Error} When there is no tmpfs; on a disk each file costs time.
 */
export function useTmpfs(): void {
  if (statfsSync(TMPFS).type !== TMPFS_MAGIC) {
    throw new Error(`Cannot measure: ${TMPFS} is no tmpfs`);
  }
  Deno.env.set("TMPDIR", TMPFS);
}

/** What is known of the circumstances before. */
export type Begin = Pick<Circumstances, "from"> & { readonly load: number };

/** Note when it began. */
export function begin(): Begin {
  return { from: new Date().toISOString(), load: loadAverage() };
}

/** Everything else, when it ends. */
export async function end({ from, load }: Begin): Promise<Circumstances> {
  return {
    ...{ from, to: new Date().toISOString() },
    machine: await machine(),
    load: [load, loadAverage()],
    versions: {
      alived: await alivedVersion(),
      keepalived: await keepalivedVersion(),
    },
  };
}

/** Of the last minute. */
function loadAverage(): number {
  return Deno.loadavg()[0] ?? NaN;
}

async function machine(): Promise<string> {
  const processors = await Deno.readTextFile("/proc/cpuinfo");
  const [, model = Deno.build.arch] = /^model name\s*:\s*(.+)$/m
    .exec(processors) ?? [];
  const cpus = `${navigator.hardwareConcurrency} × ${model}`;
  return `Linux ${Deno.osRelease()}, ${cpus}, ${await policy()}`;
}

/** How the kernel schedules the bench, and so all that it starts. */
async function policy(): Promise<string> {
  const stat = await Deno.readTextFile("/proc/self/stat");
  // Field 41 of proc_pid_stat(5); the third is the first behind the name.
  const number = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[41 - 3];
  const names: Readonly<Record<string, string>> = {
    ...{ 0: "SCHED_OTHER", 1: "SCHED_FIFO", 2: "SCHED_RR" },
  };
  return names[number ?? ""] ?? `scheduling policy ${number}`;
}

async function alivedVersion(): Promise<string> {
  const binary = Deno.env.get("ALIVED_BIN");
  if (binary === undefined) {
    return `alived from its sources, Deno ${Deno.version.deno}`;
  }
  return (await run([binary, "--version"])).trim();
}

async function keepalivedVersion(): Promise<string> {
  const text = await run(["sh", "-c", "keepalived --version 2>&1"]);
  return text.split("\n")[0] ?? "";
}
