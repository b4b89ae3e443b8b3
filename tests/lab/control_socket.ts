/**
 * A socket that answers as a test tells it to, and the program asking there.
 *
 * @module
 */

import { alivedCommand } from "./alived.ts";

/** A question, and when it was an order its body. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body: unknown;
}

/** A socket in a directory of its own. */
export interface FakeDaemon extends AsyncDisposable {
  readonly directory: string;
  readonly socket: string;
  /** All that was asked so far. */
  readonly asked: readonly Asked[];
}

/** Answers by path without query; `*` for all others. */
export type Answers = Readonly<
  Record<string, (asked: Asked) => Response | Promise<Response>>
>;

/** Listen; `/healthz` is answered as a core that is well does. */
export async function fakeDaemon(answers: Answers): Promise<FakeDaemon> {
  const directory = await Deno.makeTempDir();
  const socket = `${directory}/control.sock`;
  const asked: Asked[] = [];
  const server = Deno.serve(
    { path: socket, onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      const text = await request.text();
      const one = {
        method: request.method,
        path: pathname + search,
        body: text === "" ? null : JSON.parse(text),
      };
      asked.push(one);
      const answer = answers[pathname] ?? answers["*"];
      if (pathname === "/healthz" && answers[pathname] === undefined) {
        return json({ core: { answers: true } });
      }
      return await answer?.(one) ?? json({ error: "Nothing here" }, 404);
    },
  );
  return {
    ...{ directory, socket, asked },
    async [Symbol.asyncDispose](): Promise<void> {
      await server.shutdown();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** An answer of JSON. */
export function json(value: unknown, status = 200): Response {
  return new Response(`${JSON.stringify(value)}\n`, { status });
}

/** How the program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a command of the program that asks at a socket. */
export async function alivedAt(
  socket: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const [program = "", ...words] = alivedCommand(...args);
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: words,
    env: { NO_COLOR: "1", TZ: "UTC", ALIVED_SOCKET: socket, ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
