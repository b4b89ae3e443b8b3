/**
 * Instances come, change and go.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import { configure, forget, regroup } from "../../vrrp/engine.ts";
import { addressKey } from "../../kernel/held_record.ts";
import type { CoreSettings, CoreStart, Reload } from "../messages.ts";
import { assess } from "./attach.ts";
import { type Core, log, stateOf } from "./core.ts";
import { finishWork, tellAll } from "./do_work.ts";
import { readLinks } from "./follow.ts";
import { counted, type Counters } from "./counters.ts";
import { allVirtualIps, newInstance, useSettings } from "./instance.ts";
import { tellSysctl } from "./keep_sysctls.ts";
import { cleanUp } from "./left_overs.ts";
import type { LinkSysctls } from "./link_sysctls.ts";
import { beginDrained } from "./operate.ts";
import { feed, perform } from "./perform.ts";
import {
  isRecordDue,
  readRecord,
  recordAgain,
  writeRecord,
} from "./record_keeper.ts";
import { sendAdvert } from "./send.ts";
import { collectTrackers, effectivePriority } from "./track.ts";

/** Start with the instances of a configuration. */
export function start(core: Core, settings: CoreStart): void {
  if (settings.realtime) beRealtime(core);
  for (const instance of settings.instances) {
    addInstance(core, instance, core.kernel.now());
  }
  core.leftBehind = readRecord(core);
  core.following.readAgain();
  if (readLinks(core)) cleanUp(core);
  finishWork(core);
  const now = core.kernel.now();
  useCoreSettings(core, settings, now);
  core.following.assess = false;
  assess(core, now);
  if (core.watchdog !== null) core.chores.feedAt = now;
  const { startupDelay: delay } = settings;
  core.chores.startAt = now + delay;
  if (delay === 0) startUp(core, core.kernel.now());
  else log(core, { event: "startup_delay", delay });
  // An owner that does not serve at once keeps nothing of the last daemon's.
  for (const name of core.ledger.owners()) core.work.touch(name);
  core.outbox.notice({ type: "ready" });
}

/** Run in real time, as far as the system lets it. */
export function beRealtime(core: Core): void {
  for (const error of core.kernel.becomeRealtime()) {
    log(core, { event: "realtime", error });
  }
}

/** Add an instance that does nothing yet. */
export function addInstance(
  core: Core,
  settings: InstanceSettings,
  now: number,
): void {
  const instance = newInstance(settings, core.kernel.wallClock());
  core.instances.set(settings.name, instance);
  configure(core.engine, settings.name, settings);
  beginDrained(core, instance, now);
}

/** Let all instances take part, when the startup delay is over. */
export function startUp(core: Core, now: number): void {
  core.chores.startAt = Infinity;
  for (const name of core.instances.keys()) {
    feed(core, name, { type: "startup" }, now);
  }
  core.readiness.isNew = true;
}

/** Use settings of the whole, for the instances that there are now. */
export function useCoreSettings(
  core: Core,
  settings: CoreSettings,
  now: number,
): void {
  const { vipLeaseSeconds } = core.settings;
  core.settings = settings;
  core.virtual = new Set(
    [...core.instances.values()].flatMap(({ settings }) =>
      settings.priority === 255
        ? []
        : allVirtualIps(settings).map(({ address }) => address)
    ),
  );
  collectTrackers(core);
  const groups = new Map(
    settings.syncGroups.map(({ name, instances }) => [name, instances]),
  );
  perform(core, regroup(core.engine, groups, now), now);
  core.chores.renewAt = settings.vipLeaseSeconds === null ? Infinity : now;
  if (settings.vipLeaseSeconds === vipLeaseSeconds) return;
  for (const name of core.ledger.owners()) core.work.touch(name);
}

/**
 * Run another configuration: all of it, between two adverts. What did not
 * change is not touched.
 */
