/**
 * Questions and orders to the daemon: HTTP over its unix sockets.
 *
 * @module
 */

import { oneLine } from "../log/one_line.ts";
import { ControlError, EXIT, troubleOf } from "./control_error.ts";
import { explainTrouble } from "./control_trouble.ts";
import { type Reach, type SocketPaths, socketPaths } from "./socket_paths.ts";
import { TimeLimit } from "./time_limit.ts";

/** An answer of the daemon that is of use. */
export interface Answer {
  /** As in HTTP: 200, or 409 for an order that was refused. */
  readonly status: number;
  /** As it came. */
  readonly text: string;
}

/**
 * Milliseconds for an answer: the daemon gives the core half a second, and a
 * daemon that is stopped gives none.
 */
const PATIENCE = 750;
/** The same for orders, which may wait for other hosts: 4 adverts of 40 s. */
const ORDER_PATIENCE = 180_000;
const CONFLICT = 409;
/** Longest text that is shown of what others said. */
const MOST_TEXT = 2000;

/** A way to the daemon; nothing is asked before a command does. */
export class ControlClient {
  readonly #paths: SocketPaths;

  /** @throws {ControlError} When the configuration turns the socket off. */
  constructor(reach: Reach) {
    this.#paths = socketPaths(reach);
  }

  /**
   * Ask something, by the control socket or, for those who may not use it, by
   * the status socket.
   *
   * @param path For example `/v1/status`.
   * @throws {ControlError} When there is no answer, or none of use.
   */
  async ask(path: string): Promise<Answer> {
    using limit = new TimeLimit(PATIENCE);
    try {
      using connection = await this.#open(path, { signal: limit.signal });
      return judged(await connection.read());
    } catch (error) {
      throw explainTrouble(error, this.#paths, this.#paths.control);
    }
  }

  /**
   * Order something. The core is asked first whether it listens: what an order
   * waits for may take minutes.
   *
   * @param body To be sent as JSON.
   * @returns An answer of status 200 or 409.
   * @throws {ControlError} When there is no answer, or none of use.
   */
  async order(path: string, body: unknown): Promise<Answer> {
    await this.#orders("/healthz", PATIENCE, {});
    return await this.#orders(path, ORDER_PATIENCE, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /**
   * Watch: the lines of `/v1/watch` as they come, the first a whole status,
   * until the daemon ends it.
   *
   * @throws {ControlError} When there is no answer, or none of use.
   */
  async *watch(): AsyncGenerator<string> {
    const limit = new TimeLimit(PATIENCE);
    using connection = await this.#open("/v1/watch", { signal: limit.signal })
      .finally(() => limit[Symbol.dispose]());
    if (!connection.isGood) judged(await connection.read());
    yield* connection.lines();
  }

  /** Send an order, by the one socket that takes them. */
  async #orders(
    path: string,
    patience: number,
    init: RequestInit,
  ): Promise<Answer> {
    const { control } = this.#paths;
    using limit = new TimeLimit(patience);
    const { signal } = limit;
    try {
      using connection = await connect(control, path, { ...init, signal });
      return judged(await connection.read());
    } catch (error) {
      throw explainTrouble(error, this.#paths, control);
    }
  }

  /** Send a question, by the first socket that this user may use. */
  async #open(path: string, init: RequestInit): Promise<Connection> {
    const { control, status } = this.#paths;
    try {
      return await connect(control, path, init);
    } catch (error) {
      if (status === null || troubleOf(error) !== "forbidden") {
        throw explainTrouble(error, this.#paths, control);
      }
    }
    try {
      return await connect(status, path, init);
    } catch (error) {
      throw explainTrouble(error, this.#paths, status);
    }
  }
}

/** A request that was answered, at least by its head. */
class Connection implements Disposable {
  readonly #client: Deno.HttpClient;
  readonly #response: Response;

  constructor(client: Deno.HttpClient, response: Response) {
    this.#client = client;
    this.#response = response;
  }

  /** Whether the answer is what was asked for. */
  get isGood(): boolean {
    return this.#response.ok;
  }

  /** Read it to its end. */
  async read(): Promise<Answer> {
    const { status } = this.#response;
    return { status, text: await this.#response.text() };
  }

  /** Read it line by line, until it ends, in order or not. */
  async *lines(): AsyncGenerator<string> {
    const reader = this.#response.body?.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const part = await reader?.read().catch(() => undefined);
      if (part === undefined || part.done) return;
      const lines = (rest + decoder.decode(part.value, { stream: true }))
        .split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

async function connect(
  socket: string,
  path: string,
  init: RequestInit,
): Promise<Connection> {
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path: socket },
  });
  try {
    // The name is of no matter: there is one host at a socket.
    const response = await fetch(`http://localhost${path}`, {
      ...init,
      client,
    });
    return new Connection(client, response);
  } catch (error) {
    client.close();
    throw error;
  }
}

/** @throws {ControlError} When an answer is none of use. */
function judged(answer: Answer): Answer {
  const { status, text } = answer;
  if (status === 200 || status === CONFLICT) return answer;
  const { error, core } = refusalIn(text);
  if (core?.answers === false) {
    const since = typeof core.silent_seconds === "number"
      ? ` for ${Number(core.silent_seconds.toFixed(1))} s`
      : "";
    throw new ControlError(
      `The core has not answered${since}: what it does, and whether the ` +
        "addresses are served, is not known",
      EXIT.failed,
    );
  }
  const isOurs = status === 400 || status === 404;
  throw new ControlError(
    error ?? `The daemon answers with status ${status}`,
    isOurs ? EXIT.usage : EXIT.failed,
  );
}

interface Refusal {
  readonly error?: string;
  readonly core?: {
    readonly answers?: boolean;
    readonly silent_seconds?: unknown;
  };
}

function refusalIn(text: string): Refusal {
  try {
    const data = parseAnswer(text);
    return typeof data === "object" && data !== null ? data : {};
  } catch {
    return {};
  }
}

/**
 * Read JSON whose texts are fit for a terminal: some are of other hosts.
 *
 * @throws {SyntaxError} When it is no JSON.
 */
export function parseAnswer(text: string): unknown {
  return JSON.parse(
    text,
    (_, value) => typeof value === "string" ? oneLine(value, MOST_TEXT) : value,
  );
}
