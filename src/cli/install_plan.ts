/**
 * What `alived install` and `alived uninstall` do, as a list of steps: made
 * from facts about the host, printed by `--dry-run`, carried out otherwise.
 *
 * @module
 */

import { INSTALLED_GUIDE } from "../doctor/platform.ts";

/** What starts the daemon. */
export type Method = "systemd" | "sysv";

/** One thing to do. Paths are those on this host, the prefix included. */
export type Step =
  /** Have this text in a file; `once` leaves a file that is there alone. */
  | {
    readonly type: "write";
    readonly path: string;
    readonly text: string;
    readonly mode: number;
    readonly once: boolean;
  }
  /** Have a copy of a program. */
  | {
    readonly type: "copy";
    readonly from: string;
    readonly path: string;
    readonly mode: number;
  }
  /** Have no such file. */
  | { readonly type: "remove"; readonly path: string }
  /** Have no such directory, unless something is in it. */
  | { readonly type: "removeDirectory"; readonly path: string }
  /** Run a program; `optional` where its failure does not matter. */
  | {
    readonly type: "run";
    readonly command: readonly string[];
    readonly optional: boolean;
  };

/** Where things go. */
export const PATHS = {
  binary: "/usr/local/bin/alived",
  configDirectory: "/etc/alived",
  config: "/etc/alived/config.yaml",
  schema: "/etc/alived/schema.json",
  otherConfig: "/etc/go-alived/config.yaml",
  guideDirectory: "/usr/local/share/doc/alived",
  guide: INSTALLED_GUIDE,
  unit: "/etc/systemd/system/alived.service",
  dropIns: "/etc/systemd/system/alived.service.d",
  script: "/etc/init.d/alived",
} as const;

/**
 * Drop-ins of the unit that come as examples, which systemd does not read: what
 * each is for.
 */
export const DROP_INS = {
  "realtime.conf": "for global.realtime",
  "script_user.conf": "for global.script_user",
  "unprivileged.conf": "without root",
} as const;

/** One of {@linkcode DROP_INS}. */
export type DropIn = keyof typeof DROP_INS;

/** Path of a drop-in as an example. */
export function examplePath(dropIn: string): string {
  return `${PATHS.dropIns}/${dropIn}.example`;
}

/** What an installation depends on. */
export interface InstallFacts {
  /** What starts the daemon. */
  readonly method: Method;
  /** Root of all paths, without a slash at its end; empty for the host's. */
  readonly prefix: string;
  /** The program to install. */
  readonly binary: string;
  /** Whether go-alived's configuration is there, which alived also reads. */
  readonly hasOtherConfig: boolean;
  /** Texts of the files to install. */
  readonly texts: {
    readonly config: string;
    readonly schema: string;
    readonly guide: string;
    readonly unit: string;
    readonly script: string;
    readonly dropIns: Readonly<Record<DropIn, string>>;
  };
}

/**
 * The steps of an installation. Each can be done again and changes nothing
 * then; none starts the daemon.
 */
export function installPlan(facts: InstallFacts): readonly Step[] {
  const { method, prefix, binary, texts } = facts;
  const steps: Step[] = [
    {
      type: "copy",
      from: binary,
      path: prefix + PATHS.binary,
      mode: 0o755,
    },
    installed(prefix + PATHS.guide, texts.guide),
    installed(prefix + PATHS.schema, texts.schema),
  ];
  // A sample in alived's own place would hide the file that is in use.
  if (!facts.hasOtherConfig) {
    steps.push({
      type: "write",
      path: prefix + PATHS.config,
      text: texts.config,
      mode: 0o640,
      once: true,
    });
  }
  if (method === "sysv") {
    return [...steps, installed(prefix + PATHS.script, texts.script, 0o755)];
  }
  steps.push(installed(prefix + PATHS.unit, texts.unit));
  for (const [name, text] of Object.entries(texts.dropIns)) {
    steps.push(installed(prefix + examplePath(name), text));
  }
  if (prefix === "") steps.push(run(["systemctl", "daemon-reload"]));
  return steps;
}

/** A file that is this version's, whatever was there. */
function installed(path: string, text: string, mode = 0o644): Step {
  return { type: "write", path, text, mode, once: false };
}

