/**
 * Scripts on a host, in a place that alived trusts.
 *
 * @module
 */

import type { Host } from "./lab.ts";

/** Directory of scripts, as the host sees it. */
export const SCRIPTS = "/run/scripts";

/**
 * Write a shell script that only root can change.
 *
 * @returns Its path on the host.
 */
export async function writeScript(
  host: Host,
  name: string,
  lines: readonly string[],
): Promise<string> {
  const path = `${SCRIPTS}/${name}`;
  // The tmpfs of a host's /run is made writable for all.
  await host.exec("sh", "-c", `chmod 755 /run && mkdir -p ${SCRIPTS}`);
  await Deno.writeTextFile(
    `/proc/${host.pid}/root${path}`,
    ["#!/bin/sh", ...lines, ""].join("\n"),
    { mode: 0o755 },
  );
  await host.exec("chmod", "755", path);
  return path;
}
