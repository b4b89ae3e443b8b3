/**
 * Everything that the core holds, and when it wants to be woken.
 *
 * @module
 */

import type { HeldRecord } from "../../kernel/held_record.ts";
import {
  type AdvertReceiver,
  type AdvertSender,
  Failure,
  type Kernel,
} from "../../kernel/port.ts";
import {
  earliestDeadline,
  earliestTakeOver,
  type Engine,
  newEngine,
} from "../../vrrp/engine.ts";
import type { Drain } from "../../vrrp/operator.ts";
import type { Verdict } from "../../vrrp/priority.ts";
import { mayHold as stateMayHold, type RouterState } from "../../vrrp/state.ts";
import { levelOf, type LogEvent } from "../../log/catalogue.ts";
import { reaches } from "../../log/level.ts";
import { type LineFormatter, lineFormatter } from "../../log/log_format.ts";
import type { CoreSettings, CoreStart, FromCore, ToCore } from "../messages.ts";
import { Announcer } from "./announcer.ts";
import { Budget, MOST_OF_ALL } from "./budget.ts";
import { type Chores, newChores, nextChore } from "./chores.ts";
import { Following } from "./following.ts";
import { handOverAt } from "./hand_over.ts";
import type { Instance } from "./instance.ts";
import type { Counters } from "./counters.ts";
import { Ledger } from "./ledger.ts";
import { start } from "./lifecycle.ts";
import { LinkSysctls } from "./link_sysctls.ts";
import { LinkTable } from "./link_table.ts";
import { Outbox } from "./outbox.ts";
import { prepareAt, Readiness } from "./prepare.ts";
import { Reports } from "./reports.ts";
import { SideLife } from "./side_life.ts";
import { standBy } from "./take_over.ts";
import { Tally } from "./tally.ts";
import { Work } from "./work.ts";

/** A link that adverts of one family are heard on. */
export interface Port {
  /** Its socket. */
  readonly receiver: AdvertReceiver;
  /** When it was opened; −Infinity where another daemon heard before. */
  openedAt: number;
  /** Index of the link. */
  readonly index: number;
  /** Name of the link. */
  link: string;
  /** The instances that hear by it, by VRID. */
  readonly instances: Map<number, Instance>;
  /** Sources of adverts that were found to be addresses of a host. */
  readonly sources: Set<string>;
  /** Datagrams that belong to no instance. */
  readonly counters: Counters;
  /** What was said of it. */
  readonly reports: Reports;
}

/**
 * What a core does: it serves; it comes up beside a daemon that serves; it has
 * handed over and does not know yet what came of it.
 */
export type Part = "serves" | "stands_by" | "handed_over";

/** The core. */
export interface Core {
  /** The machine. */
  readonly kernel: Kernel;
  /** The pure state machines. */
  readonly engine: Engine;
  /** The instances by name. */
  readonly instances: Map<string, Instance>;
  /** The host's links and addresses. */
  readonly links: LinkTable;
  /** What is to be done about news of them. */
  readonly following: Following;
  /** The addresses that serve. */
  readonly ledger: Ledger;
  /** What is to be done for the instances. */
  readonly work: Work;
  /** Announcements that wait. */
  readonly announcer: Announcer;
  /** Kernel settings of links that this daemon changed. */
  readonly sysctls: LinkSysctls;
  /** The kernel's `boot_id`, or null when it does not tell. */
  readonly boot: string | null;
  /** Where adverts are heard, by link and family. */
  readonly ports: Map<string, Port>;
  /** Where adverts are sent, by link and family. */
  readonly senders: Map<string, AdvertSender>;
  /** What is known of health checks, by name. */
  readonly verdicts: Map<string, Verdict>;
  /** Orders to drain, by instance, also of instances that are not there. */
  readonly drains: Map<string, Drain>;
  /** What the last daemon recorded, until it was cleaned up; then null. */
  leftBehind: HeldRecord | null;
  /** VIPs of all instances that do not own them: no host's own addresses. */
  virtual: ReadonlySet<string>;
  /** Settings of the whole. */
  settings: CoreSettings;
  /** What is done when its time has come. */
  readonly chores: Chores;
  /** Milliseconds in which the service manager's watchdog is fed, or null. */
  readonly watchdog: number | null;
  /** What was said of the whole. */
  readonly reports: Reports;
  /** What may be told of all instances. */
  readonly budget: Budget;
  /** What was counted of the whole. */
  readonly tally: Tally;
  /** Speaks to the side. */
  readonly outbox: Outbox;
  /** Whether the side lives. */
  readonly sideLife: SideLife;
  /** Writes a line of the log that does not pass by the side. */
  readonly format: LineFormatter;
  /** How far takeovers are prepared. */
  readonly readiness: Readiness;
  /** Goes the way of a takeover, in no time and without effect. */
  rehearse: () => void;
  /** Whether it serves, and what it waits for otherwise. */
  part: Part;
  /** Since when it is to hand over as soon as it can, or null. */
  handOverSince: number | null;
  /** Messages that came while it did not serve. */
  readonly deferred: ToCore[];
  /** When the last turn ended. */
  restedAt: number;
  /** What it wanted to be woken for, then. */
  wantedAt: number;
}

