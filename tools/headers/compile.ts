/**
 * Asks a C compiler what the headers of its architecture say. Nothing is run
 * that it makes, so that a compiler for another architecture does as well.
 *
 * @module
 */

import type { Architecture, Facts } from "./facts.ts";

/** The compiler for each architecture. */
export const COMPILERS: Readonly<Record<Architecture, string>> = {
  x86_64: "x86_64-linux-gnu-gcc",
  aarch64: "aarch64-linux-gnu-gcc",
};

// Those of glibc before those of Linux, which then leave out what they share.
const HEADERS = [
  ...["errno.h", "fcntl.h", "net/if.h", "netinet/in.h", "sched.h", "signal.h"],
  ...["stddef.h", "sys/epoll.h", "sys/file.h", "sys/mman.h", "sys/socket.h"],
  ...["sys/stat.h", "sys/syscall.h", "sys/timerfd.h", "sys/un.h", "time.h"],
  ...["sys/wait.h", "unistd.h", "linux/capability.h", "linux/filter.h"],
  ...["linux/icmp.h", "linux/icmpv6.h", "linux/if.h", "linux/if_packet.h"],
  ...["linux/netlink.h", "linux/pkt_sched.h", "linux/rtnetlink.h"],
];

/**
 * Compile expressions and read their values in the assembly.
 *
 * @param expressions Constant expressions of C.
 * @throws {Error} When one of them does not compile, in the compiler's words.
 */
export async function compileFacts(
  expressions: readonly string[],
  arch: Architecture,
): Promise<Facts> {
  const assembly = await compile(
    COMPILERS[arch],
    [
      "#define _GNU_SOURCE",
      ...HEADERS.map((header) => `#include <${header}>`),
      "void facts(void) {",
      ...expressions.map((expression, i) =>
        `asm volatile("fact ${i} %0" :: "i"((long)(${expression})));`
      ),
      "}",
    ].join("\n"),
  );
  // x86 writes a dollar before a number, aarch64 may write a hash.
  const found = [...assembly.matchAll(/^\s*fact \d+ [$#]?(-?\d+)$/gm)];
  return Object.fromEntries(
    expressions.map((expression, i) => [expression, Number(found[i]?.[1])]),
  );
}

async function compile(compiler: string, source: string): Promise<string> {
  const child = new Deno.Command(compiler, {
    args: ["-x", "c", "-O1", "-S", "-o", "-", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(source))
    .then(() => writer.close());
  const [{ success, stdout, stderr }] = await Promise.all([
    child.output(),
    written,
  ]);
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr).trim());
  return decoder.decode(stdout);
}
