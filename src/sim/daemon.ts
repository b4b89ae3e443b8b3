/**
 * The core as it is shipped, to run on simulated hosts.
 *
 * @module
 */

import { openCore, wakeAt } from "../daemon/core/core.ts";
import { lastGasp } from "../daemon/core/lifecycle.ts";
import { coreStatus } from "../daemon/core/status.ts";
import { turn } from "../daemon/core/turn.ts";
import type { Program } from "./program.ts";

/** The core of this daemon. */
export const DAEMON: Program = {
  ...{ openCore, wakeAt, turn, lastGasp },
  status: coreStatus,
};
