/**
 * One daemon in one network namespace, whatever its files: the lock is a name
 * that belongs to the namespace, as the addresses do.
 *
 * Anybody may take such a name. So only root, the daemon's own user and whoever
 * may change addresses count as holders, and where somebody else has taken it
 * the next one serves.
 *
 * @module
 */

import type { Descriptor } from "../../ffi/libc.ts";
import { mayChangeAddresses } from "./process.ts";
import { dropCallers, listenerOf, listenUnix } from "../../ffi/unix_socket.ts";

const NAMES: readonly string[] = [
  "@alived/vrrp",
  ...Array.from({ length: 8 }, (_, i) => `@alived/vrrp/${i + 1}`),
];
/** Milliseconds between looks at who asked for the holder. */
const DROP_EVERY = 10_000;
const ROOT = 0;

/** A process that has one of the names. */
export interface NameHolder {
  /** Its id; 0 when it is not of this pid namespace, or not known. */
  readonly pid: number;
  /** Its user, or null when it does not answer. */
  readonly uid: number | null;
  /** The name, abstract behind "@". */
  readonly name: string;
}

/** What came of asking for the lock. */
export interface NamespaceLock {
  /** The daemon that has it, or null: this process does, until it ends. */
  readonly holder: NameHolder | null;
  /** Others who have taken names that only a daemon should. */
  readonly strangers: readonly NameHolder[];
}

// Closed by the kernel when the process ends, if not before.
let held: Descriptor | null = null;

/**
 * Take the lock of the network namespace and keep it until the process ends.
 * When strangers have taken all nine names there is neither lock nor holder.
 *
 * @param beside Id of a daemon that has the lock and hands over to this process:
 *   both have it then, by a name each, so that no third one can come between.
 * @throws {SyscallError} Such as EMFILE.
 */
export function lockNamespace(beside: number | null = null): NamespaceLock {
  if (held !== null) return { holder: null, strangers: [] };
  const isRival = (holder: NameHolder): boolean =>
    isDaemon(holder) && holder.pid !== beside;
  const taken = new Map<string, NameHolder>();
  let own: Descriptor | null = null;
  for (const name of NAMES) {
    own = listenUnix(name);
    if (own !== null) break;
    // Taking the next one here too, two that begin at once would refuse both.
    const holder = holderOf(name) ?? { pid: 0, uid: null, name };
    if (isRival(holder)) return { holder, strangers: strangersOf(taken) };
    taken.set(name, holder);
  }
  // All others are looked at, and only now: a stranger may have gone since a
  // daemon passed it by, and two daemons may begin at once.
  const others = NAMES.filter((_, i) => i !== taken.size)
    .map((name) => again(holderOf(name), taken.get(name)))
    .filter((other) => other !== null);
  const holder = others.find(isRival) ?? null;
  if (holder !== null) own?.[Symbol.dispose]();
  else if (own !== null) keep(own);
  return { holder, strangers: others.filter((other) => !isDaemon(other)) };
}

function strangersOf(
  taken: ReadonlyMap<string, NameHolder>,
): readonly NameHolder[] {
  return [...taken.values()].filter((other) => !isDaemon(other));
}

/** Give the lock back; without it nothing happens. */
export function unlockNamespace(): void {
  clearInterval(dropping);
  held?.[Symbol.dispose]();
  held = null;
}

/** The daemon that has the lock now, or null; takes nothing. */
export function lockHolder(): NameHolder | null {
  return NAMES.map(holderOf).find((holder) => holder && isDaemon(holder)) ??
    null;
}

function holderOf(name: string): NameHolder | null {
  const found = listenerOf(name);
  if (found === "busy") return { pid: 0, uid: null, name };
  return found === null ? null : { ...found, name };
}

/** One that takes no more calls is still who it was. */
function again(
  now: NameHolder | null,
  before: NameHolder | undefined,
): NameHolder | null {
  return now === null || now.uid === null ? before ?? now : now;
}

function isDaemon({ uid, pid }: NameHolder): boolean {
  return uid === ROOT || uid === Deno.uid() || mayChangeAddresses(pid);
}

let dropping: ReturnType<typeof setInterval> | undefined;

function keep(listener: Descriptor): void {
  held = listener;
  // Whoever asks stays in the queue until it is emptied, and fills it up.
  dropping = setInterval(() => dropCallers(listener), DROP_EVERY);
  Deno.unrefTimer(dropping);
}
