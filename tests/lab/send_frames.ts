/**
 * Program run inside a host: sends Ethernet frames from `eth0`, whatever they
 * are. Takes one JSON argument, a `Volley`.
 *
 * @module
 */

/** What to send. */
export interface Volley {
  /** File of frames, each behind its length in two bytes, the higher first. */
  readonly file: string;
  /** Index of `eth0`. */
  readonly index: number;
  /** How many to send in all, the same ones again and again. */
  readonly count: number;
  /** How many a second. */
  readonly rate: number;
}

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ENOBUFS = -1;

/** `struct sockaddr_ll` of a link. */
function sockaddrLl(index: number): Uint8Array<ArrayBuffer> {
  const sockaddr = new Uint8Array(20);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setInt32(4, index, true);
  return sockaddr;
}

function framesOf(file: string): Uint8Array<ArrayBuffer>[] {
  const bytes = Deno.readFileSync(file);
  const view = new DataView(bytes.buffer);
  const frames: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 + view.getUint16(at);
    frames.push(bytes.slice(at + 2, end));
    at = end;
  }
  return frames;
}

function sendAll({ file, index, count, rate }: Volley): void {
  const libc = Deno.dlopen("libc.so.6", {
    // int socket(int domain, int type, int protocol)
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // ssize_t sendto(int, const void *, size_t, int, const sockaddr *, socklen_t)
    sendto: {
      parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"],
      result: "i32",
    },
    // int close(int fd)
    close: { parameters: ["i32"], result: "i32" },
    // int usleep(useconds_t usec)
    usleep: { parameters: ["u32"], result: "i32" },
  });
  const { sendto, usleep } = libc.symbols;
  const socket = libc.symbols.socket(AF_PACKET, SOCK_RAW, 0);
  if (socket < 0) throw new Error("Cannot open a packet socket");
  const to = sockaddrLl(index);
  const frames = framesOf(file);
  const start = performance.now();
  for (let sent = 0; sent < count;) {
    const frame = frames[sent % frames.length] ?? new Uint8Array();
    const length = sendto(
      ...[socket, frame, BigInt(frame.length), 0, to, to.length] as const,
    );
    // A queue that is full is tried again, anything else is a wrong test.
    if (length === frame.length) sent++;
    else if (length !== ENOBUFS) throw new Error("Cannot send a frame");
    const ahead = sent * 1_000 / rate - (performance.now() - start);
    if (ahead > 1) usleep(Math.floor(ahead * 1_000));
  }
  libc.symbols.close(socket);
  libc.close();
}

if (import.meta.main) sendAll(JSON.parse(Deno.args[0] ?? ""));
