/**
 * The daemon that is to take over: started from the program's path on disk, as
 * a child, so that it is in the same service and has the same rights.
 *
 * @module
 */

import { within } from "../../kernel/patience.ts";
import {
  type FromPredecessor,
  type FromSuccessor,
  linesOf,
  readSuccessor,
  TAKE_OVER,
} from "./hand_over_messages.ts";

/** Why nobody took over: completes "Goes on: …". */
export class NotTaken extends Error {}

/** Set for the process that this one was, not for its child. */
const OWN_VARIABLES = ["WATCHDOG_PID"];

type Answer = Exclude<FromSuccessor["type"], "refused">;
type AnswerOf<Type extends Answer> = Extract<
  FromSuccessor,
  { readonly type: Type }
>;

/** A new daemon, beside this one. */
export class Successor {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers = new Map<string, PromiseWithResolvers<FromSuccessor>>();
  readonly #over = Promise.withResolvers<string>();

  /**
   * Start it.
   *
   * @param command Absolute path of the program, and its arguments.
   * @throws {NotTaken} When it cannot be started.
   */
  constructor([program = "", ...args]: readonly string[]) {
    const env: Record<string, string> = {
      ...Deno.env.toObject(),
      [TAKE_OVER]: String(Deno.pid),
    };
    for (const name of OWN_VARIABLES) delete env[name];
    try {
      this.#child = new Deno.Command(program, {
        args,
        env,
        clearEnv: true,
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
    } catch (error) {
      if (!(error instanceof Error) || error instanceof TypeError) throw error;
      throw new NotTaken(`"${program}" cannot be started: ${error.message}`);
    }
    this.#input = this.#child.stdin.getWriter();
    void this.#read();
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Tell it something; one that does not read any more is heard of elsewhere. */
  say(message: FromPredecessor): void {
    const line = `${JSON.stringify(message)}\n`;
    this.#input.write(new TextEncoder().encode(line)).catch(() => {});
  }

  /**
   * Wait for an answer.
   *
   * @param most Milliseconds.
   * @param cancelled Fulfilled with the reason when nobody wants it any more.
   * @throws {NotTaken} When it refuses, ends, or does not answer in time.
   */
  async answer<Type extends Answer>(
    type: Type,
    most: number,
    cancelled: Promise<string>,
  ): Promise<AnswerOf<Type>> {
    const answer = this.#answerOf(type).promise;
    const why = Promise.race([this.#over.promise, cancelled]);
    const settled = Promise.race([answer, why]);
    // A thread of this process may have stood still, and the answer be there.
    if (!await within(settled, most) && !await within(settled, GRACE)) {
      throw new NotTaken(`the new daemon did not answer within ${most} ms`);
    }
    const found = await settled;
    if (typeof found === "string") throw new NotTaken(found);
    return found as AnswerOf<Type>;
  }

  /** End it at once, whatever it does; when this is over it does nothing. */
  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
  }

  #answerOf(type: string): PromiseWithResolvers<FromSuccessor> {
    const known = this.#answers.get(type) ??
      Promise.withResolvers<FromSuccessor>();
    this.#answers.set(type, known);
    return known;
  }

  async #read(): Promise<void> {
    for await (const line of linesOf(this.#child.stdout)) {
      const message = readSuccessor(line);
      if (message === null) continue;
      if (message.type === "refused") {
        this.#over.resolve(`the new daemon refused: ${message.why}`);
      } else this.#answerOf(message.type).resolve(message);
    }
    const { code, signal } = await this.#child.status;
    this.#over.resolve(
      signal === null
        ? `the new daemon ended with status ${code}`
        : `the new daemon was ended by ${signal}`,
    );
  }
}

/** Milliseconds for what is there already. */
const GRACE = 10;
