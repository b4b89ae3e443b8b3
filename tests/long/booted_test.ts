/**
 * The unit under a booted systemd, as shipped and with each drop-in: starts,
 * stops, restarts, reloads, kills and hangs, and what its scripts may do.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import type { Host } from "../lab/lab.ts";
import { Monitor } from "../lab/monitor.ts";
import { ms, openPair, type Pair, report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import {
  heldSpans,
  lengthOf,
  shared,
  type Span,
  StallClock,
} from "../lab/spans.ts";
import { Unit } from "../lab/unit.ts";
import { now, until } from "../lab/wait.ts";

/** A start, or a takeover, on a machine that others use too. */
const PATIENT = { within: 30_000 } as const;
const MASTER = { priority: 150, advert_interval: "1s" } as const;
/** Milliseconds: half of what a watchdog of 10 s came to. */
const MOST_OVERLAP = 2_200;
const BACKUP = { priority: 100, advert_interval: "1s" } as const;

function text(keys: Keys = {}, sections: Keys = {}): string {
  return configuration([instance({ ...MASTER, ...keys })], sections);
}

/** A booted host with the service, and a peer that is none. */
interface Booted extends Pair {
  readonly unit: Unit;
  /** Of the host, and of the peer. */
  readonly monitors: readonly [Monitor, Monitor];
}

async function boot(file = text()): Promise<Booted> {
  const pair = await openPair();
  try {
    const unit = await Unit.install(pair.lab, pair.a);
    await unit.configure(file);
    const monitors = [
      await Monitor.start(pair.a),
      await Monitor.start(pair.b),
    ] as const;
    return { ...pair, unit, monitors };
  } catch (error) {
    await pair[Symbol.asyncDispose]();
    throw error;
  }
}

function startBackup({ b }: Pair): Promise<Alived> {
  return Alived.start(b, configuration([instance(BACKUP)]));
}

function holds(host: Host, wanted = true): Promise<boolean> {
  const what = `${VIP} to be ${wanted ? "there" : "gone"}`;
  const look = async (): Promise<boolean> => await host.holds(VIP) === wanted;
  return until(look, { what, ...PATIENT });
}

/** When both had the address, since a time. */
function overlaps({ monitors }: Booted, from: number): Span[] {
  const [a = [], b = []] = monitors.map((monitor) =>
    heldSpans(monitor.addresses(VIP), now())
  );
  return shared(shared(a, b), [{ from, to: now() }]);
}

Deno.test("systemd: the service starts, restarts and stops, and says so when it has", async () => {
  await using booted = await boot();
  const { a, unit, watch } = booted;
  const asked = now();
  await unit.systemctl("enable", "--now");
  report(`READY ${ms(now() - asked)} after systemctl start`);
  strictEqual(await unit.show("ActiveState"), "active");
  await unit.waitFor("StatusText", /VI_1 MASTER/);
  await holds(a);
  const first = await unit.pid();
  await unit.systemctl("restart");
  ok(await unit.pid() !== first);
  await unit.waitFor("StatusText", /VI_1 MASTER/);
  await holds(a);
  await unit.systemctl("stop");
  ok(!await a.holds(VIP), "stopped with its address left");
  strictEqual(await unit.show("Result"), "success");
  strictEqual(watch.adverts(a.address).at(-1)?.priority, 0);
});

Deno.test("systemd: a reload moves nothing, whether the file is good or bad", async () => {
  await using booted = await boot();
  const { a, unit } = booted;
  await unit.systemctl("start");
  await holds(a);
  const [monitor] = booted.monitors;
  const changes = monitor.addresses(VIP).length;
  const pid = await unit.pid();
  const before = (await unit.journal()).length;
  await unit.configure(text({ priority: 160 }));
  await unit.systemctl("reload");
  await unit.waitForLine(/Reloaded: 1 changed/);
  const told = (await unit.journal()).slice(before).filter((line) =>
    !line.startsWith("{")
  );
  // Nothing but systemd's own lines: no summary of what was checked.
  ok(told.every((line) => / alived\.service - /.test(line)), told.join("\n"));
  await unit.configure("vrrp_instances: 1\n");
  const bad = await unit.root.attempt("systemctl", "reload", "alived");
  ok(bad.code !== 0);
  match((await unit.journal()).join("\n"), /config\.yaml:1:\d+ vrrp_instances/);
  strictEqual(await unit.show("ActiveState"), "active");
  strictEqual(await unit.pid(), pid);
  await monitor.catchUp();
  deepStrictEqual(monitor.addresses(VIP).slice(changes), []);
  ok(await a.holds(VIP));
  // What is recommended before a restart keeps the address too.
  const guarded = "alived check --quiet && systemctl restart alived";
  ok((await unit.root.attempt("sh", "-c", guarded)).code !== 0);
  strictEqual(await unit.pid(), pid);
});

