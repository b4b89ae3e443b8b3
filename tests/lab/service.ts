/**
 * Program that is a service, or a client of one:
 * `service.ts serve PORT NAME` answers each connection with its name;
 * `service.ts ask ADDRESS PORT` connects again and again, and prints each
 * answer with its time.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import type { Program } from "./program.ts";
import type { Patience } from "./wait.ts";

/** Milliseconds that a client waits for a connection and between two. */
const CLIENT = { patience: 20, pause: 2 } as const;

/** Start a service on all addresses of a host. */
export async function startService(host: Host, port: number): Promise<Program> {
  const program = start(host, "serve", String(port), host.name);
  await program.waitFor((line) => line === "listening");
  return program;
}

/** Asks a service all the time. */
export class Asker {
  readonly #program: Program;

  /** Start to ask. */
  constructor(host: Host, address: string, port: number) {
    this.#program = start(host, "ask", address, String(port));
  }

  /**
   * Wait until the service of a host answers.
   *
   * @returns When, in milliseconds since the epoch.
   */
  answerFrom({ name }: Host, patience: Patience = {}): Promise<number> {
    return this.#program.waitFor((line) => {
      const [time, answer] = line.split(" ");
      return answer === name ? Number(time) : null;
    }, { what: `an answer of ${name}`, ...patience });
  }
}

function start(host: Host, ...args: readonly string[]): Program {
  const { pathname } = new URL(import.meta.url);
  return host.spawn([
    ...[Deno.execPath(), "run", "-A", "--no-prompt", pathname],
    ...args,
  ]);
}

async function serve(port: number, name: string): Promise<void> {
  const listener = Deno.listen({ hostname: "0.0.0.0", port });
  print("listening");
  for await (const connection of listener) {
    await connection.write(new TextEncoder().encode(name)).catch(() => {});
    connection.close();
  }
}

async function ask(hostname: string, port: number): Promise<void> {
  for (;;) {
    const signal = AbortSignal.timeout(CLIENT.patience);
    try {
      using connection = await Deno.connect({ hostname, port, signal });
      const answer = await new Response(connection.readable).text();
      print(`${performance.timeOrigin + performance.now()} ${answer}`);
    } catch {
      // Nobody has the address, or the service does not run there.
    }
    await new Promise((resolve) => setTimeout(resolve, CLIENT.pause));
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  const [what, first = "", second = ""] = Deno.args;
  if (what === "serve") await serve(Number(first), second);
  else await ask(first, Number(second));
}
