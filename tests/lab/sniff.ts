/**
 * Program run on the segment: prints every ARP and VRRP frame that reaches an
 * interface as a line, `SECONDS HEX`, with the time that the kernel took at its
 * arrival. Says "listening" first.
 *
 * @module
 */

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 3;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const IPPROTO_VRRP = 112;
// struct timespec of two 64-bit numbers, on every 64-bit Linux.
const SIOCGSTAMPNS = 0x8907n;

/** `struct sockaddr_ll` of all protocols on one interface. */
function sockaddrLl(index: number): Uint8Array<ArrayBuffer> {
  const sockaddr = new Uint8Array(20);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, ETH_P_ALL);
  view.setInt32(4, index, true);
  return sockaddr;
}

function isWanted(frame: DataView): boolean {
  const type = frame.getUint16(12);
  return type === ETHERTYPE_ARP ||
    type === ETHERTYPE_IPV4 && frame.getUint8(14 + 9) === IPPROTO_VRRP;
}

function sniff(name: string): void {
  const { symbols } = Deno.dlopen("libc.so.6", {
    // int socket(int domain, int type, int protocol)
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // unsigned int if_nametoindex(const char *)
    if_nametoindex: { parameters: ["buffer"], result: "u32" },
    // int bind(int, const struct sockaddr *, socklen_t)
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    // ssize_t recv(int, void *, size_t, int)
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
    // int ioctl(int, unsigned long request, ...)
    ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  });
  const index = symbols.if_nametoindex(new TextEncoder().encode(`${name}\0`));
  const socket = symbols.socket(AF_PACKET, SOCK_RAW, 0);
  const stamp = new BigInt64Array(2);
  // There is no time yet; asking for it makes the kernel take it from now on.
  symbols.ioctl(socket, SIOCGSTAMPNS, stamp);
  if (symbols.bind(socket, sockaddrLl(index), 20) !== 0) {
    throw new Error(`Cannot listen on ${name}`);
  }
  print("listening");
  const buffer = new Uint8Array(2_048);
  const view = new DataView(buffer.buffer);
  for (;;) {
    const length = symbols.recv(socket, buffer, BigInt(buffer.length), 0);
    if (length < 34 || !isWanted(view)) continue;
    symbols.ioctl(socket, SIOCGSTAMPNS, stamp);
    const [seconds, nanoseconds] = stamp;
    print(
      `${seconds}.${String(nanoseconds).padStart(9, "0")} ` +
        Array.from(
          buffer.subarray(0, length),
          (byte) => byte.toString(16).padStart(2, "0"),
        ).join(""),
    );
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) sniff(Deno.args[0] ?? "");
