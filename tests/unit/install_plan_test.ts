import { deepStrictEqual } from "node:assert/strict";
import {
  describeStep,
  type InstallFacts,
  installPlan,
  type Step,
  uninstallPlan,
} from "../../src/cli/install_plan.ts";

const HOST: InstallFacts = {
  method: "systemd",
  prefix: "",
  binary: "/home/me/alived",
  hasOtherConfig: false,
  texts: { config: "the sample", unit: "the unit", script: "the script" },
};

function lines(steps: readonly Step[]): string[] {
  return steps.map(describeStep);
}

/** Facts of an uninstallation where these files are. */
function uninstalled(
  files: readonly string[],
  { prefix = "", purge = false, systemd = true } = {},
): string[] {
  const exists = (path: string): boolean => files.includes(path);
  return lines(uninstallPlan({ prefix, purge, systemd, exists }));
}

Deno.test("installPlan() for systemd: program, sample, unit, daemon-reload", () => {
  deepStrictEqual(installPlan(HOST), [
    {
      type: "copy",
      from: "/home/me/alived",
      path: "/usr/local/bin/alived",
      mode: 0o755,
    },
    {
      type: "write",
      path: "/etc/alived/config.yaml",
      text: "the sample",
      mode: 0o640,
      once: true,
    },
    {
      type: "write",
      path: "/etc/systemd/system/alived.service",
      text: "the unit",
      mode: 0o644,
      once: false,
    },
    { type: "run", command: ["systemctl", "daemon-reload"], optional: false },
  ]);
});

Deno.test("installPlan() for SysV init: program, sample, script", () => {
  deepStrictEqual(lines(installPlan({ ...HOST, method: "sysv" })), [
    "copy /home/me/alived to /usr/local/bin/alived (mode 0755)",
    "write /etc/alived/config.yaml (mode 0640, unless it exists)",
    "write /etc/init.d/alived (mode 0755)",
  ]);
});

Deno.test("installPlan() below a prefix runs nothing", () => {
  deepStrictEqual(lines(installPlan({ ...HOST, prefix: "/mnt" })), [
    "copy /home/me/alived to /mnt/usr/local/bin/alived (mode 0755)",
    "write /mnt/etc/alived/config.yaml (mode 0640, unless it exists)",
    "write /mnt/etc/systemd/system/alived.service (mode 0644)",
  ]);
});

Deno.test("installPlan() brings no sample that would hide go-alived's file", () => {
  deepStrictEqual(lines(installPlan({ ...HOST, hasOtherConfig: true })), [
    "copy /home/me/alived to /usr/local/bin/alived (mode 0755)",
    "write /etc/systemd/system/alived.service (mode 0644)",
    "run systemctl daemon-reload",
  ]);
});

Deno.test("uninstallPlan() stops the unit first and leaves the configuration", () => {
  const files = [
    "/usr/local/bin/alived",
    "/etc/alived/config.yaml",
    "/etc/systemd/system/alived.service",
  ];
  deepStrictEqual(uninstalled(files), [
    "run systemctl disable --now alived",
    "remove /etc/systemd/system/alived.service",
    "run systemctl daemon-reload",
    "remove /usr/local/bin/alived",
  ]);
  deepStrictEqual(uninstalled(files, { purge: true }).slice(3), [
    "remove /etc/alived/config.yaml",
    "remove /etc/alived if it is empty",
    "remove /usr/local/bin/alived",
  ]);
});

Deno.test("uninstallPlan() stops the script and unregisters it where it can", () => {
  deepStrictEqual(
    uninstalled([
      "/usr/local/bin/alived",
      "/etc/init.d/alived",
      "/usr/sbin/update-rc.d",
    ], { systemd: false }),
    [
      "run /etc/init.d/alived stop",
      "remove /etc/init.d/alived",
      "run /usr/sbin/update-rc.d -f alived remove",
      "remove /usr/local/bin/alived",
    ],
  );
});

Deno.test("uninstallPlan() below a prefix runs nothing", () => {
  deepStrictEqual(
    uninstalled([
      "/mnt/usr/local/bin/alived",
      "/mnt/etc/systemd/system/alived.service",
      "/mnt/etc/init.d/alived",
    ], { prefix: "/mnt" }),
    [
      "remove /mnt/etc/systemd/system/alived.service",
      "remove /mnt/etc/init.d/alived",
      "remove /mnt/usr/local/bin/alived",
    ],
  );
});

Deno.test("uninstallPlan() has nothing to do where nothing is", () => {
  deepStrictEqual(uninstalled([], { purge: true }), []);
});
