/**
 * `realtime: true` is for the thread that keeps the address alive, and for no
 * other.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { Lab } from "../lab/lab.ts";
import { memoryKib } from "../lab/memory.ts";
import { report } from "../lab/pair.ts";
import { coreThread, threadsOf } from "../lab/thread.ts";

const SCHED_OTHER = 0;
const SCHED_RR = 2;
const REALTIME = configuration([instance()], { global: { realtime: true } });

Deno.test("realtime: the core alone is scheduled in real time, memory is locked as it is used", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const alived = await Alived.start(a, REALTIME);
  await alived.waitForState("MASTER");
  const { pid } = alived.program;
  const threads = await threadsOf(pid);
  const inRealtime = threads.filter(({ policy }) => policy !== SCHED_OTHER);
  deepStrictEqual(inRealtime.map(({ tid }) => tid), [await coreThread(pid)]);
  const [core] = inRealtime;
  strictEqual(core?.policy, SCHED_RR);
  ok(core.priority >= 1 && core.priority < 50);
  const locked = await memoryKib(pid, "VmLck") / 1_024;
  const resident = await memoryKib(pid) / 1_024;
  report(
    `realtime: SCHED_RR ${core.priority} for "${core.name}", 1 of ` +
      `${threads.length} threads; ${locked.toFixed(0)} MiB lockable, ` +
      `${resident.toFixed(1)} MiB resident`,
  );
  ok(locked > 0, "nothing is locked");
  ok(resident < 200, `${resident} MiB resident`);
  ok(!alived.events().some(({ level }) => level === "warning"));
  strictEqual(await alived.stop(), 0);
});

Deno.test("realtime: without the permission it says what is missing, and runs", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const without = "-sys_nice,-ipc_lock";
  const alived = await Alived.start(a, REALTIME, {
    through: [
      "setpriv",
      `--inh-caps=${without}`,
      `--bounding-set=${without}`,
    ],
  });
  await alived.waitForState("MASTER");
  const said = alived.events()
    .filter(({ event, level }) => event === "realtime" && level === "warning")
    .map(({ message }) => message);
  strictEqual(said.length, 2);
  match(said[0] ?? "", /CAP_SYS_NICE/);
  match(said[1] ?? "", /CAP_IPC_LOCK/);
  const { pid } = alived.program;
  ok((await threadsOf(pid)).every(({ policy }) => policy === SCHED_OTHER));
  strictEqual(await memoryKib(pid, "VmLck"), 0);
  strictEqual(await alived.stop(), 0);
});

Deno.test("realtime: nothing is when it is not asked for", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const alived = await Alived.start(a, configuration([instance()]));
  await alived.waitForState("MASTER");
  const { pid } = alived.program;
  ok((await threadsOf(pid)).every(({ policy }) => policy === SCHED_OTHER));
  strictEqual(await memoryKib(pid, "VmLck"), 0);
  strictEqual(await alived.stop(), 0);
});
