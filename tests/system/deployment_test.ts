/**
 * What is in deployment/, judged by the programs that read it: shellcheck,
 * systemd-analyze, sh.
 *
 * @module
 */

import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { alivedCommand } from "../lab/alived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { report } from "../lab/pair.ts";
import { run } from "../lab/program.ts";
import { alivedYaml, VIP } from "../lab/router.ts";
import { until } from "../lab/wait.ts";

const DEPLOYMENT = new URL("../../deployment/", import.meta.url).pathname;

/** Do something with an empty directory. */
async function inScratch(
  use: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function script(path: string, ...lines: string[]): Promise<void> {
  const text = ["#!/bin/sh", ...lines, ""].join("\n");
  return Deno.writeTextFile(path, text, { mode: 0o755 });
}

Deno.test("shellcheck has nothing to say of the shell scripts", async () => {
  const scripts = ["alived.init", "install.sh", "uninstall.sh"];
  await run(["shellcheck", ...scripts.map((name) => DEPLOYMENT + name)]);
});

/** The unit with some drop-ins, and with a program that is there. */
async function unitIn(
  directory: string,
  dropIns: readonly string[],
): Promise<string> {
  const text = await Deno.readTextFile(`${DEPLOYMENT}alived.service`);
  const path = `${directory}/alived.service`;
  const unit = text.replaceAll("/usr/local/bin/alived", "/bin/true");
  await Deno.writeTextFile(path, unit);
  await Deno.mkdir(`${path}.d`);
  for (const name of dropIns) {
    await Deno.copyFile(`${DEPLOYMENT}${name}`, `${path}.d/${name}`);
  }
  return path;
}

/** Drop-ins, and the highest exposure with them that may be found, of 10. */
const EXPOSURES: readonly (readonly [readonly string[], number])[] = [
  [[], 2.6],
  [["unprivileged.conf"], 2.0],
  [["script_user.conf"], 2.8],
  [["realtime.conf"], 2.7],
  [["script_user.conf", "realtime.conf"], 3.1],
];

for (const [dropIns, most] of EXPOSURES) {
  const what = ["the unit", ...dropIns].join(" with ");

  Deno.test(`systemd-analyze finds no mistake in ${what}`, async () => {
    await inScratch(async (directory) => {
      const unit = await unitIn(directory, dropIns);
      const { success, stderr } = await new Deno.Command("systemd-analyze", {
        args: ["verify", unit],
      }).output();
      deepStrictEqual([success, new TextDecoder().decode(stderr)], [true, ""]);
    });
  });

  Deno.test(`systemd-analyze rates the exposure of ${what} at ${most} at most`, async () => {
    await inScratch(async (directory) => {
      const unit = await unitIn(directory, dropIns);
      const text = await run([
        ...["systemd-analyze", "security", "--offline=true", "--no-pager"],
        unit,
      ]);
      const exposure = /Overall exposure level .*: ([\d.]+)/.exec(text)?.[1];
      report(`exposure of ${what}: ${exposure}`);
      ok(Number(exposure) <= most, `exposure ${exposure}`);
    });
  });
}

/** A download: install.sh, a stand-in for the program, SHA256SUMS. */
async function download(directory: string): Promise<string> {
  const name = `alived-${Deno.build.arch}-unknown-linux-gnu`;
  const path = `${directory}/${name}`;
  await script(path, `echo "$*" >>"${directory}/calls"`);
  // As a browser leaves it.
  await Deno.chmod(path, 0o644);
  await Deno.copyFile(`${DEPLOYMENT}install.sh`, `${directory}/install.sh`);
  const sums = await run(["sh", "-c", 'cd "$0" && sha256sum *', directory]);
  await Deno.writeTextFile(`${directory}/SHA256SUMS`, sums);
  return path;
}

function installSh(directory: string, ...args: string[]): Promise<string> {
  return run(["sh", `${directory}/install.sh`, ...args]);
}

Deno.test("install.sh runs the install command of a sound download", async () => {
  await inScratch(async (directory) => {
    await download(directory);
    await installSh(directory, "--dry-run");
    await installSh(directory, "--prefix", "/x y");
    strictEqual(
      await Deno.readTextFile(`${directory}/calls`),
      "--version\ninstall --dry-run\n--version\ninstall --prefix /x y\n",
    );
  });
});

Deno.test("install.sh refuses a program that was tampered with, and does not run it", async () => {
  await inScratch(async (directory) => {
    const program = await download(directory);
    await Deno.writeTextFile(program, "# more\n", { append: true });
    await rejects(installSh(directory), /is not what SHA256SUMS says/);
    await rejects(Deno.stat(`${directory}/calls`), Deno.errors.NotFound);
  });
});

Deno.test("install.sh refuses a program that SHA256SUMS does not name", async () => {
  await inScratch(async (directory) => {
    await download(directory);
    const sums = `${directory}/SHA256SUMS`;
    const text = await Deno.readTextFile(sums);
    await Deno.writeTextFile(sums, text.replace("  alived-", "  other-"));
    await rejects(installSh(directory), /SHA256SUMS does not name alived-/);
    await Deno.writeTextFile(sums, "");
    await rejects(installSh(directory), /SHA256SUMS does not name alived-/);
    await Deno.remove(sums);
    await rejects(installSh(directory), /SHA256SUMS" is missing/);
    await rejects(Deno.stat(`${directory}/calls`), Deno.errors.NotFound);
  });
});

Deno.test("uninstall.sh hands its options on, and says when the program is missing", async () => {
  await inScratch(async (directory) => {
    const program = `${directory}/alived`;
    const uninstall = (): Promise<string> =>
      run([
        ...["env", `ALIVED=${program}`, "sh", `${DEPLOYMENT}uninstall.sh`],
        "--purge",
      ]);
    await rejects(uninstall(), /alived" is missing/);
    await script(program, 'echo "$*"');
    strictEqual(await uninstall(), "uninstall --purge\n");
  });
});

/** What an init script's exit status and output are. */
async function init(
  host: Host,
  daemon: string,
  action: string,
): Promise<{ code: number; text: string }> {
  const { ended, lines } = host.spawn(
    ["sh", `${DEPLOYMENT}alived.init`, action],
    { env: { ALIVED_DAEMON: daemon } },
  );
  const { code } = await ended;
  return { code, text: lines.join("\n") };
}

Deno.test("alived.init starts, reloads and stops the daemon, with LSB's exit codes", async () => {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  // The script knows a process of ours by its name.
  const [program = "", ...args] = alivedCommand();
  const named = `${host.directory}/alived`;
  await Deno.symlink(program, named);
  const daemon = `${host.directory}/daemon`;
  const words = [named, ...args].map((word) => `'${word}'`).join(" ");
  const configuration = `${host.directory}/config.yaml`;
  // From sources it needs the runtime's cache, which the script hides from it.
  const cache = Deno.env.get("DENO_DIR");
  const found = cache === undefined ? "" : `DENO_DIR='${cache}' `;
  const command = `${found}exec ${words} --config '${configuration}' "$@"`;
  await script(daemon, command);
  const sound = alivedYaml({ version: 3, interval: 0.1 });
  await Deno.writeTextFile(configuration, sound, { mode: 0o600 });

  strictEqual((await init(host, daemon, "status")).code, 3);
  strictEqual((await init(host, daemon, "reload")).code, 7);
  strictEqual((await init(host, daemon, "stop")).code, 0);
  try {
    deepStrictEqual(await init(host, daemon, "start"), { code: 0, text: "" });
    const status = await init(host, daemon, "status");
    strictEqual(status.code, 0);
    match(status.text, /^alived runs with pid \d+$/);
    // Started already: the same daemon goes on.
    strictEqual((await init(host, daemon, "start")).code, 0);
    await until(() => host.holds(VIP), { what: "the address" });

    strictEqual((await init(host, daemon, "reload")).code, 0);
    await Deno.writeTextFile(configuration, "vrrp_instances: 1\n");
    strictEqual((await init(host, daemon, "reload")).code, 6);
    deepStrictEqual(await init(host, daemon, "status"), status);
  } finally {
    deepStrictEqual(await init(host, daemon, "stop"), { code: 0, text: "" });
  }
  strictEqual((await init(host, daemon, "status")).code, 3);
  ok(!await host.holds(VIP));

  // Killed, and stopped then, or started with a bad file: the address goes.
  const record = "/run/alived/addresses.json";
  const hasEnded = async (): Promise<boolean> =>
    (await init(host, daemon, "status")).code === 3;
  const afterKill = async (
    action: string,
    text: string,
  ): ReturnType<typeof init> => {
    await Deno.writeTextFile(configuration, sound);
    strictEqual((await init(host, daemon, "start")).code, 0);
    await until(() => host.holds(VIP), { what: "the address" });
    await until(async () => (await host.exec("cat", record)).includes(VIP), {
      what: "the record",
    });
    await host.exec("sh", "-c", "kill -KILL $(cat /run/alived/alived.pid)");
    await until(hasEnded, { what: "its end" });
    ok(await host.holds(VIP));
    await Deno.writeTextFile(configuration, text);
    const ended = await init(host, daemon, action);
    ok(!await host.holds(VIP), `left behind after ${action}`);
    return ended;
  };
  const stopped = await afterKill("stop", sound);
  deepStrictEqual(stopped, { code: 0, text: "alived does not run" });
  const refused = await afterKill("start", "vrrp_instances: 1\n");
  strictEqual(refused.code, 6);
  match(refused.text, /config\.yaml:1:\d+ vrrp_instances: /);
  strictEqual((await init(host, daemon, "nonsense")).code, 2);
});

Deno.test("alived.init keeps what changes the runtime from the daemon", async () => {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  const daemon = `${host.directory}/daemon`;
  const seen = `${host.directory}/seen`;
  await script(daemon, `env >>'${seen}'`, "exit 1");
  const env = {
    ...{ ALIVED_DAEMON: daemon, DENO_LOG: "debug", NODE_OPTIONS: "--x" },
    ...{ RUST_LOG: "trace", ALL_PROXY: "http://192.0.2.9", https_proxy: "x" },
    ...{ LD_BIND_NOW: "1", GLIBC_TUNABLES: "glibc.malloc.check=0" },
    ...{ OTEL_DENO: "false", SSLKEYLOGFILE: "/none", TZ: "UTC" },
  };
  const init = host.spawn(["sh", `${DEPLOYMENT}alived.init`, "start"], { env });
  strictEqual((await init.ended).code, 6);
  const names = (await Deno.readTextFile(seen)).split("\n")
    .map((line) => line.split("=")[0] ?? "");
  ok(names.includes("TZ"));
  deepStrictEqual(
    names.filter((name) =>
      /^(DENO|NODE|RUST|LD|OTEL|GLIBC)_|^SSLKEYLOGFILE$|_proxy$/i.test(name)
    ),
    [],
  );
});
