/**
 * How long a core that stops is waited for.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";

/** Milliseconds that every core gets. */
const BASE = 800;
/** Milliseconds for each address: two calls of a busy kernel, and spare. */
const EACH = 2;
/** Milliseconds at most. */
const MOST = 10_000;

/** Patience for which the unit's TimeoutStopSec=10 is enough. */
const USUAL = 3000;
/** Milliseconds after the core for notifications and the log. */
const AFTER_CORE = 6000;

/**
 * Milliseconds without a sign of life after which a core that stops counts as
 * hung: it may be removing every address that it can hold by one call.
 */
export function stopPatience(
  { instances }: Pick<Settings, "instances">,
): number {
  let addresses = 0;
  for (const { virtualIps, excludedVirtualIps } of instances) {
    addresses += virtualIps.length + excludedVirtualIps.length;
  }
  return Math.min(BASE + EACH * addresses, MOST);
}

/**
 * What the service manager is told of a stop: that it is under way, and where
 * that may be long that more time is needed (sd_notify(3)).
 *
 * @param patience Milliseconds.
 */
export function stopNotice(patience: number): readonly string[] {
  if (patience <= USUAL) return ["STOPPING=1"];
  const microseconds = (patience + AFTER_CORE) * 1000;
  return ["STOPPING=1", `EXTEND_TIMEOUT_USEC=${microseconds}`];
}
