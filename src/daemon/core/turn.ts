/**
 * One turn of the core: what has come, what is due, what is to be done.
 *
 * @module
 */

import { firstWords, unsaid, whatIsDue } from "../../vrrp/due.ts";
import { detectStall, earliestDeadline, expire } from "../../vrrp/engine.ts";
import type { ToCore } from "../messages.ts";
import { assess } from "./attach.ts";
import { doChores } from "./chores.ts";
import { type Core, log, wakeAt } from "./core.ts";
import { doWork } from "./do_work.ts";
import { followLinks } from "./follow.ts";
import { handOver, waitForOutcome } from "./hand_over.ts";
import { reload, stop } from "./lifecycle.ts";
import { operate } from "./operate.ts";
import { perform } from "./perform.ts";
import { closePort } from "./ports.ts";
import { prepare } from "./prepare.ts";
import { readPort } from "./receive.ts";
import { tellStatus } from "./status.ts";
import { tellState } from "./state_report.ts";
import { waitForState } from "./take_over.ts";
import { applyVerdict } from "./track.ts";

/** Routers whose deadline is dealt with between two readings of the clock. */
const DEADLINES = 32;
/** Milliseconds after which other work has its turn, whatever is due. */
const LONGEST = 50;
/** Milliseconds between two reports of sockets that cannot be read. */
const REPEAT = 60_000;
/** The link of a socket is down; it hears again when that is up. */
const ENETDOWN = 100;

/**
 * Take a turn.
 *
 * @param ready What the wait reported.
 * @returns False when it was the last.
 */
export function turn(core: Core, ready: ReadonlySet<number>): boolean {
  if (core.part === "stands_by") return waitForState(core);
  if (core.part === "handed_over") return waitForOutcome(core);
  core.tally.turns++;
  const { kernel, engine, deferred } = core;
  const now = kernel.now();
  const late = now - earliestDeadline(engine);
  if (late >= 0) core.tally.lateness.note(late);
  // Work of this process is no stall: it was over when the wait began.
  const lost = Math.max(0, now - Math.max(core.wantedAt, core.restedAt));
  perform(core, detectStall(engine, lost, now), now);
  if (earliestDeadline(engine) <= now) meetDeadlines(core, now, lost);
  else readPorts(core, ready, now);
  doChores(core, now);
  if (ready.has(kernel.links.id) || core.following.isOwed) {
    followLinks(core, now);
  }
  const goesOn = (!ready.has(kernel.signals.id) || readSignals(core, now)) &&
    (!ready.has(kernel.channel.id) && deferred.length === 0 ||
      readChannel(core, now));
  if (goesOn) doWork(core);
  if (goesOn) prepare(core);
  core.restedAt = kernel.now();
  core.wantedAt = wakeAt(core);
  if (goesOn) handOver(core);
  return goesOn;
}

/**
 * Do what is due. A deadline is trusted only after the sockets were read: the
 * advert that moves it may have come since the wait ended. Takeovers are said
 * before they are thought through.
 */
function meetDeadlines(core: Core, time: number, lost: number): void {
  const { kernel, engine } = core;
  let now = time;
  while (now < time + LONGEST) {
    readPorts(core, null, now);
    const due = whatIsDue(engine, now === time ? lost : 0, now, DEADLINES);
    const said = firstWords(engine, due, now);
    perform(core, said, now);
    perform(core, unsaid(expire(engine, due, now), said), now);
    if (earliestDeadline(engine) > now) return;
    now = kernel.now();
  }
}

/**
 * Read the sockets. One that fails is replaced at once: nobody may take over
 * because it is deaf.
 *
 * @param ready The readable sources, or null to try them all.
 */
function readPorts(
  core: Core,
  ready: ReadonlySet<number> | null,
  now: number,
): void {
  let isClosed = false;
  for (const port of core.ports.values()) {
    if (ready !== null && !ready.has(port.receiver.id)) continue;
    const failure = readPort(core, port);
    if (failure === null) continue;
    if (failure.errno !== ENETDOWN) {
      closePort(core, port);
      isClosed = true;
    }
    const { code, message: error } = failure;
    const source = `${port.link} ${code}`;
    if (core.reports.say("receive", source, now, REPEAT) === null) continue;
    log(core, { event: "receive_failed", interface: port.link, code, error });
  }
  if (isClosed) assess(core, now);
}

/** @returns False when one of them wants it to end, whatever the side does. */
function readSignals(core: Core, now: number): boolean {
  for (;;) {
    const signal = core.kernel.signals.take();
    if (signal === undefined) return true;
    if (signal === "SIGUSR2") {
      tellState(core, now);
      continue;
    }
    core.outbox.notice({ type: "stopping", signal });
    stop(core, now);
    return false;
  }
}

/** @returns False when the side wants it to end. */
function readChannel(core: Core, now: number): boolean {
  for (;;) {
    const message = core.deferred.shift() ??
      core.kernel.channel.receive() as ToCore | undefined;
    if (message === undefined) return true;
    switch (message.type) {
      case "reload":
        reload(core, message, now);
        break;
      case "operate":
        operate(core, message, now);
        break;
      case "logLevel":
        core.settings = { ...core.settings, logLevel: message.level };
        break;
      case "verdict":
        applyVerdict(core, message.check, message, now);
        break;
      case "status":
        tellStatus(core, message);
        break;
      case "wake":
        break;
      case "read":
        acknowledge(core, message.count);
        break;
      case "stop":
        stop(core, now);
        return false;
      case "handOver":
        core.handOverSince ??= now;
        break;
      case "goOn":
        core.handOverSince = null;
        break;
      case "leave":
      case "arm":
      case "takeOver":
        // To one that serves they say nothing.
        break;
      default:
        message satisfies never;
    }
  }
}

function acknowledge(core: Core, count: number): void {
  const lost = core.outbox.acknowledge(count);
  if (lost > 0) log(core, { event: "events_lost", count: lost });
}
