/**
 * The core and the side apart: one is given up, ends late, or has forgotten
 * nothing of what was removed.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import { Monitor } from "../lab/monitor.ts";
import { openPair, report } from "../lab/pair.ts";
import { noScripts } from "../lab/real_root.ts";
import { VIP } from "../lab/router.ts";
import { writeScript } from "../lab/scripts.ts";
import { freezeThread } from "../lab/stall.ts";
import { coreThread } from "../lab/thread.ts";
import { now, PATIENCE, sleep, until } from "../lab/wait.ts";

// It is given up after 5 to 7.5 s.
const FROZEN = 9_000;

Deno.test("a core that was given up does nothing when it wakes", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const monitor = await Monitor.start(a);
  // What keeps the process for a while after the core was given up.
  const script = await writeScript(a, "slow.sh", ["sleep 20"]);
  const master = await Alived.start(
    a,
    configuration([instance({ notify_master: script, notify: script })]),
  );
  await master.waitForState("MASTER");
  const { pid } = master.program;
  const freezer = await freezeThread(a, await coreThread(pid), FROZEN);
  const gone = await monitor.waitFor(VIP, true, { within: 15_000 });
  strictEqual(await master.program.endsWithin(PATIENCE), 1);
  await freezer.ended;
  await sleep(300);
  deepStrictEqual(
    monitor.addresses(VIP).filter(({ time }) => time > gone.time),
    [],
  );
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("reload: a check that is gone and comes back begins without its old verdict", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a, watch } = pair;
  const slow = await writeScript(a, "slow.sh", ["sleep 30"]);
  const failing = {
    ...{ name: "probe", type: "file", interval: "100ms", rise: 1, fall: 1 },
    config: { path: `${a.directory}/absent` },
  };
  const undecided = {
    ...{ name: "probe", type: "script", interval: "60s", timeout: "60s" },
    config: { script: slow },
  };
  const tracking = instance({
    track_scripts: [{ name: "probe", weight: -30 }],
  });
  const master = await Alived.start(
    a,
    configuration([tracking], { health_checkers: [failing] }),
  );
  const settlesAt = async (priority: number, after: number): Promise<void> => {
    await until(() => {
      const newest = watch.adverts(a.address).at(-1);
      return newest !== undefined && newest.time > after &&
        newest.priority === priority;
    }, { within: 5_000, what: `adverts with priority ${priority}` });
  };
  await settlesAt(70, 0);
  const without = configuration([instance()]);
  strictEqual((await reload(master, without)).level, "info");
  await settlesAt(100, now());
  const told = now();
  const again = configuration([tracking], { health_checkers: [undecided] });
  strictEqual(
    (await reload(master, again)).level,
    "info",
    master.program.lines.at(-2),
  );
  await sleep(1_000);
  const priorities = watch.adverts(a.address)
    .filter(({ time }) => time > told).map(({ priority }) => priority);
  ok(priorities.length >= 3);
  deepStrictEqual([...new Set(priorities)], [100]);
});

Deno.test("a second SIGTERM ends a daemon that waits for its scripts", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const script = await writeScript(a, "slow.sh", ["sleep 20"]);
  const master = await Alived.start(
    a,
    configuration([instance({ notify_stop: script })]),
  );
  await master.waitForState("MASTER");
  master.program.kill("SIGTERM");
  await master.waitForState("INIT");
  await sleep(300);
  ok(master.program.running);
  master.program.kill("SIGTERM");
  const code = await master.program.endsWithin(1_200);
  strictEqual(code, 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("a master whose interface is renamed resigns", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const keys = { advert_interval: "1s" };
  const master = await Alived.start(
    a,
    configuration([instance({ ...keys, priority: 150 })]),
  );
  await master.waitForState("MASTER");
  const backup = await Alived.start(b, configuration([instance(keys)]));
  await backup.waitForState("BACKUP");
  await a.exec("ip", "link", "set", "eth0", "name", "lan0");
  await master.waitForState("FAULT");
  await backup.waitForState("MASTER");
  await watch.resignationOf(a.address);
  const shown = await a.exec(
    "ip",
    "-oneline",
    "address",
    "show",
    "dev",
    "lan0",
  );
  ok(!shown.includes(VIP));
});
