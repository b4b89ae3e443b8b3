/**
 * What the side does beside the core: health checks give verdicts to it, and
 * scripts, mail and webhooks are told of its transitions. What a configuration
 * does not use is not loaded.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { CheckStatus, CheckVerdict } from "../../health/check.ts";
import type { KnownCheck, Runner } from "../../health/runner.ts";
import type { Notification } from "../../notify/notification.ts";
import type { Notifier, NotifierStatus } from "../../notify/notifier.ts";
import type { StateName } from "../../vrrp/state.ts";
import type { LogEvent } from "../../log/catalogue.ts";
import type { Log } from "../../log/log.ts";
import { reasonInWords } from "../../log/reason_words.ts";
import type { Transition } from "../messages.ts";

/** Milliseconds that notifications get at the end. */
const DRAIN_LIMIT = 5000;

/** What is known of checks and notifications. */
export interface ServicesStatus {
  /** The checks, in the order of the configuration. */
  readonly checks: readonly CheckStatus[];
  /** How telling goes; null while nobody was ever to be told. */
  readonly notifications: NotifierStatus | null;
}

/** Health checks and notifications; they do nothing before `update()`. */
export class Services {
  readonly #log: Log;
  readonly #onVerdict: (verdict: CheckVerdict) => void;
  #runner: Runner | null = null;
  #notifier: Notifier | null = null;
  #groups: Settings["syncGroups"] = [];
  /** Names of checks that all trackers of them count in reverse. */
  #reversed: ReadonlySet<string> = new Set();
  /** Names of checks that look at a file. */
  #files: ReadonlySet<string> = new Set();
  #instances: ReadonlyMap<string, InstanceSettings> = new Map();
  /** Removed instances, until their stop was told of. */
  readonly #removed = new Map<string, InstanceSettings>();
  readonly #states = new Map<string, StateName>();
  readonly #groupStates = new Map<string, StateName>();
  /** Fulfilled when no update is under way: nobody is told by halves of one. */
  #settled: Promise<void> = Promise.resolve();
  /** Fulfilled when the daemon before this one tells nobody any more. */
  #gone: Promise<void> = Promise.resolve();
  /** What that one knew of checks, until it is used. */
  #known: readonly KnownCheck[] | null = null;

  /** @param onVerdict Hears of each change of a health check. */
  constructor(log: Log, onVerdict: (verdict: CheckVerdict) => void) {
    this.#log = log;
    this.#onVerdict = onVerdict;
  }

  /** The state of every instance that was told of. */
  get states(): ReadonlyMap<string, StateName> {
    return this.#states;
  }

  /** Settings of an instance, also of one whose stop was not told of yet. */
  settingsOf(instance: string): InstanceSettings | undefined {
    return this.#instances.get(instance) ?? this.#removed.get(instance);
  }

  /** What is known of checks, for another daemon. */
  get checks(): readonly KnownCheck[] {
    return this.#runner?.known() ?? [];
  }

  /**
   * Go on for another daemon, which has told of all that was until now: nobody
   * is told of it again. To be called before the first `update()`.
   *
   * @param states The state of each instance.
   * @param checks What is known of checks.
   * @param gone Fulfilled when the other daemon tells nobody any more.
   */
  goOn(
    states: Readonly<Record<string, StateName>>,
    checks: readonly KnownCheck[],
    gone: Promise<void>,
  ): void {
    this.#known = checks;
    this.#gone = gone;
    for (const [instance, state] of Object.entries(states)) {
      if (state !== "INIT") this.#states.set(instance, state);
    }
  }

  /** What is known of checks and notifications. */
  status(): ServicesStatus {
    return {
      checks: this.#runner?.status() ?? [],
      notifications: this.#notifier?.status() ?? null,
    };
  }

  /** Use a configuration. */
  update(settings: Settings): Promise<void> {
    const applied = this.#settled.then(() => this.#apply(settings));
    this.#settled = applied.catch(() => {});
    return applied;
  }

  /** The states of groups are as those of their members are. */
  #knowGroups(): void {
    for (const { name, instances } of this.#groups) {
      const states = instances.map((member) => this.#states.get(member));
      this.#groupStates.set(name, groupState("INIT", states));
    }
  }