export function reload(core: Core, message: Reload, now: number): void {
  const { removed, restarted, changed, added, settings } = message;
  core.tally.reloads++;
  const { tales = [] } = message;
  core.settings = { ...core.settings, logLevel: settings.logLevel };
  for (const event of tales) log(core, event);
  for (const name of [...removed, ...restarted.map(({ name }) => name)]) {
    removeInstance(core, name, now);
  }
  for (const next of changed) {
    const running = core.instances.get(next.name);
    if (running === undefined) continue;
    useSettings(running, next);
    configure(core.engine, next.name, next);
    recordAgain(core, next.name);
  }
  const fresh = [...restarted, ...added];
  for (const next of fresh) addInstance(core, next, now);
  useCoreSettings(core, settings, now);
  for (const { name } of changed) {
    const instance = core.instances.get(name);
    if (instance === undefined) continue;
    const priority = effectivePriority(core, instance);
    feed(core, name, { type: "config", priority }, now);
  }
  assess(core, now);
  if (core.chores.startAt < Infinity) return;
  // They hear from now on.
  const opened = core.kernel.now();
  for (const { name } of fresh) feed(core, name, { type: "startup" }, opened);
  core.readiness.isNew = true;
}

function removeInstance(core: Core, name: string, now: number): void {
  if (!core.instances.has(name)) return;
  shutDown(core, name, now);
  forget(core.engine, name);
  core.instances.delete(name);
}

/** Stop an instance: resign, let its addresses go, tell what was counted. */
function shutDown(core: Core, name: string, now: number): void {
  feed(core, name, { type: "shutdown" }, now);
  const counters = core.instances.get(name)?.counters;
  if (counters !== undefined) tellCounters(core, counters, { instance: name });
}

function tellCounters(
  core: Core,
  counters: Counters,
  whose: { readonly instance: string } | { readonly interface: string },
): void {
  log(core, { event: "counters", ...whose, ...counted(counters) });
}

/** Times that an address is tried to be removed when the daemon stops. */
const ATTEMPTS = 3;

/** Stop everything: nothing of ours stays. */
export function stop(core: Core, now: number): void {
  const { ledger, work } = core;
  for (const name of core.instances.keys()) shutDown(core, name, now);
  // Whether or not it failed before: this one is the last.
  core.chores.record.again();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    finishWork(core);
    for (const name of ledger.owners()) work.touch(name);
    if (!work.isPending) break;
  }
  for (const { link, counters } of core.ports.values()) {
    tellCounters(core, counters, { interface: link });
  }
  for (const one of restoreSysctls(core)) tellSysctl(core, "restored", one);
  if (isRecordDue(core)) writeRecord(core);
  tellAll(core);
}

/**
 * After a bug the state is not to be trusted, but the addresses must not stay:
 * whatever becomes of one step, the others are done.
 */
export function lastGasp(core: Core): void {
  const { kernel, ledger, work, links } = core;
  for (const [name, instance] of core.instances) {
    if (stateOf(core, name)?.name !== "MASTER") continue;
    tryHard(core, () => sendAdvert(core, instance, 0, kernel.now()));
  }
  const held = [...ledger.entries()].filter(({ ours }) => ours);
  // What was there before the call that did not return is not ours.
  const coming = work.calling.filter(({ op, address }) =>
    op === "add" &&
    links.address(address.index, address.address, address.prefix) === undefined
  );
  tryHard(core, () => {
    const changes = [...held, ...coming]
      .map(({ address }) => ({ op: "remove", address } as const));
    for (const [i, failure] of kernel.changeAddresses(changes).entries()) {
      const address = changes[i]?.address;
      if (failure === null && address) ledger.drop(addressKey(address));
    }
  });
  // What the last daemon left is known by its record alone, until then.
  if (core.leftBehind === null) tryHard(core, () => writeRecord(core));
  tryHard(core, () => restoreSysctls(core));
  tryHard(core, () => tellAll(core));
}

function restoreSysctls(
  { links, following, sysctls }: Core,
): ReturnType<LinkSysctls["restore"]> {
  // While links are not known the names that they had have to do.
  return sysctls.restore((index, last) =>
    links.byIndex(index)?.name ?? (following.isLost ? last : null)
  );
}

function tryHard(core: Core, step: () => unknown): void {
  try {
    step();
  } catch (error) {
    log(core, { event: "last_gasp", error: `${error}` });
  }
}
