/**
 * What operators order of the daemons.
 *
 * @module
 */

import type { Order } from "../../daemon/messages.ts";
import type { Drain } from "../../vrrp/operator.ts";
import type { Host } from "../host.ts";
import { EPOCH } from "../machine/kernel.ts";
import { later, type World } from "../world.ts";
import { instanceOf } from "./cluster.ts";
import type { Act } from "./story.ts";

/** Milliseconds until an order whose time is over is ended, if it failed. */
const AGAIN = 1000;

/** Order something of an instance. */
export function operateHost(
  world: World,
  host: Host,
  { instance, what, lasts }: Extract<Act, { type: "operate" }>,
): void {
  const name = instanceOf(world.cluster, instance)?.name;
  if (name === undefined) return;
  const { now } = world.agenda;
  // Each is another one, so that what is told of it can be told apart.
  const by = `operator of ${now}`;
  if (what === "failover") return host.operate({ verb: "failover", by }, name);
  if (what === "resume") {
    return host.operate({ verb: "resume", by, isOver: false }, name);
  }
  const drain: Drain = {
    ...{ since: EPOCH + now, by },
    until: lasts === null ? null : EPOCH + now + lasts,
    reason: lasts === null ? null : "maintenance",
    lastResort: what === "lastResort",
  };
  host.operate({ verb: "drain", drain }, name);
  if (lasts !== null) later(world, lasts, () => end(world, host, drain));
}

/** The time of an order is over: the side ends it, as soon as it can. */
function end(world: World, host: Host, drain: Drain): void {
  const { drains } = host.operators;
  const names = [...drains].filter(([, one]) => one === drain)
    .map(([name]) => name);
  // The next daemon drops what is over.
  if (names.length === 0 || host.process?.hasEnded !== false) return;
  const over: Order = { verb: "resume", by: null, isOver: true };
  host.operate(over, ...names);
  later(world, AGAIN, () => end(world, host, drain));
}
