/**
 * Program run on the segment: counts the adverts that reach an interface, so
 * many that none can be looked at. Says "listening", then a line for each
 * step, `MILLISECONDS COUNT`: until when since the epoch, and how many in it.
 *
 * @module
 */

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
/** Milliseconds. */
const STEP = 50;

/** `struct sock_filter`: an instruction of classic BPF. */
type Instruction = readonly [code: number, jt: number, jf: number, k: number];

/** Accepts IPv4 (0x0800) with protocol 112, and keeps one byte of it. */
const ADVERTS: readonly Instruction[] = [
  [0x28, 0, 0, 12],
  [0x15, 0, 3, 0x0800],
  [0x30, 0, 0, 23],
  [0x15, 0, 1, 112],
  [0x06, 0, 0, 1],
  [0x06, 0, 0, 0],
];

function filterBytes(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ADVERTS.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, [code, jt, jf, k]] of ADVERTS.entries()) {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jt);
    view.setUint8(i * 8 + 3, jf);
    view.setUint32(i * 8 + 4, k, true);
  }
  return bytes;
}

function sockaddrLl(index: number): Uint8Array<ArrayBuffer> {
  const sockaddr = new Uint8Array(20);
  const view = new DataView(sockaddr.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, ETH_P_ALL);
  view.setInt32(4, index, true);
  return sockaddr;
}

function count(name: string): void {
  const { symbols } = Deno.dlopen("libc.so.6", {
    // int socket(int domain, int type, int protocol)
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // unsigned int if_nametoindex(const char *)
    if_nametoindex: { parameters: ["buffer"], result: "u32" },
    // int bind(int, const struct sockaddr *, socklen_t)
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    // int setsockopt(int, int level, int name, const void *, socklen_t)
    setsockopt: {
      parameters: ["i32", "i32", "i32", "buffer", "u32"],
      result: "i32",
    },
    // int getsockopt(int, int level, int name, void *, socklen_t *)
    getsockopt: {
      parameters: ["i32", "i32", "i32", "buffer", "buffer"],
      result: "i32",
    },
  });
  const index = symbols.if_nametoindex(new TextEncoder().encode(`${name}\0`));
  const socket = symbols.socket(AF_PACKET, SOCK_RAW, 0);
  const filter = filterBytes();
  // struct sock_fprog: a length, six bytes of nothing, and where they are.
  const program = new Uint8Array(16);
  const view = new DataView(program.buffer);
  view.setUint16(0, ADVERTS.length, true);
  view.setBigUint64(8, Deno.UnsafePointer.value(addressOf(filter)), true);
  const attached = symbols.setsockopt(
    ...[socket, SOL_SOCKET, SO_ATTACH_FILTER] as const,
    ...[program, program.length] as const,
  );
  if (attached !== 0 || symbols.bind(socket, sockaddrLl(index), 20) !== 0) {
    throw new Error(`Cannot count on ${name}`);
  }
  // struct tpacket_stats: packets, those for which there was no room among
  // them; nobody reads them. Asking begins anew.
  const statistics = new Uint32Array(2);
  const length = new Uint32Array([statistics.byteLength]);
  const ask = (): number => {
    symbols.getsockopt(
      ...[socket, SOL_PACKET, PACKET_STATISTICS] as const,
      ...[statistics, length] as const,
    );
    return statistics[0] ?? 0;
  };
  ask();
  print("listening");
  setInterval(() => {
    const packets = ask();
    print(`${performance.timeOrigin + performance.now()} ${packets}`);
  }, STEP);
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): Deno.PointerValue {
  return Deno.UnsafePointer.of(bytes);
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) count(Deno.args[0] ?? "");
