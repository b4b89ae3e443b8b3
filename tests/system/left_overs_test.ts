/**
 * What a daemon that was killed leaves goes, whichever way the next start ends
 * and without one: `alived cleanup`.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, alivedCommand, runDirectoryOf } from "../lab/alived.ts";
import type { Host } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { alivedYaml, VIP } from "../lab/router.ts";
import { noScripts } from "../lab/real_root.ts";
import { PATIENCE, until } from "../lab/wait.ts";

const MASTER = { version: 2, interval: 1, priority: 150 } as const;
const OWN = ["192.0.2.1/24"];

/** What `alived cleanup` said on a host, and its exit status. */
async function cleanup(host: Host): Promise<{ code: number; said: string[] }> {
  const program = host.spawn(
    alivedCommand("cleanup", "--run-directory", runDirectoryOf(host)),
  );
  const { code } = await program.ended;
  return { code, said: program.lines };
}

/** Wait until somebody holds the lock of a file. */
async function isLocked(path: string): Promise<void> {
  const { ino } = await Deno.stat(path);
  const isHeld = async (): Promise<boolean> =>
    (await Deno.readTextFile("/proc/locks")).includes(`:${ino} `);
  await until(isHeld, { what: "the lock" });
}

const UNDONE = [
  'Resigned for "VI_1", left behind',
  `Removed ${VIP}/24 from "eth0", left behind`,
];

const RESTORED = [
  'Restored promote_secondaries on "eth0", left behind',
  'Restored accept_local on "eth0", left behind',
];

/** Become master on a host, with its address recorded, and be killed. */
async function killMaster(
  host: Host,
  file = alivedYaml(MASTER),
): Promise<void> {
  const master = await Alived.start(host, file);
  await master.waitForState("MASTER");
  const record = `${runDirectoryOf(host)}/addresses.json`;
  await until(async () => (await Deno.readTextFile(record)).includes(VIP), {
    what: "the record",
  });
  await master.crash();
  ok(await host.holds(VIP));
}

Deno.test("cleanup resigns for a killed master: the backup waits for its skew time", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const secret = { ...MASTER, password: "secret12" };
  const backup = await Alived.start(b, { ...secret, priority: 100 });
  await killMaster(a, alivedYaml(secret));
  strictEqual(backup.states().at(-1), "BACKUP");
  deepStrictEqual(await cleanup(a), {
    code: 0,
    said: [...UNDONE, ...RESTORED],
  });
  deepStrictEqual(await a.addresses(), OWN);
  const { reason } = await backup.waitForState("MASTER");
  match(reason ?? "", /resigned/);
  strictEqual(watch.adverts(a.address).at(-1)?.priority, 0);
  // There is nothing for a second one.
  deepStrictEqual(await cleanup(a), {
    code: 0,
    said: ["Nothing was left behind"],
  });
});

Deno.test("cleanup leaves a living daemon alone", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const master = await Alived.start(a, MASTER);
  await master.waitForState("MASTER");
  const { code, said } = await cleanup(a);
  strictEqual(code, 0);
  strictEqual(said.length, 1);
  match(
    said[0] ?? "",
    new RegExp(`^Nothing is removed: process ${master.program.pid} \\(`),
  );
  // Also when it is asked with another run directory.
  const other = a.spawn(
    alivedCommand("cleanup", "--run-directory", `${a.directory}`),
  );
  strictEqual((await other.ended).code, 0);
  match(other.lines[0] ?? "", /already serves this network namespace$/);
  ok(await a.holds(VIP));
  strictEqual(await master.stop(), 0);
});

Deno.test("cleanup needs no run directory, and says what it cannot do", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const none = { code: 0, said: ["Nothing was left behind"] };
  deepStrictEqual(await cleanup(a), none);
  await killMaster(a);
  const bare = a.spawn([
    ...["setpriv", "--inh-caps=-net_admin", "--bounding-set=-net_admin"],
    ...alivedCommand("cleanup", "--run-directory", runDirectoryOf(a)),
  ]);
  strictEqual((await bare.ended).code, 1);
  match(
    bare.lines.join("\n"),
    /^Cannot remove 192\.0\.2\.100\/24 from "eth0": .*\(EPERM\)$/m,
  );
  ok(await a.holds(VIP));
  deepStrictEqual(await cleanup(a), { code: 0, said: UNDONE });
});

