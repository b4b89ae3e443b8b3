import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { DROP_INS, PATHS } from "../../src/cli/install_plan.ts";

const ROOT = new URL("../../", import.meta.url);

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

Deno.test("the unit and the init script run the program where install puts it", () => {
  strictEqual(PATHS.binary, "/usr/local/bin/alived");
  match(
    read("deployment/alived.service"),
    /^ExecStart=\/usr\/local\/bin\/alived run \$ALIVED_OPTIONS$/m,
  );
  match(read("deployment/alived.init"), /DAEMON:-\/usr\/local\/bin\/alived\}/);
});

Deno.test("the unit has the settings that the address depends on", () => {
  const lines = read("deployment/alived.service").split("\n");
  for (
    const line of [
      "Type=notify",
      "NotifyAccess=main",
      "WatchdogSec=5",
      "WatchdogSignal=SIGKILL",
      "ExecStopPost=/usr/local/bin/alived cleanup",
      "KillMode=control-group",
      "TimeoutStopSec=10",
      "RestartPreventExitStatus=2",
      "RuntimeDirectory=alived",
      "RuntimeDirectoryPreserve=yes",
      "ReadWritePaths=-/proc/sys/net",
      // A core has the passwords.
      "LimitCORE=0",
      "TasksMax=256",
    ]
  ) ok(lines.includes(line), line);
  // V8 compiles: with this the program does not start.
  ok(!lines.some((line) => line.startsWith("MemoryDenyWriteExecute=")));
});

Deno.test("a reload looks for the daemon where the file that runs says, in a drop-in too", () => {
  const unit = read("deployment/alived.service");
  const words = [...unit.matchAll(/^Exec(?:Start|Reload)=(\S*alived .*)$/gm)]
    .map(([, command]) => command);
  deepStrictEqual(words, [
    "/usr/local/bin/alived run $ALIVED_OPTIONS",
    "/usr/local/bin/alived reload --quiet $ALIVED_OPTIONS",
  ]);
});

Deno.test("the unit runs alived only: a small host has no /bin/kill", () => {
  const programs = [
    ...read("deployment/alived.service").matchAll(/^Exec\w+=(\S+)/gm),
  ].map(([, program]) => program ?? "");
  deepStrictEqual(
    programs.filter((program) => program !== "/usr/local/bin/alived"),
    [],
  );
});

Deno.test("the unit unsets what would change runtime, loader and ways, and no more", () => {
  const names = [
    ...read("deployment/alived.service").matchAll(
      /^UnsetEnvironment=(.+)$/gm,
    ),
  ].flatMap(([, words = ""]) => words.split(" "));
  for (
    const name of [
      ...["DENO_LOG", "DENO_V8_FLAGS", "DENO_SERVE_ADDRESS", "RUST_LOG"],
      ...["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "https_proxy"],
      ...["ALL_PROXY", "no_proxy", "LD_PRELOAD", "LD_AUDIT"],
    ]
  ) ok(names.includes(name), name);
  strictEqual(new Set(names).size, names.length);
  // What systemd tells the daemon by.
  const needed =
    /^(JOURNAL_STREAM|NOTIFY_SOCKET|WATCHDOG_.*|.*_DIRECTORY|PATH|TZ|LANG|ALIVED_OPTIONS)$/;
  deepStrictEqual(names.filter((name) => needed.test(name)), []);
});

Deno.test("every drop-in is embedded, and says where it goes", () => {
  const found = [...Deno.readDirSync(new URL("deployment/", ROOT))]
    .map(({ name }) => name).filter((name) => name.endsWith(".conf")).sort();
  deepStrictEqual(found, Object.keys(DROP_INS).sort());
  for (const name of found) {
    ok(
      read(`deployment/${name}`).includes(`${PATHS.dropIns}/${name}`),
      name,
    );
    ok(read("src/cli/embedded.ts").includes(`"deployment/${name}"`), name);
  }
});

Deno.test("every embedded file is included when the program is compiled", () => {
  const named = [
    ...read("src/cli/embedded.ts").matchAll(/^ {2}\| "([^"]+)"/gm),
  ].map(([, path]) => path);
  const included = /const EMBEDDED = \[([^\]]*)\]/.exec(
    read("tools/compile.ts"),
  )?.[1]?.match(/[^"\s,]+/g);
  deepStrictEqual(included, named);
  ok(named.length > 0);
});

Deno.test("every sysctl in the sample is one of the kernel's", () => {
  const settings = read("deployment/sysctl.d/60-alived.conf").split("\n")
    .filter((line) => /^#?net\./.test(line))
    .map((line) => line.replace("#", "").split(" = "));
  ok(settings.length > 0);
  for (const [name = "", value = ""] of settings) {
    match(value, /^\d$/);
    const path = `/proc/sys/${name.replaceAll(".", "/")}`;
    // A kernel without IPv6 has none of its settings.
    if (name.startsWith("net.ipv6.") && !isThere("/proc/sys/net/ipv6")) {
      continue;
    }
    ok(isThere(path), path);
  }
});

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("the Containerfile takes what the compile task makes", () => {
  const instructions = read("deployment/Containerfile").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  deepStrictEqual(instructions, [
    "FROM debian:12-slim",
    "COPY alived /usr/local/bin/alived",
    'ENTRYPOINT ["/usr/local/bin/alived"]',
    'CMD ["run"]',
  ]);
});

Deno.test("COMPATIBILITY.md has the places that the program points to", () => {
  const headings = [
    ...read("deployment/COMPATIBILITY.md").matchAll(/^## (.+)$/gm),
  ].map(([, heading = ""]) => heading.toLowerCase().replaceAll(" ", "-"));
  deepStrictEqual(headings, [
    ...["processors", "physical", "kvm", "proxmox", "vmware", "virtualbox"],
    ...["hyper-v", "containers", "aws", "azure", "google-cloud"],
    ...["other-clouds", "recipe-for-clouds"],
  ]);
});

Deno.test("the release is built by the Deno that everything is tested with", () => {
  const release = /deno-version: (\S+)/.exec(
    read(".github/workflows/release.yaml"),
  )?.[1];
  ok(release !== undefined);
  ok(read(".ci/run").includes(`deno@${release})`));
});
