/**
 * What a flood may do to those who are flooded: nothing but be counted.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import type { Alived } from "./alived.ts";
import type { Host, Lab } from "./lab.ts";

/** Frames that were sent to a host and did not reach its daemon. */
export interface Losses {
  /** Of those that did: for which its socket had no room. */
  readonly socket: number;
  /** Lost on the way there. */
  readonly way: number;
}

/**
 * Look at what is lost at a host so far.
 *
 * @param sender Where they come from: its link is on the way too.
 */
export async function lossesAt(
  lab: Lab,
  host: Host,
  sender: Host,
): Promise<Losses> {
  const raw = await host.exec("cat", "/proc/net/raw");
  const socket = raw.trim().split("\n").slice(1)
    .map((line) => Number(line.trim().split(/\s+/).at(-1)))
    .reduce((sum, drops) => sum + drops, 0);
  const ways = await Promise.all(
    [host, sender].map((each) => droppedOn(lab, each)),
  );
  return { socket, way: ways.reduce((sum, dropped) => sum + dropped, 0) };
}

/** What `eth0` dropped, at either end of its cable. */
async function droppedOn(lab: Lab, host: Host): Promise<number> {
  const args = ["ip", "-json", "-stats", "link", "show", "dev"];
  const ends = [
    await host.exec(...args, "eth0"),
    await lab.exec(...args, host.name),
  ];
  return ends.flatMap((text): LinkStats[] => JSON.parse(text))
    .reduce((sum, { stats64: { rx, tx } }) => sum + rx.dropped + tx.dropped, 0);
}

interface LinkStats {
  readonly stats64: {
    readonly rx: { readonly dropped: number };
    readonly tx: { readonly dropped: number };
  };
}

/**
 * Judge a daemon that was flooded and has stopped.
 *
 * @param states What it was, and nothing else.
 * @param sent Frames that are dropped for one reason, by that reason.
 * @param losses Those of the flood.
 * @returns How many frames were counted for their reasons.
 */
export function judgeFlooded(
  daemon: Alived,
  states: readonly string[],
  sent: ReadonlyMap<string, number>,
  { socket, way }: Losses,
): number {
  deepStrictEqual(daemon.states(), states);
  const errors = daemon.events().filter(({ level }) => level === "error");
  deepStrictEqual(errors.map(({ message }) => message), []);
  const dropped = droppedBy(daemon);
  let counted = 0;
  let expected = 0;
  for (const [reason, count] of sent) {
    // Frames of no known reason may be dropped for it too.
    const found = Math.min(dropped.get(reason) ?? 0, count);
    ok(found > 0, `None of ${count} is counted for "${reason}"`);
    counted += found;
    expected += count;
  }
  ok(
    counted + socket + way >= expected,
    `${counted} of ${expected} are counted and ${socket + way} lost`,
  );
  return counted;
}

/** Drops of instance and link together. */
function droppedBy(daemon: Alived): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { event, dropped = {} } of daemon.events()) {
    if (event !== "counters") continue;
    for (const [reason, count] of Object.entries(dropped)) {
      sums.set(reason, (sums.get(reason) ?? 0) + count);
    }
  }
  return sums;
}
