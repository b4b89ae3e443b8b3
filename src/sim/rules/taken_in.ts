/**
 * When a core takes in a message of its side: one that has handed over reads
 * what comes, and keeps it until it serves again.
 *
 * @module
 */

import type { Process, Watch } from "../process.ts";

/** All is seen as it happens, but messages only when they are taken in. */
export function asTakenIn(process: Process, watch: Watch): Watch {
  /** Read by a core that had handed over. */
  const read: unknown[] = [];
  const upToDate = (): Watch => {
    const { deferred = [] } = process.core ?? {};
    while (read.length > 0 && !deferred.includes(read[0])) {
      watch.received(read.shift());
    }
    return watch;
  };
  return {
    sent: (...seen) => upToDate().sent(...seen),
    read: (...seen) => upToDate().read(...seen),
    received: (message) => {
      if (process.core?.part === "handed_over") read.push(message);
      else upToDate().received(message);
    },
    announced: (...seen) => upToDate().announced(...seen),
    adds: (...seen) => upToDate().adds(...seen),
    removes: (...seen) => upToDate().removes(...seen),
    recorded: (done) => upToDate().recorded(done),
    posted: (message) => upToDate().posted(message),
    fed: () => upToDate().fed(),
    turned: () => upToDate().turned(),
    ended: (how) => upToDate().ended(how),
  };
}
