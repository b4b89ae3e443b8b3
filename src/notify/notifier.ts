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
import { type JournalStatus, openJournal } from "./journal.ts";
import {
  type Notification,
  type NotifyLogEvent,
  oneLine,
  type Outcome,
} from "./notification.ts";
import { createQueue, type Queue, type Turn } from "./queue.ts";
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
  /** Notifications being told. */
  readonly running: number;
  /** Notifications waiting. */
  readonly waiting: number;
}

/** Tells whom it is configured to tell. */
export interface Notifier {
  /**
   * Use another configuration for what is told from now on. An instance that is
   * no longer in it keeps its scripts for its `STOP`, which is yet to come.
   */
  update(config: NotifierConfig): void;
  /** Tell of a state. Never throws, never waits. */
  notify(notification: Notification): void;
  /**
   * Wait until everyone is told of what was handed over. At half the time, what runs is ended where a
   * newer event waits behind it, so that `STOP` gets its turn. At the end all
   * that runs is killed, and nobody is told any more.
   *
   * @param timeout Milliseconds to wait at most.
   */
  drain(timeout: number): Promise<void>;
  /** How telling goes. */
  status(): NotifierStatus;
}

const NOBODY: NotifierConfig = {
  routerId: null,
  scripts: new Map(),
  notifications: { email: null, webhooks: [] },
  user: null,
};

/**
 * Make a notifier that tells nobody yet.
 *
 * @param options.log Gets what failed as warnings, all else as debug.
 */
export function createNotifier(
  { log }: { readonly log: (event: NotifyLogEvent) => void },
): Notifier {
  const journal = openJournal(log);
  const queues = new Map<string, Queue<Round>>();
  let config = NOBODY;
  /** Scripts of what is no longer configured and has not stopped yet. */
  const retired = new Map<string, NotifyScripts>();
  let closed = false;

  function openQueue({ concurrency }: Round): Queue<Round> {
    return createQueue({
      concurrency,
      run: async ({ notification, receivers }, turn) => {
        for (const receiver of receivers) {
          await tell(receiver, notification, turn);
        }
      },
      onDrop: ({ notification, receivers }, newer) =>
        journal.drop(
          notification,
          receivers.map(({ name }) => name),
          newer?.notification ?? null,
        ),
    });
  }

  async function tell(
    receiver: Receiver,
    { kind, name, state }: Notification,
    turn: Turn,
  ): Promise<void> {
    const time = Date.now();
    const start = performance.now();
    let outcome: Outcome;
    try {
      outcome = await receiver.tell(turn);
    } catch (error) {
      outcome = bug(error);
    }
    const duration = Math.round(performance.now() - start);
    const about = { kind, name, state, receiver: receiver.name };
    journal.record({ ...outcome, ...about, time, duration });
  }

  function tellAll(event: Notification): void {
    const notification = { ...event, reason: oneLine(event.reason) };
    const { notifications: { email, webhooks }, user, routerId } = config;
    const sender = { router: routerId ?? Deno.hostname(), log };
    const scripts = scriptsFor(notification);
    const rounds = [
      ...(scripts ? scriptRounds(notification, scripts, user) : []),
      ...(email ? emailRounds(notification, email, sender) : []),
      ...webhookRounds(notification, webhooks, sender),
    ];
    for (const round of rounds) {
      const queue = queues.get(round.queue) ?? openQueue(round);
      queues.set(round.queue, queue);
      if (closed) queue.close();
      queue.push(keyOf(notification), round);
    }
  }

  function scriptsFor(notification: Notification): NotifyScripts | undefined {
    const key = keyOf(notification);
    const scripts = scriptsOf(config).get(key);
    if (notification.state !== "STOP") return scripts;
    const last = retired.get(key);
    retired.delete(key);
    return scripts ?? last;
  }

  return {
    update(next): void {
      for (const [key, scripts] of scriptsOf(config)) retired.set(key, scripts);
      for (const key of scriptsOf(next).keys()) retired.delete(key);
      for (const [name, queue] of queues) {
        if (queue.size().running === 0) queues.delete(name);
      }
      config = next;
    },
    notify(notification): void {
      try {
        tellAll(notification);
      } catch (error) {
        log({
          level: "error",
          message: `Cannot tell of ${notification.state}: ${bug(error).detail}`,
          event: "notify_failed",
          instance: notification.name,
        });
      }
    },
    async drain(timeout): Promise<void> {
      const half = timeout / 2;
      const all = [...queues.values()];
      const idle = Promise.all(all.map((queue) => queue.idle()));
      if (!await within(idle, half)) {
        for (const queue of all) queue.hurry();
        await within(idle, half - KILL_TIME);
      }
      closed = true;
      for (const queue of all) queue.close();
      await within(idle, KILL_TIME);
    },
    status(): NotifierStatus {
      const sizes = [...queues.values()].map((queue) => queue.size());
      return {
        running: sizes.reduce((sum, { running }) => sum + running, 0),
        waiting: sizes.reduce((sum, { waiting }) => sum + waiting, 0),
        ...journal.status(),
      };
    },
  };
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
  return { ok: false, detail: detail ?? String(error), code: null, output: "" };
}

/** @returns Whether the promise was fulfilled within some milliseconds. */
async function within(
  promise: Promise<unknown>,
  time: number,
): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), time);
  const done = await Promise.race([promise.then(() => true as const), over]);
  clearTimeout(timer);
  return done;
}
