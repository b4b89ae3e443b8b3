/**
 * Where the daemon keeps its lock and its record.
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
