/**
 * Program that stops one thread of a process dead for a while and lets the
 * others run: `freeze.ts TID MILLISECONDS`. Says "frozen" when it has.
 *
 * @module
 */

const PTRACE_SEIZE = 0x4206;
const PTRACE_INTERRUPT = 0x4207;

/** The thread goes on when this process, its tracer, ends. */
function freeze(tid: number, milliseconds: number): void {
  const libc = Deno.dlopen("libc.so.6", {
    // long ptrace(enum __ptrace_request, pid_t, void *addr, void *data)
    ptrace: {
      parameters: ["i32", "i32", "pointer", "pointer"],
      result: "i64",
    },
    // int usleep(useconds_t usec)
    usleep: { parameters: ["u32"], result: "i32" },
  });
  for (const request of [PTRACE_SEIZE, PTRACE_INTERRUPT]) {
    if (libc.symbols.ptrace(request, tid, null, null) !== 0n) {
      throw new Error(`Cannot stop thread ${tid}: needs CAP_SYS_PTRACE`);
    }
  }
  Deno.stdout.writeSync(new TextEncoder().encode("frozen\n"));
  libc.symbols.usleep(milliseconds * 1_000);
  libc.close();
}

if (import.meta.main) freeze(Number(Deno.args[0]), Number(Deno.args[1]));
