/**
 * What is measured, in the order of the table.
 *
 * @module
 */

import type { Effort, Part } from "./part.ts";
import { checksPart } from "./parts/checks.ts";
import { CONFIGURATION } from "./parts/configuration.ts";
import { EMPTY_PROGRAM } from "./parts/empty_program.ts";
import { FREEZES } from "./parts/freeze.ts";
import { BUSY_HOUR, IDLE_HOUR } from "./parts/hour.ts";
import { IDLE } from "./parts/idle.ts";
import { LARGE } from "./parts/large.ts";
import { LEFT_ALONE } from "./parts/left_alone.ts";
import { manyVipsPart } from "./parts/many_vips.ts";
import { PREEMPTION } from "./parts/preemption.ts";
import { RECEIVE } from "./parts/receive.ts";
import { STALLS } from "./parts/stall.ts";
import { START } from "./parts/start.ts";
import { STATUS } from "./parts/status.ts";
import { STEADY } from "./parts/steady.ts";
import { takeoverPart, V2, V3 } from "./parts/takeover.ts";

/** What has goals: every run measures it. */
export const PARTS: readonly Part[] = [
  takeoverPart(V2),
  takeoverPart(V3),
  manyVipsPart(50),
  manyVipsPart(500),
  ...STEADY,
  ...FREEZES,
  IDLE,
  PREEMPTION,
  START,
];

/** What is there to be known, and is measured when it is asked for. */
export const ASIDE: readonly Part[] = [
  LEFT_ALONE,
  ...LARGE,
  checksPart(500),
  STALLS,
  RECEIVE,
  STATUS,
  CONFIGURATION,
  EMPTY_PROGRAM,
];

/** What takes hours, once each. */
export const LONG: readonly Part[] = [IDLE_HOUR, BUSY_HOUR];

/** Enough for figures that are worth printing. */
export const THOROUGH: Effort = {
  ...{ later: 2, settling: 15_000, counted: 5_000 },
  ...{ idleSettling: 15_000, idle: 20_000, hour: 3_600_000 },
};

/** Enough to see that something has changed much. */
export const QUICK: Effort = {
  ...{ later: 0, settling: 500, counted: 1_500 },
  ...{ idleSettling: 1_500, idle: 2_500, hour: 60_000 },
};
