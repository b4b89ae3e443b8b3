/**
 * The Deno that runs what is tested. It may be another than the one that runs
 * the tests: one for another architecture, in an emulator.
 *
 * @module
 */

/** Path of the one that `ALIVED_DENO` names, else of this one. */
export function testedDeno(): string {
  return Deno.env.get("ALIVED_DENO") ?? Deno.execPath();
}
