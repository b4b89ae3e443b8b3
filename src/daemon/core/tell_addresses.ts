/**
 * What the core tells of the addresses of its instances, and of who else has
 * them: the master that a backup hears.
 *
 * @module
 */

import type { EventOf } from "../../log/catalogue.ts";
import type { GarpSettings } from "../../config/settings/instance.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { type Core, log } from "./core.ts";
import type { Instance } from "./instance.ts";
import { afford } from "./tell.ts";
import type { Job } from "./work.ts";

/** Addresses that one line has. */
const MOST_ADDRESSES = 8;

/** All changes of the addresses of an instance were tried. */
export function tellAddresses(
  core: Core,
  name: string,
  { added, removed }: Pick<Job, "added" | "removed">,
): void {
  const ours = [...added].filter((key) => core.ledger.get(key)?.ours);
  tellSome(core, name, "addresses_added", ours);
  tellSome(core, name, "addresses_removed", [...removed]);
}

function tellSome(
  core: Core,
  name: string,
  event: "addresses_added" | "addresses_removed",
  keys: readonly string[],
): void {
  // What a dead daemon left behind is told of by itself.
  if (keys.length === 0 || name === "") return;
  const instance = core.instances.get(name);
  const now = core.kernel.now();
  if (instance !== undefined && !afford(core, instance, event, now)) return;
  log(core, { event, instance: name, ...some(keys) });
}

/** The first burst of announcements since an instance is master. */
export function tellAnnounced(
  core: Core,
  instance: Instance,
  keys: readonly string[],
  { repeat }: Pick<GarpSettings, "repeat">,
  now: number,
): void {
  if (keys.length === 0 || instance.isAnnounced) return;
  instance.isAnnounced = true;
  const event = "addresses_announced";
  if (!afford(core, instance, event, now)) return;
  const { name } = instance.settings;
  log(core, { event, instance: name, ...some(keys), repeat });
}

/** @param keys Each an index of a link and an address with its prefix. */
function some(
  keys: readonly string[],
): Pick<EventOf<"addresses_added">, "count" | "addresses"> {
  const addresses = keys.slice(0, MOST_ADDRESSES)
    .map((key) => key.slice(key.indexOf(" ") + 1));
  return { count: keys.length, addresses };
}

/**
 * A backup may hear another master now, or another priority of it. Where that
 * changes all the time, it is told what it is when there is room for a line.
 *
 * @param state Its state now.
 */
export function tellMaster(
  core: Core,
  instance: Instance,
  state: RouterState | undefined,
  now: number,
): void {
  const { name } = instance.settings;
  if (state?.name !== "BACKUP") return;
  const heard = state.lowerHeard ?? state.master;
  if (heard === null) return;
  const { address, priority } = heard;
  const { toldMaster: told, budget } = instance;
  const isSame = told?.address === address && told.priority === priority;
  if (isSame && told.isTold) return;
  // What was left out is counted once, however often it is heard.
  const kind = "master_heard";
  const isTold = isSame
    ? budget.take(kind, now) && core.budget.take(kind, now)
    : afford(core, instance, kind, now);
  instance.toldMaster = { address, priority, isTold };
  if (!isTold) return;
  log(core, {
    ...{ event: "master_heard", instance: name, source: address },
    ...{ sourcePriority: priority, priority: state.priority },
  });
}
