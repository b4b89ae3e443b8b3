/**
 * Does what the state machines ask for, in order, and decides nothing. What
 * the kernel refuses goes back to them as an input when the list is done.
 *
 * @module
 */

import type { Added } from "../kernel/addresses.ts";
import { attempt, SyscallError } from "../kernel/attempt.ts";
import { now } from "../kernel/reactor.ts";
import { advance, type InstanceAction } from "../vrrp/engine.ts";
import type { Action } from "../vrrp/state.ts";
import { parseMac, VRRP_GROUP_IPV4 } from "../wire/address.ts";
import { emitAdvert } from "../wire/vrrp.ts";
import { type Core, log } from "./core_state.ts";
import { firstTime, type Instance } from "./instance.ts";

/** A netlink call that takes longer is logged, in milliseconds. */
const SLOW_CALL = 10;

/** Execute actions in order. */
export function execute(
  core: Core,
  actions: readonly InstanceAction[],
  time: number,
): void {
  const refusals: { instance: string; reason: string }[] = [];
  for (const { instance: name, action } of actions) {
    const instance = core.instances.get(name);
    if (instance === undefined) continue;
    const refusal = perform(core, instance, action);
    if (refusal !== null) refusals.push({ instance: name, reason: refusal });
  }
  for (const { instance, reason } of refusals) {
    const input = { type: "addressRefused", reason } as const;
    execute(core, advance(core.engine, instance, input, time), time);
  }
}

/** @returns Why the kernel refused an address, or null. */
function perform(
  core: Core,
  instance: Instance,
  action: Action,
): string | null {
  switch (action.type) {
    case "sendAdvert":
      sendAdvert(core, instance, action.priority);
      return null;
    case "addAddresses":
      return addAddresses(core, instance);
    case "removeAddresses":
      removeAddresses(core, instance, instance.serving);
      return null;
    case "announce":
      announce(core, instance);
      return null;
    case "transition":
      tell(core, instance, action);
      return null;
    case "rival":
      reportRival(core, instance, action);
      return null;
    default:
      return action satisfies never;
  }
}

function sendAdvert(core: Core, instance: Instance, priority: number): void {
  const { settings, counters } = instance;
  const link = core.links.byName(instance.sendLink);
  const sender = link && core.senders.get(link.index);
  const source = core.engine.get(settings.name)?.state.source ?? null;
  if (sender === undefined || source === null) return;
  const payload = emitAdvert({
    version: settings.version,
    virtualRouterId: settings.virtualRouterId,
    priority,
    interval: settings.advertInterval,
    addresses: settings.virtualIps.map(({ address }) => address),
  }, {
    password: settings.password,
    checksumForm: instance.checksumForm,
    source,
    destination: VRRP_GROUP_IPV4,
  });
  const failure = attempt(() => sender.send(payload, source));
  if (failure === null) {
    counters.sent++;
    return;
  }
  counters.sendErrors++;
  if (firstTime(instance.reported, `send ${failure.code}`)) {
    log(core, {
      level: "warning",
      event: "send_failed",
      instance: settings.name,
      message: failure.message,
      code: failure.code,
    });
  }
}

function addAddresses(core: Core, instance: Instance): string | null {
  const { name, virtualIps } = instance.settings;
  const link = core.links.byName(instance.sendLink);
  if (link === undefined) return `interface "${instance.sendLink}" is gone`;
  const wanted = virtualIps.map(({ address }) => address);
  const retired = instance.serving.filter((ip) => !wanted.includes(ip));
  removeAddresses(core, instance, retired);
  keepOwnAddresses(core, link.name);
  let added: readonly Added[] = [];
  const started = now();
  const failure = attempt(() => {
    added = core.addresses.add(link, virtualIps);
  });
  reportSlow(core, name, "adding addresses", now() - started);
  if (failure !== null) return failure.message;
  const refused = added.filter(({ result }) => result instanceof SyscallError);
  for (const { address, result } of added) {
    if (result !== "foreign") continue;
    if (!firstTime(instance.reported, `foreign ${address}`)) continue;
    log(core, {
      level: "warning",
      event: "address_foreign",
      instance: name,
      message: `${address} was on "${link.name}" before; ` +
        "it serves, and alived will not remove it",
      address,
    });
  }
  instance.servingOn = link.index;
  instance.serving = added
    .filter(({ result }) => !(result instanceof SyscallError))
    .map(({ address }) => address);
  const [first] = refused;
  return first?.result instanceof SyscallError ? first.result.message : null;
}

function keepOwnAddresses(core: Core, link: string): void {
  const failure = attempt(() => {
    if (!core.promote.enable(link)) return;
    log(core, {
      level: "info",
      event: "sysctl",
      message: `Set promote_secondaries on "${link}", so that removing a ` +
        "virtual address cannot remove the host's own",
      interface: link,
    });
  });
  if (failure === null) return;
  log(core, { level: "warning", event: "sysctl", message: failure.message });
}

function removeAddresses(
  core: Core,
  instance: Instance,
  addresses: readonly string[],
): void {
  instance.serving = instance.serving.filter((ip) => !addresses.includes(ip));
  const { name } = instance.settings;
  let refusals: readonly SyscallError[] = [];
  const started = now();
  const failure = attempt(() => {
    refusals = core.addresses.remove(instance.servingOn, addresses);
  });
  reportSlow(core, name, "removing addresses", now() - started);
  for (const { message } of failure === null ? refusals : [failure]) {
    log(core, {
      level: "error",
      event: "address_stuck",
      instance: name,
      message,
    });
  }
}

function announce(core: Core, instance: Instance): void {
  const { name, garp } = instance.settings;
  const link = core.links.byIndex(instance.servingOn);
  if (link === undefined) return;
  const mac = link.mac === null ? null : parseMac(link.mac);
  const failure = attempt(() =>
    core.announcer.announce(
      { index: link.index, mac },
      instance.serving,
      garp.repeat,
    )
  );
  if (failure === null) return;
  if (!firstTime(instance.reported, `announce ${failure.code}`)) return;
  log(core, {
    level: "warning",
    event: "announce_failed",
    instance: name,
    message: failure.message,
  });
}

function tell(
  core: Core,
  instance: Instance,
  { from, to, reason }: Extract<Action, { type: "transition" }>,
): void {
  const { name, priority: base } = instance.settings;
  const priority = core.engine.get(name)?.state.priority ?? base;
  instance.reported.clear();
  log(core, {
    level: to === "FAULT" ? "error" : "info",
    event: "transition",
    instance: name,
    message: `${from} → ${to}: ${reason}`,
    from,
    to,
    reason,
    priority,
  });
}

function reportRival(
  core: Core,
  instance: Instance,
  { source, priority }: Extract<Action, { type: "rival" }>,
): void {
  if (!firstTime(instance.reported, `rival ${source}`)) return;
  log(core, {
    level: "warning",
    event: "rival",
    instance: instance.settings.name,
    message: `${source} also advertises as master, with priority ` +
      `${priority}; answered and announced our addresses again`,
    source,
    priority,
  });
}

function reportSlow(
  core: Core,
  instance: string,
  what: string,
  took: number,
): void {
  if (took < SLOW_CALL) return;
  const message = `The kernel took ${took.toFixed(1)} ms for ${what}`;
  log(core, { level: "warning", event: "slow_call", instance, message });
}