Deno.test("a start that a broken file ends removes what a dead daemon left", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  await killMaster(a);
  const next = await Alived.start(a, "vrrp_instances: 1\n");
  strictEqual(await next.program.endsWithin(PATIENCE), 2);
  match(next.program.lines.join("\n"), /:1:\d+ vrrp_instances: /);
  deepStrictEqual(await a.addresses(), OWN);
  strictEqual(watch.adverts(a.address).at(-1)?.priority, 0);
});

Deno.test("but not what a living one has", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const master = await Alived.start(a, MASTER);
  await master.waitForState("MASTER");
  const next = await Alived.start(a, "vrrp_instances: 1\n");
  strictEqual(await next.program.endsWithin(PATIENCE), 2);
  ok(await a.holds(VIP));
  strictEqual(await master.stop(), 0);
});

Deno.test("a start without all capabilities removes what a dead daemon left", async () => {
  await using pair = await openPair();
  const { a } = pair;
  await killMaster(a);
  const next = await Alived.start(a, MASTER, {
    through: ["setpriv", "--inh-caps=-net_raw", "--bounding-set=-net_raw"],
  });
  strictEqual(await next.program.endsWithin(PATIENCE), 1);
  match(next.program.lines[0] ?? "", /Cannot run without CAP_NET_RAW/);
  deepStrictEqual(await a.addresses(), OWN);
});

Deno.test("a start that finds the lock held by another program cleans up, and names it", async () => {
  await using pair = await openPair();
  const { a } = pair;
  await killMaster(a);
  const lock = `${runDirectoryOf(a)}/alived.pid`;
  const other = a.spawn(["flock", "--no-fork", lock, "sleep", "600"]);
  await isLocked(lock);
  const next = await Alived.start(a, MASTER);
  strictEqual(await next.program.endsWithin(PATIENCE), 1);
  match(
    next.program.lines.join("\n"),
    new RegExp(`Cannot run: process ${other.pid} \\(sleep\\) uses `),
  );
  deepStrictEqual(await a.addresses(), OWN);
});

const skip = await noScripts();

Deno.test(
  "who may only read the lock of an older version keeps nobody from starting",
  {
    ignore: skip !== null,
  },
  async () => {
    await using pair = await openPair();
    const { a } = pair;
    const directory = runDirectoryOf(a);
    await killMaster(a);
    await Deno.chmod(a.directory, 0o755);
    const lock = `${directory}/alived.pid`;
    await Deno.chmod(lock, 0o644);
    a.spawn([
      ...["setpriv", "--reuid=65534", "--clear-groups"],
      ...["flock", "--no-fork", lock, "sleep", "600"],
    ]);
    await isLocked(lock);
    const next = await Alived.start(a, MASTER);
    await next.waitForState("MASTER");
    strictEqual(((await Deno.stat(lock)).mode ?? 0) & 0o7777, 0o600);
    strictEqual(
      (await Deno.readTextFile(lock)).trim(),
      `${next.program.pid}`,
    );
    strictEqual(await next.stop(), 0);
  },
);

Deno.test("a setting of a link is the host's own again after a kill and a stop", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const path = "/proc/sys/net/ipv4/conf/eth0/promote_secondaries";
  const read = async (): Promise<string> => (await a.exec("cat", path)).trim();
  await a.sysctl("net/ipv4/conf/eth0/promote_secondaries", "0");
  await killMaster(a);
  strictEqual(await read(), "1");
  const next = await Alived.start(a, MASTER);
  await next.waitForState("MASTER");
  strictEqual(await next.stop(), 0);
  strictEqual(await read(), "0");
  await killMaster(a);
  const { said } = await cleanup(a);
  deepStrictEqual(said, [...UNDONE, ...RESTORED]);
  strictEqual(await read(), "0");
});
