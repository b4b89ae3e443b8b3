/**
 * The record never says less than what is held, where it is the only witness.
 *
 * @module
 */

import type { HeldAddress } from "../../kernel/port.ts";

let lastText: string | null = null;
let lastKeys: ReadonlySet<string> = new Set();

/** Whether a record has an address. */
export function isRecorded(
  record: string | null,
  { index, address, prefix }: HeldAddress,
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
