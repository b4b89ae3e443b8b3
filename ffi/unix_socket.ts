/**
 * Unix sockets that listen under abstract names, and who is at their other end
 * (unix(7)).
 *
 * @module
 */

import {
  check,
  type Descriptor,
  EADDRINUSE,
  EAGAIN,
  ECONNREFUSED,
  lastErrno,
  libc,
  own,
  SyscallError,
} from "./libc.ts";
import {
  AF_UNIX,
  openSocket,
  SOCK_STREAM,
  sockaddrUn,
  SOL_SOCKET,
} from "./socket.ts";

const SYMBOLS = {
  // int accept(int fd, struct sockaddr *addr, socklen_t *len)
  accept: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  // int connect(int fd, const struct sockaddr *addr, socklen_t len)
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
  getsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  // int listen(int fd, int backlog)
  listen: { parameters: ["i32", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const { symbols } = Deno.dlopen("libc.so.6", SYMBOLS);

const SO_PEERCRED = 17;
/** Callers that nobody has looked at; the kernel cuts it to its own limit. */
const BACKLOG = 4096;

/** Who a process is. */
export interface Credentials {
  /** Its id, or 0 when it is in a pid namespace that this one cannot see. */
  readonly pid: number;
  /** Its effective user, 65534 when this user namespace does not know it. */
  readonly uid: number;
}

/**
 * Listen under a name.
 *
 * @param name Abstract, behind "@".
 * @returns Null when the name is taken.
 * @throws {SyscallError} Such as EMFILE.
 */
export function listenUnix(name: string): Descriptor | null {
  using opened = new DisposableStack();
  const operation = `listen on ${name}`;
  const socket = opened.use(openSocket(AF_UNIX, SOCK_STREAM, 0, operation));
  const address = sockaddrUn(name);
  if (libc.bind(socket.fd, address, address.length) < 0) {
    const errno = lastErrno();
    if (errno === EADDRINUSE) return null;
    throw new SyscallError(operation, errno);
  }
  check(symbols.listen(socket.fd, BACKLOG), operation);
  opened.move();
  return socket;
}

/**
 * Who listens under a name: the user that it had when it began to.
 *
 * @param name Abstract, behind "@".
 * @returns Null when nobody listens; `busy` when its queue of callers is full,
 *   so that nothing can be known of it.
 * @throws {SyscallError} Such as EMFILE.
 */
export function listenerOf(name: string): Credentials | "busy" | null {
  const operation = `connect to ${name}`;
  using socket = openSocket(AF_UNIX, SOCK_STREAM, 0, operation);
  const address = sockaddrUn(name);
  if (symbols.connect(socket.fd, address, address.length) < 0) {
    const errno = lastErrno();
    if (errno === ECONNREFUSED) return null;
    if (errno === EAGAIN) return "busy";
    throw new SyscallError(operation, errno);
  }
  // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
  const credentials = new Uint32Array(3);
  const length = new Uint32Array([credentials.byteLength]);
  check(
    symbols.getsockopt(
      ...[socket.fd, SOL_SOCKET, SO_PEERCRED] as const,
      ...[credentials, length] as const,
    ),
    operation,
  );
  const [pid = 0, uid = 0] = credentials;
  return { pid, uid };
}

/** Let those go who called since the last time, so that others can. */
export function dropCallers(listener: Descriptor): void {
  for (let calls = 0; calls < BACKLOG; calls++) {
    const fd = symbols.accept(listener.fd, null, null);
    if (fd < 0) return;
    own(fd)[Symbol.dispose]();
  }
}
