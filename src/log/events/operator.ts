/**
 * Events of what operators order: drain, resume, hand over.
 *
 * @module
 */

import { askedBy, instant, precise } from "../words.ts";
import { define } from "./define.ts";

const BY = "who asked, as the client said, which nobody has verified; or null";

/** An order to drain. */
interface Drained {
  readonly instance: string;
  readonly isNew: boolean;
  readonly lastResort: boolean;
  readonly by: string | null;
  readonly reason: string | null;
  readonly since: number;
  readonly until: number | null;
  readonly isOwner: boolean;
}

/** Events of operators. */
export const OPERATOR_EVENTS = {
  drained: define<Drained>({
    level: {
      of: ({ lastResort, isOwner }) =>
        lastResort && isOwner ? "warning" : "notice",
      words: "notice; warning where it has no effect",
    },
    say: (order) => {
      const { isNew, since, until, reason } = order;
      const begin = isNew ? "Drained" : `Drained since ${instant(since)}`;
      const end = until === null ? "" : ` until ${instant(until)}`;
      const why = reason === null ? "" : `: ${reason}`;
      return `${begin}${askedBy(order.by)}${end}, ${extent(order)}${why}`;
    },
    fields: {
      instance: "name of the instance",
      isNew:
        "whether it was ordered now; else the order is an older one, and " +
        "the instance starts",
      lastResort: "whether it serves, with priority 1, when nobody else does",
      by: BY,
      reason: "why, in the operator's words, or null",
      since: "when it was ordered, in milliseconds since 1970 UTC",
      until: "when it ends by itself, in milliseconds since 1970 UTC, or null",
      isOwner:
        "whether the instance owns its addresses, and cannot be a last " +
        "resort",
    },
    example: {
      ...{ instance: "VI_1", isNew: true, lastResort: false, by: "alice" },
      ...{ reason: "kernel update", isOwner: false },
      ...{ since: 1_795_716_000_000, until: 1_795_723_200_000 },
    },
    when: "An operator drains an instance, and when one that is drained " +
      "starts.",
    remedy: "`alived resume` ends it.",
  }),
  resumed: define<{
    readonly instance: string;
    readonly by: string | null;
    readonly isOver: boolean;
  }>({
    level: "notice",
    say: ({ by, isOver }) =>
      isOver
        ? "Resumed: the time is over for which it was drained"
        : `Resumed${askedBy(by)}`,
    fields: {
      instance: "name of the instance",
      by: BY,
      isOver: "whether nobody asked, but its time is over",
    },
    example: { instance: "VI_1", by: "alice", isOver: false },
    when: "An instance is drained no more, or may preempt again.",
  }),
  failover: define<{ readonly instance: string; readonly by: string | null }>({
    level: "notice",
    say: ({ by }) =>
      `Told to hand over${
        askedBy(by)
      }; leaves the addresses to whoever takes ` +
      "them, until resumed",
    fields: { instance: "name of the instance", by: BY },
    example: { instance: "VI_1", by: "alice" },
    when: "An operator has a master hand over.",
  }),
  taken_over: define<{
    readonly instance: string;
    readonly source: string;
    readonly sourcePriority: number;
    readonly after: number;
  }>({
    level: "notice",
    say: ({ source, sourcePriority, after }) =>
      `${source} with priority ${sourcePriority} took over after ` +
      precise(after),
    fields: {
      instance: "name of the instance",
      source: "address of the new master",
      sourcePriority: "its priority",
      after: "milliseconds from the handing over to its first advert",
    },
    example: {
      ...{ instance: "VI_1", source: "192.0.2.2", sourcePriority: 100 },
      after: 613,
    },
    when: "An instance that handed over hears the new master.",
  }),
  not_taken_over: define<{
    readonly instance: string;
    readonly after: number;
  }>({
    level: "warning",
    say: ({ after }) =>
      `Nobody took over within ${precise(after)}: serves again`,
    fields: {
      instance: "name of the instance",
      after: "milliseconds from the handing over; nobody held the addresses",
    },
    example: { instance: "VI_1", after: 3414 },
    when: "An instance that handed over heard no other master.",
    remedy: "No standby works: look at the other hosts.",
  }),
};

function extent({ lastResort, isOwner }: Drained): string {
  if (!lastResort) return "serves no more";
  return isOwner
    ? "as last resort, which has no effect: it owns its addresses, and " +
      "priority 255 never moves"
    : "as last resort: serves with priority 1 when nobody else does";
}