Deno.test("systemd: who is killed resigns, and comes back", async () => {
  await using booted = await boot();
  const { a, unit, watch } = booted;
  const backup = await startBackup(booted);
  await unit.systemctl("start");
  await holds(a);
  await backup.waitForState("BACKUP", PATIENT);
  const killed = now();
  await unit.kill("SIGKILL");
  const { reason } = await backup.waitForState("MASTER", PATIENT);
  match(reason ?? "", /resigned/);
  const [taken] = watch.adverts(booted.b.address).filter(({ time }) =>
    time > killed
  );
  const last = watch.adverts(a.address).findLast(({ time }) =>
    time < (taken?.time ?? 0)
  );
  strictEqual(last?.priority, 0);
  report(`taken over ${ms((taken?.time ?? NaN) - killed)} after SIGKILL`);
  // Back by Restart=, with the address.
  await backup.waitForState("BACKUP", PATIENT);
  await holds(a);
  const both = overlaps(booted, killed).map(lengthOf);
  report(`by two for ${ms(Math.max(0, ...both))} at the longest`);
  strictEqual(await unit.show("NRestarts"), "1");
});

Deno.test("systemd: who is killed with a broken file leaves nothing", async () => {
  await using booted = await boot();
  const { a, unit } = booted;
  const backup = await startBackup(booted);
  await unit.systemctl("start");
  await holds(a);
  await unit.configure("vrrp_instances: 1\n");
  await unit.kill("SIGKILL");
  await backup.waitForState("MASTER", PATIENT);
  await unit.waitFor("ActiveState", /failed/);
  strictEqual(await unit.show("ExecMainStatus"), "2");
  ok(!await a.holds(VIP));
  // So does a restart with one, which is not tried again.
  await unit.configure(text());
  await unit.systemctl("start");
  await holds(a);
  await unit.configure("vrrp_instances: 1\n");
  const { code } = await unit.root.attempt("systemctl", "restart", "alived");
  ok(code !== 0);
  strictEqual(await unit.show("ActiveState"), "failed");
  ok(!await a.holds(VIP));
});

Deno.test("systemd: who hangs is killed by the watchdog, and its address removed", async () => {
  await using booted = await boot();
  using stalls = new StallClock();
  const { a, unit, monitors } = booted;
  const backup = await startBackup(booted);
  await unit.systemctl("start");
  await holds(a);
  await backup.waitForState("BACKUP", PATIENT);
  const stopped = now();
  await unit.kill("SIGSTOP");
  await backup.waitForState("MASTER", PATIENT);
  const gone = await monitors[0].waitFor(VIP, true, {
    after: stopped,
    ...PATIENT,
  });
  const [both] = overlaps(booted, stopped);
  const overlap = both === undefined ? 0 : lengthOf(both);
  const stalled = stalls.within({ from: stopped, to: now() });
  report(
    `gone ${ms(gone.time - stopped)} after SIGSTOP, ` +
      `by two for ${ms(overlap)}, this machine stood still for ${ms(stalled)}`,
  );
  ok(overlap < MOST_OVERLAP + stalled, `${overlap} ms`);
  await unit.waitForLine(/Watchdog timeout/);
  await holds(a);
  await backup.waitForState("BACKUP", PATIENT);
  strictEqual(await unit.show("NRestarts"), "1");
});

