/**
 * Orders to drain on disk: they outlive the daemon and the host's reboot.
 *
 * @module
 */

import * as v from "valibot";
import { distrust } from "../../kernel/trusted_directory.ts";
import type { Drain } from "../../vrrp/operator.ts";

/** Orders by the name of the instance. */
export type Drains = ReadonlyMap<string, Drain>;

/** What the file says. */
export interface ReadDrains {
  /** The orders; none when there is no file that can be used. */
  readonly drains: Drains;
  /** Why the file is not used, and what mends that, or null. */
  readonly problem: string | null;
}

/** Bytes that the file can have. */
const MOST_BYTES = 4 * 1024 * 1024;
const OTHERS_WRITE = 0o022;

const TIME = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);
const FILE = v.object({
  version: v.literal(1),
  // A list, as names of instances may be those that objects have already.
  drained: v.array(
    v.object({
      instance: v.pipe(
        v.string(),
        v.regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,64}$/u),
      ),
      since: TIME,
      until: v.nullable(TIME),
      by: v.nullable(v.pipe(v.string(), v.regex(/^\P{C}{1,64}$/u))),
      reason: v.nullable(v.pipe(v.string(), v.regex(/^\P{C}{1,200}$/u))),
      last_resort: v.boolean(),
    }),
  ),
});

/** Path of the file in the state directory. */
export function drainPath(directory: string): string {
  return `${directory}/operator.json`;
}

/** Read the orders. Never throws, whatever is there. */
export function readDrains(directory: string): ReadDrains {
  try {
    const text = readText(directory);
    if (text === null) return { drains: new Map(), problem: null };
    return { drains: parse(text), problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { drains: new Map(), problem };
  }
}

/**
 * Write the orders: the file has either the old ones or the new ones, also
 * after the host lost its power.
 *
 * @throws {Error} When it cannot be written.
 */
export function writeDrains(directory: string, drains: Drains): void {
  const path = drainPath(directory);
  if (drains.size === 0 && !exists(path)) return;
  Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const distrusted = distrust(absolute(directory));
  if (distrusted !== null) throw new Error(distrusted);
  const draft = `${path}.new`;
  remove(draft);
  {
    using file = Deno.openSync(draft, {
      ...{ write: true, createNew: true, mode: 0o600 },
    });
    const bytes = new TextEncoder().encode(format(drains));
    for (let done = 0; done < bytes.length;) {
      done += file.writeSync(bytes.subarray(done));
    }
    file.syncSync();
  }
  Deno.renameSync(draft, path);
  using parent = Deno.openSync(directory);
  parent.syncSync();
}

/** Null when there is no file. */
function readText(directory: string): string | null {
  const path = drainPath(directory);
  if (!exists(path)) return null;
  const distrusted = distrust(absolute(directory));
  if (distrusted !== null) throw new Error(distrusted);
  const { isFile, uid, mode, size } = Deno.lstatSync(path);
  if (!isFile) throw new Error("it is not a file: remove it");
  if (uid !== 0 && uid !== Deno.uid()) {
    throw new Error(`it belongs to user ${uid}: run chown root "${path}"`);
  }
  if (((mode ?? 0) & OTHERS_WRITE) !== 0) {
    throw new Error(`others can write it: run chmod 0600 "${path}"`);
  }
  if (size > MOST_BYTES) throw new Error("it is too large: remove it");
  return Deno.readTextFileSync(path);
}

/** @throws {Error} When it is not what this program writes. */
function parse(text: string): Drains {
  const { success, output, issues } = v.safeParse(FILE, json(text));
  if (!success) {
    const place = issues[0].path?.map(({ key }) => String(key)).join(".");
    const where = place === undefined ? "" : ` at ${JSON.stringify(place)}`;
    throw new Error(`it is not what alived wrote${where}: remove it`);
  }
  return new Map(
    output.drained.map((drain) => [drain.instance, {
      since: Date.parse(drain.since),
      until: drain.until === null ? null : Date.parse(drain.until),
      by: drain.by,
      reason: drain.reason,
      lastResort: drain.last_resort,
    }]),
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is not JSON: remove it");
  }
}

function format(drains: Drains): string {
  const iso = (time: number): string => new Date(time).toISOString();
  const drained = Array.from(drains, ([instance, drain]) => ({
    instance,
    since: iso(drain.since),
    until: drain.until === null ? null : iso(drain.until),
    ...{ by: drain.by, reason: drain.reason },
    last_resort: drain.lastResort,
  }));
  return `${JSON.stringify({ version: 1, drained }, null, 2)}\n`;
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
