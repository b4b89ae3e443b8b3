/**
 * What the service manager is told (sd_notify(3)): that it runs, what it does,
 * and that its loop turns.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import { Lab } from "../lab/lab.ts";
import { ms, report } from "../lab/pair.ts";
import { FakeServiceManager } from "../lab/service_manager.ts";
import { freezeSide, freezeThread } from "../lab/stall.ts";
import { coreThread } from "../lab/thread.ts";
import { now, sleep } from "../lab/wait.ts";

const WATCHDOG = 600;

Deno.test("the service manager is told of the start, the state, a reload and the stop", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const manager = await FakeServiceManager.start(a);
  const { env } = manager;
  const alived = await Alived.start(a, configuration([instance()]), { env });
  const started = now();
  const ready = await manager.told("READY=1");
  report(`READY ${ms(ready.time - started)} after the start`);
  await manager.told("STATUS=VI_1 MASTER");
  ok((await manager.told("STATUS=VI_1 BACKUP")).time <= ready.time + 1_000);
  const before = now();
  const changed = configuration([instance({ priority: 120 })]);
  strictEqual((await reload(alived, changed)).level, "info");
  const reloading = await manager.told("RELOADING=1", { after: before });
  await manager.told("READY=1", { after: reloading.time - 1 });
  // A service that refuses a file is ready again all the same.
  const again = now();
  strictEqual((await reload(alived, "nonsense")).level, "error");
  const refused = await manager.told("RELOADING=1", { after: again });
  await manager.told("READY=1", { after: refused.time - 1 });
  strictEqual(await alived.stop(), 0);
  await manager.told("STOPPING=1");
  deepStrictEqual(
    manager.notices().map(({ text }) => text.split(/[=&]/)[0]?.trim())
      .filter((key) => key !== "STATUS"),
    ["READY", "RELOADING", "READY", "RELOADING", "READY", "STOPPING"],
  );
});

Deno.test("the watchdog is fed four times in its time, also while the side is stopped", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const manager = await FakeServiceManager.start(a, { watchdog: WATCHDOG });
  const { env } = manager;
  // Nothing else wakes this loop up.
  const calm = instance({ advert_interval: "10s" });
  const alived = await Alived.start(a, configuration([calm]), { env });
  await manager.told("WATCHDOG=1");
  await sleep(3_000);
  const fed = manager.notices("WATCHDOG=1");
  const gaps = fed.slice(1).map(({ time }, i) => time - (fed[i]?.time ?? 0));
  const median = gaps.toSorted((x, y) => x - y)[Math.floor(gaps.length / 2)] ??
    NaN;
  report(
    `watchdog of ${WATCHDOG} ms fed every ${ms(median)} (median), ` +
      `${ms(Math.max(...gaps))} at the longest`,
  );
  const times = WATCHDOG / median;
  ok(times > 3.2 && times < 4.8, `fed ${times} times in its time`);
  const freezer = await freezeSide(a, alived.program, 1_500);
  const from = now();
  await freezer.ended;
  const frozen = manager.notices("WATCHDOG=1")
    .filter(({ time }) => time > from);
  ok(frozen.length >= 6, "not fed while the side was stopped");
});

Deno.test("the watchdog is not fed while the core hangs", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const manager = await FakeServiceManager.start(a, { watchdog: WATCHDOG });
  const { env } = manager;
  const alived = await Alived.start(a, configuration([instance()]), { env });
  await manager.told("WATCHDOG=1");
  await alived.waitForState("MASTER");
  const core = await coreThread(alived.program.pid);
  const freezer = await freezeThread(a, core, 2_000);
  const from = now();
  await sleep(1_700);
  deepStrictEqual(
    manager.notices("WATCHDOG=1").filter(({ time }) =>
      time > from + 100 && time < from + 1_700
    ),
    [],
  );
  await freezer.ended;
  await manager.told("WATCHDOG=1", { after: from + 1_700 });
  strictEqual(await alived.stop(), 0);
});

Deno.test("the watchdog is not fed by a process that is stopped", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const manager = await FakeServiceManager.start(a, { watchdog: WATCHDOG });
  const { env } = manager;
  const alived = await Alived.start(a, configuration([instance()]), { env });
  await manager.told("WATCHDOG=1");
  alived.program.kill("SIGSTOP");
  await sleep(100);
  const from = now();
  await sleep(1_500);
  const continued = now();
  alived.program.kill("SIGCONT");
  await manager.told("WATCHDOG=1", { after: continued - 50 });
  deepStrictEqual(
    manager.notices("WATCHDOG=1")
      .filter(({ time }) => time > from && time < continued),
    [],
  );
  strictEqual(await alived.stop(), 0);
});
