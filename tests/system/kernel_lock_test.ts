/**
 * One daemon in one network namespace: real processes that ask for the lock.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import { type Host, Lab } from "../lab/lab.ts";
import type { Program } from "../lab/program.ts";
import { noScripts } from "../lab/real_root.ts";
import { startStep } from "../lab/step.ts";

const MODULE = new URL("../lab/kernel_socket_steps.ts", import.meta.url);
const NAMES = [
  "@alived/vrrp",
  ...["1", "2", "3", "4", "5", "6", "7", "8"].map((i) => `@alived/vrrp/${i}`),
];

interface Lock {
  readonly holder: Holder | null;
  readonly strangers: readonly Holder[];
}

interface Holder {
  readonly pid: number;
  readonly uid: number | null;
  readonly name: string;
}

/** Ask for the lock in a process that stays, and what it was told. */
async function ask(
  host: Host,
  beside: number | null = null,
): Promise<{ asker: Program; lock: Lock }> {
  const asker = startStep(host, { module: MODULE, name: "takeLock" }, beside);
  const line = await asker.waitFor((line) => line.startsWith("{") && line);
  return { asker, lock: JSON.parse(line) };
}

/** Take names as another user, in a process that takes no calls. */
async function squat(
  host: Host,
  names: readonly string[],
  { listening = true } = {},
): Promise<Program> {
  const step = { module: MODULE, name: "squat" };
  const squatter = startStep(host, step, { names, listening });
  await squatter.waitFor((line) => line === "squatting");
  return squatter;
}

const NONE = { holder: null, strangers: [] };

Deno.test("the second daemon of a namespace finds the first, the next none", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  const first = await ask(a);
  deepStrictEqual(first.lock, NONE);
  const holder = { pid: first.asker.pid, uid: 0, name: NAMES[0] };
  const second = await ask(a);
  deepStrictEqual(second.lock, { holder, strangers: [] });
  // Who was refused does not stand in the way of others.
  deepStrictEqual((await ask(a)).lock, { holder, strangers: [] });
  deepStrictEqual((await ask(b)).lock, NONE);
  await first.asker.stop("SIGKILL");
  deepStrictEqual((await ask(a)).lock, NONE);
});

Deno.test("a daemon to which another hands over has the lock beside it", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const first = await ask(a);
  const second = await ask(a, first.asker.pid);
  deepStrictEqual(second.lock, NONE);
  // A third one is refused before, meanwhile and afterwards.
  const holder = { pid: first.asker.pid, uid: 0, name: NAMES[0] };
  deepStrictEqual((await ask(a)).lock, { holder, strangers: [] });
  await first.asker.stop("SIGKILL");
  const next = { pid: second.asker.pid, uid: 0, name: NAMES[1] };
  deepStrictEqual((await ask(a)).lock, { holder: next, strangers: [] });
  // And again, by the name that is free now.
  const third = await ask(a, second.asker.pid);
  deepStrictEqual(third.lock, NONE);
  await second.asker.stop("SIGKILL");
  const last = { pid: third.asker.pid, uid: 0, name: NAMES[0] };
  deepStrictEqual((await ask(a)).lock, { holder: last, strangers: [] });
  await third.asker.stop("SIGKILL");
  deepStrictEqual((await ask(a)).lock, NONE);
});

const NOBODY = 65_534;
const skip = await noScripts();
const stranger = { ignore: skip !== null };

Deno.test(
  "a stranger's name is passed by, and the daemon behind it found",
  stranger,
  async () => {
    await using lab = await Lab.open();
    const a = await lab.host("a", "192.0.2.1/24");
    const squatter = await squat(a, NAMES.slice(0, 1));
    const first = await ask(a);
    const taken = { pid: squatter.pid, uid: NOBODY, name: NAMES[0] };
    deepStrictEqual(first.lock, { holder: null, strangers: [taken] });
    const holder = { pid: first.asker.pid, uid: 0, name: NAMES[1] };
    // The stranger takes no calls, so that nothing is known of it any more.
    deepStrictEqual((await ask(a)).lock, {
      holder,
      strangers: [{ pid: 0, uid: null, name: NAMES[0] }],
    });
    await squatter.stop("SIGKILL");
    deepStrictEqual((await ask(a)).lock, { holder, strangers: [] });
  },
);

Deno.test(
  "strangers who have all names keep nobody from starting",
  stranger,
  async () => {
    await using lab = await Lab.open();
    const a = await lab.host("a", "192.0.2.1/24");
    const listener = await squat(a, NAMES.slice(0, 8));
    await squat(a, NAMES.slice(8), { listening: false });
    const { lock } = await ask(a);
    deepStrictEqual(lock, {
      holder: null,
      strangers: [
        ...NAMES.slice(0, 8).map((name) => ({
          pid: listener.pid,
          uid: NOBODY,
          name,
        })),
        { pid: 0, uid: null, name: NAMES[8] },
      ],
    });
  },
);
