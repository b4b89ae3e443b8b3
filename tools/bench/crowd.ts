/**
 * Many masters on one link, and what the segment sees of them.
 *
 * @module
 */

import type { Host } from "../../tests/lab/lab.ts";
import { sleep } from "../../tests/lab/wait.ts";
import type { Contender, Running, Setup } from "./contender.ts";
import type { Frame } from "./frame.ts";
import type { Recording } from "./recording.ts";
import { manyRouters } from "./segment.ts";
import { gaps, percent, percentile } from "./statistics.ts";

/** So many instances, version 3, with one address each. */
export interface Crowd {
  readonly count: number;
  /** Milliseconds between adverts. */
  readonly interval: number;
}

/** How even the adverts of a crowd were. */
export interface Rhythm {
  /** Per cent of those that were due. */
  readonly sent: number;
  /** Milliseconds that 99 of 100 gaps of an instance do not exceed. */
  readonly gapP99: number;
}

/** The crowd as a program is to run it. */
export function crowdSetup(
  { count, interval }: Crowd,
  priority: number,
): Setup {
  return { version: 3, interval, priority, routers: manyRouters(count) };
}

/** Milliseconds that a crowd has to become masters. */
const PATIENCE = 20_000;

/**
 * Start masters and wait until every one of them was heard; not in vain where
 * some never are.
 */
export async function startMasters(
  contender: Contender,
  host: Host,
  crowd: Crowd,
  recording: Recording,
): Promise<Running> {
  const running = await contender.start(host, crowdSetup(crowd, 200));
  const heard = new Set<number>();
  await recording.waitFor(({ kind, address, vrid }) => {
    if (kind === "advert" && address === host.address) heard.add(vrid);
    return heard.size === crowd.count;
  }, { within: PATIENCE }).catch(() => {});
  return running;
}

/**
 * Let time pass and say when, by the clock that stamps frames.
 *
 * @returns Milliseconds since the epoch.
 */
export async function window(
  duration: number,
): Promise<readonly [from: number, to: number]> {
  const from = Date.now();
  await sleep(duration);
  return [from, Date.now()];
}

/** Wait until the capture has handed out what was sent up to now. */
export async function captured(): Promise<void> {
  await sleep(100);
}

/** Look at the adverts of a crowd in a window of time. */
export function rhythm(
  adverts: readonly Frame[],
  { count, interval }: Crowd,
  [from, to]: readonly [number, number],
): Rhythm {
  const times = new Map<number, number[]>();
  let sent = 0;
  for (const { vrid, time } of adverts) {
    if (time < from || time >= to) continue;
    sent++;
    const own = times.get(vrid);
    if (own === undefined) times.set(vrid, [time]);
    else own.push(time);
  }
  // Who fell silent is late too, and who was never heard.
  const silences = [...times.values()]
    .map((own) => to - (own.at(-1) ?? from))
    .filter((silence) => silence > interval);
  const unheard = Array.from({ length: count - times.size }, () => to - from);
  const all = [...times.values()].flatMap(gaps);
  return {
    sent: percent(sent, count * (to - from) / interval),
    gapP99: percentile([...all, ...silences, ...unheard], 0.99),
  };
}
