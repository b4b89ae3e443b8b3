/**
 * What the core says of itself, from a real kernel through its Worker to the
 * side; and a core that says nothing.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Lab } from "../lab/lab.ts";
import { freezeThread } from "../lab/stall.ts";
import { resultIn, runStep, startStep } from "../lab/step.ts";
import { coreThread } from "../lab/thread.ts";

const MODULE = new URL("../lab/status_steps.ts", import.meta.url);

Deno.test("130 masters and a fault are told of in parts, as the kernel has them", async () => {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  deepStrictEqual(
    await runStep(host, { module: MODULE, name: "askRealCore" }),
    {
      count: 131,
      names: ["VI_1", "VI_0"],
      states: ["MASTER", "FAULT"],
      reasons: ["silence", 'interface "eth7" does not exist'],
      held: 130,
      sent: true,
      woke: true,
      answered: true,
      file: [false, 64],
    },
  );
});

Deno.test("a core whose thread is held is silent, and answers when it goes on", async () => {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  const step = startStep(host, { module: MODULE, name: "askFrozenCore" });
  const pid = await step.waitFor((line) =>
    line.startsWith("pid ") ? Number(line.slice(4)) : null
  );
  await freezeThread(host, await coreThread(pid), 3000);
  strictEqual(await step.endsWithin(60_000), 0);
  deepStrictEqual(resultIn(step.lines), {
    silent: [true, true, true],
    back: 131,
  });
});
