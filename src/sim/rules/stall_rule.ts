/**
 * A master yields because it stood still only when it did: the time that its
 * own calls took is no stall.
 *
 * @module
 */

import type { FromCore } from "../../daemon/messages.ts";
import { masterDownInterval } from "../../vrrp/timing.ts";
import { EPOCH } from "../machine/kernel.ts";
import type { Thread } from "../machine/thread.ts";
import { type Known, settingsOf } from "./oracle.ts";
import { Violation } from "./violation.ts";

/** Milliseconds by which the daemon may measure otherwise. */
const TOLERANCE = 5;

/** Judge the end of a mastership. */
export function checkYield(
  host: Known,
  thread: Thread,
  { transition: { instance: name, reason, time } }: Extract<
    FromCore,
    { type: "transition" }
  >,
): void {
  const instance = settingsOf(host, name);
  if (reason.kind !== "stall" || instance === undefined) return;
  const silence = reason.overdue + instance.advertInterval;
  const { version, advertInterval, downTimerAdverts, priority } = instance;
  const patience = masterDownInterval(
    version,
    priority,
    advertInterval,
    downTimerAdverts,
  );
  // It is told later than it happens.
  const at = time - EPOCH;
  const lost = thread.lostIn(at - silence, at + TOLERANCE);
  if (silence - lost <= patience + TOLERANCE) return;
  throw new Violation(
    "yields",
    `"${name}" yields: it was silent for ${silence} ms, and not run for ` +
      `${lost.toFixed(0)} ms of that`,
  );
}
