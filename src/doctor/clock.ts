/**
 * Whether time runs evenly here: a host that stands still for longer than a
 * few adverts loses its VIPs to the others.
 *
 * @module
 */

import { type CheckResult, failure, ok, warning } from "./check_result.ts";
import { readText } from "./files.ts";
import { pause } from "./pause.ts";

/** How time ran. */
export interface ClockRecord {
  /** Name of the kernel's clock source, empty when not shown. */
  readonly source: string;
  /** Milliseconds that were watched. */
  readonly watched: number;
  /** Whether the clock ever went backwards. */
  readonly backwards: boolean;
  /** Milliseconds by which the latest wake-up was late. */
  readonly stall: number;
  /** Share of the processors' time that the hypervisor kept, 0 to 1. */
  readonly stolen: number;
}

const TICK = 20;
/** A tenth of the usual advert interval. */
const LONG_STALL = 100;
const MUCH_STOLEN = 0.1;
const SOURCE =
  "/sys/devices/system/clocksource/clocksource0/current_clocksource";
const STEAL = 8;

/**
 * Watch the clock.
 *
 * @param duration Milliseconds.
 * @param signal Ends it early.
 */
export async function watchClock(
  duration: number,
  signal: AbortSignal,
): Promise<ClockRecord> {
  const before = processorTimes();
  const start = performance.now();
  let last = start;
  let backwards = false;
  let stall = 0;
  while (last - start < duration && !signal.aborted) {
    await pause(TICK, signal);
    const time = performance.now();
    backwards ||= time < last;
    stall = Math.max(stall, time - last - TICK);
    last = time;
  }
  const after = processorTimes();
  const total = after.total - before.total;
  return {
    source: readText(SOURCE).trim(),
    watched: last - start,
    backwards,
    stall,
    stolen: total > 0 ? (after.stolen - before.stolen) / total : 0,
  };
}

/** Judge it. */
export function checkClock(record: ClockRecord): readonly CheckResult[] {
  return [checkSource(record), checkStalls(record)];
}

function checkStalls({ watched, stall, stolen }: ClockRecord): CheckResult {
  const seconds = Math.round(watched / 1000);
  const longest = `longest stall in ${seconds} s: ${stall.toFixed(1)} ms`;
  if (stolen > MUCH_STOLEN) {
    return warning(
      "stalls",
      `the hypervisor kept ${Math.round(stolen * 100)} % of the ` +
        `processors' time, ${longest}`,
      "give this virtual machine more processor time, or adverts come late",
    );
  }
  if (stall > LONG_STALL) {
    return warning(
      "stalls",
      longest,
      "find out what stops this host (load, swapping, snapshots, migration), " +
        "and do not use adverts much faster than 1 s",
    );
  }
  return ok("stalls", longest);
}

function checkSource({ source, backwards }: ClockRecord): CheckResult {
  if (backwards) {
    return failure(
      "clock",
      "the monotonic clock went backwards",
      "choose another clock source, see " +
        "/sys/devices/system/clocksource/clocksource0",
    );
  }
  if (source.includes("jiffies")) {
    return warning(
      "clock",
      `the clock source is "${source}", which is coarse`,
      "find out from dmesg why the kernel does not use a better one",
    );
  }
  const name = source === "" ? "" : `, clock source ${source}`;
  return ok("clock", `the monotonic clock runs evenly${name}`);
}

/** Ticks of all processors since boot, from the first line of /proc/stat. */
function processorTimes(): { readonly total: number; readonly stolen: number } {
  const fields = readText("/proc/stat").split("\n")[0]?.trim().split(/\s+/)
    .map(Number) ?? [];
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
  const total = fields.slice(1, STEAL + 1).reduce((sum, it) => sum + it, 0);
  return { total, stolen: fields[STEAL] ?? 0 };
}
