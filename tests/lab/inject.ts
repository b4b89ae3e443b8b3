/**
 * Program run inside a host: sends hand-made IPv4 datagrams from `eth0`, with
 * whatever source and TTL they say. The kernel fills in only the length and the
 * checksum of the IP header. Takes one JSON argument, an `Injection`.
 *
 * @module
 */

/** What to send. */
export interface Injection {
  /** Datagrams with their IP headers, in hex, sent in turn. */
  readonly datagrams: readonly string[];
  /** How many to send in all. */
  readonly count: number;
  /** How many a second; as fast as it goes when 0. */
  readonly rate: number;
}

const AF_INET = 2;
const SOCK_RAW = 3;
const IPPROTO_RAW = 255;
const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const pairs = hex.match(/../g) ?? [];
  return new Uint8Array(pairs.map((pair) => parseInt(pair, 16)));
}

/** `struct sockaddr_in` of the destination in an IP header. */
function destinationOf(
  datagram: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const sockaddr = new Uint8Array(16);
  new DataView(sockaddr.buffer).setUint16(0, AF_INET, true);
  sockaddr.set(datagram.subarray(16, 20), 4);
  return sockaddr;
}

function inject({ datagrams, count, rate }: Injection): void {
  const libc = Deno.dlopen("libc.so.6", {
    // int socket(int domain, int type, int protocol)
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // int setsockopt(int, int level, int name, const void *, socklen_t)
    setsockopt: {
      parameters: ["i32", "i32", "i32", "buffer", "u32"],
      result: "i32",
    },
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
  const socket = libc.symbols.socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  const device = new TextEncoder().encode("eth0\0");
  const bound = libc.symbols.setsockopt(
    ...[socket, SOL_SOCKET, SO_BINDTODEVICE] as const,
    ...[device, device.length] as const,
  );
  if (bound !== 0) throw new Error("Cannot open a raw socket on eth0");
  const all = datagrams.map(bytesOf);
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const datagram = all[i % all.length] ?? new Uint8Array();
    const sent = libc.symbols.sendto(
      ...[socket, datagram, BigInt(datagram.length), 0] as const,
      ...[destinationOf(datagram), 16] as const,
    );
    if (sent !== datagram.length) throw new Error("Cannot send a datagram");
    const ahead = rate === 0
      ? 0
      : i * 1_000 / rate - (performance.now() - start);
    if (ahead > 1) libc.symbols.usleep(Math.floor(ahead * 1_000));
  }
  libc.symbols.close(socket);
  libc.close();
}

if (import.meta.main) inject(JSON.parse(Deno.args[0] ?? ""));