  /** Tell of a transition. */
  tell(transition: Transition): void {
    const { instance, to } = transition;
    const reason = reasonInWords(transition.reason);
    const time = Date.now();
    if (to === "INIT") this.#states.delete(instance);
    else this.#states.set(instance, to);
    void this.#settled.then(() => this.#gone).then(() => {
      this.#tellInstance(transition, reason, time);
      this.#tellGroups(reason, time);
    });
  }

  /** End the checks, and the notifications when they have been told. */
  async stop(): Promise<void> {
    await this.#settled;
    await this.#gone;
    await Promise.all([
      this.#runner?.stop(),
      this.#notifier?.drain(DRAIN_LIMIT),
    ]);
  }

  async #apply(settings: Settings): Promise<void> {
    const { checks, instances, syncGroups, notifications, global } = settings;
    const { scriptUser, routerId } = global;
    if (tellsSomebody(settings)) this.#notifier ??= await this.#loadNotifier();
    if (checks.length > 0) this.#runner ??= await this.#loadRunner();
    this.#notifier?.update({
      routerId,
      scripts: new Map(instances.map(({ name, notify }) => [name, notify])),
      groupScripts: new Map(
        syncGroups.map(({ name, notify }) => [name, notify]),
      ),
      notifications,
      user: scriptUser,
    });
    this.#groups = syncGroups;
    this.#reversed = reversedChecks(settings);
    this.#files = new Set(
      checks.filter(({ probe }) => probe.type === "file")
        .map(({ name }) => name),
    );
    for (const [name, one] of this.#instances) this.#removed.set(name, one);
    this.#instances = new Map(instances.map((one) => [one.name, one]));
    for (const name of this.#instances.keys()) this.#removed.delete(name);
    if (this.#known !== null) this.#knowGroups();
    this.#runner?.update(checks, scriptUser, this.#known ?? []);
    this.#known = null;
  }

  async #loadRunner(): Promise<Runner> {
    const { Runner } = await import("../../health/runner.ts");
    const log = { log: (event: LogEvent) => this.#log.log(this.#judge(event)) };
    return new Runner({ onVerdict: this.#onVerdict, log });
  }

  /**
   * Down is good news of a check that counts in reverse, and a file comes and
   * goes by somebody's hand.
   */
  #judge(event: LogEvent): LogEvent {
    if (event.event !== "check_up" && event.event !== "check_down") {
      return event;
    }
    const { check } = event;
    return {
      ...event,
      ...(this.#reversed.has(check) ? { isReversed: true } : {}),
      ...(this.#files.has(check) ? { isFile: true } : {}),
    };
  }

  async #loadNotifier(): Promise<Notifier> {
    const { Notifier } = await import("../../notify/notifier.ts");
    return new Notifier((event) => this.#log.log(event));
  }

  #tellInstance(
    { instance: name, from, to, priority }: Transition,
    reason: string,
    time: number,
  ): void {
    const instance = this.settingsOf(name);
    this.#notifier?.notify({
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
    if (to === "INIT") this.#removed.delete(name);
  }

  #tellGroups(reason: string, time: number): void {
    for (const { name, instances } of this.#groups) {
      const from = this.#groupStates.get(name) ?? "INIT";
      const states = instances.map((member) => this.#states.get(member));
      const to = groupState(from, states);
      if (from === to) continue;
      this.#groupStates.set(name, to);
      this.#notifier?.notify({
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

function reversedChecks(
  { instances, syncGroups }: Settings,
): ReadonlySet<string> {
  const trackers = [...instances, ...syncGroups]
    .flatMap(({ trackers }) => trackers)
    .filter(({ watch }) => watch.type === "check");
  const counted = (inReverse: boolean): Set<string> =>
    new Set(
      trackers.filter(({ reverse }) => reverse === inReverse)
        .map(({ watch }) => watch.name),
    );
  return counted(true).difference(counted(false));
}

function tellsSomebody(settings: Settings): boolean {
  const { instances, syncGroups, notifications } = settings;
  return notifications.email !== null || notifications.webhooks.length > 0 ||
    [...instances, ...syncGroups].some(({ notify }) =>
      notify.any !== null || Object.keys(notify.byState).length > 0
    );
}
