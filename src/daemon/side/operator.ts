/**
 * What operators order: told to the core, kept on disk, ended by time, and
 * watched until it is known what came of it.
 *
 * @module
 */

import type {
  DrainOrder,
  Failover,
  Outcome,
  Silence,
  StatusAnswer,
  Targets,
} from "../../control/daemon_port.ts";
import type { InstanceStatus } from "../../control/snapshot.ts";
import type { Log } from "../../log/log.ts";
import type { Drain } from "../../vrrp/operator.ts";
import type { Obeyed, Order } from "../messages.ts";
import { drainPath, readDrains, writeDrains } from "./drain_store.ts";

/** Milliseconds between two looks at who took over. */
const LOOK = 50;
/** Milliseconds after which an order whose time is over is ended once more. */
const RETRY = 1000;
/** Milliseconds between two looks at the clock, which somebody may set. */
const LONGEST_WAIT = 60_000;
/** Adverts, and milliseconds beside them, in which somebody takes over. */
const TAKEOVER_ADVERTS = 4;
const TAKEOVER_EXTRA = 1000;

/** What operators need. */
export interface OperatorParts {
  /** State directory. */
  readonly directory: string;
  readonly log: Pick<Log, "log">;
  /** Has the core obey; null when it did not answer. */
  readonly operate: (
    order: Order,
    instances: readonly string[],
  ) => Promise<readonly Obeyed[] | null>;
  /** Names of the instances that run. */
  readonly instances: () => readonly string[];
  /** Ask the core. */
  readonly status: () => Promise<StatusAnswer>;
}

/** Those who order. */
export class Operator {
  readonly #parts: OperatorParts;
  readonly #drains = new Map<string, Drain>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  /**
   * Read what was ordered before this daemon started.
   *
   * @returns The orders in force, by instance.
   */
  load(): Readonly<Record<string, Drain>> {
    const { directory, log } = this.#parts;
    const { drains, problem } = readDrains(directory);
    this.#drains.clear();
    if (problem !== null) this.#complain("read", problem);
    for (const [instance, drain] of drains) {
      const { until } = drain;
      if (until !== null && until <= Date.now()) {
        log.log({ event: "drain_over", instance, until });
      } else this.#drains.set(instance, drain);
    }
    if (this.#drains.size < drains.size) this.#save();
    return Object.fromEntries(this.#drains);
  }

  /** End orders by their time from now on: the core runs. */
  start(): void {
    this.#schedule();
  }

  /** End no order any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Take instances out of service. */
  async drain(
    { instances, duration, reason, by, lastResort }: DrainOrder,
  ): Promise<readonly Outcome[] | Silence> {
    const since = Date.now();
    const until = duration === null ? null : since + duration;
    const drain = { since, until, by, reason, lastResort };
    const names = this.#namesOf(instances);
    const obeyed = await this.#parts.operate({ verb: "drain", drain }, names);
    if (obeyed === null) return await this.#silence();
    for (const { instance, refused } of obeyed) {
      if (refused === null) this.#drains.set(instance, drain);
    }
    const problem = this.#save();
    this.#schedule();
    const note = problem === null
      ? null
      : "Drained until the next start only: the order could not be kept on disk";
    return obeyed.map(({ instance, refused }) => ({
      instance,
      refused: refused === null ? null : DRAIN_REFUSALS[refused],
      note: refused === null ? note : null,
    }));
  }

  /** Put instances into service again. */
  async resume(
    instances: Targets,
    by: string | null,
  ): Promise<readonly Outcome[] | Silence> {
    const order = { verb: "resume", by, isOver: false } as const;
    const obeyed = await this.#parts.operate(order, this.#namesOf(instances));
    if (obeyed === null) return await this.#silence();
    for (const { instance } of obeyed) this.#drains.delete(instance);
    // Also of instances that the configuration does not have any more.
    if (instances === "all") this.#drains.clear();
    this.#save();
    this.#schedule();
    // Of all, those that had nothing to be resumed from are no mistakes.
    return obeyed.map(({ instance, refused }) => ({
      instance,
      refused: refused === null || instances === "all"
        ? null
        : RESUME_REFUSALS[refused],
      note: null,
    }));
  }

  /** Hand instances over, and wait for who takes them. */
  async failover(
    instances: readonly string[],
    by: string | null,
  ): Promise<readonly Failover[] | Silence> {
    const started = Date.now();
    const order = { verb: "failover", by } as const;
    const obeyed = await this.#parts.operate(order, instances);
    if (obeyed === null) return await this.#silence();
    const outcomes = new Map<string, Failover>();
    for (const { instance, refused } of obeyed) {
      outcomes.set(instance, {
        instance,
        refused: refused === null ? null : FAILOVER_REFUSALS[refused],
        ...{ resignedAt: null, successor: null, awaySeconds: null },
      });
    }
    const waiting = new Set(
      obeyed.filter(({ refused }) => refused === null)
        .map(({ instance }) => instance),
    );
    while (waiting.size > 0 && !this.#stopped) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      const answer = await this.#parts.status();
      if (!answer.answers) return answer;
      const { time } = answer.status;
      for (const name of waiting) {
        const now = answer.status.instances.find((one) => one.name === name);
        const before = outcomes.get(name);
        // Removed by a reload meanwhile.
        if (now === undefined || before === undefined) {
          waiting.delete(name);
          continue;
        }
        const outcome = whatCame(before, now, Date.parse(time), started);
        outcomes.set(name, outcome);
        if (isKnown(outcome) || Date.now() - started > patienceOf(now)) {
          waiting.delete(name);
        }
      }
    }
    return [...outcomes.values()];
  }

  #namesOf(instances: Targets): readonly string[] {
    return instances === "all" ? this.#parts.instances() : instances;
  }

  async #silence(): Promise<Silence> {
    const answer = await this.#parts.status();
    // It was silent for as long as an order waits, and is not any more.
    return answer.answers ? { answers: false, silentSeconds: 0.5 } : answer;
  }

