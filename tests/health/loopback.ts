/**
 * Servers on loopback that do what a test says, and a probe run against them.
 *
 * @module
 */

import type { Probe } from "../../src/config/settings/check.ts";
import type { ProbeResult } from "../../src/health/probes/result.ts";
import { runProbe } from "../../src/health/probes/run_probe.ts";

/** A server that is closed, with its connections, at the end of a test. */
export interface Server extends AsyncDisposable {
  /** Its port. */
  readonly port: number;
  /** How many connections it took. */
  accepted(): number;
}

/** What a server does with a connection; it stays open behind that. */
export type Behaviour = (conn: Deno.TcpConn) => Promise<void>;

/** Take connections at an address of this host. */
export function listen(
  behaviour: Behaviour,
  hostname = "127.0.0.1",
): Server {
  const listener = Deno.listen({ hostname, port: 0 });
  const conns: Deno.TcpConn[] = [];
  let accepted = 0;
  const accepting = (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      accepted++;
      // The other side may be gone in the middle of it.
      behaviour(conn).catch(() => {});
    }
  })();
  return {
    port: listener.addr.port,
    accepted: () => accepted,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await accepting;
      for (const conn of conns) {
        try {
          conn.close();
        } catch {
          // Closed by its behaviour.
        }
      }
    },
  };
}

/** Say something and close. */
export function say(text: string): Behaviour {
  return async (conn) => {
    await conn.read(new Uint8Array(4096));
    await conn.write(new TextEncoder().encode(text));
    conn.close();
  };
}

/** Say nothing, ever. */
export const hang: Behaviour = (): Promise<void> => Promise.resolve();

/** A port of 127.0.0.1 at which nothing listens. */
export function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Run a probe once. */
export async function run(
  probe: Probe,
  timeout = 2000,
): Promise<ProbeResult> {
  const { signal } = new AbortController();
  return await runProbe(probe, { name: "a", signal, timeout, user: null });
}

/** Run a probe that times out, and tell how long it took in milliseconds. */
export async function timed(
  probe: Probe,
  timeout: number,
): Promise<{ readonly result: ProbeResult; readonly took: number }> {
  const start = performance.now();
  const result = await run(probe, timeout);
  return { result, took: performance.now() - start };
}
