/**
 * Runs every test: `deno task test [NAME]`, or those whose names contain NAME.
 * The last line is the count.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { join } from "node:path";
import { obstacle } from "../tests/lab/namespace.ts";
import { installMissing, type Needs } from "./packages.ts";
import { add, type Count, runTests } from "./run_tests.ts";

/** Programs that the system tests run, and the Debian packages they are in. */
const NEEDED: Needs = {
  chromium: "chromium",
  fish: "fish",
  ip: "iproute2",
  keepalived: "keepalived",
  nft: "nftables",
  ping: "iputils-ping",
  prometheus: "prometheus",
  promtool: "prometheus",
  shellcheck: "shellcheck",
  "systemd-analyze": "systemd",
  tcpdump: "tcpdump",
  tshark: "tshark",
  zsh: "zsh",
};

/** System tests that wait, and that no pause of others disturbs. */
const SIDE_BY_SIDE = [
  ...["addresses", "bad_day", "completion", "control", "control_user"],
  ...["delays", "demo", "deployment"],
  ...[
    "doctor_broken",
    "doctor_fit",
    "doctor_usage",
    "fault_record",
    "firewall",
  ],
  ...["health_scripts", "health_trackers", "keepalived", "kernel_lock"],
  ...["kernel_netlink", "kernel_sockets"],
  ...["left_overs", "link", "monitoring", "notify_remote"],
  ...["notify_scripts", "operator", "orphans"],
  ...["process", "run_directory", "service_manager", "signals"],
  ...["unicast", "unprivileged", "virtual_ips", "wire"],
].map((name) => `tests/system/${name}_test.ts`);

const TEST = ["test", "--quiet", "-A", "--no-prompt"] as const;
const EXTERNAL = ["health", "notify", "editor", "browser", "fuzz"];

/** One child `deno`. */
interface Step {
  /** What it tests. */
  readonly name: string;
  readonly args: readonly string[];
}

const STEPS: readonly Step[] = [
  { name: "format, lint, types and unit tests", args: ["task", "ok"] },
  {
    // Fuzzing takes its minute while the others wait for servers.
    name: EXTERNAL.join(", "),
    args: [...TEST, "--parallel", ...EXTERNAL.map((name) => `tests/${name}`)],
  },
  { name: "the simulator", args: [...TEST, "--parallel", "tests/sim"] },
  {
    name: "the system, side by side",
    args: [...TEST, "--parallel", ...SIDE_BY_SIDE],
  },
  {
    name: "the system, one after the other",
    args: [...TEST, `--ignore=${SIDE_BY_SIDE}`, "tests/system"],
  },
];

if (import.meta.main) {
  // Where keepalived is, which is not in everybody's PATH.
  Deno.env.set("PATH", `${Deno.env.get("PATH")}:/usr/sbin:/sbin`);
  Deno.chdir(join(import.meta.dirname ?? ".", ".."));
  const reason = await prepare();
  if (reason !== null) console.error(reason);
  const count = reason === null
    ? await runAll(Deno.args.join(" "))
    : { passed: 0, failed: 1 };
  console.log(`${count.passed} passed, ${count.failed} failed`);
  if (count.failed > 0) Deno.exitCode = 1;
}

/**
 * Install what is missing, where that is possible.
 *
 * @returns Why the tests cannot run here, or null.
 */
async function prepare(): Promise<string | null> {
  const programs = Object.keys(NEEDED);
  console.log(
    `The system tests need ${programs.join(", ")} and network namespaces`,
  );
  return await installMissing(NEEDED) ?? await obstacle(programs);
}

async function runAll(filter: string): Promise<Count> {
  let sum: Count = { passed: 0, failed: 0 };
  for (const [i, { name, args: all }] of STEPS.entries()) {
    const args = filter === "" ? all : [...all, "--filter", filter];
    console.log(
      `\n[${i + 1} of ${STEPS.length}] ${name} ` +
        `(${sum.passed} passed, ${sum.failed} failed so far)`,
    );
    sum = add(sum, await runTests(args, { mayBeEmpty: filter !== "" }));
  }
  if (sum.passed + sum.failed > 0) return sum;
  console.error(`No test has "${filter}" in its name`);
  return { passed: 0, failed: 1 };
}
