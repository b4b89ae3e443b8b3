/**
 * The program as another user than the one who tests.
 *
 * @module
 */

import { run } from "./program.ts";

/**
 * Make the packages readable for a user where the program is run from its
 * sources.
 *
 * @param directory Where to copy them to; the user can enter it.
 * @returns Environment that says where they are.
 */
export async function packagesFor(
  uid: string,
  directory: string,
): Promise<Readonly<Record<string, string>>> {
  if (Deno.env.has("ALIVED_BIN")) return {};
  const info = await run([Deno.execPath(), "info", "--json"]);
  const { denoDir } = JSON.parse(info);
  const cache = `${directory}/deno`;
  await Deno.mkdir(cache);
  await run(["cp", "-r", `${denoDir}/npm`, cache]);
  await run(["chown", "-R", uid, cache]);
  return { DENO_DIR: cache };
}
