/// <reference lib="deno.worker" />
/**
 * The core's isolate: one Worker that waits and turns and never returns to its
 * event loop. Nothing here awaits, and nothing that happens in the other
 * isolate reaches it but messages on its channel. When the core has ended, it
 * sees to it that the process ends too.
 *
 * @module
 */

import { LinuxKernel } from "../kernel/linux/kernel.ts";
import { outlastSide } from "../kernel/linux/side_watch.ts";
import { type Core, openCore, takesOverAt, wakeAt } from "./core/core.ts";
import { lastGasp } from "./core/lifecycle.ts";
import { newRehearsal } from "./core/rehearse.ts";
import { turn } from "./core/turn.ts";
import type { FromCore, WorkerStart } from "./messages.ts";

/** As often as it takes V8 to remember the way. */
const REHEARSALS = 10;

self.onmessage = ({ data }: MessageEvent<WorkerStart>): void => {
  const post = (message: FromCore): void => self.postMessage(message);
  let core: Core | undefined;
  let code = 0;
  try {
    const kernel = new LinuxKernel(data);
    core = openCore(kernel, data.core, post);
    // Whoever is master from the start holds its addresses first.
    turn(core, new Set());
    core.rehearse = newRehearsal(kernel, data.core);
    for (let times = 0; times < REHEARSALS; times++) core.rehearse();
    // That was work of its own, and no stall.
    core.restedAt = kernel.now();
    while (turn(core, wait(core, kernel))) Atomics.add(data.turns, 0, 1);
    core.outbox.end({ type: "stopped" });
  } catch (error) {
    // What is another daemon's, or may be, is left to it.
    if (core?.part === "serves") lastGasp(core);
    post({ type: "failed", error: describe(error) });
    code = 1;
  }
  outlastSide(data.sideWord, code);
};

function wait(core: Core, kernel: LinuxKernel): ReadonlySet<number> {
  // Who does not serve leaves unread what comes for who does.
  if (core.part !== "serves") return kernel.waitForOrders();
  const at = wakeAt(core);
  return kernel.wait(at, takesOverAt(core, at));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
