/**
 * Any probe, once, within its time.
 *
 * @module
 */

import type { Probe } from "../../config/settings/check.ts";
import type { ScriptUser } from "../../config/settings/script.ts";
import { probeDns } from "./dns.ts";
import { probeFile } from "./file.ts";
import { probeHttp } from "./http.ts";
import { probePing } from "./ping.ts";
import { probeProcess } from "./process.ts";
import {
  type ProbeResult,
  type ProbeTime,
  reasonOf,
  tooLate,
} from "./result.ts";
import { probeScript } from "./script.ts";
import { probeTcp } from "./tcp.ts";

/** How a probe is run. */
export interface RunOptions {
  /** Name of the check. */
  readonly name: string;
  /** Ends it early; the result then means nothing. */
  readonly signal: AbortSignal;
  /** Milliseconds that it may take. */
  readonly timeout: number;
  /** Who scripts run as, or null for alived's own user. */
  readonly user: ScriptUser | null;
}

/**
 * Run a probe once.
 *
 * @returns What it found out. Whatever the other side does is a result.
 * @throws {Error} On a bug, and when alived itself is short of something, such
 *   as descriptors: nothing is known of the service then.
 */
export async function runProbe(
  probe: Probe,
  options: RunOptions,
): Promise<ProbeResult> {
  const { signal, timeout } = options;
  if (probe.type === "script") return await probeScript(probe, options);
  const limit = AbortSignal.timeout(timeout);
  const either = AbortSignal.any([signal, limit]);
  try {
    return await dispatch(probe, { signal: either, timeout });
  } catch (error) {
    // Whatever fails once the time is over fails because of that.
    const detail = limit.aborted
      ? tooLate(timeout)
      : reasonOf(signal.aborted ? signal.reason : error);
    if (detail === null) throw error;
    const isLate = limit.aborted || error instanceof Deno.errors.TimedOut;
    return { ok: false, detail, ...isLate ? { isLate } : {} };
  }
}

function dispatch(
  probe: Exclude<Probe, { readonly type: "script" }>,
  time: ProbeTime,
): Promise<ProbeResult> {
  switch (probe.type) {
    case "tcp":
      return probeTcp(probe, time);
    case "http":
      return probeHttp(probe, time);
    case "ping":
      return probePing(probe, time);
    case "dns":
      return probeDns(probe, time);
    case "file":
      return probeFile(probe, time);
    case "process":
      return probeProcess(probe, time);
    default:
      return probe satisfies never;
  }
}
