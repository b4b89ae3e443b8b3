import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { ProcessProbe } from "../../src/config/settings/check.ts";
import { run } from "./loopback.ts";

/** A process of a name that nothing else has; gone behind its use. */
async function withProcess(
  use: (name: string, pid: number, path: string) => Promise<void>,
  name = `a) (${crypto.randomUUID().slice(0, 18)}`,
  startedAs = name,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/${name}`;
  await Deno.copyFile("/bin/sleep", path);
  // The kernel keeps the name it is started by, not that of the executable.
  if (startedAs !== name) await Deno.symlink(path, `${directory}/${startedAs}`);
  const child = new Deno.Command(`${directory}/${startedAs}`, { args: ["60"] })
    .spawn();
  try {
    await use(name, child.pid, directory);
  } finally {
    // It may have been killed already.
    try {
      child.kill("SIGKILL");
    } catch { /* gone */ }
    await child.status;
    await Deno.remove(directory, { recursive: true });
  }
}

/** Longer than a look at all processes is kept. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 120));
}

function processes(
  name: string | null,
  pidFile: string | null = null,
  quorum = 1,
): ProcessProbe {
  return { type: "process", name, pidFile, quorum };
}

Deno.test("a process probe counts processes by their executable", async () => {
  await withProcess(async (name) => {
    await nextLook();
    deepStrictEqual(await run(processes(name)), {
      ok: true,
      detail: "1 of at least 1 run",
    });
    deepStrictEqual(await run(processes(name, null, 2)), {
      ok: false,
      detail: "1 of at least 2 run",
    });
    // What the kernel keeps of it.
    strictEqual((await run(processes(name.slice(0, 15)))).ok, true);
    strictEqual((await run(processes(name.slice(0, 14)))).ok, false);
  });
});

Deno.test("a process probe knows a process by either name", async () => {
  const [executable, link] = [0, 1].map(() => crypto.randomUUID().slice(0, 8));
  await withProcess(
    async () => {
      await nextLook();
      strictEqual((await run(processes(executable ?? ""))).ok, true);
      strictEqual((await run(processes(link ?? ""))).ok, true);
    },
    executable,
    link,
  );
});

Deno.test("a process probe does not count what has ended", async () => {
  await withProcess(async (name, pid) => {
    Deno.kill(pid, "SIGKILL");
    await nextLook();
    deepStrictEqual(await run(processes(name)), {
      ok: false,
      detail: "0 of at least 1 run",
    });
  });
});

Deno.test("a process probe does not count zombies", async () => {
  // It does not wait for its child, which ends at once.
  const text = "import os, time; pid = os.fork(); " +
    "os._exit(0) if pid == 0 else (print(pid, flush=True), time.sleep(60))";
  const parent = new Deno.Command("python3", {
    args: ["-c", text],
    stdout: "piped",
  }).spawn();
  const reader = parent.stdout.getReader();
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, (await reader.read()).value ?? new Uint8Array());
    await nextLook();
    const pid = (await Deno.readTextFile(path)).trim();
    match(await Deno.readTextFile(`/proc/${pid}/stat`), /\) Z /);
    deepStrictEqual(await run(processes(null, path)), {
      ok: false,
      detail: `Process ${pid} does not run`,
    });
  } finally {
    parent.kill("SIGKILL");
    await reader.cancel();
    await parent.status;
    await Deno.remove(path);
  }
});

Deno.test("a process probe looks into a pid file", async () => {
  await withProcess(async (name, pid, directory) => {
    const path = `${directory}/pid`;
    await Deno.writeTextFile(path, `${pid}\n`);
    deepStrictEqual(await run(processes(null, path)), {
      ok: true,
      detail: `Process ${pid} runs`,
    });
    strictEqual((await run(processes(name, path))).ok, true);
    deepStrictEqual(await run(processes("init", path)), {
      ok: false,
      detail: `Process ${pid} is "${name.slice(0, 15)}"`,
    });
    await Deno.writeTextFile(path, "none\n");
    deepStrictEqual(await run(processes(null, path)), {
      ok: false,
      detail: `"${path}" holds "none", no process id`,
    });
    strictEqual((await run(processes(null, `${path}s`))).ok, false);
  });
});

Deno.test("process probes at a time share one look", async () => {
  const start = performance.now();
  await run(processes("a"));
  const one = performance.now() - start;
  await Promise.all(
    Array.from({ length: 100 }, () => run(processes("a"))),
  );
  ok(performance.now() - start < one + 50);
});
