import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { ScriptProbe } from "../../src/config/settings/check.ts";
import { runProbe } from "../../src/health/probes/run_probe.ts";
import { type CommandResult, runCommand } from "../../src/kernel/child.ts";
import { run, timed } from "./loopback.ts";

const OPTIONS = { timeout: 5000, environment: {}, user: null };

function shell(text: string): readonly string[] {
  return ["/bin/sh", "-c", text];
}

function script(text: string): ScriptProbe {
  return { type: "script", command: shell(text), environment: { A: "1" } };
}

/** Processes that have a word in their environment, zombies left out. */
function marked(word: string): string[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => name)
    .filter((name) => {
      if (!/^[0-9]+$/.test(name)) return false;
      try {
        return Deno.readTextFileSync(`/proc/${name}/environ`).includes(word);
      } catch {
        return false;
      }
    });
}

Deno.test("a script probe succeeds by exit status 0", async () => {
  deepStrictEqual(await run(script("echo one; echo two")), {
    ok: true,
    detail: "Exit status 0: two",
  });
});

Deno.test("a script probe fails by another exit status", async () => {
  deepStrictEqual(await run(script("echo no >&2; exit 3")), {
    ok: false,
    detail: "Exit status 3: no",
  });
});

Deno.test("a script probe fails by a signal", async () => {
  deepStrictEqual(await run(script("kill -SEGV $$")), {
    ok: false,
    detail: "Ended by SIGSEGV",
  });
});

Deno.test("a script probe fails by a program that is not there", async () => {
  const command = ["/nonexistent/check"];
  const result = await run({ type: "script", command, environment: {} });
  strictEqual(result.ok, false);
  match(result.detail, /nonexistent.*No such file/);
});

Deno.test("a script probe tells its name and little else", async () => {
  Deno.env.set("LD_ALIVED_TEST", "secret");
  const file = await Deno.makeTempFile();
  try {
    await run(script(`{ env; pwd; readlink /proc/$$/fd/0; } >${file}`));
    const output = await Deno.readTextFile(file);
    match(output, /^ALIVED_CHECK=a$/m);
    match(output, /^A=1$/m);
    match(output, /^PATH=/m);
    match(output, /^\/\n\/dev\/null$/m);
    ok(!output.includes("LD_ALIVED_TEST"));
  } finally {
    Deno.env.delete("LD_ALIVED_TEST");
    await Deno.remove(file);
  }
});

Deno.test("a script probe runs without a shell", async () => {
  const command = ["/bin/echo", "$HOME;", "*"];
  const result = await run({ type: "script", command, environment: {} });
  strictEqual(result.detail, "Exit status 0: $HOME; *");
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test("a script probe is killed whole at its timeout", async () => {
  const mark = `ALIVED_MARK=${crypto.randomUUID()}`;
  const [name = "", value = ""] = mark.split("=");
  // Parent, child and grandchild, all deaf to SIGTERM.
  const text = "trap '' TERM; echo up; sh -c 'sh -c \"sleep 60; :\"; :'; :";
  const { result, took } = await timed({
    type: "script",
    command: shell(text),
    environment: { [name]: value },
  }, 300);
  deepStrictEqual(result, {
    ok: false,
    detail: "Killed after 300 ms: up",
    isLate: true,
  });
  ok(took >= 799, `${took} ms`);
  // A process that was killed takes a moment to go.
  for (let i = 0; i < 100 && marked(mark).length > 0; i++) await pause(20);
  deepStrictEqual(marked(mark), []);
});

Deno.test("a script that obeys SIGTERM is not waited for", async () => {
  const { result, took } = await timed(script("exec sleep 60"), 100);
  strictEqual(result.detail, "Killed after 100 ms");
  ok(took < 400, `${took} ms`);
});

Deno.test("a script probe ends when nobody wants it any more", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const options = { name: "a", signal, timeout: 60_000, user: null };
  const running = runProbe(script("exec sleep 60"), options);
  setTimeout(() => controller.abort(), 100);
  strictEqual((await running).detail, "Stopped");
});

Deno.test("runCommand() keeps the last 4 KiB of output", async () => {
  const text = "head -c 100000 /dev/zero | tr '\\0' a; echo end";
  const { output } = await runCommand(shell(text), OPTIONS);
  strictEqual(output, "a".repeat(4092) + "end\n");
});

Deno.test("runCommand() stops listening to what never ends", async () => {
  const result = await runCommand(["/usr/bin/yes"], OPTIONS);
  ok(result.outcome === "exited" || result.outcome === "signalled");
});

Deno.test("runCommand() leaves behind what a program leaves behind", async () => {
  const start = performance.now();
  const result = await runCommand(shell("sleep 1 & echo $!"), OPTIONS);
  ok(performance.now() - start < 500);
  // Still there, and holding the pipe.
  Deno.kill(Number(result.output), "SIGKILL");
});

Deno.test("runCommand() runs at most 16 programs at a time", async () => {
  const word = `ALIVED_MARK=${crypto.randomUUID()}`;
  const [name = "", value = ""] = word.split("=");
  const environment = { [name]: value };
  const command = ["/bin/sleep", "1.5"];
  const options = { ...OPTIONS, environment };
  const all = Array.from({ length: 20 }, () => runCommand(command, options));
  for (let i = 0; i < 100 && marked(word).length < 16; i++) await pause(20);
  // Time for one more, if there were to be one.
  await pause(100);
  strictEqual(marked(word).length, 16);
  for (const { outcome } of await Promise.all(all)) {
    strictEqual(outcome, "exited");
  }
});

Deno.test("runCommand() forgets one that is aborted in the queue", async () => {
  const sleepers = Array.from(
    { length: 16 },
    () => runCommand(["/bin/sleep", "0.3"], OPTIONS),
  );
  const controller = new AbortController();
  const { signal } = controller;
  const late = runCommand(["/bin/true"], { ...OPTIONS, signal });
  controller.abort();
  deepStrictEqual(await late, { outcome: "aborted", output: "" });
  await Promise.all(sleepers);
});

/** Longest that the loop stands still while so many programs are started. */
async function longestTurn(programs: number): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const all: Promise<CommandResult>[] = [];
  for (let i = 0; i < programs; i++) {
    all.push(runCommand(["/bin/true"], OPTIONS));
  }
  await Promise.all(all);
  clearInterval(timer);
  return longest;
}

Deno.test("runCommand() starts one program in a turn", async () => {
  const ones: number[] = [];
  for (let i = 0; i < 20; i++) ones.push(await longestTurn(1));
  const one = Math.max(...ones);
  const fifty = await longestTurn(50);
  // All 50 at once would block the loop for as long as 50 do.
  ok(fifty < 15 * one, `${fifty} ms for 50, ${one} ms for one`);
});

Deno.test({
  name: "runCommand() runs as another user",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    const user = { uid: 65534, gid: 65534 };
    const command = shell("id -u; id -g; id -G");
    const { output } = await runCommand(command, { ...OPTIONS, user });
    strictEqual(output, "65534\n65534\n65534\n");
  },
});

Deno.test({
  name: "runCommand() refuses as root what others can change",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    const directory = await Deno.makeTempDir({ dir: "/tmp" });
    try {
      const path = `${directory}/check`;
      await Deno.writeTextFile(path, "#!/bin/sh\n", { mode: 0o755 });
      deepStrictEqual(await runCommand([path], OPTIONS), {
        outcome: "failed",
        reason: `Cannot run "${path}": all users can write "/tmp"; ` +
          'run chmod o-w "/tmp", or move the program',
        output: "",
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
