import { deepStrictEqual, match, ok } from "node:assert/strict";
import {
  describeStep,
  examplePath,
  type InstallFacts,
  installPlan,
  nextSteps,
  type Step,
  uninstallPlan,
} from "../../src/cli/install_plan.ts";
import { sentenceOf } from "../../src/log/catalogue.ts";

const HOST: InstallFacts = {
  method: "systemd",
  prefix: "",
  binary: "/home/me/alived",
  hasOtherConfig: false,
  texts: {
    ...{ config: "the sample", schema: "the schema", guide: "the guide" },
    ...{ unit: "the unit", script: "the script" },
    dropIns: {
      "realtime.conf": "the first",
      "script_user.conf": "the second",
      "unprivileged.conf": "the third",
    },
  },
};

const DROP_INS = "/etc/systemd/system/alived.service.d";

/** The steps that write what is for readers and editors below a root. */
function documents(prefix: string): string[] {
  return [
    `write ${prefix}/usr/local/share/doc/alived/COMPATIBILITY.md (mode 0644)`,
    `write ${prefix}/etc/alived/schema.json (mode 0644)`,
  ];
}

/** The steps that write the examples below a root. */
function examples(prefix: string): string[] {
  return ["realtime", "script_user", "unprivileged"].map((name) =>
    `write ${prefix}${DROP_INS}/${name}.conf.example (mode 0644)`
  );
}

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

Deno.test("installPlan() for systemd: program, guide, schema, sample, unit, daemon-reload", () => {
  deepStrictEqual(installPlan(HOST), [
    {
      type: "copy",
      from: "/home/me/alived",
      path: "/usr/local/bin/alived",
      mode: 0o755,
    },
    {
      type: "write",
      path: "/usr/local/share/doc/alived/COMPATIBILITY.md",
      text: "the guide",
      mode: 0o644,
      once: false,
    },
    {
      type: "write",
      path: "/etc/alived/schema.json",
      text: "the schema",
      mode: 0o644,
      once: false,
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
    ...[
      ["realtime.conf", "the first"],
      ["script_user.conf", "the second"],
      ["unprivileged.conf", "the third"],
    ].map(([name, text]) => ({
      type: "write",
      path: `/etc/systemd/system/alived.service.d/${name}.example`,
      text,
      mode: 0o644,
      once: false,
    })),
    { type: "run", command: ["systemctl", "daemon-reload"], optional: false },
  ]);
});

Deno.test("installPlan() for SysV init: program, guide, schema, sample, script", () => {
  deepStrictEqual(lines(installPlan({ ...HOST, method: "sysv" })), [
    "copy /home/me/alived to /usr/local/bin/alived (mode 0755)",
    ...documents(""),
    "write /etc/alived/config.yaml (mode 0640, unless it exists)",
    "write /etc/init.d/alived (mode 0755)",
  ]);
});

Deno.test("installPlan() below a prefix runs nothing", () => {
  deepStrictEqual(lines(installPlan({ ...HOST, prefix: "/mnt" })), [
    "copy /home/me/alived to /mnt/usr/local/bin/alived (mode 0755)",
    ...documents("/mnt"),
    "write /mnt/etc/alived/config.yaml (mode 0640, unless it exists)",
    "write /mnt/etc/systemd/system/alived.service (mode 0644)",
    ...examples("/mnt"),
  ]);
});

Deno.test("installPlan() brings no sample that would hide go-alived's file", () => {
  deepStrictEqual(lines(installPlan({ ...HOST, hasOtherConfig: true })), [
    "copy /home/me/alived to /usr/local/bin/alived (mode 0755)",
    ...documents(""),
    "write /etc/systemd/system/alived.service (mode 0644)",
    ...examples(""),
    "run systemctl daemon-reload",
  ]);
});

Deno.test("uninstallPlan() stops the unit first and leaves the configuration", () => {
  const files = [
    "/usr/local/bin/alived",
    "/usr/local/share/doc/alived",
    "/usr/local/share/doc/alived/COMPATIBILITY.md",
    "/etc/alived",
    "/etc/alived/config.yaml",
    "/etc/alived/schema.json",
    "/etc/systemd/system/alived.service",
    DROP_INS,
    `${DROP_INS}/realtime.conf.example`,
    // Somebody's own, and that of unprivileged.conf was removed.
    `${DROP_INS}/script_user.conf`,
  ];
  deepStrictEqual(uninstalled(files), [
    "run systemctl disable --now alived",
    "remove /etc/systemd/system/alived.service",
    `remove ${DROP_INS}/realtime.conf.example`,
    `remove ${DROP_INS} if it is empty`,
    "run systemctl daemon-reload",
    "remove /etc/alived/schema.json",
    "remove /etc/alived if it is empty",
    "remove /usr/local/share/doc/alived/COMPATIBILITY.md",
    "remove /usr/local/share/doc/alived if it is empty",
    "remove /usr/local/bin/alived",
  ]);
  deepStrictEqual(uninstalled(files, { purge: true }).slice(5), [
    "remove /etc/alived/schema.json",
    "remove /etc/alived/config.yaml",
    "remove /etc/alived if it is empty",
    "remove /usr/local/share/doc/alived/COMPATIBILITY.md",
    "remove /usr/local/share/doc/alived if it is empty",
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
  // Written by hand.
  deepStrictEqual(uninstalled(["/etc/alived", "/etc/alived/config.yaml"]), []);
});

Deno.test("after an installation the file is checked before a restart", () => {
  for (const method of ["systemd", "sysv"] as const) {
    const next = nextSteps(method, false);
    match(next, /^ {2}edit \/etc\/alived\/config\.yaml$/m);
    match(next, /alived check[^]+(restart alived|alived restart)/);
  }
  match(nextSteps("systemd", true), /^ {2}edit \/etc\/go-alived\//m);
});

Deno.test("after an installation the drop-ins are named, where they can be used", () => {
  const next = nextSteps("systemd", false);
  match(next, /^ {2}realtime\.conf +for global\.realtime$/m);
  match(next, /^ {2}script_user\.conf +for global\.script_user$/m);
  match(next, /^ {2}unprivileged\.conf +without root$/m);
  ok(!nextSteps("sysv", false).includes(".conf"));
});

Deno.test("the log names the drop-ins where an installation writes them", () => {
  for (
    const [sentence, name] of [
      [sentenceOf({ event: "script_user" }), "script_user.conf"],
      [sentenceOf({ event: "realtime", error: "No" }), "realtime.conf"],
    ] as const
  ) {
    ok(sentence.includes(` ${examplePath(name)}, `), sentence);
  }
});
