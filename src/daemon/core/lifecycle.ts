/**
 * Instances come, change and go.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import { advance, configure, forget, regroup } from "../../vrrp/engine.ts";
import type { RouterConfig } from "../../vrrp/state.ts";
import { assess, openSockets } from "./attach.ts";
import { type Core, log } from "./core_state.ts";
import { execute, feed } from "./execute.ts";
import { newInstance } from "./instance.ts";
import type { CoreSettings } from "../messages.ts";
import { effectivePriority, weighAll } from "./track.ts";

function routerConfig(settings: InstanceSettings): RouterConfig {
  return { ...settings, higherPriorityAdvert: false };
}

/** Add an instance that does not take part before `startUp()`. */
export function addInstance(core: Core, settings: InstanceSettings): void {
  core.instances.set(settings.name, newInstance(settings));
  configure(core.engine, settings.name, routerConfig(settings));
}

/** Let all instances take part, when the startup delay is over. */
export function startUp(core: Core, now: number): void {
  core.chores.startAt = Infinity;
  for (const instance of core.instances.values()) {
    feed(core, instance, { type: "startup" }, now);
  }
}

/** Run an instance, or give the running one other settings. */
export function configureInstance(
  core: Core,
  settings: InstanceSettings,
  now: number,
): void {
  const { name } = settings;
  const running = core.instances.get(name);
  if (running === undefined) {
    addInstance(core, settings);
    assess(core, now);
    const instance = core.instances.get(name);
    if (instance === undefined || core.chores.startAt < Infinity) return;
    feed(core, instance, { type: "startup" }, now);
    return;
  }
  running.settings = settings;
  configure(core.engine, name, routerConfig(settings));
  const priority = effectivePriority(core, running);
  feed(core, running, { type: "config", priority }, now);
  assess(core, now);
}

/** Stop an instance and forget it. */
export function removeInstance(core: Core, name: string, now: number): void {
  if (!core.instances.has(name)) return;
  shutDown(core, name, now);
  forget(core.engine, name);
  core.instances.delete(name);
  openSockets(core);
}

/** Apply the settings of the whole. */
export function applySettings(
  core: Core,
  settings: CoreSettings,
  now: number,
): void {
  core.settings = settings;
  const groups = new Map(
    settings.syncGroups.map(({ name, instances }) => [name, instances]),
  );
  execute(core, regroup(core.engine, groups, now), now);
  core.addresses.setLease(settings.vipLeaseSeconds);
  core.chores.renewAt = settings.vipLeaseSeconds === null ? Infinity : now;
  weighAll(core, now);
}

/** Stop an instance: resign, remove its addresses, tell what was counted. */
export function shutDown(core: Core, name: string, now: number): void {
  const { counters } = core.instances.get(name) ?? {};
  const input = { type: "shutdown" } as const;
  execute(core, advance(core.engine, name, input, now), now);
  log(core, {
    level: "debug",
    event: "counters",
    instance: name,
    message: `Counted ${JSON.stringify(counters)}`,
    ...counters,
    dropped: { ...counters?.dropped },
  });
}
