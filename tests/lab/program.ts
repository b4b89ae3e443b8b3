/**
 * A running program whose output is kept line by line.
 *
 * @module
 */

import { PATIENCE, type Patience } from "./wait.ts";

/** What a program is started with besides its arguments. */
export interface ProgramOptions {
  /** Environment variables added to this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Waiter {
  look(): void;
}

/** A child process; it dies with this one, and when it is disposed of. */
export class Program implements AsyncDisposable {
  /** What was started, for messages. */
  readonly name: string;
  /** All lines of standard output and standard error as they came. */
  readonly lines: string[] = [];
  /** How it ended, once it has and its output was read. */
  readonly ended: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #waiters = new Set<Waiter>();
  #status: Deno.CommandStatus | null = null;

  /** Start `command`, looked up in PATH. */
  constructor(
    name: string,
    command: readonly string[],
    { env = {} }: ProgramOptions = {},
  ) {
    const [file = "", ...args] = command;
    this.name = name;
    this.#child = new Deno.Command(file, {
      args,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.ended = this.#end();
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it has not ended yet. */
  get running(): boolean {
    return this.#status === null;
  }

  async #end(): Promise<Deno.CommandStatus> {
    const [status] = await Promise.all([
      this.#child.status,
      this.#read(this.#child.stdout),
      this.#read(this.#child.stderr),
    ]);
    this.#status = status;
    this.#look();
    return status;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
      this.#look();
    }
    if (rest !== "") this.lines.push(rest);
  }

  #look(): void {
    for (const waiter of this.#waiters) waiter.look();
  }

  /**
   * Wait until `find` makes something of a line.
   *
   * @param find Gives null or false for a line that is not the one.
   * @param from Index in `lines` of the first line to look at.
   * @returns What `find` gave.
   * @throws {Error} When no such line comes in time or the program ends first;
   *   the error shows the last lines.
   */
  waitFor<T>(
    find: (line: string) => T | null | false,
    { within = PATIENCE, what = "a line", from = 0 }: Patience & {
      readonly from?: number;
    } = {},
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let next = from;
    const giveUp = (why: string): void =>
      reject(
        new Error(
          `${this.name} ${why} before ${what}:\n${
            this.lines.slice(-20).join("\n")
          }`,
        ),
      );
    const look = (): void => {
      for (; next < this.lines.length; next++) {
        const found = find(this.lines[next] ?? "");
        if (found !== null && found !== false) return resolve(found);
      }
      if (!this.running) giveUp("ended");
    };
    const waiter = { look };
    const timer = setTimeout(() => giveUp(`ran ${within} ms`), within);
    this.#waiters.add(waiter);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    });
  }

  /** Send a signal; nothing happens when the program has ended. */
  kill(signal: Deno.Signal): void {
    if (!this.running) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!hasEnded(error)) throw error;
    }
  }

  /**
   * Send a signal and wait for the end; SIGKILL follows when it does not come.
   *
   * @returns The exit code, 128 + signal number when a signal ended it.
   */
  async stop(
    signal: Deno.Signal = "SIGTERM",
    { within = PATIENCE }: Patience = {},
  ): Promise<number> {
    this.kill(signal);
    const timer = setTimeout(() => this.kill("SIGKILL"), within);
    try {
      return (await this.ended).code;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Wait for it to end by itself.
   *
   * @returns The exit code, or null when it still runs after `milliseconds`.
   */
  async endsWithin(milliseconds: number): Promise<number | null> {
    const timeout = Promise.withResolvers<null>();
    const timer = setTimeout(() => timeout.resolve(null), milliseconds);
    const code = this.ended.then((status) => status.code);
    return await Promise.race([code, timeout.promise])
      .finally(() => clearTimeout(timer));
  }

  /** Kill it and wait for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }
}

/** Whether `Deno.kill` or `ChildProcess.kill` failed because it was over. */
export function hasEnded(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof TypeError && error.message.includes("already terminated");
}

/**
 * Run a program to its end.
 *
 * @returns Its standard output.
 * @throws {Error} When its exit code is not 0, with its standard error.
 */
export async function run(
  command: readonly string[],
  { input = "" }: { readonly input?: string } = {},
): Promise<string> {
  const [file = "", ...args] = command;
  const child = new Deno.Command(file, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(input))
    .then(() => writer.close());
  const [{ code, stdout, stderr }] = await Promise.all([
    child.output(),
    // A program that does not read its input may end before it was written.
    written.catch(() => {}),
  ]);
  const decoder = new TextDecoder();
  if (code !== 0) {
    throw new Error(
      `${command.join(" ")} ended with ${code}: ${
        decoder.decode(stderr).trim()
      }`,
    );
  }
  return decoder.decode(stdout);
}
