/**
 * libc, the one library that alived calls: a symbol table with the C prototype
 * beside every entry, and errno as an error that can be acted upon.
 *
 * Sizes are those of 64-bit Linux (x86-64 and aarch64, both little endian).
 * Lengths are `usize` and take bigint, which keeps the call on V8's fast path;
 * results of type ssize_t are declared i32, which holds for every buffer used.
 *
 * @module
 */

const SYMBOLS = {
  // int bind(int fd, const struct sockaddr *addr, socklen_t len)
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int capget(cap_user_header_t header, cap_user_data_t data)
  capget: { parameters: ["buffer", "buffer"], result: "i32" },
  // int capset(cap_user_header_t header, const cap_user_data_t data)
  capset: { parameters: ["buffer", "buffer"], result: "i32" },
  // int clock_gettime(clockid_t clock, struct timespec *time)
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  // int close(int fd)
  close: { parameters: ["i32"], result: "i32" },
  // int epoll_create1(int flags)
  epoll_create1: { parameters: ["i32"], result: "i32" },
  // int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // int epoll_wait(int epfd, struct epoll_event *events, int max, int timeout)
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  // void _exit(int status)
  _exit: { parameters: ["i32"], result: "void" },
  // int flock(int fd, int operation)
  flock: { parameters: ["i32", "i32"], result: "i32" },
  // long syscall(long number, ...): fstat(int fd, struct stat *status), which
  // is no function of glibc before 2.33
  fstat_call: {
    name: "syscall",
    parameters: ["isize", "isize", "buffer"],
    result: "isize",
  },
  // int ftruncate(int fd, off_t length)
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  // uid_t geteuid(void)
  geteuid: { parameters: [], result: "u32" },
  // char *if_indextoname(unsigned int index, char name[IF_NAMESIZE])
  if_indextoname: { parameters: ["u32", "buffer"], result: "pointer" },
  // off_t lseek(int fd, off_t offset, int whence)
  lseek: { parameters: ["i32", "i64", "i32"], result: "i32" },
  // int memfd_create(const char *name, unsigned int flags)
  memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
  // int mkdir(const char *path, mode_t mode)
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  // int mlock2(const void *addr, size_t len, unsigned int flags)
  mlock2: { parameters: ["usize", "usize", "u32"], result: "i32" },
  // int open(const char *path, int flags, mode_t mode)
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  // int pipe2(int fds[2], int flags)
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  // ssize_t pread(int fd, void *buffer, size_t count, off_t offset)
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  // ssize_t read(int fd, void *buffer, size_t count)
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // ssize_t recv(int fd, void *buffer, size_t len, int flags)
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
  //              int flags, struct timespec *timeout)
  recvmmsg: {
    parameters: ["i32", "buffer", "u32", "i32", "pointer"],
    result: "i32",
  },
  // int rename(const char *from, const char *to)
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  // int sched_setscheduler(pid_t pid, int policy,
  //                        const struct sched_param *param)
  sched_setscheduler: {
    parameters: ["i32", "i32", "buffer"],
    result: "i32",
  },
  // ssize_t send(int fd, const void *buffer, size_t len, int flags)
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count,
  //              int flags)
  sendmmsg: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  // ssize_t sendto(int fd, const void *buffer, size_t len, int flags,
  //                const struct sockaddr *to, socklen_t tolen)
  sendto: {
    parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"],
    result: "i32",
  },
  // int setsockopt(int fd, int level, int name, const void *value,
  //                socklen_t len)
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  // int socket(int domain, int type, int protocol)
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int socketpair(int domain, int type, int protocol, int fds[2])
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // char *strerror(int errnum)
  strerror: { parameters: ["i32"], result: "pointer" },
  // int timerfd_create(clockid_t clock, int flags)
  timerfd_create: { parameters: ["i32", "i32"], result: "i32" },
  // int timerfd_settime(int fd, int flags, const struct itimerspec *new,
  //                     struct itimerspec *old)
  timerfd_settime: {
    parameters: ["i32", "i32", "buffer", "pointer"],
    result: "i32",
  },
  // int unlink(const char *path)
  unlink: { parameters: ["buffer"], result: "i32" },
  // pid_t waitpid(pid_t pid, int *status, int options)
  waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
  // ssize_t write(int fd, const void *buffer, size_t count)
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // int *__errno_location(void)
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

const library = Deno.dlopen("libc.so.6", SYMBOLS);

/** The functions of {@linkcode SYMBOLS}, as C declares them. */
export const libc: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"] =
  library.symbols;

// A view made once: the location is constant for a thread, and an isolate
// stays on its thread. Asking for it after a failed call would leave room for
// a garbage collection that changes errno.
const errnoView = openErrno();

function openErrno(): Int32Array {
  const location = libc.__errno_location();
  if (location === null) throw new TypeError("__errno_location() gave null");
  return new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
}

/** Error numbers that the program acts upon, by their C names. */
export const EPERM = 1;
export const ENOENT = 2;
export const EINTR = 4;
export const EIO = 5;
export const ENXIO = 6;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EACCES = 13;
export const EEXIST = 17;
export const ENODEV = 19;
export const EINVAL = 22;
export const ENFILE = 23;
export const EMFILE = 24;
export const EFBIG = 27;
export const EMSGSIZE = 90;
export const ENOPROTOOPT = 92;
export const EAFNOSUPPORT = 97;
export const EADDRINUSE = 98;
export const EADDRNOTAVAIL = 99;
export const ENETDOWN = 100;
export const ENOBUFS = 105;
export const ECONNREFUSED = 111;

// The same on x86-64 and aarch64.
const ERRNO_NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  7: "E2BIG",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  16: "EBUSY",
  17: "EEXIST",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  29: "ESPIPE",
  30: "EROFS",
  32: "EPIPE",
  34: "ERANGE",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  40: "ELOOP",
  75: "EOVERFLOW",
  88: "ENOTSOCK",
  90: "EMSGSIZE",
  92: "ENOPROTOOPT",
  93: "EPROTONOSUPPORT",
  95: "EOPNOTSUPP",
  97: "EAFNOSUPPORT",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  100: "ENETDOWN",
  101: "ENETUNREACH",
  104: "ECONNRESET",
  105: "ENOBUFS",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  113: "EHOSTUNREACH",
  122: "EDQUOT",
};