/**
 * Make a core, and start its instances unless it is to take them over.
 *
 * @param post Hands a message to the side; never waits.
 */
export function openCore(
  kernel: Kernel,
  settings: CoreStart,
  post: (message: FromCore) => void,
): Core {
  const now = kernel.now();
  const core: Core = {
    kernel,
    engine: newEngine(),
    instances: new Map(),
    links: new LinkTable(),
    following: new Following(),
    ledger: new Ledger(),
    work: new Work(),
    announcer: new Announcer(),
    sysctls: new LinkSysctls(kernel),
    boot: bootOf(kernel),
    ports: new Map(),
    senders: new Map(),
    verdicts: new Map(),
    drains: new Map(Object.entries(settings.drains)),
    leftBehind: null,
    virtual: new Set(),
    settings,
    chores: newChores(),
    watchdog: settings.watchdog,
    reports: new Reports(),
    budget: new Budget(MOST_OF_ALL),
    tally: new Tally(),
    outbox: new Outbox(post),
    sideLife: new SideLife(kernel.sideWord(), now),
    format: lineFormatter(settings.logStyle, null),
    readiness: new Readiness(),
    rehearse: () => {},
    part: "serves",
    handOverSince: null,
    deferred: [],
    restedAt: now,
    wantedAt: Infinity,
  };
  if (settings.takesOver) standBy(core, settings);
  else start(core, settings);
  core.restedAt = kernel.now();
  core.wantedAt = wakeAt(core);
  return core;
}

function bootOf(kernel: Kernel): string | null {
  const id = kernel.readSysctl("kernel/random/boot_id");
  return id instanceof Failure ? null : id.trim();
}

/** When the next turn is due at the latest: milliseconds, or ±Infinity. */
export function wakeAt(core: Core): number {
  const { work, announcer, engine, deferred } = core;
  if (core.part !== "serves") return Infinity;
  if (work.isPending || deferred.length > 0) return -Infinity;
  return Math.min(
    earliestDeadline(engine),
    prepareAt(core),
    announcer.dueAt,
    nextChore(core),
    handOverAt(core),
  );
}

/** Whether a takeover is due at the time that the core wants to be woken. */
export function takesOverAt({ engine }: Core, wakeAt: number): boolean {
  return wakeAt < Infinity && wakeAt === earliestTakeOver(engine);
}

/** The state of an instance's virtual router. */
export function stateOf(core: Core, name: string): RouterState | undefined {
  return core.engine.routers.get(name)?.state;
}

/** Whether the kernel may hold addresses for an instance. */
export function mayHold(core: Core, name: string): boolean {
  const state = stateOf(core, name);
  return state !== undefined && stateMayHold(state);
}

/**
 * Log an event with the time that it has now, if its level is written. It is
 * told in its turn, behind what happened before it.
 */
export function log(core: Core, event: LogEvent): void {
  const { settings, outbox, kernel, work } = core;
  if (!reaches(levelOf(event), settings.logLevel)) return;
  const timed = { ...event, time: kernel.wallClock() };
  work.tales.push(() => outbox.log(timed));
}
