/**
 * What the daemon does around the engine of `src/vrrp/`, on virtual addresses
 * and a virtual LAN, in the order of the real one: a stall is noticed before
 * datagrams are read, and a deadline runs after them.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import {
  advance,
  detectStall,
  earliestDeadline,
  expire,
  type InstanceAction,
} from "../../src/vrrp/engine.ts";
import type { Input } from "../../src/vrrp/state.ts";
import { advertVrid, emitAdvert, parseAdvert } from "../../src/wire/vrrp.ts";
import { schedule } from "./agenda.ts";
import { checkHost, checkRate } from "./check.ts";
import { transmit } from "./lan.ts";
import { between } from "./prng.ts";
import type { Datagram, Host, Instance, World } from "./world.ts";

const HELD: Input = { type: "held" };
const REFUSED: Input = { type: "addressRefused", reason: "no permission" };
const MULTICAST_GROUP = "224.0.0.18";

/** Give an instance an input, and do what follows. */
export function act(
  world: World,
  host: Host,
  name: string,
  input: Input,
): void {
  if (host.engine === null) return;
  world.trace?.(`${host.name} ${name} < ${JSON.stringify(input)}`);
  const actions = advance(host.engine, name, input, world.agenda.now);
  execute(world, host, actions, input.type === "advert");
}

/** Have the daemon do something, when it runs, and hold it to the rules. */
export function tell(world: World, host: Host, news: () => void): void {
  if (host.engine === null) return;
  if (host.paused !== null) {
    host.news.push(news);
    return;
  }
  news();
  rest(world, host);
}

/** A datagram arrives at a host. */
export function receive(world: World, host: Host, datagram: Datagram): void {
  if (host.engine === null || host.paused === "machine") return;
  host.inbox.push(datagram);
  if (host.paused !== null) return;
  turn(world, host);
  rest(world, host);
}

/** One turn of the loop. */
export function turn(world: World, host: Host): void {
  const { engine } = host;
  if (engine === null) return;
  const { now } = world.agenda;
  // Nothing but a pause keeps it from running when its wait is over.
  const since = Math.max(earliestDeadline(engine), host.restedAt);
  const lost = Math.max(now - since, 0);
  execute(world, host, detectStall(engine, lost, now), true);
  const due = earliestDeadline(engine) <= now;
  for (const datagram of host.inbox.splice(0)) read(world, host, datagram);
  if (due) execute(world, host, expire(engine, lost, now), true);
}

/** Wait for the next deadline. */
export function rest(world: World, host: Host): void {
  checkHost(world, host);
  host.restedAt = world.agenda.now;
  if (host.engine === null) return;
  const deadline = earliestDeadline(host.engine);
  if (deadline >= host.wakeAt) return;
  const late = between(world.prng, 0, world.lateness);
  const wakeAt = Math.max(deadline, world.agenda.now) + late;
  host.wakeAt = wakeAt;
  schedule(world.agenda, wakeAt, () => {
    if (host.wakeAt !== wakeAt) return;
    host.wakeAt = Infinity;
    if (host.paused !== null) return;
    turn(world, host);
    rest(world, host);
  });
}

function read(
  world: World,
  host: Host,
  { payload, source }: Datagram,
): void {
  const vrid = advertVrid(payload);
  const instance = host.instances.values().find((one) => one.vrid === vrid);
  ok(instance !== undefined, `No instance of VRID ${vrid}`);
  const { version, advertInterval } = instance.config;
  const received = parseAdvert(
    payload,
    { source, destination: MULTICAST_GROUP, hopLimit: 255 },
    {
      family: "ipv4",
      version,
      multicast: true,
      minHopLimit: 255,
      mayBeEmpty: false,
      password: instance.password,
      interval: advertInterval,
      checksum: "auto",
    },
  );
  ok(typeof received !== "string", `Dropped a good advert: ${received}`);
  instance.checksumForm = received.checksumForm;
  const { priority, interval, addresses } = received.advert;
  deepStrictEqual(addresses, instance.virtualIps);
  const input = { type: "advert", source, priority, interval } as const;
  act(world, host, instance.name, input);
}

/** Do what the engine asks for, in order, as the daemon does. */
function execute(
  world: World,
  host: Host,
  actions: readonly InstanceAction[],
  unprompted: boolean,
): void {
  const results: { name: string; input: Input }[] = [];
  for (const { instance: name, action } of actions) {
    const instance = host.instances.get(name);
    ok(instance !== undefined);
    world.trace?.(`${host.name} ${name} > ${JSON.stringify(action)}`);
    switch (action.type) {
      case "sendAdvert":
        if (unprompted) checkRate(instance, world.agenda.now);
        sendAdvert(world, instance, action.priority);
        break;
      case "hold":
        instance.held = !instance.refuses;
        results.push({ name, input: instance.refuses ? REFUSED : HELD });
        instance.lostAt = null;
        break;
      case "release":
        instance.held = false;
        instance.lostAt = null;
        break;
      case "transition":
        if (action.to === "MASTER") instance.promotedAt = world.agenda.now;
        break;
    }
  }
  for (const { name, input } of results) {
    if (host.engine === null) return;
    const actions = advance(host.engine, name, input, world.agenda.now);
    execute(world, host, actions, false);
  }
}

function sendAdvert(
  world: World,
  instance: Instance,
  priority: number,
): void {
  const { version, advertInterval } = instance.config;
  const { vrid, virtualIps, password, checksumForm, address } = instance;
  const payload = emitAdvert({
    version,
    virtualRouterId: vrid,
    priority,
    interval: advertInterval,
    addresses: virtualIps,
  }, { password, checksumForm, source: address, destination: MULTICAST_GROUP });
  instance.sentAt = world.agenda.now;
  const { segment, port } = instance;
  const datagram = { payload, source: address };
  transmit(segment, port, datagram, world.agenda, world.prng);
}
