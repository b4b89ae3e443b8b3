/**
 * Does what was asked for in the order that matters, in pieces, so that
 * adverts go out between them.
 *
 * @module
 */

import { earliestDeadline } from "../../vrrp/engine.ts";
import { announce, sendFrames } from "./announce.ts";
import type { Core } from "./core.ts";
import { changeAddresses } from "./hold.ts";
import { isRecordDue, writeRecord } from "./record_keeper.ts";
import { sendAdvert } from "./send.ts";

/** Milliseconds of work between two looks at the clock and the sockets. */
const PIECE = 20;
/** Frames that are sent before the clock is looked at again. */
const FRAMES = 64;
/** Lines that are told before the clock is looked at again. */
const TALES = 64;
/** Lines that may wait; with more some are told before all else. */
const MAX_TALES = 256;

/**
 * Do some of the work: at least one piece, and more until an advert or a
 * takeover is due, or it has taken 20 ms.
 */
export function doWork(core: Core): void {
  const { kernel, engine, work } = core;
  const until = kernel.now() + PIECE;
  // Addresses may change all the time, where a peer is hostile and calls slow.
  if (work.tales.length > MAX_TALES) tellSome(core);
  while (doPiece(core)) {
    const now = kernel.now();
    if (now >= until || earliestDeadline(engine) <= now) return;
  }
}

/** Do all of the work, and nothing else before it is done. */
export function finishWork(core: Core): void {
  while (doPiece(core));
}

/** @returns False when there was nothing to do. */
function doPiece(core: Core): boolean {
  const { work, kernel } = core;
  if (changeAddresses(core, PIECE)) return true;
  const now = kernel.now();
  for (const { instance, priority } of work.lastWords.splice(0)) {
    // A reload may have put another in its place.
    if (core.instances.get(instance.settings.name) !== instance) continue;
    sendAdvert(core, instance, priority, now);
  }
  for (const announcement of work.announcements.splice(0)) {
    announce(core, announcement, now);
  }
  work.added.clear();
  if (sendFrames(core, FRAMES, now)) return true;
  if (isRecordDue(core)) {
    writeRecord(core);
    return true;
  }
  return tellSome(core);
}

/** Tell all that waits, and do nothing else. */
export function tellAll(core: Core): void {
  while (tellSome(core));
}

/** @returns False when there was nothing to tell. */
function tellSome({ work }: Core): boolean {
  const tales = work.tales.splice(0, TALES);
  for (const tell of tales) tell();
  return tales.length > 0;
}
