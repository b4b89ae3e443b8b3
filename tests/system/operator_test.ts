/**
 * An operator takes a host out of service, reboots it, puts it back and hands
 * over: every line that the commands print, on both hosts.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, alivedCommand, runDirectoryOf } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import type { Host } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { masked, stateDirectoryOf, type } from "../lab/terminal.ts";
import { testedDeno } from "../lab/tested_deno.ts";
import { coreThread } from "../lab/thread.ts";
import { until } from "../lab/wait.ts";

/** Seconds of interval, so that a busy machine moves nothing. */
const CALM = { version: 2, advert_interval: 1 };

/** All that was typed and printed. */
const seen = new Set<string>();

/** Start a daemon whose state outlives it, as that of a service does. */
async function boot(host: Host, priority: number): Promise<Alived> {
  const directory = stateDirectoryOf(host);
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  return await Alived.start(
    host,
    configuration([instance({ ...CALM, priority })]),
    { env: { STATE_DIRECTORY: directory } },
  );
}

/** Commands and what they print, as a person would copy them. */
function commandsIn(session: string): string[][] {
  return session.trim().split(/\n(?=\$ )/).map((text) => text.split("\n"));
}

/** Type commands of a host, and compare all that they print. */
async function shows(host: Host, session: string): Promise<void> {
  for (const [command = "", ...lines] of commandsIn(session)) {
    const args = [
      ...command.slice("$ alived ".length).matchAll(
        /"([^"]*)"|(\S+)/g,
      ),
    ].map(([, quoted, word]) => quoted ?? word ?? "");
    const { code, lines: printed } = await type(host, ...args);
    const status = code === 0 ? [] : [`exit ${code}`];
    const all = [...printed.map(masked), ...status];
    deepStrictEqual(all, lines.map(masked), command);
    seen.add([command, ...all].join("\n"));
  }
}

Deno.test("an operator drains a master, reboots it, resumes it and hands over", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const first = await boot(a, 150);
  await first.waitForState("MASTER");
  const other = await boot(b, 100);
  await other.waitForState("BACKUP");
  await shows(
    a,
    `
$ alived status
alived VERSION on HOST

INSTANCE  STATE   SINCE  PRIO  MASTER     VIPS
VI_1      MASTER  5s     150   this host  192.0.2.100/24

! Backups are silent in VRRP: no standby is known for VI_1 (add global.peers)
$ alived drain VI_1 --reason "kernel update"
VI_1: drained`,
  );
  await other.waitForState("MASTER");
  ok(await b.holds(VIP));
  ok(!await a.holds(VIP));
  await shows(
    a,
    `
$ alived status
alived VERSION on HOST

INSTANCE  STATE    SINCE  PRIO  MASTER           VIPS
VI_1      DRAINED  2s     –     192.0.2.2 (100)  192.0.2.100/24
          └ by ops: "kernel update", until \`alived resume VI_1\`
$ alived status --check
OK: 1 DRAINED
$ alived status VI_1 --is drained
VI_1 is DRAINED
$ alived status VI_1 --is fault
VI_1 is DRAINED
exit 1
$ alived drain VI_1 --reason "kernel update"
VI_1: It is drained already
exit 1
$ alived failover VI_1
VI_1: It is not MASTER: there is nothing to hand over
exit 1`,
  );
  await shows(
    b,
    `
$ alived status
alived VERSION on HOST

INSTANCE  STATE   SINCE  PRIO  MASTER     VIPS
VI_1      MASTER  3s     100   this host  192.0.2.100/24

! Backups are silent in VRRP: no standby is known for VI_1 (add global.peers)
$ alived status VI_1
VI_1 is MASTER for 3s, since 2026-11-26 18:30:33
  why       192.0.2.1 resigned
  router    VRRPv2 VRID 51 on eth0, multicast
  priority  100
  master    this host
  heard     192.0.2.1, resigned, 4s ago, 7 adverts
  source    192.0.2.2
  VIPs      192.0.2.100/24 on eth0
  timers    advert every 1 s, next in 0.502 s, master-down interval 3.609 s
  preempt   yes
  auth      NONE
  counters  adverts: 4 sent, 7 received; with priority 0: 0 sent, 1 received
            became MASTER once, gave it up never`,
  );

  // Another boot: a new process, and an empty run directory.
  strictEqual(await first.stop(), 0);
  await Deno.remove(runDirectoryOf(a), { recursive: true });
  await shows(
    a,
    `
$ alived status
No daemon: there is no socket "${
      runDirectoryOf(a)
    }/control.sock", and nobody has the lock "${
      runDirectoryOf(a)
    }/alived.pid": alived does not run (systemctl start alived)
exit 3`,
  );
  const second = await boot(a, 150);
  await second.waitForState("FAULT");
  await until(async () => {
    const { lines } = await type(a, "status");
    return lines.some((line) => line.includes("192.0.2.2 (100)"));
  }, { what: "an advert of the other" });
  await shows(
    a,
    `
$ alived explain VI_1 --peer 50
VI_1 is DRAINED for 4s: drained by "ops": kernel update
  └ by ops: "kernel update", until \`alived resume VI_1\`
   150   configured
   150   effective when it is resumed (limits 1 to 254)
It is never MASTER while it is drained. After \`alived resume VI_1\` it listens
  for 3.414 s before it takes over
A peer with 50 does not take over from 192.0.2.2 (100)
$ alived resume VI_1
VI_1: resumed`,
  );
  await second.waitForState("MASTER");
  await other.waitForState("BACKUP");
  await shows(
    a,
    `
$ alived failover VI_1
VI_1: resigned at 18:30:53.657; 192.0.2.2 (100) is MASTER after 0.614 s
VI_1: stays BACKUP while 192.0.2.2 lives; \`alived resume VI_1\` takes it back
$ alived status
alived VERSION on HOST

INSTANCE  STATE   SINCE  PRIO  MASTER           VIPS
VI_1      BACKUP  1s     150   192.0.2.2 (100)  192.0.2.100/24
          └ handed over: does not preempt until \`alived resume VI_1\`
$ alived explain VI_1 --peer 120
VI_1 is BACKUP with priority 150 for 3s: handed over by "ops"
  └ handed over: does not preempt until \`alived resume VI_1\`
   150   configured
   150   effective (limits 1 to 254)
192.0.2.2 (100) is MASTER and less than this host, which handed over: \`alived
  resume VI_1\` takes it back. This host takes over when 192.0.2.2 has been
  silent for 3.414 s
A peer with 120 takes over from 192.0.2.2 (100) within 3.531 s if it preempts
$ alived resume VI_1
VI_1: resumed`,
  );
  await second.waitForState("MASTER");
  await shows(
    a,
    `
$ alived explain VI_1 --peer 160
VI_1 is MASTER with priority 150 for 1s: 192.0.2.2 has priority 100, less than
  our 150
   150   configured
   150   effective (limits 1 to 254)
A peer with 160 takes over within 3.375 s if it preempts
Only a higher configured priority stops that
$ alived events
2026-11-26 18:30:42 VI_1 INIT → FAULT (150): drained by "ops": kernel update
2026-11-26 18:30:48 VI_1 FAULT → BACKUP (150): resumed by "ops"
2026-11-26 18:30:52 VI_1 BACKUP → MASTER (150): 192.0.2.2 has priority 100, less than our 150
2026-11-26 18:30:53 VI_1 MASTER → BACKUP (150): handed over by "ops"
2026-11-26 18:31:00 VI_1 BACKUP → MASTER (150): 192.0.2.2 has priority 100, less than our 150
$ alived explain VI_2
There is no instance "VI_2" (did you mean "VI_1"?)
exit 2
$ alived drain --all
Nobody else is known to serve VI_1: drain all the same with yes (--yes)
exit 1
$ alived reload --diff
Nothing would change`,
  );
  const text = await Deno.readTextFile(second.file);
  await Deno.writeTextFile(second.file, text.replace("150", "300"));
  await shows(
    a,
    `
$ alived reload
${second.file}:1:151 vrrp_instances[0].priority: must be a whole number from 1 to 255, not 300
Nothing was changed: the configuration before it is in force
exit 2`,
  );
  await Deno.writeTextFile(second.file, text.replace("150", "140"));
  await shows(
    a,
    `
$ alived reload --diff
VI_1: would change priority 150 → 140
$ alived reload
VI_1: priority 150 → 140
$ alived drain --all --last-resort --for 1h
VI_1: drained, serves as last resort`,
  );
  await other.waitForState("MASTER");
  const { lines } = await type(a, "status", "VI_1");
  match(
    lines.join("\n"),
    /^VI_1 is BACKUP [^]* {2}priority {2}1, .* last resort$/m,
  );
});

