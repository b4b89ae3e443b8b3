// What signals do to a process, and the code that writes them into a pipe.

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writerCode } from "../../ffi/signal_code.ts";
import { testedDeno } from "../lab/tested_deno.ts";
import { until } from "../lab/wait.ts";
import { Program } from "../lab/program.ts";

Deno.test("the handler writes the number of its signal: x86-64", () => {
  strictEqual(
    Buffer.from(writerCode(0x01020304, "x86_64")).toString("hex"),
    "f30f1efa" + "57" + "4889e6" + "bf04030201" + "ba01000000" +
      "b801000000" + "0f05" + "5f" + "c3",
  );
});

// As `as` and `objdump -d` of binutils for aarch64 have them.
Deno.test("the handler writes the number of its signal: aarch64", () => {
  strictEqual(
    Buffer.from(writerCode(0x01020304, "aarch64")).toString("hex"),
    ["5f2403d5", "e00f1ff8", "e1030091", "80608052", "4020a072", "220080d2"]
      .join("") + "080880d2" + "010000d4" + "ff430091" + "c0035fd6",
  );
});

/** A process that took its signals, told what to do by its arguments. */
function process(...does: readonly string[]): Program {
  const { pathname } = new URL("../lab/signalled.ts", import.meta.url);
  return new Program("signalled", [
    ...[testedDeno(), "run", "-A", "--no-prompt", "--cached-only"],
    ...[pathname, ...does],
  ]);
}

Deno.test("signals reach the pipe and the listeners, however busy the isolate is", async () => {
  await using program = process("listen");
  strictEqual((await program.ended).code, 0);
  deepStrictEqual(program.lines, [
    "busy: 15 3 2 12",
    "after: SIGINT SIGQUIT SIGTERM",
  ]);
});

Deno.test("no signal that nobody uses ends the process", async () => {
  await using program = process("survive");
  await program.waitFor((line) => line === "survived", { what: "its end" });
  deepStrictEqual(program.lines.slice(0, -1), []);
  strictEqual((await program.ended).code, 0);
});

Deno.test("a hang-up before anybody listens is heard once", async () => {
  await using program = process("hang-up");
  strictEqual((await program.ended).code, 0);
  deepStrictEqual(program.lines, ["heard: 1", "heard: 2"]);
});

Deno.test("a command that may be ended is ended", async () => {
  for (const signal of ["SIGTERM", "SIGHUP", "SIGALRM", "SIGUSR2"] as const) {
    await using program = process("free");
    await program.waitFor((line) => line === "free", { what: "its start" });
    program.kill(signal);
    strictEqual((await program.ended).signal, signal);
  }
});

Deno.test("SIGUSR1 opens no debugger at any time, and scripts can trap it", async () => {
  await using program = process("stay");
  await program.waitFor((line) => line === "stays", { what: "its start" });
  const started = performance.now();
  for (const at of [0, 300, 700, 2000]) {
    await until(() => performance.now() - started >= at, { within: 10_000 });
    program.kill("SIGUSR1");
  }
  await until(() => performance.now() - started >= 2300, { within: 10_000 });
  strictEqual(program.running, true);
  const said = await program.waitFor(
    (line) => line.startsWith("listens: ") ? line : null,
    { what: "its sockets" },
  );
  strictEqual(said, "listens: 0");
  deepStrictEqual(
    program.lines.filter((line) => /debugger/i.test(line)),
    [],
  );
  match(program.lines.join("\n"), /^trapped$/m);
});
