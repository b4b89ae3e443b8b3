/**
 * An operator at a terminal of a host: commands to its daemon, and all that
 * they print.
 *
 * @module
 */

import { alivedCommand, runDirectoryOf } from "./alived.ts";
import type { Host } from "./lab.ts";

/** Where orders of operators of this host are kept, over reboots too. */
export function stateDirectoryOf(host: Host): string {
  return `${host.directory}/state`;
}

/** What a command printed, and how it ended. */
export interface Typed {
  /** Exit status. */
  readonly code: number;
  /** Both outputs, a line each. */
  readonly lines: readonly string[];
}

/** Type a command of `alived` on a host. */
export async function type(
  host: Host,
  ...args: readonly string[]
): Promise<Typed> {
  const program = host.spawn(alivedCommand(...args), {
    env: {
      ALIVED_SOCKET: `${runDirectoryOf(host)}/control.sock`,
      ...{ NO_COLOR: "1", TZ: "UTC", SUDO_USER: "ops" },
    },
  });
  const { code } = await program.ended;
  return { code, lines: program.lines };
}

/** What differs from run to run, and what stands for it. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/^alived \S+ on \S+, up .*, core answers in .*$/, "alived VERSION on HOST"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "DATE"],
  [/\d\d:\d\d:\d\d\.\d+/g, "TIME"],
  [/\b\d+[smhd]( \d+[smhd])?( ago)?(?=[ ,:.)]|$)/g, "AGE"],
  [/\bjust now\b/g, "AGE"],
  [/\b(after|in) \d+(\.\d+)? m?s\b/g, "$1 SPAN"],
  [/\d+ adverts/g, "N adverts"],
  [/adverts: \d+ sent, \d+ received/g, "adverts: N sent, N received"],
  [/(\S) {2,}/g, "$1  "],
];

/** A line without what differs from run to run, columns two blanks apart. */
export function masked(line: string): string {
  return VARYING.reduce(
    (text, [what, word]) => text.replace(what, word),
    line,
  ).trimEnd();
}
