/**
 * What can be done to a host from outside: start, stop, crash, pause, reload.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { configure, newEngine, regroup } from "../../src/vrrp/engine.ts";
import { schedule } from "./agenda.ts";
import { act, rest, tell, turn } from "./daemon.ts";
import { reweigh, weighed } from "./trackers.ts";
import { type Host, type Instance, stateOf, type World } from "./world.ts";

/** Start the daemon. */
export function start(world: World, host: Host): void {
  const engine = newEngine();
  host.engine = engine;
  for (const { name, config } of host.instances.values()) {
    configure(engine, name, config);
  }
  regroup(engine, new Map([["G", host.group]]), world.agenda.now);
  for (const { name, address, port } of host.instances.values()) {
    act(world, host, name, { type: "source", source: address });
    if (!port.up) act(world, host, name, LINK_DOWN);
  }
  reweigh(world, host);
  for (const name of host.instances.keys()) {
    act(world, host, name, { type: "startup" });
  }
  rest(world, host);
}

const LINK_DOWN = {
  type: "fault",
  cause: "link",
  reason: "the link is down",
} as const;

/** Stop the daemon in order. */
export function stop(world: World, host: Host): void {
  for (const name of host.instances.keys()) {
    act(world, host, name, { type: "shutdown" });
  }
  for (const { name, held } of host.instances.values()) {
    strictEqual(stateOf(host, name)?.name, "INIT");
    strictEqual(held, false);
  }
  forget(host);
}

/** The host loses its power. */
export function crash(host: Host): void {
  for (const instance of host.instances.values()) {
    instance.held = false;
    instance.lostAt = null;
  }
  host.paused = null;
  forget(host);
}

function forget(host: Host): void {
  host.engine = null;
  host.wakeAt = Infinity;
  host.inbox.length = 0;
  host.news.length = 0;
}

/** Let a host stand still while time goes on. */
export function pause(
  world: World,
  host: Host,
  what: "process" | "machine",
  duration: number,
): void {
  if (host.engine === null || host.paused !== null) return;
  host.paused = what;
  const { engine } = host;
  schedule(world.agenda, world.agenda.now + duration, () => {
    if (host.engine === engine) resume(world, host);
  });
}

/** Let it go on. */
export function resume(world: World, host: Host): void {
  if (host.paused === null) return;
  world.trace?.(`${host.name} goes on`);
  host.paused = null;
  turn(world, host);
  for (const news of host.news.splice(0)) news();
  rest(world, host);
}

/** A link comes or goes. */
export function toggleLink(
  world: World,
  host: Host,
  instance: Instance,
): void {
  const { name, port, linkDelay } = instance;
  port.up = !port.up;
  instance.linkSince = world.agenda.now;
  const input = port.up
    ? { type: "recover", cause: "link", delay: linkDelay.up } as const
    : { ...LINK_DOWN, delay: linkDelay.down };
  tell(world, host, () => {
    instance.linkSince = world.agenda.now;
    act(world, host, name, input);
  });
}

/** Somebody removes the addresses of an instance. */
export function steal(world: World, host: Host, instance: Instance): void {
  if (!instance.held) return;
  instance.held = false;
  tell(world, host, () => {
    const { name } = instance;
    if (stateOf(host, name)?.name !== "MASTER") return;
    instance.lostAt = world.agenda.now;
    act(world, host, name, { type: "addressLost" });
  });
}

/** Give instances of a host another configured priority. */
export function reload(
  world: World,
  host: Host,
  instances: readonly Instance[],
  configured: number,
): void {
  for (const instance of instances) {
    instance.config = { ...instance.config, priority: configured };
  }
  tell(world, host, () => {
    for (const instance of instances) {
      const { name, config } = instance;
      if (host.engine !== null) configure(host.engine, name, config);
      const { priority } = weighed(host, instance);
      act(world, host, name, { type: "config", priority });
    }
  });
}
