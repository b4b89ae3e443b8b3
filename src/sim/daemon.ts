/**
 * The core as it is shipped, to run on simulated hosts.
 *
 * @module
 */

import { type Core, openCore, wakeAt } from "../daemon/core/core.ts";
import { lastGasp } from "../daemon/core/lifecycle.ts";
import { coreStatus } from "../daemon/core/status.ts";
import { turn } from "../daemon/core/turn.ts";
import type { FromCore } from "../daemon/messages.ts";
import type { Kernel } from "../kernel/port.ts";
import type { Program, Relayed } from "./program.ts";

const NOTHING: ReadonlySet<number> = new Set();

/** The core of this daemon. */
export const DAEMON: Program<Core> = {
  ...{ openCore, wakeAt, turn, lastGasp, succeed },
  status: coreStatus,
};

function succeed(
  old: Core,
  state: string,
  kernel: Kernel & Relayed,
  post: (message: FromCore) => void,
): Core | null {
  kernel.beginRelay();
  const next = openCore(kernel, {
    ...old.settings,
    instances: Array.from(old.instances.values(), ({ settings }) => settings),
    startupDelay: 0,
    logStyle: "json",
    realtime: false,
    watchdog: old.watchdog,
    takesOver: true,
    drains: {},
  }, post);
  for (const message of [{ type: "arm" }, { type: "takeOver", state }]) {
    kernel.order(message);
    if (!turn(next, NOTHING)) break;
  }
  const isTaken = next.part === "serves";
  kernel.endRelay(isTaken);
  return isTaken ? next : null;
}
