/**
 * Makes happen what a story tells.
 *
 * @module
 */

import { emitAdvert } from "../../wire/vrrp.ts";
import { VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import { instanceOf, longest } from "./cluster.ts";
import { type Host, SPARE } from "../host.ts";
import { actOnLink } from "./link_acts.ts";
import type { Segment } from "../lan.ts";
import { operateHost } from "./operator_acts.ts";
import { actOnProcess } from "./process_acts.ts";
import { reloadHosts } from "./reload_acts.ts";
import type { Act } from "./story.ts";
import { later, type World } from "../world.ts";

/** Let something happen. What concerns a host that is not there does not. */
export function perform(world: World, act: Act): void {
  const host = "host" in act ? world.hosts.get(act.host) : undefined;
  if ("host" in act && host === undefined) return;
  world.trace?.(`! ${JSON.stringify(act)}`);
  if (host !== undefined) actOnHost(world, host, act);
  else actOnLan(world, act);
}

function actOnLan(world: World, act: Act): void {
  const { cluster, segments } = world;
  switch (act.type) {
    case "lan": {
      const segment = segments[act.segment];
      if (segment === undefined) return;
      segment.loss = act.loss;
      segment.duplication = act.duplication;
      segment.maxDelay = (cluster.segments[act.segment] ?? 1) * act.delay;
      return;
    }
    case "split":
      if (act.parts.length === 0) segments[act.segment]?.join();
      else segments[act.segment]?.split(act.parts);
      return;
    case "forge":
      forge(world, act);
      return;
  }
}

/** An address on each segment that is no host's. */
const FORGER = 77;

function forge(
  world: World,
  { instance, priorities, every, count }: Extract<Act, { type: "forge" }>,
): void {
  const plan = instanceOf(world.cluster, instance);
  const segment = plan && world.segments[plan.segment];
  if (plan === undefined || segment === undefined || plan.unicast) return;
  const source = `10.${plan.segment}.0.${FORGER}`;
  for (let i = 0; i < count; i++) {
    later(world, i * every, () => {
      const payload = emitAdvert(
        {
          version: plan.version,
          virtualRouterId: plan.vrid,
          priority: priorities[i % priorities.length] ?? 0,
          interval: plan.intervals[0] ?? 1000,
          addresses: plan.virtualIps.map(({ address }) => address),
        },
        {
          password: plan.password,
          checksumForm: "pseudo_header",
          source,
          destination: VRRP_GROUP_IPV4,
        },
      );
      segment.forge({
        ...{ payload, source, destination: VRRP_GROUP_IPV4, hopLimit: 255 },
      });
    });
  }
}

function actOnHost(world: World, host: Host, act: Act): void {
  const { agenda, segments } = world;
  const { conditions } = host.machine;
  switch (act.type) {
    case "deafen": {
      const nic = host.machine.nics[act.segment];
      if (nic !== undefined && segments.length > 0) nic.deaf = !nic.deaf;
      return;
    }
    case "slow": {
      const { call, chance, most, lasts } = act;
      conditions.slow({ call, chance, most }, agenda.now + lasts);
      return;
    }
    case "lock":
      conditions.lock(agenda.now + act.lasts);
      return;
    case "refuse": {
      const { call, chance, code, unanswered, lasts } = act;
      const trouble = { call, chance, code, unanswered };
      conditions.refuse(trouble, agenda.now, agenda.now + lasts);
      return;
    }
    case "flood":
      blink(world, host, act, () => flood(host, act.count));
      return;
    case "link":
      actOnLink(world, host, act);
      return;
    case "process":
      actOnProcess(world, host, act.what, act.lasts);
      return;
    case "verdict":
      host.tell(act.check, { up: act.up, value: null });
      return;
    case "operate":
      operateHost(world, host, act);
      return;
    case "reload":
      reloadHosts(world, host, act);
      return;
  }
}

/** Do something while a link is down for a moment, if it is up. */
function blink(
  world: World,
  host: Host,
  { blinks: segment }: Extract<Act, { type: "flood" }>,
  change: () => void,
): void {
  const link = segment === null ? null : host.machine.nics[segment]?.link;
  if (segment === null || !link?.up) return change();
  const act = { type: "link", host: host.plan.number, segment } as const;
  actOnLink(world, host, { ...act, what: "down", lasts: 0 });
  change();
  actOnLink(world, host, { ...act, what: "up", lasts: 0 });
}

/** Addresses come and go on a link that nobody uses. */
function flood({ machine }: Host, count: number): void {
  const link = machine.byName(SPARE);
  if (link === undefined) return;
  for (let i = 0; i < count / 2; i++) {
    const address = `172.16.${i >> 8}.${i & 255}`;
    machine.addAddress(link, {
      ...{ address, prefix: 32, scope: 0, label: null, protocol: null },
      ...{ lifetimeSeconds: null, preferred: true },
    }, "foreign");
    machine.removeAddress(link, address, 32);
  }
}

/**
 * End what is no condition to live in; parts, links that are down and daemons
 * that do not run may last. Groups have the same parts on all segments then.
 */
export function calm(world: World, heals: boolean): void {
  const { cluster, segments, hosts } = world;
  world.trace?.("! calm");
  for (const [i, segment] of segments.entries()) {
    segment.loss = 0;
    segment.duplication = 0;
    segment.maxDelay = cluster.segments[i] ?? 1;
    for (const port of segment.ports) port.deaf = false;
    if (heals) segment.join();
  }
  for (const host of hosts.values()) {
    host.machine.conditions.clear();
    host.process?.calm();
    if (heals) heal(world, host);
  }
  if (cluster.groups.length > 0) alignParts(segments);
  const { interval } = longest(cluster);
  world.busyUntil = Math.max(world.busyUntil, world.agenda.now + interval / 10);
}

/** All segments fall into the parts of the first. */
function alignParts([first, ...others]: readonly Segment[]): void {
  if (first === undefined) return;
  const parts: number[] = [];
  for (const { host, part } of first.ports) parts[host] = part;
  for (const segment of others) {
    if (parts.every((part) => part === 0)) segment.join();
    else segment.split(parts);
  }
}

/** Everything works again, and every daemon runs. */
function heal(world: World, host: Host): void {
  for (const segment of world.segments.keys()) {
    const act = { type: "link", host: host.plan.number, segment } as const;
    actOnLink(world, host, { ...act, what: "up", lasts: 0 });
    actOnLink(world, host, { ...act, what: "plug", lasts: 0 });
  }
  for (const check of ["service", "disk"]) {
    if (host.verdicts.has(check)) host.tell(check, { up: true, value: null });
  }
  actOnProcess(world, host, "start", 0);
}
