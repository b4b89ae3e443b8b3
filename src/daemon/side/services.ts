/**
 * What the side does beside the core: health checks give verdicts to it, and
 * scripts, mail and webhooks are told of its transitions. What a configuration
 * does not use is not loaded.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { CheckVerdict, Runner } from "../../health/runner.ts";
import type { Notification } from "../../notify/notification.ts";
import type { Notifier } from "../../notify/notifier.ts";
import type { StateName } from "../../vrrp/state.ts";
import type { Log } from "../../log/log.ts";
import type { Transition } from "../messages.ts";

/** Milliseconds that notifications get at the end. */
const DRAIN_LIMIT = 5000;

/** Health checks and notifications. */
export interface Services {
  /** Use a configuration. */
  update(settings: Settings): Promise<void>;
  /** Tell of a transition. */
  tell(transition: Transition): void;
  /** The state of every instance that was told of. */
  states(): ReadonlyMap<string, StateName>;
  /** End the checks, and the notifications when they have been told. */
  stop(): Promise<void>;
}

/**
 * Make the services of a daemon; they do nothing before `update()`.
 *
 * @param onVerdict Hears of each change of a health check.
 */
export function createServices(
  log: Log,
  onVerdict: (verdict: CheckVerdict) => void,
): Services {
  let runner: Runner | null = null;
  let notifier: Notifier | null = null;
  let groups: Settings["syncGroups"] = [];
  let instances: ReadonlyMap<string, InstanceSettings> = new Map();
  // Removed instances, until their stop was told of.
  const removed = new Map<string, InstanceSettings>();
  const states = new Map<string, StateName>();
  const groupStates = new Map<string, StateName>();
  // Fulfilled when no update is under way: nobody is told by halves of one.
  let settled: Promise<void> = Promise.resolve();

  async function loadRunner(): Promise<Runner> {
    const { createRunner } = await import("../../health/runner.ts");
    return createRunner({ onVerdict, log });
  }

  async function loadNotifier(): Promise<Notifier> {
    const { createNotifier } = await import("../../notify/notifier.ts");
    return createNotifier({ log: (event) => log.log({ ...event }) });
  }

  function tellGroup(reason: string, time: number): void {
    for (const { name, instances: members } of groups) {
      const from = groupStates.get(name) ?? "INIT";
      const to = groupState(from, members.map((member) => states.get(member)));
      if (from === to) continue;
      groupStates.set(name, to);
      notifier?.notify({
        kind: "GROUP",
        name,
        ...change(from, to),
        priority: 0,
        reason,
        interface: "",
        virtualIps: [],
        time,
      });
    }
  }

  async function apply(settings: Settings): Promise<void> {
    const { checks, global: { scriptUser, routerId } } = settings;
    if (tellsSomebody(settings)) notifier ??= await loadNotifier();
    if (checks.length > 0) runner ??= await loadRunner();
    notifier?.update({
      routerId,
      scripts: new Map(
        settings.instances.map(({ name, notify }) => [name, notify]),
      ),
      groupScripts: new Map(
        settings.syncGroups.map(({ name, notify }) => [name, notify]),
      ),
      notifications: settings.notifications,
      user: scriptUser,
    });
    groups = settings.syncGroups;
    for (const [name, instance] of instances) removed.set(name, instance);
    instances = new Map(settings.instances.map((one) => [one.name, one]));
    for (const name of instances.keys()) removed.delete(name);
    runner?.update(checks, scriptUser);
  }

  function tellAll(
    { instance: name, from, to, reason, priority }: Transition,
    time: number,
  ): void {
    const instance = instances.get(name) ?? removed.get(name);
    notifier?.notify({
      kind: "INSTANCE",
      name,
      ...change(from, to),
      priority,
      reason,
      interface: instance?.interface ?? "",
      virtualIps: (instance?.virtualIps ?? []).map(({ address, prefix }) =>
        `${address}/${prefix}`
      ),
      time,
    });
    if (to === "INIT") removed.delete(name);
  }

  return {
    update(settings): Promise<void> {
      const applied = settled.then(() => apply(settings));
      settled = applied.catch(() => {});
      return applied;
    },
    tell(transition): void {
      const { instance, to, reason } = transition;
      const time = Date.now();
      if (to === "INIT") states.delete(instance);
      else states.set(instance, to);
      void settled.then(() => {
        tellAll(transition, time);
        tellGroup(reason, time);
      });
    },
    states: () => states,
    async stop(): Promise<void> {
      await settled;
      await Promise.all([runner?.stop(), notifier?.drain(DRAIN_LIMIT)]);
    },
  };
}

function change(
  from: StateName,
  to: StateName,
): Pick<Notification, "state" | "previousState"> {
  return { state: to === "INIT" ? "STOP" : to, previousState: from };
}

/**
 * A group is master when all members are, and stays what it was while they
 * start or stop one after the other.
 */
function groupState(
  before: StateName,
  members: readonly (StateName | undefined)[],
): StateName {
  const states = new Set(members.map((member) => member ?? "INIT"));
  if (states.has("FAULT")) return "FAULT";
  if (!states.has("INIT")) return states.has("BACKUP") ? "BACKUP" : "MASTER";
  return states.size === 1 ? "INIT" : before;
}

function tellsSomebody(settings: Settings): boolean {
  const { instances, syncGroups, notifications } = settings;
  return notifications.email !== null || notifications.webhooks.length > 0 ||
    [...instances, ...syncGroups].some(({ notify }) =>
      notify.any !== null || Object.keys(notify.byState).length > 0
    );
}
