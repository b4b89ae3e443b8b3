/**
 * Processes: enough of a name run, or the one of a pid file does.
 *
 * @module
 */

import type { ProcessProbe } from "../../config/settings/check.ts";
import { oneLine } from "../../log/one_line.ts";
import type { ProbeResult, ProbeTime } from "./result.ts";
import { abandonable, readSmallFile } from "./small_file.ts";

/** Milliseconds for which one look at all processes serves all checks. */
const SCAN_AGE = 100;
/** Processes that are looked at before others get their turn. */
const SCAN_CHUNK = 100;
/** Characters of its name that the kernel keeps. */
const COMM_LENGTH = 15;

/** A process that runs. */
interface Process {
  /** Its name, which it can change; at most 15 characters. */
  readonly comm: string;
  /** Base name of its executable; null when that may not be known. */
  readonly executable: string | null;
}

let scan: { readonly at: number; readonly found: Promise<Process[]> } | null =
  null;

/** Run the probe once. */
export async function probeProcess(
  probe: ProcessProbe,
  { signal }: ProbeTime,
): Promise<ProbeResult> {
  const { name, pidFile } = probe;
  if (pidFile !== null) return await probePidFile(pidFile, name, signal);
  if (name === null) throw new TypeError("Neither a name nor a pid file");
  const processes = await abandonable(findProcesses(), signal);
  const count = processes.filter((process) => isNamed(process, name)).length;
  return {
    ok: count >= probe.quorum,
    detail: `${count} of at least ${probe.quorum} run`,
  };
}

async function probePidFile(
  path: string,
  name: string | null,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const { text } = await readSmallFile(path, signal);
  const pid = /^\s*([1-9][0-9]{0,9})\b/.exec(text)?.[1];
  if (pid === undefined) {
    const detail = `"${path}" holds "${oneLine(text)}", no process id`;
    return { ok: false, detail };
  }
  const process = readProcess(pid);
  if (process === null) {
    return { ok: false, detail: `Process ${pid} does not run` };
  }
  if (name !== null && !isNamed(process, name)) {
    return {
      ok: false,
      detail: `Process ${pid} is "${oneLine(process.comm)}"`,
    };
  }
  return { ok: true, detail: `Process ${pid} runs` };
}

/** Long names that begin alike cannot be told apart by what the kernel keeps. */
function isNamed({ comm, executable }: Process, name: string): boolean {
  return executable === name || comm === name.slice(0, COMM_LENGTH);
}

/** All processes, as they are or were a moment ago. */
function findProcesses(): Promise<Process[]> {
  const now = performance.now();
  if (scan === null || now - scan.at > SCAN_AGE) {
    scan = { at: now, found: readAll() };
  }
  return scan.found;
}

async function readAll(): Promise<Process[]> {
  const found: Process[] = [];
  let looked = 0;
  for (const pid of processIds()) {
    const process = readProcess(pid);
    if (process !== null) found.push(process);
    if (++looked % SCAN_CHUNK === 0) await nextTurn();
  }
  return found;
}

function processIds(): string[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => name)
    .filter((name) => /^[0-9]+$/.test(name));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A process, or null when it does not run: gone, or a zombie. */
function readProcess(pid: string): Process | null {
  const stat = attempt(() => Deno.readTextFileSync(`/proc/${pid}/stat`));
  // "12 (a name with ) and blanks) S 1 …"
  const [, comm, state] = /^\d+ \((.*)\) (\S)/s.exec(stat ?? "") ?? [];
  if (comm === undefined || state === "Z" || state === "X") return null;
  const path = attempt(() => Deno.readLinkSync(`/proc/${pid}/exe`));
  // The kernel says so when a running program was replaced.
  const base = path?.replace(/ \(deleted\)$/, "").replace(/^.*\//s, "");
  return { comm, executable: base ?? null };
}

/** What a read gives, or null when the process is gone or another's. */
function attempt(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return null;
  }
}
