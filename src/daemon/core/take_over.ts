/**
 * Takes instances over from another daemon: this core comes up beside it, with
 * all that takes time behind it, and begins with what the other one knew when
 * it ended. Until then it holds and sends nothing.
 *
 * @module
 */

import { detectStall, restore } from "../../vrrp/engine.ts";
import type { CoreStart, ToCore } from "../messages.ts";
import { assess } from "./attach.ts";
import { framesOf } from "./announce.ts";
import type { Core } from "./core.ts";
import { readLinks } from "./follow.ts";
import {
  type HandedCounters,
  type HandedHost,
  type HandedInstance,
  type HandedOver,
  readHandedOver,
} from "./handed_over.ts";
import type { Counters } from "./counters.ts";
import { judge } from "./heard.ts";
import type { Instance } from "./instance.ts";
import { addressKey } from "../../kernel/held_record.ts";
import {
  addInstance,
  beRealtime,
  startUp,
  useCoreSettings,
} from "./lifecycle.ts";
import { feed, perform } from "./perform.ts";
import { openPorts } from "./ports.ts";
import { effectivePriority } from "./track.ts";

/** Milliseconds of the watchdog's patience, in quarters: see chores.ts. */
const FEEDINGS = 4;

/** Get as far as it goes while another daemon serves. */
export function standBy(core: Core, settings: CoreStart): void {
  core.part = "stands_by";
  if (settings.realtime) beRealtime(core);
  for (const instance of settings.instances) {
    addInstance(core, instance, core.kernel.now());
  }
  core.following.readAgain();
  readLinks(core);
  core.outbox.notice({ type: "prepared" });
}

/**
 * A turn of a core that stands by.
 *
 * @returns False when it is to end; it leaves nothing behind.
 */
export function waitForState(core: Core): boolean {
  const { kernel, outbox } = core;
  // Many may come while it waits, and only so many are kept.
  readLinks(core);
  for (;;) {
    const signal = kernel.signals.take();
    if (signal === undefined) break;
    if (signal !== "SIGUSR2") return false;
  }
  for (;;) {
    const message = kernel.channel.receive() as ToCore | undefined;
    if (message === undefined) return true;
    switch (message.type) {
      case "arm": {
        // What comes from now on waits in them.
        const [why] = openPorts(core, kernel.now()).values();
        if (why === undefined) {
          outbox.notice({ type: "armed" });
          break;
        }
        outbox.notice({ type: "refuses", why });
        return false;
      }
      case "takeOver": {
        const why = takeOver(core, message.state);
        if (why === null) return true;
        outbox.notice({ type: "refuses", why });
        return false;
      }
      case "read":
        outbox.acknowledge(message.count);
        break;
      case "stop":
        return false;
      default:
        // The side sends nothing else before it serves.
        break;
    }
  }
}

/** @returns Why it does not, or null. */
function takeOver(core: Core, written: string): string | null {
  const handed = readHandedOver(written);
  if (typeof handed === "string") return handed;
  const names = new Set(handed.instances.map(({ name }) => name));
  const isSame = names.size === core.instances.size &&
    names.isSubsetOf(new Set(core.instances.keys()));
  if (!isSame) return "there are other instances than those configured";
  if (core.following.isLost) return "it cannot read the links of this host";
  install(core, handed);
  core.part = "serves";
  const states = Object.fromEntries(
    Array.from(
      core.engine.routers,
      ([name, { state }]) => [name, state.name] as const,
    ),
  );
  const took = core.kernel.now() - handed.at;
  core.outbox.notice({ type: "tookOver", states, took });
  return null;
}

function install(core: Core, handed: HandedOver): void {
  const { instances, ledger, sysctls, verdicts, chores, ports } = core;
  core.tally.goOn(handed.tally);
  for (const [name, drain] of Object.entries(handed.drains)) {
    core.drains.set(name, drain);
  }
  for (const one of handed.instances) adopt(core, one);
  for (const entry of handed.held) ledger.put(entry);
  for (const one of handed.sysctls) sysctls.takeOver(one);
  for (const [check, verdict] of Object.entries(handed.verdicts)) {
    verdicts.set(check, verdict);
  }
  for (const { id, counters } of handed.ports) {
    const port = ports.get(id);
    if (port !== undefined) goOnCounting(port.counters, counters);
  }
  // The other one heard all that came before: there was no silence.
  for (const port of ports.values()) port.openedAt = -Infinity;
  const now = core.kernel.now();
  useCoreSettings(core, core.settings, now);
  // Both may have stood still, and others may have taken over.
  perform(core, detectStall(core.engine, now - handed.at, now), now);
  for (const [name, instance] of instances) {
    // The configuration may be another one by now.
    const priority = effectivePriority(core, instance);
    feed(core, name, { type: "config", priority }, now);
  }
  core.following.assess = false;
  assess(core, now);
  oweAnnouncements(core, handed);
  for (const name of ledger.owners()) core.work.touch(name);
  const { startAt, renewAt } = handed;
  chores.renewAt = Math.min(chores.renewAt, renewAt ?? Infinity);
  if (core.watchdog !== null) chores.feedAt = now + core.watchdog / FEEDINGS;
  if (startAt === null) startUp(core, now);
  else chores.startAt = startAt;
  // For backups it is a stall too, if it was long.
  core.restedAt = handed.at;
  core.wantedAt = handed.at;
}

function adopt(core: Core, { name, ...handed }: HandedInstance): void {
  const instance = core.instances.get(name);
  if (instance === undefined) return;
  const { checksumForm, mute, toldMaster, isAnnounced, untold } = handed;
  instance.checksumForm = checksumForm;
  instance.mute = mute === null ? null : { ...mute };
  instance.toldMaster = toldMaster;
  instance.isAnnounced = isAnnounced;
  instance.untold = untold;
  instance.entrance = handed.entrance;
  // Who spoke first comes first.
  for (const host of handed.hosts.toReversed()) know(instance, host);
  goOnCounting(instance.counters, handed.counters);
  restore(core.engine, name, instance.settings, handed.state);
}

/** Another host, unless its adverts would not be accepted any more. */
function know(
  instance: Instance,
  { payload, at, adverts, ...from }: HandedHost,
): void {
  const datagram = { payload: new Uint8Array(payload), at, ...from };
  const heard = judge(instance, null, datagram);
  if (typeof heard === "string") return;
  instance.heard = heard;
  instance.hosts.goOn({ heard, at, adverts });
}

/** Begin with what was counted before. */
function goOnCounting(counters: Counters, handed: HandedCounters): void {
  for (const [name, known] of Object.entries(counters)) {
    const before = handed[name];
    if (typeof before === "number" && typeof known === "number") {
      Object.assign(counters, { [name]: before });
    } else if (typeof before === "object" && typeof known === "object") {
      Object.assign(known ?? {}, before);
    }
  }
}

function oweAnnouncements(core: Core, { debts }: HandedOver): void {
  for (const debt of debts) {
    const { owner, index, keys } = debt;
    const wanted = new Set(keys);
    const addresses = core.ledger.of(owner).map(({ address }) => address)
      .filter((address) => wanted.has(addressKey(address)));
    core.announcer.owe(debt, framesOf(core, index, addresses));
  }
}