Deno.test("systemd: names of the host itself need no name server", async () => {
  const PORT = 8_112;
  const check = (host: string): Keys => ({
    ...{ name: host, type: "tcp", config: { host, port: PORT } },
    ...{ interval: "200ms", timeout: "2s", rise: 1, fall: 1 },
  });
  const names = ["localhost", "own.example"];
  await using booted = await boot(text(
    { track_scripts: names.map((name) => ({ name, weight: -50 })) },
    { health_checkers: names.map(check) },
  ));
  const { a, unit } = booted;
  await unit.root.write("/etc/resolv.conf", "");
  await unit.root.write(
    "/etc/hosts",
    "127.0.0.1 localhost\n127.0.0.1 own.example\n",
  );
  const listen = `Deno.listen({ hostname: "127.0.0.1", port: ${PORT} });` +
    'console.log("listens"); setInterval(() => {}, 1000)';
  const service = a.spawn([Deno.execPath(), "eval", listen]);
  await service.waitFor((line) => line === "listens", PATIENT);
  await unit.systemctl("start");
  for (const name of names) {
    await unit.waitForLine(new RegExp(`${name}.* is healthy`));
  }
  await holds(a);
  const said = (await unit.journal()).join("\n");
  ok(!/name ?server/i.test(said), said);
});

Deno.test("systemd: environment, core files and tasks are as the unit has it", async () => {
  await using booted = await boot();
  const { unit } = booted;
  const foreign = ["DENO_LOG=debug", "HTTP_PROXY=http://192.0.2.9:1"];
  await unit.root.exec("systemctl", "set-environment", ...foreign, "MINE=1");
  await unit.systemctl("start");
  const names = (await unit.proc("environ")).split("\0")
    .map((entry) => entry.split("=")[0] ?? "");
  deepStrictEqual(
    names.filter((name) =>
      /^(DENO_LOG|HTTP_PROXY|MINE|JOURNAL_STREAM)$/.test(name)
    )
      .sort(),
    ["JOURNAL_STREAM", "MINE"],
  );
  const limits = await unit.proc("limits");
  match(limits, /^Max core file size +0 +0 /m);
  strictEqual(await unit.show("TasksMax"), "256");
  match(await unit.proc("status"), /^NoNewPrivs:\t1$/m);
  // Which takes more than every machine may do.
  strictEqual(await unit.show("OOMScoreAdjust"), "-900");
});

/** What scripts may not do, and the lines that open it, of docs/service.md. */
const RIGHTS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "write /var/log": ["touch /var/log/mine", "ReadWritePaths=/var/log"],
  "see the host's /tmp": ["cat /tmp/of-the-host", "PrivateTmp=no"],
  "leave a file in the host's /tmp": [
    "[ -e /tmp/of-the-host ] && touch /tmp/mine",
    "PrivateTmp=no",
    "ReadWritePaths=/tmp",
  ],
  "write below /root": [
    "touch /root/mine",
    "ProtectHome=no",
    "ReadWritePaths=/root",
  ],
  "make a file that others can read": [
    "cd $STATE_DIRECTORY; rm -f u; touch u; [ $(stat -c %a u) = 644 ]",
    "UMask=0022",
  ],
  "read a secret of another user": [
    "cat /srv/secret >/dev/null",
    "CapabilityBoundingSet=CAP_DAC_READ_SEARCH",
  ],
  "change an owner": [
    "touch $STATE_DIRECTORY/c && chown 1:1 $STATE_DIRECTORY/c",
    "CapabilityBoundingSet=CAP_CHOWN",
    "SystemCallFilter=@chown",
  ],
  "mount": [
    "mount -t tmpfs none /mnt",
    "CapabilityBoundingSet=CAP_SYS_ADMIN",
    "SystemCallFilter=@mount",
  ],
  "make a namespace": [
    "unshare --uts true",
    "RestrictNamespaces=no",
    "CapabilityBoundingSet=CAP_SYS_ADMIN",
    "SystemCallFilter=@mount",
  ],
  "lower its nice value": [
    "nice -n -5 true 2>&1 | grep -q . && exit 1 || exit 0",
    "SystemCallFilter=@resources",
    "CapabilityBoundingSet=CAP_SYS_NICE",
  ],
};

/** A script that tries all of them and says what it can. */
const TRY_RIGHTS = [
  "#!/bin/sh",
  ...Object.entries(RIGHTS).map(([what, [command]]) =>
    `(${command}) 2>/dev/null && echo "${what}"`
  ),
  "[ -w /var/lib/alived ] && ip route show >/dev/null && echo the rest",
  "echo done",
  "",
].join("\n");

