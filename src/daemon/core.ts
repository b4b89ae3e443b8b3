/// <reference lib="deno.worker" />
/**
 * The core: one Worker that runs one synchronous, blocking loop and never
 * returns to its event loop. Nothing here awaits, and nothing that happens in
 * the other isolate reaches it but messages on its channel.
 *
 * @module
 */

import type { InstanceSettings } from "../config/settings.ts";
import { attempt } from "../kernel/attempt.ts";
import { now } from "../kernel/reactor.ts";
import {
  advance,
  configure,
  earliestDeadline,
  expire,
} from "../vrrp/engine.ts";
import { assess, feed, openSockets } from "./attach.ts";
import { type Core, log, openCore } from "./core_state.ts";
import { execute } from "./execute.ts";
import { newInstance } from "./instance.ts";
import { cleanUp } from "./left_overs.ts";
import type { CoreStart, FromCore, ToCore } from "./messages.ts";
import { readPort } from "./receive.ts";

/** Events posted since the side was last heard of; more are not posted. */
const MAX_UNHEARD = 1000;

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
    start(core, data.instances);
    while (turn(core));
    post({ type: "stopped" });
  } catch (error) {
    if (core !== undefined) lastGasp(core);
    unheard = 0;
    post({ type: "failed", error: describe(error) });
  }
  self.close();
};

function start(core: Core, instances: readonly InstanceSettings[]): void {
  for (const settings of instances) {
    core.instances.set(settings.name, newInstance(settings));
    configure(core.engine, settings.name, settings);
  }
  cleanUp(core);
  const time = now();
  assess(core, time);
  for (const instance of core.instances.values()) {
    feed(core, instance, { type: "startup" }, time);
  }
  core.post({ type: "ready" });
}

/** One turn of the loop; false when it was the last. */
function turn(core: Core): boolean {
  const ready = core.reactor.wait(earliestDeadline(core.engine));
  const time = now();
  // A deadline is trusted only after its socket was read: the advert that
  // moves it may have come since the wait ended.
  const due = earliestDeadline(core.engine) <= time;
  for (const port of core.ports.values()) {
    if (!due && !ready.has(port.receiver.fd)) continue;
    const failure = attempt(() =>
      readPort(core, port, time, (actions) => execute(core, actions, time))
    );
    if (failure !== null) {
      log(core, {
        level: "warning",
        event: "receive_failed",
        message: `"${port.link}": ${failure.message}`,
        interface: port.link,
      });
    }
  }
  if (due) execute(core, expire(core.engine, time), time);
  if (ready.has(core.links.fd) && core.links.update()) assess(core, time);
  return !ready.has(core.channel.fd) || readChannel(core, time);
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

function configureInstance(
  core: Core,
  settings: InstanceSettings,
  time: number,
): void {
  const { name, priority } = settings;
  const running = core.instances.get(name);
  configure(core.engine, name, settings);
  if (running !== undefined) {
    running.settings = settings;
    feed(core, running, { type: "config", priority }, time);
    return;
  }
  const instance = newInstance(settings);
  core.instances.set(name, instance);
  assess(core, time);
  feed(core, instance, { type: "startup" }, time);
}

function removeInstance(core: Core, name: string, time: number): void {
  const instance = core.instances.get(name);
  if (instance === undefined) return;
  shutDown(core, name, time);
  core.engine.delete(name);
  core.instances.delete(name);
  openSockets(core);
}

function shutDown(core: Core, name: string, time: number): void {
  const { counters } = core.instances.get(name) ?? {};
  execute(
    core,
    advance(core.engine, name, { type: "shutdown" }, time),
    time,
  );
  log(core, {
    level: "debug",
    event: "counters",
    instance: name,
    message: `Counted ${JSON.stringify(counters)}`,
    ...counters,
    dropped: { ...counters?.dropped },
  });
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
