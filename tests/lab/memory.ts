/**
 * How much memory a process has.
 *
 * @module
 */

/**
 * A figure of /proc/PID/status.
 *
 * @param key Such as `VmRSS` or `VmLck`.
 * @returns KiB.
 */
export async function memoryKib(pid: number, key = "VmRSS"): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
}
