/**
 * A daemon that can be restarted in place, and the program file that it is
 * restarted from, which may be another one by then.
 *
 * @module
 */

import { Alived, type AlivedOptions, runDirectoryOf } from "./alived.ts";
import { type Answer, askSocket } from "./control.ts";
import type { Host, Lab } from "./lab.ts";
import { until } from "./wait.ts";

/** What came of a restart. */
export type Restart =
  | { readonly ok: true; readonly pid: number }
  | { readonly ok: false; readonly why: string };

const MAIN = new URL("../../main.ts", import.meta.url).href;
/** Milliseconds that a restart may take on a busy machine. */
const PATIENT = 120_000;

/** A daemon, as whichever process it is by now. */
export class Restartable {
  /** Its log, of all processes that it was. */
  readonly alived: Alived;
  /** Process id of the daemon that serves. */
  pid: number;
  readonly #program: string;
  readonly #runDirectory: string;

  private constructor(alived: Alived, program: string, runDirectory: string) {
    this.alived = alived;
    this.#program = program;
    this.#runDirectory = runDirectory;
    this.pid = alived.program.pid;
  }

  /** Start it. */
  static async start(
    lab: Lab,
    host: Host,
    configuration: string,
    options: Pick<AlivedOptions, "env"> = {},
  ): Promise<Restartable> {
    const program = `${host.directory}/program-${crypto.randomUUID()}.ts`;
    await Deno.writeTextFile(program, `import "${MAIN}";\n`);
    const module = new URL(`file://${program}`);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const alived = await Alived.start(host, configuration, {
      ...{ module, flags: [`--config=${config}`] },
      ...options,
    });
    const self = new Restartable(alived, program, runDirectoryOf(host));
    // What its process left behind would keep the lab waiting.
    lab.keep({
      [Symbol.asyncDispose]: async () => {
        for (const pid of [self.pid, ...self.#successors()]) end(pid);
        await Promise.resolve();
      },
    });
    return self;
  }

  /** Put another program in the place of the one on disk. */
  async replace(source: string): Promise<void> {
    await Deno.writeTextFile(this.#program, source);
  }

  /** Put the program back. */
  async putBack(): Promise<void> {
    await this.replace(`import "${MAIN}";\n`);
  }

  /** Restart it by its control socket, and wait for what comes of it. */
  async restart(): Promise<Restart> {
    const { code, body } = await until(() => this.#ask(), {
      ...{ within: PATIENT, what: "an answer to an order to restart" },
    });
    if (code === 200) {
      this.pid = Number(body.pid);
      return { ok: true, pid: this.pid };
    }
    return { ok: false, why: `${code} ${body.error}` };
  }

  /** @returns Null while nobody listens there. */
  async #ask(): Promise<Answer | null> {
    try {
      const most = ["--max-time", `${PATIENT / 1000}`];
      const path = `${this.#runDirectory}/control.sock`;
      return await askSocket(path, "/v1/restart", "--data", "{}", ...most);
    } catch (error) {
      if (`${error}`.includes("ended with 7:")) return null;
      throw error;
    }
  }

  /** Whether the process that serves now lives. */
  get lives(): boolean {
    return isAlive(this.pid);
  }

  /** Stop it in order, and wait until all of its processes have ended. */
  async stop(): Promise<void> {
    end(this.pid, "SIGTERM");
    await until(() => !this.lives, { what: "the end of the daemon" });
  }

  /** Processes that were started to take over, and may live. */
  #successors(): number[] {
    return this.alived.events().flatMap((event) => {
      const { event: name, pid } = event as { event?: string; pid?: number };
      return name === "hand_over" && pid ? [pid] : [];
    });
  }
}

/** Whether there is a process of this id that is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

function end(pid: number, signal: Deno.Signal = "SIGKILL"): void {
  if (isAlive(pid)) Deno.kill(pid, signal);
}
