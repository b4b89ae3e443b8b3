/**
 * ICMP echo: one answer is enough.
 *
 * @module
 */

import type { PingProbe } from "../../config/settings/check.ts";
import { echo } from "../../kernel/icmp.ts";
import { delay } from "./delay.ts";
import { resolveHost } from "./resolve.ts";
import type { ProbeResult, ProbeTime } from "./result.ts";

/** Run the probe once: requests are sent evenly over its time. */
export async function probePing(
  { host, count }: PingProbe,
  time: ProbeTime,
): Promise<ProbeResult> {
  const { signal, timeout } = time;
  const addresses = await resolveHost(host, time);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const requests = Array.from({ length: count }, async (_, i) => {
    await delay(i * timeout / count, both);
    return await Promise.any(addresses.map(async (address) => {
      await echo(address, both);
      return address;
    }));
  });
  try {
    return { ok: true, detail: `Answer from ${await Promise.any(requests)}` };
  } catch (error) {
    signal.throwIfAborted();
    throw firstOf(error);
  } finally {
    stop.abort();
    await Promise.allSettled(requests);
  }
}

/** What the kernel said to the first request. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? firstOf(error.errors[0]) : error;
}
