/**
 * What needs root itself, and not only root of a user namespace.
 *
 * @module
 */

/**
 * Find out why scripts cannot be tested here.
 *
 * In a user namespace of one user all files of the system belong to somebody
 * unknown, so that alived trusts none of them, and there is no second user to
 * run a script as.
 *
 * @returns One sentence, or null when they can be.
 */
export async function noScripts(): Promise<string | null> {
  const map = await Deno.readTextFile("/proc/self/uid_map");
  return Deno.uid() === 0 && /^\s*0\s+0\s+4294967295\s*$/.test(map)
    ? null
    : "not tested: scripts need root itself, not root of a user namespace";
}