/** A system call that failed. */
export class SyscallError extends Error {
  override readonly name = "SyscallError";
  /** What was tried, such as `socket(AF_PACKET)`. */
  readonly operation: string;
  /** The error number. */
  readonly errno: number;
  /** Its C name, such as `EPERM`, or the number where it has none here. */
  readonly code: string;

  /**
   * @param operation What was tried.
   * @param errno The error number; positive.
   * @param detail What the kernel said besides, if anything.
   */
  constructor(operation: string, errno: number, detail?: string) {
    const code = ERRNO_NAMES[errno] ?? `errno ${errno}`;
    const text = detail ?? describe(errno);
    super(`Cannot ${operation}: ${text} (${code})`);
    this.operation = operation;
    this.errno = errno;
    this.code = code;
  }
}

function describe(errno: number): string {
  const text = libc.strerror(errno);
  return text === null
    ? "unknown error"
    : Deno.UnsafePointerView.getCString(text);
}

/** errno of the call that failed just now on this thread. */
export function lastErrno(): number {
  return errnoView[0] ?? 0;
}

/**
 * Pass on the result of a call, or throw when it is negative.
 *
 * @param result What the call returned.
 * @param operation What was tried, for the message.
 * @throws {SyscallError} When `result` is negative.
 */
export function check(result: number, operation: string): number {
  if (result < 0) throw new SyscallError(operation, lastErrno());
  return result;
}

/** A string as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** A descriptor that is closed when it goes out of use. */
export interface Descriptor extends Disposable {
  /** Its number. */
  readonly fd: number;
}

/** Take a descriptor into ownership; it is closed once, however often told. */
export function own(fd: number): Descriptor {
  let open = true;
  return {
    fd,
    [Symbol.dispose](): void {
      // The number may be somebody else's by the second time.
      if (open) libc.close(fd);
      open = false;
    },
  };
}

/**
 * End the process and all its threads at once: no other line of any of them
 * runs, nothing that waits to be written is.
 *
 * @param code Exit status, 0 to 255.
 */
export function exitNow(code: number): never {
  libc._exit(code);
  throw new TypeError("_exit() returned");
}
