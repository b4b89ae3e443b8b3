/**
 * Files of the repository that the program carries along: `tools/compile.ts`
 * includes them.
 *
 * @module
 */

/** Their paths from the root of the repository. */
export type EmbeddedFile =
  | "deployment/COMPATIBILITY.md"
  | "deployment/alived.init"
  | "deployment/alived.service"
  | "deployment/config.yaml"
  | "deployment/realtime.conf"
  | "deployment/script_user.conf"
  | "deployment/unprivileged.conf";

/** The text of one of them. */
export function embedded(path: EmbeddedFile): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}
