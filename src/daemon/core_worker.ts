/// <reference lib="deno.worker" />
/**
 * The core: one Worker that runs one synchronous, blocking loop and never
 * returns to its event loop. Nothing here awaits, and nothing that happens in
 * the other isolate reaches it but messages on its channel.
 *
 * @module
 */

import { attempt } from "../kernel/attempt.ts";
import { now } from "../kernel/linux/reactor.ts";
import { becomeRealtime } from "../kernel/linux/realtime.ts";
import { detectStall, earliestDeadline, expire } from "../vrrp/engine.ts";
import { assess } from "./core/attach.ts";
import { doChores, nextChore } from "./core/chores.ts";
import { type Core, log, openCore } from "./core/core_state.ts";
import { execute } from "./core/execute.ts";
import {
  addInstance,
  applySettings,
  configureInstance,
  removeInstance,
  shutDown,
  startUp,
} from "./core/lifecycle.ts";
import { cleanUp } from "./core/left_overs.ts";
import type { CoreStart, FromCore, ToCore } from "./messages.ts";
import { readPort } from "./core/receive.ts";
import { rehearse } from "./core/rehearse.ts";
import { repair } from "./core/repair.ts";
import { applyVerdict } from "./core/track.ts";

/** Events posted since the side was last heard of; more are not posted. */
const MAX_UNHEARD = 1000;

/** Rounds of events and what follows from them in one turn. */
const MAX_PASSES = 8;

let unheard = 0;

function post(message: FromCore): void {
  // A side that does not run must not make this isolate's queue grow.
  if (++unheard <= MAX_UNHEARD) self.postMessage(message);
}

function sideIsAlive(core: Core): void {
  const lost = unheard - MAX_UNHEARD;
  unheard = 0;
  if (lost > 0) {
    const message = `${lost} events were lost while the log stood still`;
    log(core, { level: "warning", event: "events_lost", message });
  }
}

self.onmessage = ({ data }: MessageEvent<CoreStart>): void => {
  let core: Core | undefined;
  try {
    core = openCore(data, post);
    start(core, data);
    while (turn(core));
    post({ type: "stopped" });
  } catch (error) {
    if (core !== undefined) lastGasp(core);
    unheard = 0;
    post({ type: "failed", error: describe(error) });
  }
  self.close();
};

function start(core: Core, data: CoreStart): void {
  if (data.realtime) {
    for (const message of becomeRealtime()) {
      log(core, { level: "warning", event: "realtime", message });
    }
  }
  for (const settings of data.instances) addInstance(core, settings);
  cleanUp(core);
  const time = now();
  applySettings(core, data, time);
  assess(core, time);
  if (core.watchdog !== null) core.chores.feedAt = time;
  core.chores.startAt = time + data.startupDelay;
  if (data.startupDelay === 0) startUp(core, time);
  core.post({ type: "ready" });
  const [first] = core.instances.values();
  if (first !== undefined) rehearse(core, first);
}

/** One turn of the loop; false when it was the last. */
function turn(core: Core): boolean {
  const { engine, links, reactor } = core;
  const wakeAt = Math.min(earliestDeadline(engine), nextChore(core));
  const restedAt = now();
  const ready = reactor.wait(wakeAt);
  const time = now();
  const lost = Math.max(time - Math.max(wakeAt, restedAt), 0);
  execute(core, detectStall(engine, lost, time), time);
  // A deadline is trusted only after its socket was read: the advert that
  // moves it may have come since the wait ended.
  const due = earliestDeadline(engine) <= time;
  readPorts(core, due ? null : ready, time);
  if (due) execute(core, expire(engine, lost, time), time);
  doChores(core, time);
  if (ready.has(links.fd)) followLinks(core, time);
  return !ready.has(core.channel.fd) || readChannel(core, time);
}

/** @param ready The readable descriptors, or null to try them all. */
function readPorts(
  core: Core,
  ready: ReadonlySet<number> | null,
  time: number,
): void {
  for (const port of core.ports.values()) {
    if (ready !== null && !ready.has(port.receiver.fd)) continue;
    const failure = attempt(() =>
      readPort(core, port, time, (actions) => execute(core, actions, time))
    );
    if (failure === null) continue;
    log(core, {
      level: "warning",
      event: "receive_failed",
      message: `"${port.link}": ${failure.message}`,
      interface: port.link,
    });
  }
}

/**
 * Follow the events of links and addresses. A lost primary address is judged
 * before addresses are put back, and those are compared when the events of
 * what was just done have been read too.
 */
function followLinks(core: Core, time: number): void {
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const { changed, complete } = core.links.update();
    if (changed) {
      assess(core, time);
    } else {
      if (complete && pass > 0) repair(core, time);
      return;
    }
  }
}

function readChannel(core: Core, time: number): boolean {
  for (;;) {
    const message = core.channel.receive() as ToCore | undefined;
    if (message === undefined) return true;
    sideIsAlive(core);
    switch (message.type) {
      case "configure":
        configureInstance(core, message.instance, time);
        break;
      case "remove":
        removeInstance(core, message.instance, time);
        break;
      case "settings":
        applySettings(core, message.settings, time);
        break;
      case "verdict":
        applyVerdict(core, message.check, { ...message, detail: null }, time);
        break;
      case "heartbeat":
        core.post(message);
        break;
      case "stop":
        stop(core, time);
        return false;
      default:
        message satisfies never;
    }
  }
}

function stop(core: Core, time: number): void {
  for (const name of core.instances.keys()) shutDown(core, name, time);
  for (const { link, counters } of core.ports.values()) {
    log(core, {
      level: "debug",
      event: "counters",
      interface: link,
      message: `Counted on "${link}" ${JSON.stringify(counters.dropped)}`,
      dropped: { ...counters.dropped },
    });
  }
  for (const link of core.promote.restore()) {
    log(core, {
      level: "info",
      event: "sysctl",
      message: `Restored promote_secondaries on "${link}"`,
      interface: link,
    });
  }
}

/**
 * After a bug the state is not to be trusted, but the addresses must not stay:
 * every instance stops on its own, whatever becomes of the others.
 */
function lastGasp(core: Core): void {
  for (const name of core.instances.keys()) {
    try {
      shutDown(core, name, now());
    } catch (error) {
      log(core, { level: "error", message: describe(error), instance: name });
    }
  }
  attempt(() => core.addresses.removeAll());
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
