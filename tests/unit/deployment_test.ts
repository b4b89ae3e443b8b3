import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { PATHS } from "../../src/cli/install_plan.ts";

const ROOT = new URL("../../", import.meta.url);

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

Deno.test("the unit and the init script run the program where install puts it", () => {
  strictEqual(PATHS.binary, "/usr/local/bin/alived");
  match(
    read("deployment/alived.service"),
    /^ExecStart=\/usr\/local\/bin\/alived run$/m,
  );
  match(read("deployment/alived.init"), /DAEMON:-\/usr\/local\/bin\/alived\}/);
});

Deno.test("the unit has the settings that the address depends on", () => {
  const lines = read("deployment/alived.service").split("\n");
  for (
    const line of [
      "Type=notify",
      "NotifyAccess=main",
      "WatchdogSec=10",
      "KillMode=control-group",
      "TimeoutStopSec=10",
      "RestartPreventExitStatus=2",
      "RuntimeDirectory=alived",
      "RuntimeDirectoryPreserve=yes",
      "ReadWritePaths=-/proc/sys/net",
    ]
  ) ok(lines.includes(line), line);
  // V8 compiles: with this the program does not start.
  ok(!lines.some((line) => line.startsWith("MemoryDenyWriteExecute=")));
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
    ...["physical", "kvm", "proxmox", "vmware", "virtualbox", "hyper-v"],
    ...["containers", "aws", "azure", "google-cloud", "other-clouds"],
    "recipe-for-clouds",
  ]);
});

Deno.test("the release is built by the Deno that everything is tested with", () => {
  const release = /deno-version: (\S+)/.exec(
    read(".github/workflows/release.yaml"),
  )?.[1];
  ok(release !== undefined);
  ok(read(".ci/run").includes(`deno@${release})`));
});
