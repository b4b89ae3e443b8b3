/**
 * A host of another architecture, whose alived runs in the emulator that
 * `ALIVED_DENO` names, beside one of this machine's own.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";

/** An interval that is long for an emulator too. */
const SLOW = { version: 3, interval: 3 } as const;
const NATIVE = { deno: Deno.execPath() };

Deno.test("an emulated backup takes over from a native master and gives way in order", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const master = await Alived.start(a, { ...SLOW, priority: 200 }, NATIVE);
  await master.waitForState("MASTER");
  const backup = await Alived.start(b, SLOW);
  await backup.waitForState("BACKUP");

  await master.crash();
  await backup.waitForState("MASTER");
  ok(await b.holds(VIP));

  // The returned master finds what it left, and is the better one.
  const again = await Alived.start(a, { ...SLOW, priority: 200 }, NATIVE);
  await again.waitForState("MASTER");
  await backup.waitForState("BACKUP");
  deepStrictEqual(await b.addresses(), [b.prefixed]);

  // In order: the emulated one hears priority 0 and serves once more, then goes.
  strictEqual(await again.stop(), 0);
  await backup.waitForState("MASTER");
  strictEqual(await backup.stop(), 0);
  deepStrictEqual(await b.addresses(), [b.prefixed]);
});

Deno.test("SIGTERM stops an emulated daemon whose side is in for (;;)", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const module = new URL("../lab/stuck_side.ts", import.meta.url);
  const alived = await Alived.start(a, SLOW, { module });
  await alived.waitForState("MASTER");
  ok(await a.holds(VIP));
  alived.program.kill("SIGWINCH");
  const seen = alived.events().length;
  // The core alone hears it, by the machine code of its handler.
  strictEqual(await alived.stop(), 0);
  deepStrictEqual(alived.events().slice(seen), []);
  deepStrictEqual(await a.addresses(), [a.prefixed]);
});