Deno.test("systemd: scripts may do what docs/service.md says, and more with its lines", async () => {
  const RESULT = "/var/lib/alived/result";
  const command =
    `/usr/local/sbin/try > ${RESULT}.new; mv ${RESULT}.new ${RESULT}`;
  await using booted = await boot(text({ notify_master: { shell: command } }));
  const { unit } = booted;
  await unit.root.write("/usr/local/sbin/try", TRY_RIGHTS, 0o755);
  await unit.root.write("/tmp/of-the-host", "");
  await unit.root.write("/srv/secret", "secret", 0o600);
  await unit.root.exec("chown", "1:1", "/srv/secret");
  const tried = async (): Promise<string[]> => {
    await unit.systemctl("restart");
    const said = await unit.root.read(RESULT, PATIENT);
    await unit.root.exec("rm", RESULT);
    return said.trim().split("\n");
  };
  deepStrictEqual(await tried(), ["the rest", "done"]);
  for (const [what, [, ...lines]] of Object.entries(RIGHTS)) {
    await unit.addLines(...lines);
    const can = await tried();
    ok(can.includes(what), `cannot ${what} with ${lines.join(", ")}`);
  }
});

Deno.test("systemd: with script_user.conf scripts are that user's", async () => {
  await using booted = await boot(
    configuration(
      [instance({
        ...MASTER,
        notify_master: { shell: "cd /run/who; id -un > new; mv new is" },
      })],
      { global: { script_user: "nobody" } },
    ),
  );
  const { a, unit } = booted;
  await unit.useDropIn("script_user.conf");
  await unit.root.exec("install", "-d", "-o", "nobody", "/run/who");
  await unit.systemctl("start");
  await holds(a);
  strictEqual(await unit.root.read("/run/who/is", PATIENT), "nobody\n");
});

Deno.test("systemd: with realtime.conf the core is in real time, and takes over", async () => {
  await using booted = await boot(
    configuration([instance(MASTER)], { global: { realtime: true } }),
  );
  const { a, unit } = booted;
  const backup = await startBackup(booted);
  await backup.waitForState("MASTER", PATIENT);
  // Without it, it says what it takes.
  await unit.systemctl("start");
  await unit.waitForLine(/realtime\.conf/);
  await unit.systemctl("stop");
  await unit.useDropIn("realtime.conf");
  const before = (await unit.journal()).length;
  await unit.systemctl("start");
  await backup.waitForState("BACKUP", PATIENT);
  await holds(a);
  const later = (await unit.journal()).slice(before).join("\n");
  ok(!later.includes("realtime.conf"), later);
  const pid = await unit.pid();
  const shown = await unit.root.exec(
    ...["sh", "-c", `chrt --all-tasks --pid ${pid}`],
  );
  const rr = shown.match(/policy: SCHED_RR/g) ?? [];
  strictEqual(rr.length, 1, shown);
  match(await unit.proc("status"), /^VmLck:\s+[1-9]\d* kB$/m);
});

Deno.test("systemd: with unprivileged.conf it runs as its own user, and takes over", async () => {
  await using booted = await boot();
  const { a, unit } = booted;
  await unit.root.exec(
    ...["useradd", "--system", "--no-create-home"],
    ...["--shell", "/usr/sbin/nologin", "alived"],
  );
  await unit.root.exec("chgrp", "-R", "alived", "/etc/alived");
  await unit.root.exec("chmod", "640", "/etc/alived/config.yaml");
  await unit.useDropIn("unprivileged.conf");
  const backup = await startBackup(booted);
  await backup.waitForState("MASTER", PATIENT);
  await unit.systemctl("start");
  await backup.waitForState("BACKUP", PATIENT);
  await holds(a);
  const uid = await unit.root.exec("id", "-u", "alived");
  match(await unit.proc("status"), new RegExp(`^Uid:\t${uid}\t`, "m"));
  await unit.kill("SIGKILL");
  const { reason } = await backup.waitForState("MASTER", PATIENT);
  match(reason ?? "", /resigned/);
  await backup.waitForState("BACKUP", PATIENT);
  await holds(a);
  await unit.systemctl("stop");
  ok(!await a.holds(VIP));
});
