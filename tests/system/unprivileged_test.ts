/**
 * The daemon without root: a user of its own with the two capabilities that
 * unprivileged.conf gives, through takeovers and a kill.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, alivedCommand } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import type { Host } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { run } from "../lab/program.ts";
import { noScripts } from "../lab/real_root.ts";
import { VIP } from "../lab/router.ts";
import { packagesFor } from "../lab/other_user.ts";
import { PATIENCE, until } from "../lab/wait.ts";

const UID = "8112";
const CAPABILITIES = "+net_admin,+net_raw";

/** As systemd has it with `User=` and `AmbientCapabilities=`. */
const UNPRIVILEGED = [
  ...["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"],
  ...[`--inh-caps=-all,${CAPABILITIES}`, `--ambient-caps=${CAPABILITIES}`],
  ...[`--bounding-set=-all,${CAPABILITIES}`, "--no-new-privs"],
];

/** What a daemon of that user needs on a host. */
interface Home {
  /** Environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Its run directory. */
  readonly runDirectory: string;
}

/** Make a run directory, and the packages readable when sources are run. */
async function openHome({ directory }: Host): Promise<Home> {
  const runDirectory = `${directory}/own`;
  await Deno.chmod(directory, 0o755);
  await run(["install", "-d", "-o", UID, "-m", "755", runDirectory]);
  return { env: await packagesFor(UID, directory), runDirectory };
}

/** Start a daemon of that user, whose file is its own. */
function start(host: Host, home: Home, text: string): Promise<Alived> {
  const through = [
    ...["sh", "-c", 'chown "$0" "$1"/*.yaml; shift; exec "$@"'],
    ...[UID, host.directory, ...UNPRIVILEGED],
  ];
  return Alived.start(host, text, { ...home, through });
}

const PROMOTE = "net/ipv4/conf/eth0/promote_secondaries";

async function promotes(host: Host): Promise<string> {
  return (await host.exec("cat", `/proc/sys/${PROMOTE}`)).trim();
}

const needsRoot = { ignore: await noScripts() !== null };

Deno.test(
  "without root, with two capabilities, it takes over, cleans up and stops",
  needsRoot,
  async () => {
    await using pair = await openPair();
    const { a, b, watch } = pair;
    const home = await openHome(a);
    const text = configuration([instance({ priority: 150 })]);
    await a.sysctl(PROMOTE, "0");
    const peer = await Alived.start(b, configuration([instance()]));
    await peer.waitForState("MASTER");
    const alived = await start(a, home, text);
    await alived.waitForState("MASTER");
    await peer.waitForState("BACKUP");
    ok(await a.holds(VIP));
    const { pid } = alived.program;
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    match(status, /^Uid:\s+8112\s+8112\s+8112\s+8112$/m);
    match(status, /^CapEff:\s+0000000000003000$/m);
    // Whoever may change addresses may change settings of links too.
    strictEqual(await promotes(a), "1");
    deepStrictEqual(
      alived.events().filter(({ level }) => /warning|error/.test(level)),
      [],
    );

    const record = `${home.runDirectory}/addresses.json`;
    await until(async () => (await Deno.readTextFile(record)).includes(VIP), {
      what: "the record",
    });
    await alived.crash();
    const cleanup = a.spawn([
      ...UNPRIVILEGED,
      ...alivedCommand("cleanup", "--run-directory", home.runDirectory),
    ], { env: home.env });
    strictEqual((await cleanup.ended).code, 0);
    match(cleanup.lines[0] ?? "", /^Resigned for "VI_1"/);
    await peer.waitForState("MASTER");
    ok(!await a.holds(VIP));
    strictEqual(await promotes(a), "0");

    const again = await start(a, home, text);
    await again.waitForState("MASTER");
    strictEqual(await again.stop(), 0);
    ok(!await a.holds(VIP));
    strictEqual(await promotes(a), "0");
    strictEqual(watch.adverts(a.address).at(-1)?.priority, 0);
  },
);

Deno.test(
  "root finds a daemon of another user that may change addresses",
  needsRoot,
  async () => {
    await using pair = await openPair();
    const { a } = pair;
    const text = configuration([instance()]);
    const alived = await start(a, await openHome(a), text);
    await alived.waitForState("MASTER");
    const second = await Alived.start(a, text);
    strictEqual(await second.program.endsWithin(PATIENCE), 1);
    match(
      second.program.lines.join("\n"),
      new RegExp(`process ${alived.program.pid} \\(\\w+\\) already serves`),
    );
    ok(await a.holds(VIP));
    strictEqual(await alived.stop(), 0);
  },
);

Deno.test(
  "without root a user for scripts is an error that names the drop-in",
  needsRoot,
  async () => {
    await using pair = await openPair();
    const { a } = pair;
    const text = configuration([instance()], {
      global: { script_user: "nobody" },
    });
    const alived = await start(a, await openHome(a), text);
    const { message } = await alived.waitForEvent(({ event }) =>
      event === "script_user"
    );
    match(message, /needs CAP_SETUID and CAP_SETGID.*copy .*script_user\.conf/);
    await alived.waitForState("MASTER");
    strictEqual(await alived.stop(), 0);
  },
);
