/**
 * What a tool needs of the system: Debian packages, installed where that is
 * possible.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- part of command line tools

import { existsSync, mkdirSync, symlinkSync } from "node:fs";

/** Programs, or paths of files, and the Debian packages they are in. */
export type Needs = Readonly<Record<string, string>>;

/** Services of packages of which the programs alone are wanted. */
const SERVICES: Needs = { prometheus: "prometheus.service" };

/**
 * Install what is missing.
 *
 * @returns What a person has to install, as one sentence; null when something
 *   was tried or nothing is missing.
 */
export async function installMissing(needs: Needs): Promise<string | null> {
  const missing = Object.keys(needs).filter((what) => !isThere(what));
  if (missing.length === 0) return null;
  const packages = [...new Set(missing.map((what) => needs[what] ?? what))];
  if (Deno.uid() !== 0 || !isThere("apt-get")) {
    return `Cannot find ${missing.join(", ")}: ` +
      `install them (on Debian: apt-get install ${packages.join(" ")})`;
  }
  console.log(`Installing the Debian packages ${packages.join(", ")}`);
  for (const name of packages) mask(SERVICES[name]);
  await apt("update");
  await apt("install", "--yes", "--no-install-recommends", ...packages);
  return null;
}

function isThere(what: string): boolean {
  if (what.startsWith("/")) return existsSync(what);
  return new Deno.Command("sh", { args: ["-c", `command -v ${what}`] })
    .outputSync().success;
}

/** Keep Debian from starting what it installs: `systemctl unmask` ends that. */
function mask(service: string | undefined): void {
  if (service === undefined) return;
  const directory = "/etc/systemd/system";
  const path = `${directory}/${service}`;
  if (existsSync(path)) return;
  mkdirSync(directory, { recursive: true });
  symlinkSync("/dev/null", path);
}

/** Run apt-get; whether it helped is seen by what is still missing. */
async function apt(...args: string[]): Promise<void> {
  await new Deno.Command("apt-get", {
    args: ["--quiet", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "inherit",
    stderr: "inherit",
  }).output();
}
