/**
 * What the kernel says of this process.
 *
 * @module
 */

/** Clock ticks of a second in /proc (USER_HZ), the same on every machine. */
const TICKS = 100;

/** What a process uses. */
export interface ProcessFacts {
  /** Bytes of it that are in memory. */
  readonly resident: number;
  /** Seconds of processor time of all its threads. */
  readonly cpuSeconds: number;
  /** Open descriptors. */
  readonly openFds: number;
  /** Descriptors that it may have open. */
  readonly maxFds: number;
}

/** What this process uses now; 0 for what cannot be read. */
export function processFacts(): ProcessFacts {
  return {
    resident: Deno.memoryUsage().rss,
    cpuSeconds: cpuSeconds(read("stat")),
    openFds: openDescriptors(),
    maxFds: descriptorLimit(read("limits")),
  };
}

/**
 * The processor time that /proc/PID/stat tells (proc(5): utime, stime).
 *
 * @returns Seconds.
 */
export function cpuSeconds(stat: string): number {
  // The name of the program is in parentheses and may hold any of these signs.
  const fields = stat.slice(stat.lastIndexOf(")") + 1).trim().split(/\s+/);
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return (user + system) / TICKS;
}

/** The soft limit of descriptors that /proc/PID/limits tells. */
export function descriptorLimit(limits: string): number {
  const [, limit = "0"] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return Number(limit);
}

function openDescriptors(): number {
  try {
    // One of them is that of the directory itself.
    return Math.max(0, [...Deno.readDirSync("/proc/self/fd")].length - 1);
  } catch {
    return 0;
  }
}

function read(file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/self/${file}`);
  } catch {
    return "";
  }
}
