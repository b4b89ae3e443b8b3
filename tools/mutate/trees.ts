/**
 * Copies of the sources with every mutant in them, all switched off: a run
 * switches one on, so nothing is written or compiled again for each.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { instrumentArithmetic } from "./arithmetic.ts";
import {
  type Change,
  type Mutant,
  numbered,
  oneLine,
  type Tree,
} from "./mutant.ts";

/** What the judges need below the root of the repository. */
const COPIED = [
  ...["src", "ffi", "tests", "tools", "deployment", "main.ts"],
  ...["config.example.yaml", "deno.json", "deno.lock"],
];

/** Only problems are told, and there is nobody to tell them to but the user. */
const LOGGER: ConstructorParameters<typeof Instrumenter>[0] = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => true,
  isErrorEnabled: () => true,
  isFatalEnabled: () => true,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: fail,
  error: fail,
  fatal: fail,
};

function fail(message: unknown, ...args: unknown[]): never {
  throw new Error([message, ...args].map(String).join(" "));
}

/** The trees, and what is in them. */
export interface Trees {
  /** Folder of each. */
  readonly folders: Readonly<Record<Tree, string>>;
  /** All mutants, in the order of the files and their lines. */
  readonly mutants: readonly Mutant[];
}

/**
 * Write both trees.
 *
 * @param root Root of the repository.
 * @param build Folder for them; what is there is removed.
 * @param files The files to mutate, paths from the root.
 */
export async function writeTrees(
  root: string,
  build: string,
  files: readonly string[],
): Promise<Trees> {
  const folders = {
    stryker: join(build, "stryker"),
    arithmetic: join(build, "arithmetic"),
  };
  for (const folder of Object.values(folders)) {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    for (const name of COPIED) await copy(join(root, name), join(folder, name));
  }
  const mutants: Mutant[] = [];
  for (const file of files) {
    const source = await Deno.readTextFile(join(root, file));
    const made = [
      await instrumentStryker(file, source, mutants.length),
      instrumentArithmetic(file, source, mutants.length),
    ];
    for (const [i, { content }] of made.entries()) {
      const folder = i === 0 ? folders.stryker : folders.arithmetic;
      await Deno.writeTextFile(join(folder, file), content);
    }
    mutants.push(
      ...numbered(
        made.flatMap((one) => one.mutants)
          .toSorted((a, b) => a.lineNumber - b.lineNumber),
      ),
    );
  }
  return { folders, mutants };
}

async function instrumentStryker(
  file: string,
  source: string,
  firstId: number,
): Promise<{ content: string; mutants: Change[] }> {
  const result = await new Instrumenter(LOGGER).instrument(
    [{ name: file, content: source, mutate: true }],
    { plugins: null, excludedMutations: [], ignorers: [] },
  );
  const lines = source.split("\n");
  const offsets = lines.map((_, i) =>
    lines.slice(0, i).reduce((sum, { length }) => sum + length + 1, 0)
  );
  // It numbers each file from 0: the ids of all files begin with theirs.
  const prefix = `${firstId}:`;
  const content = (result.files[0]?.content ?? "").replaceAll(
    /\b(stryMutAct_9fa48|stryCov_9fa48)\(((?:"\d+"(?:, )?)+)\)/g,
    (_, name: string, ids: string) =>
      `${name}(${ids.replaceAll(/"(\d+)"/g, `"${prefix}$1"`)})`,
  );
  const mutants = result.mutants.map((mutant): Change => {
    const { start, end } = mutant.location;
    const from = source.slice(
      (offsets[start.line] ?? 0) + start.column,
      (offsets[end.line] ?? 0) + end.column,
    );
    return {
      id: prefix + mutant.id,
      tree: "stryker",
      file,
      lineNumber: start.line + 1,
      line: lines[start.line]?.trim() ?? "",
      mutator: mutant.mutatorName,
      from: oneLine(from),
      to: oneLine(mutant.replacement ?? ""),
    };
  });
  return { content, mutants };
}

async function copy(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) {
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.copyFile(from, to);
    return;
  }
  for await (const { name } of Deno.readDir(from)) {
    await copy(join(from, name), join(to, name));
  }
}
