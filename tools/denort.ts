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

import { obtain, type Pin } from "./npm.ts";

/** A Deno and the runtime of the same version. */
export interface Toolchain {
  /** Version of both. */
  readonly version: string;
  /** Path of the `deno` executable. */
  readonly deno: string;
  /** Path of the runtime, for `DENORT_BIN`. */
  readonly denort: string;
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
