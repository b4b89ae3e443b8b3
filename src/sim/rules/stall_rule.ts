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

/** The reason that tells of a stall, and for how long. */
const STALL = /^stood still for ([0-9.]+) s/;
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
  const silence = Number(STALL.exec(reason)?.[1] ?? 0) * 1000;
  const instance = settingsOf(host, name);
  if (silence === 0 || instance === undefined) return;
  // Who is of a group yields with the member that stood still.
  const grouped = host.settings.syncGroups.some(({ instances }) =>
    instances.includes(name)
  );
  if (grouped) return;
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
