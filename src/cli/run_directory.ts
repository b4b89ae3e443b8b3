/**
 * Where the daemon keeps its lock, its record, and orders to drain.
 *
 * @module
 */

/**
 * The run directory when `--run-directory` does not say.
 *
 * @param fromSystemd The directories of `RuntimeDirectory=`: a list with
 *   colons, of which the first counts.
 */
export function defaultRunDirectory(fromSystemd: string | undefined): string {
  return fromSystemd?.split(":")[0] || "/run/alived";
}

/**
 * The state directory when `--state-directory` does not say.
 *
 * @param fromSystemd The directories of `StateDirectory=`, as above.
 */
export function defaultStateDirectory(fromSystemd: string | undefined): string {
  return fromSystemd?.split(":")[0] || "/var/lib/alived";
}
