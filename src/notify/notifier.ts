/**
 * Tells of the states of instances: scripts, mail and webhooks. The side hands
 * over an event and goes on; nothing here throws or makes it wait. Each
 * receiver hears the events of one instance in order and one at a time, and
 * one that is slow misses all but the newest of those that waited meanwhile.
 *
 * @module
 */

import type {
  NotificationSettings,
  NotifyScripts,
} from "../config/settings/notify.ts";
import type { ScriptUser } from "../config/settings/script.ts";
import { within } from "../kernel/patience.ts";
import type { LogEvent } from "../log/catalogue.ts";
import { oneLine } from "../log/one_line.ts";
import { type Counts, Journal, type JournalStatus } from "./journal.ts";
import type { Notification, Outcome, ReceiverKind } from "./notification.ts";
import { Queue, type Turn } from "./queue.ts";
import {
  emailRounds,
  type Receiver,
  type Round,
  scriptRounds,
  webhookRounds,
} from "./receivers.ts";

/** Milliseconds that it takes to kill programs at the end of `drain()`. */
const KILL_TIME = 700;

/** Who is told, and as whom. */
export interface NotifierConfig {
  /** Name of this host in mail and webhooks; null for the host's own. */
  readonly routerId: string | null;
  /** Scripts of all instances, by name; empty ones for who has none. */
  readonly scripts: ReadonlyMap<string, NotifyScripts>;
  /** Scripts by name of their sync group; default: none. */
  readonly groupScripts?: ReadonlyMap<string, NotifyScripts>;
  /** Mail and webhooks. */
  readonly notifications: NotificationSettings;
  /** Who scripts run as, or null for alived's own user. */
  readonly user: ScriptUser | null;
}

/** How telling goes. */
export interface NotifierStatus extends JournalStatus {
  /** Notifications being told or waiting, by the kind of their receivers. */
  readonly queued: Counts;
}

const NOBODY: NotifierConfig = {
  routerId: null,
  scripts: new Map(),
  notifications: { email: null, webhooks: [] },
  user: null,
};

/** Tells whom it is configured to tell; at first nobody. */
export class Notifier {
  readonly #log: (event: LogEvent) => void;
  readonly #journal: Journal;
  readonly #queues = new Map<string, RoundQueue>();
  #config = NOBODY;
  /** Scripts of what is no longer configured and has not stopped yet. */
  readonly #retired = new Map<string, NotifyScripts>();
  #closed = false;

  /** @param log Gets what was told, and what could not be. */
  constructor(log: (event: LogEvent) => void) {
    this.#log = log;
    this.#journal = new Journal(log);
  }

  /**
   * Use another configuration for what is told from now on. An instance that is
   * no longer in it keeps its scripts for its `STOP`, which is yet to come.
   */
  update(config: NotifierConfig): void {
    for (const [key, scripts] of scriptsOf(this.#config)) {
      this.#retired.set(key, scripts);
    }
    for (const key of scriptsOf(config).keys()) this.#retired.delete(key);
    for (const [name, { queue }] of this.#queues) {
      if (queue.size.running === 0) this.#queues.delete(name);
    }
    this.#config = config;
  }

  /** Tell of a state. Never throws, never waits. */
  notify(notification: Notification): void {
    try {
      this.#tellAll(notification);
    } catch (error) {
      const { name: instance, state } = notification;
      const { detail } = bug(error);
      this.#log({
        ...{ event: "notify_failed", instance, receiver: null, state, detail },
      });
    }
  }

  /**
   * Wait until everyone is told of what was handed over. At half the time, what
   * runs is ended where a newer event waits behind it, so that `STOP` gets its
   * turn. At the end all that runs is killed, and nobody is told any more.
   *
   * @param timeout Milliseconds to wait at most.
   */
  async drain(timeout: number): Promise<void> {
    const half = timeout / 2;
    const all = [...this.#queues.values()].map(({ queue }) => queue);
    const idle = Promise.all(all.map((queue) => queue.idle()));
    if (!await within(idle, half)) {
      for (const queue of all) queue.hurry();
      await within(idle, half - KILL_TIME);
    }
    this.#closed = true;
    for (const queue of all) queue.close();
    await within(idle, KILL_TIME);
  }

  /** How telling goes. */
  status(): NotifierStatus {
    const queued = { script: 0, email: 0, webhook: 0 };
    for (const { kind, queue: { size } } of this.#queues.values()) {
      queued[kind] += size.running + size.waiting;
    }
    return { queued, ...this.#journal.status() };
  }

  #tellAll(event: Notification): void {
    const notification = { ...event, reason: oneLine(event.reason, Infinity) };
    const { notifications: { email, webhooks }, user, routerId } = this.#config;
    const sender = { router: routerId ?? Deno.hostname(), log: this.#log };
    const scripts = this.#scriptsFor(notification);
    const rounds = [
      ...(scripts ? scriptRounds(notification, scripts, user) : []),
      ...(email ? emailRounds(notification, email, sender) : []),
      ...webhookRounds(notification, webhooks, sender),
    ];
    for (const round of rounds) {
      const { kind } = round;
      const { queue } = this.#queues.get(round.queue) ??
        { queue: this.#openQueue(round) };
      this.#queues.set(round.queue, { kind, queue });
      if (this.#closed) queue.close();
      queue.push(keyOf(notification), round);
    }
  }

  #scriptsFor(notification: Notification): NotifyScripts | undefined {
    const key = keyOf(notification);
    const scripts = scriptsOf(this.#config).get(key);
    if (notification.state !== "STOP") return scripts;
    const last = this.#retired.get(key);
    this.#retired.delete(key);
    return scripts ?? last;
  }

  #openQueue({ concurrency }: Round): Queue<Round> {
    return new Queue({
      concurrency,
      run: async ({ notification, receivers }, turn) => {
        for (const receiver of receivers) {
          await this.#tell(receiver, notification, turn);
        }
      },
      onDrop: ({ notification, receivers }, newer) =>
        this.#journal.dropped(
          notification,
          receivers.map(({ name }) => name),
          newer?.notification ?? null,
        ),
    });
  }

  async #tell(
    receiver: Receiver,
    notification: Notification,
    turn: Turn,
  ): Promise<void> {
    const start = performance.now();
    const outcome = await Promise.try(receiver.tell, turn).catch(bug);
    const duration = Math.round(performance.now() - start);
    this.#journal.told(notification, receiver, outcome, duration);
  }
}

/** A queue and what the receivers in it are. */
interface RoundQueue {
  readonly kind: ReceiverKind;
  readonly queue: Queue<Round>;
}

/** An instance and a group may have the same name. */
function keyOf({ kind, name }: Pick<Notification, "kind" | "name">): string {
  return `${kind} ${name}`;
}

function scriptsOf(
  { scripts, groupScripts = new Map() }: NotifierConfig,
): Map<string, NotifyScripts> {
  const all = new Map<string, NotifyScripts>();
  for (const [name, of] of scripts) all.set(`INSTANCE ${name}`, of);
  for (const [name, of] of groupScripts) all.set(`GROUP ${name}`, of);
  return all;
}

/** A receiver that throws has a bug: it counts as not told, and no more. */
function bug(error: unknown): Outcome {
  const detail = error instanceof Error ? error.stack : undefined;
  return { ok: false, detail: detail ?? String(error) };
}
