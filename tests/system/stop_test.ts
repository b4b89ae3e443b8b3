/**
 * Stopping, and serving on, whatever the side is doing.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import type { Host } from "../lab/lab.ts";
import { openPair, report } from "../lab/pair.ts";
import { noScripts } from "../lab/real_root.ts";
import { alivedYaml, VIP } from "../lab/router.ts";
import { writeScript } from "../lab/scripts.ts";
import { now, sleep, until } from "../lab/wait.ts";

const STUCK = new URL("../lab/stuck_side.ts", import.meta.url);
const FAST = { version: 3, interval: 0.1 } as const;
const OWN = ["192.0.2.1/24"];

/** A master whose side goes round in circles. */
async function stuckMaster(host: Host): Promise<Alived> {
  const master = await Alived.start(host, FAST, { module: STUCK });
  await master.waitForState("MASTER");
  master.program.kill("SIGWINCH");
  // Nothing that the side could still do is told from what it does not.
  await sleep(200);
  return master;
}

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  Deno.test(`${signal} stops a daemon whose side loops for ever`, async () => {
    await using pair = await openPair();
    const { a, watch } = pair;
    const master = await stuckMaster(a);
    const sent = now();
    master.program.kill(signal);
    const code = await master.program.endsWithin(8_000);
    report(`${signal}: ended after ${(now() - sent).toFixed(0)} ms`);
    strictEqual(code, 0);
    strictEqual(watch.adverts(a.address).at(-1)?.priority, 0);
    deepStrictEqual(await a.addresses(), OWN);
  });
}

Deno.test("SIGTERM stops a daemon that reads a megabyte of mistakes", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const master = await Alived.start(a, FAST);
  await master.waitForState("MASTER");
  let text = alivedYaml(FAST);
  for (let i = 0; text.length < 1 << 20; i++) text += `key_${i}: 1\n`;
  await Deno.writeTextFile(master.file, text);
  master.program.kill("SIGHUP");
  await sleep(300);
  const sent = now();
  master.program.kill("SIGTERM");
  const code = await master.program.endsWithin(8_000);
  report(`megabyte: ended after ${(now() - sent).toFixed(0)} ms`);
  strictEqual(code, 0);
  strictEqual(watch.adverts(a.address).at(-1)?.priority, 0);
  deepStrictEqual(await a.addresses(), OWN);
});

Deno.test("a log that nobody reads holds up neither serving nor stopping", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const pidFile = `${a.directory}/pid`;
  // A pipe holds 64 KiB, and its reader sleeps.
  const master = await Alived.start(a, FAST, {
    through: [
      ...["bash", "-c"],
      "exec 2> >(exec sleep 15 > /dev/null); head -c 65536 /dev/zero >&2; " +
      `"$@" & echo $! > ${pidFile}; wait $!; echo ended $?`,
      "alived",
    ],
  });
  await until(() => a.holds(VIP), { within: 15_000, what: "the address" });
  const pid = Number(await Deno.readTextFile(pidFile));
  Deno.kill(pid, "SIGHUP");
  await sleep(300);
  ok(watch.adverts(a.address).at(-1)?.priority === 100);
  const sent = now();
  Deno.kill(pid, "SIGTERM");
  const line = await master.program.waitFor(
    (line) => line.startsWith("ended") ? line : null,
    { what: "its end" },
  );
  report(`full pipe: ended after ${(now() - sent).toFixed(0)} ms`);
  strictEqual(line, "ended 0");
  strictEqual(watch.adverts(a.address).at(-1)?.priority, 0);
  deepStrictEqual(await a.addresses(), OWN);
});

Deno.test("a side that stands still is told of, and its master serves on", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await stuckMaster(a);
  const stuckAt = now();
  const backup = await Alived.start(b, { ...FAST, priority: 50 });
  await backup.waitForState("BACKUP");
  const said = await master.waitForEvent(
    ({ event }) => event === "side_silent",
    { within: 30_000, what: "the word of a silent side" },
  );
  report(`stuck: told after ${((now() - stuckAt) / 1000).toFixed(1)} s`);
  strictEqual(said.level, "error");
  deepStrictEqual(backup.states(), ["BACKUP"]);
  ok(await a.holds(VIP));
  ok(watch.adverts(a.address).every(({ priority }) => priority === 100));
  master.program.kill("SIGTERM");
  strictEqual(await master.program.endsWithin(8_000), 0);
  await backup.waitForState("MASTER");
  deepStrictEqual(await a.addresses(), OWN);
  strictEqual(await backup.stop(), 0);
});

Deno.test("a side that lives gets its time for notifications", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const done = `${a.directory}/done`;
  const script = await writeScript(a, "slow.sh", ["sleep 1", `: > ${done}`]);
  const master = await Alived.start(
    a,
    configuration([instance({ notify_stop: script })]),
  );
  await master.waitForState("MASTER");
  strictEqual(await master.stop(), 0);
  ok((await Deno.stat(done)).isFile);
  const events = master.events().map(({ event }) => event);
  strictEqual(events.at(-1), "stopped");
  strictEqual(events.filter((event) => event === "stop").length, 1);
});