Deno.test("a core that hangs is told of, and so is a daemon that is stopped", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const alived = await boot(a, 150);
  await alived.waitForState("MASTER");
  const { pid } = alived.program;
  const frozen = a.spawn([
    ...[testedDeno(), "run", "-A", "--no-prompt"],
    new URL("../lab/freeze.ts", import.meta.url).pathname,
    ...[`${await coreThread(pid)}`, "60000"],
  ]);
  await frozen.waitFor((line) => line === "frozen");
  for (const args of [["status"], ["status", "--json"], ["resume", "VI_1"]]) {
    const { code, lines } = await type(a, ...args);
    strictEqual(code, 1, args.join(" "));
    match(
      lines.join("\n"),
      /^The core has not answered for [\d.]+ s: what it does, and whether the addresses are served, is not known$/,
    );
  }
  await frozen.stop("SIGKILL");

  alived.program.kill("SIGSTOP");
  const { code, lines } = await type(a, "status", "--check");
  alived.program.kill("SIGCONT");
  strictEqual(code, 1);
  deepStrictEqual(lines, [
    `Nobody answers at "${runDirectoryOf(a)}/control.sock" in time: the ` +
    "daemon hangs or is stopped, and what it does is not known",
  ]);
});

Deno.test("a daemon without a control socket is told to reload by a signal", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const text = configuration([instance({ ...CALM, priority: 150 })], {
    global: { control_socket: "off" },
  });
  const alived = await Alived.start(a, text);
  await alived.waitForState("MASTER");
  const told = async (): Promise<readonly [number, readonly string[]]> => {
    const program = a.spawn(alivedCommand("reload", "-c", alived.file), {
      env: { RUNTIME_DIRECTORY: runDirectoryOf(a), NO_COLOR: "1" },
    });
    return [(await program.ended).code, program.lines];
  };
  await Deno.writeTextFile(alived.file, text.replace("150", "140"));
  deepStrictEqual(await told(), [0, [
    `The daemon (pid ${alived.program.pid}) has no control socket and was ` +
    "told by SIGHUP: its log says what came of it",
  ]]);
  await alived.waitForEvent(({ event }) => event === "reload");

  // Not told of a file that it would refuse.
  await Deno.writeTextFile(alived.file, text.replace("150", "300"));
  const [code, lines] = await told();
  strictEqual(code, 2);
  match(lines.join("\n"), /priority: must be a whole number from 1 to 255/);
  const reloads = alived.events().filter(({ event }) => event === "reload");
  strictEqual(reloads.length, 1);
});