const DROP_INS_THERE =
  `\nIn ${PATHS.dropIns}, to be copied without ".example":\n` +
  Object.entries(DROP_INS)
    .map(([name, what]) => `  ${name.padEnd(32)} ${what}\n`).join("");

/**
 * What is left to do after an installation, in words.
 *
 * @param hasOtherConfig Whether go-alived's file is in use.
 */
export function nextSteps(method: Method, hasOtherConfig: boolean): string {
  const config = hasOtherConfig ? PATHS.otherConfig : PATHS.config;
  const lines = method === "systemd"
    ? [
      "systemctl enable --now alived    start it, now and at every boot",
      "systemctl restart alived         or that, after an upgrade: with a bad",
      "                                 file it would not start again",
    ]
    : [
      "/etc/init.d/alived start         start it",
      "update-rc.d alived defaults      and at every boot; elsewhere",
      "                                 chkconfig --add alived",
      "/etc/init.d/alived restart       or that, after an upgrade",
    ];
  const next = [`edit ${config}`, "alived check", "alived test", ...lines];
  return `\nNext:\n${next.map((line) => `  ${line}\n`).join("")}` +
    (method === "systemd" ? DROP_INS_THERE : "");
}

/** What the removal of an installation depends on. */
export interface UninstallFacts {
  /** Root of all paths, without a slash at its end; empty for the host's. */
  readonly prefix: string;
  /** Whether the configuration goes too. */
  readonly purge: boolean;
  /** Whether systemd runs this host. */
  readonly systemd: boolean;
  /** Whether a path, the prefix included, is there. */
  readonly exists: (path: string) => boolean;
}

/** Programs that know the links of SysV init scripts, and what to tell them. */
const SCRIPT_REGISTRIES: readonly (readonly string[])[] = [
  ["/usr/sbin/update-rc.d", "-f", "alived", "remove"],
  ["/sbin/chkconfig", "--del", "alived"],
];

/** The steps that take away what an installation brought, as far as it is. */
export function uninstallPlan(facts: UninstallFacts): readonly Step[] {
  const { prefix, purge, systemd, exists } = facts;
  const unit = prefix + PATHS.unit;
  const script = prefix + PATHS.script;
  const config = prefix + PATHS.config;
  const steps: Step[] = [];
  const remove = (path: string): void => {
    if (exists(path)) steps.push({ type: "remove", path });
  };
  const removeDirectory = (path: string): void => {
    if (exists(path)) steps.push({ type: "removeDirectory", path });
  };

  const managed = prefix === "" && systemd && exists(unit);
  if (managed) steps.push(run(["systemctl", "disable", "--now", "alived"]));
  remove(unit);
  for (const name of Object.keys(DROP_INS)) remove(prefix + examplePath(name));
  removeDirectory(prefix + PATHS.dropIns);
  if (managed) steps.push(run(["systemctl", "daemon-reload"]));

  const scripted = prefix === "" && exists(script);
  if (scripted) steps.push(run([script, "stop"]));
  remove(script);
  if (scripted) {
    steps.push(
      ...SCRIPT_REGISTRIES
        .filter(([program = ""]) => exists(program))
        .map((command) => run(command, { optional: true })),
    );
  }

  const inConfigDirectory = [prefix + PATHS.schema, ...(purge ? [config] : [])]
    .filter(exists);
  inConfigDirectory.forEach(remove);
  if (inConfigDirectory.length > 0) {
    removeDirectory(prefix + PATHS.configDirectory);
  }
  remove(prefix + PATHS.guide);
  removeDirectory(prefix + PATHS.guideDirectory);
  // Last: until then the steps can be taken again.
  remove(prefix + PATHS.binary);
  return steps;
}

function run(
  command: readonly string[],
  { optional = false } = {},
): Step {
  return { type: "run", command, optional };
}

/** Write a step as one line of text. */
export function describeStep(step: Step): string {
  switch (step.type) {
    case "write":
      return `write ${step.path} (mode ${formatMode(step.mode)}` +
        `${step.once ? ", unless it exists" : ""})`;
    case "copy":
      return `copy ${step.from} to ${step.path} ` +
        `(mode ${formatMode(step.mode)})`;
    case "remove":
      return `remove ${step.path}`;
    case "removeDirectory":
      return `remove ${step.path} if it is empty`;
    case "run":
      return `run ${step.command.join(" ")}`;
    default:
      return step satisfies never;
  }
}

function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
