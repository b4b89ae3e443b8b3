/**
 * Programs that alived starts: each in a process group of its own, which is
 * killed whole when its time is over. What leaves the group (`setsid`, a
 * daemon) is the service manager's to stop.
 *
 * Starting a program blocks the event loop for about a millisecond, so a queue
 * starts one a turn, and only some run at a time.
 *
 * @module
 */

import { clearInheritableCapabilities } from "../../ffi/child.ts";
import { insecureCommand } from "./command_security.ts";
import { withOrdinaryOomScore } from "./oom_score.ts";
import { buryOrphans } from "./orphans.ts";
import { within } from "./patience.ts";

/** Programs that run at a time, over all of alived. */
const MAX_RUNNING = 16;
/** Bytes of output that are kept: the last ones. */
const OUTPUT_KEPT = 4096;
/** Bytes of output after which the pipe is closed. */
const OUTPUT_LIMIT = 1024 * 1024;
/** Milliseconds that a program gets between SIGTERM and SIGKILL. */
const KILL_GRACE = 500;
/** Milliseconds that output is waited for behind the end of a program. */
const OUTPUT_GRACE = 50;
/**
 * Variables that pass on to programs; LD_PRELOAD and its like do not. The last
 * is a place of their own, if the service manager made one (systemd.exec(5)).
 */
const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ", "STATE_DIRECTORY"];
const DEFAULT_PATH =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** How a program is run. */
export interface CommandOptions {
  /** Milliseconds from its start to SIGTERM. */
  readonly timeout: number;
  /** Milliseconds from SIGTERM to SIGKILL; default 500. */
  readonly killGrace?: number;
  /** Ends it early, as the timeout does. */
  readonly signal?: AbortSignal;
  /** Added to PATH, LANG, LC_ALL, TZ and STATE_DIRECTORY. */
  readonly environment: Readonly<Record<string, string>>;
  /** Who it runs as, or null for alived's own user. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
}

/** How a program ended. */
export type CommandEnd =
  /** By itself. */
  | { readonly outcome: "exited"; readonly code: number }
  /** By a signal that alived did not send. */
  | { readonly outcome: "signalled"; readonly signal: string }
  /** By alived, because its time was over. */
  | { readonly outcome: "timeout" }
  /** By alived, because the signal was aborted; it may never have begun. */
  | { readonly outcome: "aborted" }
  /** It never began. */
  | { readonly outcome: "failed"; readonly reason: string };

/** How a program ended, and what it wrote. */
export type CommandResult = CommandEnd & {
  /** Last 4 KiB of standard output and error together. */
  readonly output: string;
};

/**
 * Run a program without a shell, with / as its working directory and nothing to
 * read, and wait until it has ended.
 *
 * When its time is over its process group gets SIGTERM, and SIGKILL when the
 * program has ended or `killGrace` is over. A program that ends in time may
 * leave others behind. As root, a program that others could have changed is not
 * started. As another user it has no capability; alived's own score for
 * out-of-memory is not inherited.
 *
 * @param command Absolute path and arguments.
 * @returns Never rejects for what the program does or is.
 */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const release = await takeTurn(options.signal);
  if (release === null) return { outcome: "aborted", output: "" };
  try {
    return await startAndWait(command, options);
  } finally {
    release();
  }
}

let running = 0;
let pumping = false;
const waiting = new Set<() => void>();

/** Wait for leave to start, which the returned function gives back. */
function takeTurn(signal?: AbortSignal): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const abort = (): void => {
      waiting.delete(start);
      resolve(null);
    };
    const start = (): void => {
      signal?.removeEventListener("abort", abort);
      running++;
      resolve(() => {
        running--;
        pump();
      });
    };
    if (signal?.aborted) return resolve(null);
    signal?.addEventListener("abort", abort, { once: true });
    waiting.add(start);
    pump();
  });
}

/** Let the first in the queue start in a turn of its own. */
function pump(): void {
  if (pumping || waiting.size === 0 || running >= MAX_RUNNING) return;
  pumping = true;
  setTimeout(() => {
    pumping = false;
    const [start] = waiting;
    if (start === undefined) return;
    waiting.delete(start);
    start();
    pump();
  }, 0);
}

async function startAndWait(
  [path = "", ...args]: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { user } = options;
  const reason = Deno.uid() === 0
    ? insecureCommand([path, ...args], user?.uid)
    : null;
  if (reason !== null) return { outcome: "failed", reason, output: "" };
  if (user !== null) bare();
  let child: Deno.ChildProcess;
  try {
    const program = new Deno.Command(path, {
      args,
      cwd: "/",
      clearEnv: true,
      env: environment(options.environment),
      detached: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    });
    child = withOrdinaryOomScore(() => program.spawn());
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    return { outcome: "failed", reason: error.message, output: "" };
  }
  children.add(child.pid);
  child.status.finally(() => children.delete(child.pid)).catch(() => {});
  const output = collect([child.stdout, child.stderr]);
  const end = await waitFor(child, options);
  return { ...end, output: await output.end() };
}

/** Programs that have not ended, by their process ids. */
const children = new Set<number>();
let isBare = false;

/** Once; root's own programs have what root has, whatever is inheritable. */
function bare(): void {
  if (!isBare) clearInheritableCapabilities();
  isBare = true;
}

/** Bury, as process 1, what was left to it; never a program that runs here. */
export function tendOrphans(): void {
  buryOrphans((pid) => children.has(pid));
}

function environment(
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { PATH: DEFAULT_PATH, ...Object.fromEntries(inherited), ...added };
}

async function waitFor(
  child: Deno.ChildProcess,
  { timeout, signal, killGrace = KILL_GRACE }: CommandOptions,
): Promise<CommandEnd> {
  const { promise: over, resolve } = Promise.withResolvers<CommandEnd>();
  const timer = setTimeout(() => resolve({ outcome: "timeout" }), timeout);
  const abort = (): void => resolve({ outcome: "aborted" });
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  const ended = child.status.then(({ code, signal }): CommandEnd =>
    signal === null
      ? { outcome: "exited", code }
      : { outcome: "signalled", signal }
  );
  const end = await Promise.race([ended, over]);
  clearTimeout(timer);
  signal?.removeEventListener("abort", abort);
  if (end.outcome === "timeout" || end.outcome === "aborted") {
    killGroup(child.pid, "SIGTERM");
    await within(ended, killGrace);
    killGroup(child.pid, "SIGKILL");
    await ended;
  }
  return end;
}

function killGroup(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(-pid, signal);
  } catch (error) {
    // Nobody is left in the group.
    if (error instanceof TypeError) throw error;
  }
}

interface Output {
  /** Everything, once the streams have ended or their grace is over. */
  end(): Promise<string>;
}

/** Read streams to their ends, keeping the last bytes. */
function collect(streams: readonly ReadableStream<Uint8Array>[]): Output {
  let kept = new Uint8Array();
  let length = 0;
  const readers = streams.map((stream) => stream.getReader());
  const cancel = (): void => {
    for (const reader of readers) reader.cancel().catch(() => {});
  };
  const ends = readers.map(async (reader) => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const all = new Uint8Array(kept.length + value.length);
      all.set(kept);
      all.set(value, kept.length);
      kept = all.slice(-OUTPUT_KEPT);
      length += value.length;
      if (length > OUTPUT_LIMIT) cancel();
    }
  });
  const ended = Promise.allSettled(ends);
  return {
    async end(): Promise<string> {
      // Something left behind may hold the pipes open.
      await within(ended, OUTPUT_GRACE);
      cancel();
      await ended;
      return new TextDecoder().decode(kept);
    },
  };
}
