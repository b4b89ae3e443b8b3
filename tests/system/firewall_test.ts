/**
 * The rules of docs/security.md, on a host that has a peer and an enemy.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { type ForgedAdvert, send } from "../lab/injector.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";

/** The rules as the document has them. */
async function documentedRules(): Promise<string> {
  const document = new URL("../../docs/security.md", import.meta.url);
  const text = await Deno.readTextFile(document);
  const [, rules] = /^```nft\n([\s\S]*?)^```$/m.exec(text) ?? [];
  ok(rules !== undefined, "the document has no rules");
  return rules;
}

const FAST = { version: 3, interval: 0.1 } as const;

Deno.test("with the documented rules a peer is heard and nobody else", async () => {
  await using pair = await openPair();
  const { a, b, lab } = pair;
  const enemy = await lab.host("c", "192.0.2.3/24");
  const file = `${a.directory}/rules.nft`;
  await Deno.writeTextFile(file, await documentedRules());
  await a.exec("nft", "-f", file);
  const master = await Alived.start(a, { ...FAST, priority: 100 });
  await master.waitForState("MASTER");
  const forged: ForgedAdvert = {
    ...{ source: enemy.address, version: 3, interval: 10, priority: 254 },
  };
  await send(enemy, [forged], { count: 20, rate: 100 });
  ok(await a.holds(VIP));
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);

  const peer = await Alived.start(b, { ...FAST, priority: 200 });
  await peer.waitForState("MASTER");
  await master.waitForState("BACKUP");
  strictEqual(await peer.stop(), 0);
  await master.waitForState("MASTER");
  strictEqual(await master.stop(), 0);
  const { dropped } = master.counters();
  deepStrictEqual(dropped, {});
});
