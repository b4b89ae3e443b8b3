/**
 * A file: it exists, it is not too old, and the number in it.
 *
 * @module
 */

import type { FileProbe } from "../../config/settings/check.ts";
import { oneLine } from "../../log/one_line.ts";
import type { ProbeResult, ProbeTime } from "./result.ts";
import { readSmallFile } from "./small_file.ts";

const INTEGER = /^\s*([+-]?[0-9]{1,9})\s*$/;

/** Run the probe once. */
export async function probeFile(
  probe: FileProbe,
  { signal }: ProbeTime,
): Promise<ProbeResult> {
  const found = await readSmallFile(probe.path, signal)
    .catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
  if (found === null) {
    return { ok: false, detail: `"${probe.path}" does not exist` };
  }
  const { modified, text } = found;
  // A time in the future, after the clock was set back, is not old.
  const age = Date.now() - modified;
  if (probe.maxAge !== null && age > probe.maxAge) {
    const seconds = Math.round(age / 1000);
    return { ok: false, detail: `"${probe.path}" is ${seconds} s old` };
  }
  if (!probe.number) return { ok: true, detail: `"${probe.path}" exists` };
  const digits = INTEGER.exec(text)?.[1];
  if (digits === undefined) {
    const detail = `"${probe.path}" holds "${oneLine(text)}", no integer`;
    return { ok: false, detail };
  }
  const value = Number(digits);
  return { ok: true, detail: `"${probe.path}" holds ${value}`, value };
}
