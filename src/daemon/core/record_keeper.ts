/**
 * Keeps the record of held addresses. A disk that does not take it is said
 * once and tried again; nothing waits for it.
 *
 * @module
 */

import { formatRecord, parseRecord } from "../../kernel/held_record.ts";
import { Failure } from "../../kernel/port.ts";
import type { AddressRequest } from "../../wire/rtnetlink.ts";
import { type Core, log } from "./core.ts";
import type { Holding } from "./ledger.ts";

/**
 * Whether the record does not say what is held, and may be written now: not
 * before what it says of the last daemon was cleaned up.
 */
export function isRecordDue(core: Core): boolean {
  const { recorded, record } = core.chores;
  return core.leftBehind === null && recorded !== core.ledger.version &&
    record.dueAt === Infinity;
}

/**
 * Write the record.
 *
 * @param coming Addresses that are about to be held.
 */
export function writeRecord(core: Core, coming: readonly Holding[] = []): void {
  const { kernel, ledger, links, chores } = core;
  const { version } = ledger;
  const held = [...ledger.entries()].filter(({ ours }) => ours);
  const text = formatRecord(
    [...held, ...coming].map(({ address: held, owner: instance }) => {
      const { index, address, prefix } = held;
      const link = links.byIndex(index)?.name ?? null;
      return { index, link, address, prefix, instance };
    }),
  );
  const failure = kernel.record.write(text);
  const wasFailing = chores.record.isFailing;
  if (failure === null) {
    chores.record.succeeded();
    // What is coming may not come: written again when that is known.
    chores.recorded = coming.length === 0 ? version : -1;
    if (wasFailing) say(core, "info", "The record of addresses is written");
    return;
  }
  chores.record.failed(kernel.now());
  if (wasFailing) return;
  say(
    core,
    "warning",
    `${failure.message}: serving all the same; if this process is killed, ` +
      "the next one may not know all that is left of it",
  );
}

/** What the last daemon recorded. */
export function readRecord(core: Core): readonly AddressRequest[] {
  const text = core.kernel.record.read();
  if (!(text instanceof Failure)) return text === null ? [] : parseRecord(text);
  say(core, "warning", `${text.message}: taken for an empty record`);
  return [];
}

function say(core: Core, level: "info" | "warning", message: string): void {
  log(core, { level, event: "record", message });
}
