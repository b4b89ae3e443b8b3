/**
 * Two who watch one daemon.
 *
 * @module
 */

import type { Watch } from "../process.ts";

/** All is seen by one, and then by the other, as far as it looks. */
export function bothWatch(one: Watch, other: Partial<Watch>): Watch {
  return {
    sent: (...seen) => {
      one.sent(...seen);
      other.sent?.(...seen);
    },
    read: (...seen) => {
      one.read(...seen);
      other.read?.(...seen);
    },
    received: (message) => {
      one.received(message);
      other.received?.(message);
    },
    announced: (...seen) => {
      one.announced(...seen);
      other.announced?.(...seen);
    },
    adds: (...seen) => {
      one.adds(...seen);
      other.adds?.(...seen);
    },
    removes: (...seen) => {
      one.removes(...seen);
      other.removes?.(...seen);
    },
    recorded: (done) => {
      one.recorded(done);
      other.recorded?.(done);
    },
    posted: (message) => {
      one.posted(message);
      other.posted?.(message);
    },
    fed: () => {
      one.fed();
      other.fed?.();
    },
    turned: () => {
      one.turned();
      other.turned?.();
    },
    ended: (how) => {
      one.ended(how);
      other.ended?.(how);
    },
  };
}
