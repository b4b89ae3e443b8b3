/**
 * The side of alived stands still: the address does not care.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { freezeSide, openFullLog } from "../lab/stall.ts";
import { now, sleep, until } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;

Deno.test("adverts go on while the side is stopped dead", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const { program } = await Alived.start(a, { ...FAST, priority: 255 });
  await watch.advertFrom(a.address);
  await sleep(500);
  const freezer = await freezeSide(a, program, 3_000);
  const from = now();
  const status = await Deno.readTextFile(
    `/proc/${program.pid}/task/${program.pid}/status`,
  );
  match(status, /^State:\tt/m);
  await sleep(2_500);
  const adverts = watch.adverts(a.address).filter(({ time }) => time > from);
  ok(adverts.length >= 15, `only ${adverts.length} adverts in 2.5 s`);
  await freezer.ended;
  strictEqual(await program.stop("SIGTERM"), 0);
});

Deno.test("a takeover happens while the side is stopped dead", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const master = await Alived.start(a, { ...FAST, priority: 150 });
  const backup = await Alived.start(b, { ...FAST, priority: 100 });
  await master.waitForState("MASTER");
  await backup.waitForState("BACKUP");
  const freezer = await freezeSide(b, backup.program, 4_000);
  await master.crash();
  await until(() => b.holds(VIP));
  ok(freezer.running, "the side went on before");
  await freezer.ended;
  await backup.waitForState("MASTER");
});

Deno.test("adverts go on while nobody reads the log", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  using log = await openFullLog(a);
  const { program } = await Alived.start(a, { ...FAST, priority: 255 }, {
    through: log.through,
  });
  await watch.advertFrom(a.address);
  const from = now();
  await sleep(2_000);
  const adverts = watch.adverts(a.address).filter(({ time }) => time > from);
  ok(adverts.length >= 12, `only ${adverts.length} adverts in 2 s`);
  strictEqual(await program.stop("SIGTERM"), 0);
  await watch.resignationOf(a.address);
  ok(!await a.holds(VIP));
});
