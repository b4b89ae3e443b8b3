/**
 * The record never says less than what is held, where it is the only witness.
 *
 * @module
 */

import type { HeldAddress } from "../../kernel/port.ts";
import type { Machine } from "../machine/machine.ts";
import { Violation } from "./violation.ts";

let lastText: string | null = null;
let lastKeys: ReadonlySet<string> = new Set();

/** What a daemon has added and is there must be in its record. */
export function checkRecord(machine: Machine, by: unknown): void {
  for (const [link, held] of machine.addresses()) {
    const { address, prefix, addedBy } = held;
    if (addedBy !== by) continue;
    if (isRecorded(machine.record, { index: link.index, address, prefix })) {
      continue;
    }
    throw new Violation("record", `${address} is held and not in the record`);
  }
}

/** Whether a record has an address. */
export function isRecorded(
  record: string | null,
  { index, address, prefix }: Pick<HeldAddress, "index" | "address" | "prefix">,
): boolean {
  if (record === null) return false;
  if (record !== lastText) {
    lastText = record;
    lastKeys = keysOf(record);
  }
  return lastKeys.has(`${index} ${address}/${prefix}`);
}

function keysOf(record: string): ReadonlySet<string> {
  const { addresses } = JSON.parse(record) as {
    addresses: readonly HeldAddress[];
  };
  return new Set(
    addresses.map(({ index, address, prefix }) =>
      `${index} ${address}/${prefix}`
    ),
  );
}
