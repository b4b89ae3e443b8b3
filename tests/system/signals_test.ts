/**
 * Signals to a daemon that serves.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { noScripts } from "../lab/real_root.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { openPair, report } from "../lab/pair.ts";
import { alivedYaml, VIP } from "../lab/router.ts";
import { writeScript } from "../lab/scripts.ts";
import { sleep, until } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;

Deno.test("no signal that is not there to stop it takes the address away", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  const { pid } = master.program;
  for (const number of [1, 10, 12, 14, 16, 24, 25, 26, 27, 29, 30, 34, 64]) {
    await a.exec("kill", `-${number}`, `${pid}`);
  }
  await sleep(500);
  ok(await a.holds(VIP));
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  strictEqual(await master.stop(), 0);
});

for (
  const [how, env] of [
    ["as it is", {}],
    ["asked to by NODE_OPTIONS", { NODE_OPTIONS: "--inspect" }],
  ] as const
) {
  Deno.test(`no debugger listens, ${how}`, async () => {
    await using pair = await openPair();
    const { a } = pair;
    const master = await Alived.start(a, FAST, { env });
    await master.waitForState("MASTER");
    for (const pause of [0, 300, 400, 1300]) {
      await sleep(pause);
      master.program.kill("SIGUSR1");
    }
    await sleep(300);
    strictEqual((await a.exec("ss", "-Hltn")).trim(), "");
    const warned = master.events().filter(({ event }) =>
      event === "environment"
    );
    strictEqual(warned.length > 0, "NODE_OPTIONS" in env);
    strictEqual(await master.stop(), 0);
  });
}

Deno.test("SIGUSR2 logs the state of every instance", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  await sleep(500);
  master.program.kill("SIGUSR2");
  const said = await master.waitForEvent(
    ({ event, instance }) => event === "state" && instance !== undefined,
  );
  match(
    said.message,
    /^MASTER; priority 100; holds 192\.0\.2\.100\/24; sent \d+, received 0$/,
  );
  strictEqual(await master.stop(), 0);
});

const HUP = 1;
const TERM = 15;

/** Whether a process has a handler for a signal. */
async function handles(pid: number, signal: number): Promise<boolean> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const [, caught = "0"] = /^SigCgt:\s+(\w+)$/m.exec(status) ?? [];
  return (BigInt(`0x${caught}`) >> BigInt(signal - 1) & 1n) === 1n;
}

Deno.test("a hang-up at any moment of the start reads the newest file", async () => {
  await using pair = await openPair();
  const { a } = pair;
  for (const pause of [0, 20, 40, 80, 160]) {
    const master = await Alived.start(a, FAST);
    await until(() => handles(master.program.pid, HUP), {
      what: "its first line of JavaScript",
    });
    await sleep(pause);
    await Deno.writeTextFile(
      master.file,
      alivedYaml({ ...FAST, priority: 77 }),
    );
    master.program.kill("SIGHUP");
    await master.waitForState("MASTER");
    const newest = (): boolean =>
      pair.watch.adverts(a.address).at(-1)?.priority === 77;
    await until(newest, { what: `priority 77 after ${pause} ms` });
    strictEqual(await master.stop(), 0);
  }
});

Deno.test("a stop at any moment of the start is one in order", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const pauses = [0, 20, 40, 80, 160, 320];
  for (const [i, pause] of pauses.entries()) {
    const alived = await Alived.start(a, FAST);
    const { program } = alived;
    await until(() => handles(program.pid, TERM), { what: "its first line" });
    await sleep(pause);
    program.kill(i % 2 === 0 ? "SIGTERM" : "SIGINT");
    strictEqual((await program.ended).code, 0, program.lines.join("\n"));
    ok(!await a.holds(VIP));
  }
});

Deno.test("a notification can trap SIGUSR1", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const trapped = `${a.directory}/trapped`;
  const script = await writeScript(a, "trap.sh", [
    `trap ': > ${trapped}' USR1 HUP ALRM`,
    ...["kill -USR1 $$", "kill -HUP $$", "kill -ALRM $$"],
  ]);
  const master = await Alived.start(
    a,
    configuration([instance({ notify_master: script })]),
  );
  await master.waitForState("MASTER");
  await until(() => Deno.stat(trapped).then(() => true, () => false), {
    what: "the trap",
  });
  strictEqual(await master.stop(), 0);
});
