/**
 * TLS without the verification of the certificate. Only node:tls can do that
 * for one connection and leave all others verified. It has a flaw: in older
 * runtimes (2.4) a socket destroyed in the middle of its handshake stays open
 * until the other side closes it, which one that hangs never does. So node:tls
 * talks to a relay of ours, which is such an other side.
 *
 * @module
 */

import type { TLSSocket } from "node:tls";
import { canonicalIp } from "../../wire/address.ts";
import { closeOnce, type Connection, dial } from "./connection.ts";
import type { ProbeTime } from "./result.ts";

/**
 * Connect by TLS and take any certificate.
 *
 * @param host Address or name.
 * @param serverName Sent as SNI if it is a name.
 * @throws {Error} When there is no connection.
 */
export async function connectUnverified(
  host: string,
  port: number,
  time: ProbeTime,
  serverName: string,
): Promise<Connection> {
  const { connect } = await import("node:tls");
  const relay = await openRelay(host, port, time);
  // RFC 6066 §3: no address goes into SNI.
  const name = canonicalIp(serverName) === null
    ? { servername: serverName }
    : {};
  try {
    const socket = connect({
      host: "127.0.0.1",
      port: relay.port,
      rejectUnauthorized: false,
      ...name,
    });
    await handshake(socket);
    const close = closeOnce(() => {
      socket.destroy();
      relay.close();
    }, time.signal);
    return fromNode(socket, close);
  } catch (error) {
    relay.close();
    throw error;
  }
}

/** Something to connect to in place of another; it closes on abort, too. */
interface Relay {
  readonly port: number;
  readonly close: () => void;
}

/** Connect, and pass bytes both ways between that and the first that comes. */
async function openRelay(
  host: string,
  port: number,
  time: ProbeTime,
): Promise<Relay> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = await dial(host, port, time).catch((error) => {
    listener.close();
    throw error;
  });
  let local: Deno.TcpConn | null = null;
  const close = closeOnce(() => {
    closeQuietly(listener);
    closeQuietly(target);
    if (local !== null) closeQuietly(local);
  }, time.signal);
  const pass = async (): Promise<void> => {
    local = await listener.accept();
    listener.close();
    // One way ends before the other; only both, or an error, end the relay.
    await Promise.all([
      local.readable.pipeTo(target.writable),
      target.readable.pipeTo(local.writable),
    ]);
  };
  pass().then(close, close);
  return { port: listener.addr.port, close };
}

/** Close what the end of a stream may have closed already. */
function closeQuietly(resource: { close(): void }): void {
  try {
    resource.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function handshake(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve);
    // It stays, so that no later error goes unheard.
    socket.on("error", reject);
    socket.once("close", () => {
      reject(new Deno.errors.UnexpectedEof("TLS ends in its handshake"));
    });
  });
}

function fromNode(socket: TLSSocket, close: () => void): Connection {
  const chunks = socket.iterator({ destroyOnReturn: true });
  return {
    async read(): Promise<Uint8Array | null> {
      const { done, value } = await chunks.next();
      return done ? null : value;
    },
    write(bytes: Uint8Array): Promise<void> {
      return new Promise((resolve, reject) => {
        socket.write(bytes, (error) => error ? reject(error) : resolve());
      });
    },
    [Symbol.dispose]: close,
  };
}
