/**
 * One connection for one check: never pooled, closed when its signal is
 * aborted, which ends whatever waits for it.
 *
 * @module
 */

import { resolveHost } from "./resolve.ts";
import { type ProbeTime, tooLate } from "./result.ts";

const CHUNK = 16 * 1024;

/** A stream of bytes both ways. */
export interface Connection extends Disposable {
  /** The next bytes, or null at the end. */
  read(): Promise<Uint8Array | null>;
  /** Write all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
}

/** How the other side of a TLS connection is verified. */
export interface TlsOptions {
  /** Name or address that the certificate must be for, sent as SNI. */
  readonly serverName: string;
  /** Certification authorities besides those of the runtime, as PEM. */
  readonly caCerts: string[];
}

/**
 * Connect by TCP.
 *
 * @param host Address or name.
 * @throws {Error} When none of them takes the connection.
 */
export async function connectTcp(
  host: string,
  port: number,
  time: ProbeTime,
): Promise<Connection> {
  return fromDeno(await dial(host, port, time), time.signal);
}

/**
 * Connect by TLS and verify the certificate.
 *
 * @param host Address or name.
 * @throws {Error} When there is no connection, or the certificate is not good.
 */
export async function connectTls(
  host: string,
  port: number,
  time: ProbeTime,
  { serverName, caCerts }: TlsOptions,
): Promise<Connection> {
  const tcp = await dial(host, port, time);
  const options = { hostname: serverName, caCerts };
  const tls = await Deno.startTls(tcp, options).catch((error) => {
    tcp.close();
    // A TypeError for a name that none can have.
    throw new Deno.errors.InvalidData(error.message);
  });
  const connection = fromDeno(tls, time.signal);
  try {
    await tls.handshake();
    return connection;
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

/**
 * Connect by TCP, to be closed by the caller. The addresses of a host are tried
 * one after the other, each for its share of the time.
 *
 * @throws {Error} When no address of the host takes the connection.
 */
export async function dial(
  host: string,
  port: number,
  time: ProbeTime,
): Promise<Deno.TcpConn> {
  const addresses = await resolveHost(host, time);
  const share = time.timeout / addresses.length;
  let problem = "";
  for (const hostname of addresses) {
    const limit = AbortSignal.timeout(share);
    const signal = AbortSignal.any([time.signal, limit]);
    try {
      return await Deno.connect({ hostname, port, signal });
    } catch (error) {
      time.signal.throwIfAborted();
      if (!(error instanceof Error) || error instanceof TypeError) throw error;
      problem ||= `Cannot connect to ${hostname} port ${port}: ` +
        (limit.aborted ? tooLate(share) : error.message);
    }
  }
  throw new Deno.errors.NotConnected(problem);
}

function fromDeno(
  conn: Deno.TcpConn | Deno.TlsConn,
  signal: AbortSignal,
): Connection {
  const buffer = new Uint8Array(CHUNK);
  const close = closeOnce(() => conn.close(), signal);
  return {
    async read(): Promise<Uint8Array | null> {
      try {
        const count = await conn.read(buffer);
        return count === null ? null : buffer.slice(0, count);
      } catch (error) {
        signal.throwIfAborted();
        // TLS that ends without saying so: the reader sees what is missing.
        if (error instanceof Deno.errors.UnexpectedEof) return null;
        throw error;
      }
    },
    async write(bytes: Uint8Array): Promise<void> {
      for (let at = 0; at < bytes.length;) {
        at += await conn.write(bytes.subarray(at));
      }
    },
    [Symbol.dispose]: close,
  };
}

/** Close something once, at the latest when the signal is aborted. */
export function closeOnce(close: () => void, signal: AbortSignal): () => void {
  let open = true;
  const closeNow = (): void => {
    if (!open) return;
    open = false;
    signal.removeEventListener("abort", closeNow);
    close();
  };
  signal.addEventListener("abort", closeNow);
  if (signal.aborted) closeNow();
  return closeNow;
}
