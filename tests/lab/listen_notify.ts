/**
 * Program that stands in for the service manager: `listen_notify.ts PATH`
 * listens on a socket there (sd_notify(3)) and prints each message as a line,
 * `MILLISECONDS TEXT`, with " & " between its assignments. Says "listening"
 * first.
 *
 * @module
 */

const AF_UNIX = 1;
const SOCK_DGRAM = 2;

function listen(path: string): void {
  const { symbols } = Deno.dlopen("libc.so.6", {
    // int socket(int domain, int type, int protocol)
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // int bind(int, const struct sockaddr *, socklen_t)
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    // ssize_t recv(int, void *, size_t, int)
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  });
  const socket = symbols.socket(AF_UNIX, SOCK_DGRAM, 0);
  // struct sockaddr_un: the family, then the path and a zero.
  const address = new Uint8Array([
    ...[AF_UNIX, 0],
    ...new TextEncoder().encode(`${path}\0`),
  ]);
  if (symbols.bind(socket, address, address.length) !== 0) {
    throw new Error(`Cannot listen on ${path}`);
  }
  print("listening");
  const buffer = new Uint8Array(4_096);
  for (;;) {
    const length = symbols.recv(socket, buffer, BigInt(buffer.length), 0);
    if (length <= 0) continue;
    const text = new TextDecoder().decode(buffer.subarray(0, length));
    const time = performance.timeOrigin + performance.now();
    print(`${time.toFixed(1)} ${text.replaceAll("\n", " & ")}`);
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) listen(Deno.args[0] ?? "");
