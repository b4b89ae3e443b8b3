/**
 * The memory files of long messages from side to core.
 *
 * @module
 */

/** How many of them this process has open, also in other tests. */
export function openMessageFiles(): number {
  return Array.from(Deno.readDirSync("/proc/self/fd")).filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`)
        .startsWith("/memfd:message");
    } catch {
      return false;
    }
  }).length;
}
