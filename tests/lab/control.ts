/**
 * What a program asks of a running alived, by its sockets and by HTTP: through
 * curl, which knows nothing of it.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import { run } from "./program.ts";

/** An answer. */
export interface Answer {
  /** Status code; 0 when there was none. */
  readonly code: number;
  /** Its body, as JSON. */
  readonly body: Record<string, unknown>;
}

const CURL = [
  ...["curl", "--silent", "--max-time", "20"],
  ...["--write-out", "\n%{http_code}"],
];

function answerIn(output: string): Answer {
  const end = output.lastIndexOf("\n");
  const text = output.slice(0, end).trim();
  return {
    code: Number(output.slice(end + 1)),
    body: text.startsWith("{") ? JSON.parse(text) : {},
  };
}

/** Ask by a socket of the file system. */
export async function askSocket(
  path: string,
  target: string,
  ...options: readonly string[]
): Promise<Answer> {
  const url = `http://localhost${target}`;
  return answerIn(
    await run([...CURL, "--unix-socket", path, ...options, url]),
  );
}

/** Order something by the control socket. */
export function order(
  path: string,
  target: string,
  body: unknown,
): Promise<Answer> {
  return askSocket(path, target, "--data", JSON.stringify(body));
}

/** Ask by TCP, from a host of the lab. */
export async function askHttp(
  host: Host,
  url: string,
  ...options: readonly string[]
): Promise<Answer> {
  return answerIn(await host.exec(...CURL, ...options, url));
}