  /** @returns Why they could not be kept, or null. */
  #save(): string | null {
    try {
      writeDrains(this.#parts.directory, this.#drains);
      return null;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#complain("write", problem);
      return problem;
    }
  }

  #complain(what: "read" | "write", error: string): void {
    const path = drainPath(this.#parts.directory);
    this.#parts.log.log({ event: "drains_file", path, what, error });
  }

  #schedule(within = LONGEST_WAIT): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const ends = [...this.#drains.values()].flatMap(({ until }) => until ?? []);
    if (ends.length === 0) return;
    const left = Math.max(Math.min(...ends) - Date.now(), 0);
    const wait = within < LONGEST_WAIT ? within : Math.min(left, within);
    this.#timer = setTimeout(() => void this.#endOrders(), wait);
  }

  async #endOrders(): Promise<void> {
    const over = [...this.#drains]
      .filter(([, { until }]) => until !== null && until <= Date.now())
      .map(([name]) => name);
    if (over.length === 0) return this.#schedule();
    const order = { verb: "resume", by: null, isOver: true } as const;
    const obeyed = await this.#parts.operate(order, over);
    if (obeyed === null) return this.#schedule(RETRY);
    for (const name of over) this.#drains.delete(name);
    this.#save();
    this.#schedule();
  }
}

type Refusals = Readonly<Record<NonNullable<Obeyed["refused"]>, string>>;

const UNKNOWN = "There is no such instance";
const OWNER = "It owns its addresses: priority 255 never moves";

const DRAIN_REFUSALS: Refusals = {
  unknown: UNKNOWN,
  not_master: "It is not MASTER",
  owner: OWNER,
  already: "It is drained already",
};
const RESUME_REFUSALS: Refusals = {
  unknown: UNKNOWN,
  not_master: "It is not MASTER",
  owner: OWNER,
  already: "It is neither drained nor has it handed over",
};
const FAILOVER_REFUSALS: Refusals = {
  unknown: UNKNOWN,
  not_master: "It is not MASTER: there is nothing to hand over",
  owner: OWNER,
  already: "It has handed over already",
};

/** Milliseconds in which somebody has taken over, or nobody does. */
function patienceOf(
  { advert_interval_seconds, master_down_seconds }: InstanceStatus,
): number {
  const adverts = TAKEOVER_ADVERTS * advert_interval_seconds * 1000;
  // This host takes its addresses back after its own master-down interval.
  return Math.max(adverts, master_down_seconds * 1000) + TAKEOVER_EXTRA;
}

function isKnown({ successor, awaySeconds }: Failover): boolean {
  return successor !== null || awaySeconds !== null;
}

/**
 * What has become of a handing over by now.
 *
 * @param time When the instance was asked, in milliseconds since 1970 UTC.
 * @param started When the order was given, in the same.
 */
function whatCame(
  before: Failover,
  { state, since, heard }: InstanceStatus,
  time: number,
  started: number,
): Failover {
  const changed = Date.parse(since);
  if (state === "MASTER") {
    const resigned = before.resignedAt ?? started;
    // What was asked may be from before the order.
    if (changed <= resigned) return before;
    const awaySeconds = (changed - resigned) / 1000;
    return { ...before, resignedAt: resigned, awaySeconds };
  }
  const resignedAt = before.resignedAt ?? Math.max(changed, started);
  const [successor] = heard
    .map(({ address, priority, last_seconds_ago }) => ({
      ...{ address, priority },
      afterSeconds: (time - last_seconds_ago * 1000 - resignedAt) / 1000,
    }))
    .filter(({ priority, afterSeconds }) => priority > 0 && afterSeconds >= 0)
    .sort((a, b) => a.afterSeconds - b.afterSeconds);
  return {
    ...before,
    resignedAt,
    successor: successor === undefined ? null : {
      ...successor,
      afterSeconds: Number(successor.afterSeconds.toFixed(3)),
    },
  };
}
