/**
 * Sockets that are listened on: in the file system, with their rights from the
 * first moment, and by TCP.
 *
 * @module
 */

import { distrust } from "../../kernel/trusted_directory.ts";
import type { Door } from "../../control/answer.ts";

/** Answers a request that came by a door. Never rejects. */
export type Handle = (request: Request, door: Door) => Promise<Response>;

/** A place in the file system to listen on. */
export interface UnixPlace {
  readonly door: "control" | "status";
  /** Absolute path. */
  readonly path: string;
  /** Group that owns the socket, or null for the daemon's own. */
  readonly group: { readonly name: string; readonly gid: number } | null;
}

/** A port to listen on. */
export interface TcpPlace {
  readonly door: "tcp";
  readonly address: string;
  readonly port: number;
}

/** A place to listen on. */
export type Place = UnixPlace | TcpPlace;

/** An open socket. */
export interface OpenSocket {
  /** Listen no more, and remove what is ours in the file system. */
  close(): Promise<void>;
}

/** Bytes that the path of a socket can have (sun_path of unix(7)). */
const MOST_PATH = 107;
/** Ports that exporters for keepalived listen on. */
const EXPORTERS: readonly number[] = [9650, 9165];
/** Milliseconds that requests get to end. */
const PATIENCE = 200;

/** Where it is, for people. */
export function placeName(place: Place): string {
  if (place.door !== "tcp") return place.path;
  const { address, port } = place;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/**
 * Listen.
 *
 * @throws {Error} When that cannot be; the message says what mends it.
 */
export function openSocket(place: Place, handle: Handle): Promise<OpenSocket> {
  return place.door === "tcp"
    ? Promise.resolve(openTcp(place, handle))
    : openUnix(place, handle);
}

function openTcp(
  { address, port }: TcpPlace,
  handle: Handle,
): OpenSocket {
  try {
    const server = Deno.serve({
      ...{ hostname: address, port, onListen: () => {} },
    }, (request) => handle(request, "tcp"));
    return { close: () => shutDown(server) };
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      const hint = EXPORTERS.includes(port)
        ? ": stop the exporter of keepalived, which listens there by default, " +
          "or choose another port in global.http.listen"
        : ": choose another one in global.http.listen";
      throw new Error(`the port is in use${hint}`);
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new Error("this host does not have the address");
    }
    throw new Error(wordsOf(error));
  }
}

async function openUnix(
  { door, path, group }: UnixPlace,
  handle: Handle,
): Promise<OpenSocket> {
  const directory = path.slice(0, path.lastIndexOf("/")) || "/";
  const problem = isMissing(directory)
    ? `"${directory}" does not exist`
    : distrust(directory);
  if (problem !== null) throw new Error(problem);
  if (new TextEncoder().encode(path).length > MOST_PATH) {
    throw new Error(`the path has more than ${MOST_PATH} bytes`);
  }
  const listen = (): Deno.HttpServer => serveUnix(path, door, handle);
  const server = await attempt(listen, path);
  const { ino } = await Deno.lstat(path);
  const close = async (): Promise<void> => {
    // A daemon that came after may have one of its own there already, which
    // newer runtimes would remove as well: ours ends with the process.
    if (inodeOf(path) !== ino) return server.unref();
    await Deno.remove(path);
    await shutDown(server);
  };
  if (group === null) return { close };
  try {
    await Deno.chown(path, null, group.gid);
  } catch (error) {
    await close();
    throw new Error(
      `it cannot be given to the group ${group.name} (${
        wordsOf(error)
      }): add SupplementaryGroups=${group.name} to the unit by ` +
        "systemctl edit alived",
    );
  }
  return { close };
}

/** The mask gives it its rights with its birth: there is no moment without. */
function serveUnix(
  path: string,
  door: "control" | "status",
  handle: Handle,
): Deno.HttpServer {
  const before = Deno.umask(door === "control" ? 0o177 : 0o117);
  try {
    return Deno.serve(
      { path, onListen: () => {} },
      (request) => handle(request, door),
    );
  } finally {
    Deno.umask(before);
  }
}

/** Once more when what is in the way is a dead daemon's. */
async function attempt(
  listen: () => Deno.HttpServer,
  path: string,
): Promise<Deno.HttpServer> {
  try {
    return listen();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) {
      throw new Error(wordsOf(error));
    }
  }
  if ((await Deno.lstat(path)).isSocket !== true) {
    throw new Error("there is a file that is no socket: remove it");
  }
  if (await isAnswered(path)) {
    throw new Error("another process listens there: stop it");
  }
  await Deno.remove(path);
  try {
    return listen();
  } catch (error) {
    throw new Error(wordsOf(error));
  }
}

async function isAnswered(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.ConnectionRefused);
  }
}

/** Who does not end in time ends with the process. */
async function shutDown(server: Deno.HttpServer): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  await Promise.race([server.shutdown(), late]);
  clearTimeout(timer);
}

function isMissing(path: string): boolean {
  return inodeOf(path) === null;
}

function inodeOf(path: string): number | null {
  try {
    return Deno.lstatSync(path).ino;
  } catch {
    return null;
  }
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\)/, "");
}
