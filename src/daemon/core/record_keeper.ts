/**
 * Keeps the record of held addresses. A disk that does not take it is said
 * once and tried again; nothing waits for it.
 *
 * @module
 */

import {
  EMPTY_RECORD,
  formatRecord,
  type HeldRecord,
  parseRecord,
  type RecordedRouter,
} from "../../kernel/held_record.ts";
import { Failure } from "../../kernel/port.ts";
import type { EventOf } from "../../log/catalogue.ts";
import { type Core, log, mayHold, stateOf } from "./core.ts";
import type { Holding } from "./ledger.ts";
import { checksumFormOf } from "./send.ts";

/** What the record is to say, as a number that only grows. */
function versionOf({ ledger, sysctls }: Core): number {
  return ledger.version + sysctls.version;
}

/**
 * Whether the record does not say what is held, and may be written now: not
 * before what it says of the last daemon was cleaned up.
 */
export function isRecordDue(core: Core): boolean {
  const { recorded, record } = core.chores;
  return core.leftBehind === null && recorded !== versionOf(core) &&
    record.dueAt === Infinity;
}

/** How an instance resigns has changed: where it holds something, say so. */
export function recordAgain(core: Core, instance: string): void {
  if (core.ledger.of(instance).length > 0) core.chores.recorded = -1;
}

/**
 * Write the record.
 *
 * @param coming Addresses that are about to be held.
 */
export function writeRecord(core: Core, coming: readonly Holding[] = []): void {
  const { kernel, ledger, links, chores, boot, sysctls } = core;
  const version = versionOf(core);
  const held = [...ledger.entries()].filter(({ ours }) => ours);
  const all = [...held, ...coming];
  const text = formatRecord({
    boot,
    addresses: all.map(({ address: held, owner: instance }) => {
      const { index, address, prefix } = held;
      const link = links.byIndex(index)?.name ?? null;
      return { index, link, address, prefix, instance };
    }),
    routers: Array.from(
      new Set(all.map(({ owner }) => owner)),
      (name) => routerOf(core, name),
    ).filter((router) => router !== null),
    sysctls: sysctls.changed,
  });
  const failure = kernel.record.write(text);
  const wasFailing = chores.record.isFailing;
  if (failure === null) {
    chores.record.succeeded();
    // What is coming may not come: written again when that is known.
    chores.recorded = coming.length === 0 ? version : -1;
    if (wasFailing) say(core, "written");
    return;
  }
  chores.record.failed(kernel.now());
  if (wasFailing) return;
  say(core, "write_failed", failure);
}

/** What it takes to resign for an instance, or null while it cannot. */
function routerOf(core: Core, name: string): RecordedRouter | null {
  const instance = core.instances.get(name);
  const source = stateOf(core, name)?.source ?? null;
  if (instance === undefined || source === null || !mayHold(core, name)) {
    return null;
  }
  const { settings, sendLink, destinations, advertised } = instance;
  const link = core.links.byName(sendLink);
  if (link === undefined) return null;
  return {
    instance: name,
    version: settings.version,
    virtualRouterId: settings.virtualRouterId,
    interval: settings.advertInterval,
    password: settings.password,
    checksumForm: checksumFormOf(instance),
    index: link.index,
    source,
    destinations: destinations.map(({ address }) => address),
    addresses: advertised,
  };
}

/** What the last daemon recorded. */
export function readRecord(core: Core): HeldRecord {
  const text = core.kernel.record.read();
  if (!(text instanceof Failure)) {
    return text === null ? EMPTY_RECORD : parseRecord(text);
  }
  say(core, "read_failed", text);
  return EMPTY_RECORD;
}

function say(
  core: Core,
  result: EventOf<"record">["result"],
  failure: Failure | null = null,
): void {
  log(core, { event: "record", result, error: failure?.message ?? null });
}
