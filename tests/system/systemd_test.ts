/**
 * The unit as it is shipped, under a systemd of its own.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import { alivedCommand } from "../lab/alived.ts";
import { Program, run } from "../lab/program.ts";
import { VIP } from "../lab/router.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const BOOT = `${ROOT}tests/fixtures/systemd/boot.sh`;

const CONFIGURATION = `
vrrp_instances:
  - name: VI_1
    interface: eth0
    version: 3
    virtual_router_id: 51
    advert_interval: 100ms
    virtual_ips: [${VIP}/24]
`;

/** What happens on the machine; each line printed is a fact. */
const STORY = `
show() { systemctl show --property "$1" --value alived; }
fact() { echo "fact $*"; }
held() { ip -o address show dev eth0 to ${VIP} | grep -q . && echo yes || echo no; }
await() { for _ in $(seq 100); do [ "$(eval "$1")" = "$2" ] && return; sleep 0.1; done; }

echo 0 >/proc/sys/net/ipv4/conf/eth0/promote_secondaries
systemctl start alived
fact started $? $(show ActiveState)
await held yes
fact held $(held)
fact promoted $(cat /proc/sys/net/ipv4/conf/eth0/promote_secondaries)
main=$(show MainPID)
fact $(grep CapBnd "/proc/$main/status") $(grep NoNewPrivs "/proc/$main/status")

systemctl reload alived
fact reloaded $? $(show ActiveState)
[ "$(show MainPID)" = "$main" ] && fact same process
cp /etc/alived/config.yaml /run/sound.yaml
echo 'vrrp_instances: 1' >/etc/alived/config.yaml
systemctl reload alived 2>/dev/null
fact refused $? $(show ActiveState) $(held)
cp /run/sound.yaml /etc/alived/config.yaml

kill -KILL "$main"
await 'show NRestarts' 1
await held no
await held yes
fact restarted $(show NRestarts) $(held)

systemctl stop alived
fact stopped $? $(show Result) $(held)

echo 'vrrp_instances: 1' >/etc/alived/config.yaml
systemctl start alived 2>/dev/null
sleep 2
fact mistaken $(show ActiveState) $(show ExecMainStatus) $(show NRestarts)
`;

const TARGETS = [
  ...["default", "sysinit", "basic", "network", "shutdown", "umount"],
  ...["final", "multi-user"],
];

/** A program of one file: the compiled one, or one that runs the sources. */
async function programIn(directory: string): Promise<string> {
  const [program = "", ...args] = alivedCommand();
  if (args.length === 0) return program;
  const path = `${directory}/alived`;
  const words = [program, ...args].map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(path, `#!/bin/sh\nexec ${words} "$@"\n`, {
    mode: 0o755,
  });
  return path;
}

Deno.test("under systemd the unit starts, reloads, restarts, stops and refuses", async () => {
  const directory = await Deno.makeTempDir();
  const name = `alived-test-${crypto.randomUUID()}`;
  try {
    const units = `${directory}/units`;
    await Deno.mkdir(`${units}/alived.service.d`, { recursive: true });
    for (const target of TARGETS) {
      const unit = `[Unit]\nDescription=${target}\n`;
      await Deno.writeTextFile(`${units}/${target}.target`, unit);
    }
    await Deno.copyFile(
      `${ROOT}deployment/alived.service`,
      `${units}/alived.service`,
    );
    // The log, and where a Deno of the sources finds what it knows of them.
    await Deno.writeTextFile(
      `${units}/alived.service.d/test.conf`,
      "[Service]\n" +
        `StandardError=append:${directory}/log\n` +
        `Environment="DENO_DIR=${await denoDirectory()}"\n`,
    );
    await Deno.writeTextFile(`${directory}/config.yaml`, CONFIGURATION);
    await Deno.writeTextFile(`${directory}/story.sh`, STORY);
    await using machine = new Program("systemd", [
      ...["setpriv", "--pdeathsig=KILL", "sh", BOOT, name, units],
      await programIn(directory),
      `${directory}/config.yaml`,
      `${directory}/story.sh`,
    ]);
    const timer = setTimeout(() => machine.kill("SIGKILL"), 60_000);
    await machine.ended;
    clearTimeout(timer);
    const facts = machine.lines.filter((line) => line.startsWith("fact "));
    const log = await Deno.readTextFile(`${directory}/log`).catch(() => "");
    deepStrictEqual(
      facts.map((line) => line.slice("fact ".length)),
      [
        "started 0 active",
        "held yes",
        "promoted 1",
        "CapBnd: 00000000000030e0 NoNewPrivs: 1",
        "reloaded 0 active",
        "same process",
        "refused 1 active yes",
        "restarted 1 yes",
        "stopped 0 success no",
        "mistaken failed 2 0",
      ],
      `${machine.lines.join("\n")}\n${log}`,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
    await removeGroups(name);
  }
});

async function denoDirectory(): Promise<string> {
  const text = await run([Deno.execPath(), "info", "--json"]);
  return JSON.parse(text).denoDir;
}

/** Remove the control groups that boot.sh made, from the inside out. */
async function removeGroups(name: string): Promise<void> {
  await run([
    ...["sh", "-c"],
    "find /sys/fs/cgroup -depth -type d -path '*/'\"$0\"'*' " +
    "-exec rmdir {} + 2>/dev/null || true",
    name,
  ]);
}
