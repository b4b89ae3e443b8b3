/**
 * Fits the instances to the links that exist: which of them can run, and from
 * which address.
 *
 * @module
 */

import {
  ALIVED_PROTOCOL,
  isIpv4Source,
  primaryAddress,
} from "../../kernel/link_condition.ts";
import {
  type FaultReason,
  isSameReason,
  type LinkReason,
  type LinksReason,
  type OwnFault,
  type Recovery,
  type SourceReason,
} from "../../vrrp/reason.ts";
import type { Link, LinkAddress } from "../../wire/rtnetlink_parse.ts";
import { type Core, stateOf } from "./core.ts";
import {
  allVirtualIps,
  carrierOf,
  type Instance,
  linksOf,
} from "./instance.ts";
import { addressKey } from "../../kernel/held_record.ts";
import { keepSysctls } from "./keep_sysctls.ts";
import { feed } from "./perform.ts";
import { closeUnused, openPorts } from "./ports.ts";
import { recordAgain } from "./record_keeper.ts";
import { lookUp, weighAll } from "./track.ts";

/** Cause of the fault of an instance whose links cannot serve. */
const INTERFACE = "interface";

/** Whether an instance can run, and from which address. */
interface Condition {
  readonly source: string | null;
  readonly fault: OwnFault | null;
}

/**
 * Tell every instance what became of its links. Those that lost one go first,
 * while the sockets to resign on are still open.
 */
export function assess(core: Core, now: number): void {
  const own = new Own(core);
  const found = Array.from(
    core.instances.values(),
    (instance) => ({ instance, ...conditionOf(core, instance, own) }),
  );
  core.following.watched = new Set(
    found.flatMap(({ instance }) => [...linksOf(instance.settings)])
      .map((name) => core.links.byName(name)?.index ?? -1),
  );
  for (const { instance, fault } of found) {
    if (fault !== null) setFault(core, instance, fault, now);
  }
  const { sockets } = core.chores;
  const unopened = openPorts(core, now);
  // Opening may take long, and whoever begins to listen does so from now on.
  const opened = core.kernel.now();
  for (const { instances, openedAt: since } of core.ports.values()) {
    for (const { settings: { name } } of instances.values()) {
      feed(core, name, { type: "listening", since }, opened);
    }
  }
  const isFailing = !keepSysctls(core, opened) || unopened.size > 0;
  for (const { instance, source, fault } of found) {
    const { name } = instance.settings;
    const state = stateOf(core, name);
    // While its loss is not believed yet a master goes on sending from it.
    const isKnown = source !== null || state?.faults[INTERFACE] !== undefined;
    if (isKnown && state?.source !== source) {
      feed(core, name, { type: "source", source }, opened);
      recordAgain(core, name);
    }
    const failure = unopened.get(instance);
    if (fault !== null) continue;
    if (failure === undefined) clearFault(core, instance, opened);
    else setFault(core, instance, { kind: "sockets", failure }, opened);
  }
  closeUnused(core);
  if (isFailing) sockets.failed(opened);
  else sockets.succeeded();
  weighAll(core, opened);
}

function setFault(
  core: Core,
  { settings }: Instance,
  reason: OwnFault,
  now: number,
): void {
  const { name, linkDownDelay: delay } = settings;
  const state = stateOf(core, name);
  // What is about to end does not when the link is gone again.
  const isKnown = isSameReason(state?.faults[INTERFACE], reason) &&
    !state?.pending.some(({ cause }) => cause === INTERFACE);
  if (isKnown) return;
  const input = { type: "fault", cause: INTERFACE, reason, delay } as const;
  feed(core, name, input, now);
}

function clearFault(core: Core, { settings }: Instance, now: number): void {
  const { name, linkUpDelay: delay } = settings;
  const state = stateOf(core, name);
  const fault = state?.faults[INTERFACE] ??
    state?.pending.find(({ cause }) => cause === INTERFACE)?.reason;
  if (fault === undefined) return;
  const reason = recovery(core, fault);
  feed(core, name, { type: "recover", cause: INTERFACE, reason, delay }, now);
}

/** What is well again, or does not matter any more, now that nothing is wrong. */
function recovery(core: Core, fault: FaultReason | Recovery): Recovery {
  switch (fault.kind) {
    case "interface": {
      const { interface: name } = fault;
      return linkFault(core, name) === null
        ? { ...fault, condition: "up" }
        : { kind: "unwatched", type: "interface", name };
    }
    case "links":
      return { kind: "links", known: true };
    case "source":
      return { ...fault, lacks: null };
    default:
      return { kind: "sockets", failure: null };
  }
}

function conditionOf(core: Core, instance: Instance, own: Own): Condition {
  const { settings, sendLink: name } = instance;
  const { sourceAddress } = settings;
  const link = core.links.byName(name);
  if (link === undefined) return { source: null, fault: linkFault(core, name) };
  const source = sourceAddress === null
    ? own.addressOf(link.index, settings.priority === 255)
    : core.links.has(link.index, sourceAddress)
    ? sourceAddress
    : null;
  const fault = linkFault(core, name) ?? carrierFault(core, instance) ??
    (source === null ? missingSource(core, instance, link) : null);
  return { source, fault };
}

/** Why a link cannot serve. */
function linkFault(
  core: Core,
  name: string,
  carries: string | null = null,
): LinkReason | LinksReason | null {
  const link = lookUp(core, name);
  if (link.kind === "links") return link;
  return link.condition === "up" ? null : { ...link, carries };
}

/** Why a link that carries a VIP cannot serve. */
function carrierFault(
  core: Core,
  { settings }: Instance,
): LinkReason | LinksReason | null {
  for (const vip of allVirtualIps(settings)) {
    const name = carrierOf(settings, vip);
    if (!vip.track || name === settings.interface) continue;
    const fault = linkFault(core, name, vip.address);
    if (fault !== null) return fault;
  }
  return null;
}

function missingSource(
  core: Core,
  { settings, sendLink: name }: Instance,
  { index }: Link,
): SourceReason {
  const lacking = { kind: "source", interface: name } as const;
  const { sourceAddress } = settings;
  if (sourceAddress !== null) {
    return { ...lacking, lacks: "configured", address: sourceAddress };
  }
  const virtual = usable(core, index).find((known) =>
    core.virtual.has(known.address) && !isOurs(core, known)
  );
  return virtual === undefined
    ? { ...lacking, lacks: "any", address: null }
    : { ...lacking, lacks: "own", address: virtual.address };
}

/** The addresses of a link that adverts can come from. */
function usable(core: Core, index: number): readonly LinkAddress[] {
  return Array.from(core.links.addresses(index)).filter(isIpv4Source);
}

function isOurs({ ledger }: Core, address: LinkAddress): boolean {
  return address.protocol === ALIVED_PROTOCOL ||
    ledger.get(addressKey(address))?.ours === true;
}

/** The host's own addresses on links that many instances may share. */
class Own {
  readonly #core: Core;
  readonly #known = new Map<string, string | null>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** A VIP is no address of the host's own, except to its owner. */
  addressOf(index: number, isOwner: boolean): string | null {
    const key = `${index} ${isOwner}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const all = usable(this.#core, index);
    const own = all.filter((known) =>
      !isOurs(this.#core, known) && !this.#core.virtual.has(known.address)
    );
    const address = primaryAddress(own.length === 0 && isOwner ? all : own);
    this.#known.set(key, address);
    return address;
  }
}
