/**
 * The compiled program that `ALIVED_BIN` names does its job.
 *
 * @module
 */

import { match, ok, strictEqual } from "node:assert/strict";
import { Alived, alivedCommand } from "../lab/alived.ts";
import { openPair } from "../lab/pair.ts";
import { run } from "../lab/program.ts";
import { VIP } from "../lab/router.ts";

/** Path of the program. */
function binary(): string {
  const [file = "", ...rest] = alivedCommand();
  ok(rest.length === 0, "ALIVED_BIN does not name a compiled program");
  return file;
}

Deno.test("alived --version names versions and target, without an environment", async () => {
  const text = await run(["env", "-i", binary(), "--version"]);
  match(text, /^alived \d+\.\d+\.\d+ \(deno \d+\.\d+\.\d+, \S+-linux-\S+\)\n$/);
});

Deno.test("alived check summarizes a configuration", async () => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(
      file,
      `vrrp_instances:
  - name: VI_1
    interface: lo
    virtual_router_id: 51
    priority: 100
    virtual_ips: [${VIP}/24]
`,
    );
    const text = await run([binary(), "check", "-c", file]);
    match(text, /VI_1/);
    match(text, /3\.609/);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("alived takes over from alived and gives way in order", async () => {
  binary();
  await using pair = await openPair();
  const { a, b } = pair;
  const options = { version: 3, interval: 0.2 } as const;
  const master = await Alived.start(a, { ...options, priority: 150 });
  const backup = await Alived.start(b, { ...options, priority: 100 });
  await master.waitForState("MASTER");
  await backup.waitForState("BACKUP");
  ok(await a.holds(VIP));
  await master.crash();
  await a.plug(false);
  await backup.waitForState("MASTER");
  ok(await b.holds(VIP));
  strictEqual(await backup.stop(), 0);
  ok(!await b.holds(VIP));
});
