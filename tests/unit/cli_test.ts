import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { configPath } from "../../src/cli/config_path.ts";
import { defaultRunDirectory } from "../../src/cli/run_directory.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const RUN = ["run", "-A", "--no-prompt", "--no-check", "--quiet", MAIN];
const NO_FILE = "/nonexistent/alived.yaml";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run Deno to its end. */
async function deno(args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Run the program with this on its standard input. */
async function alivedReading(
  input: string,
  ...args: readonly string[]
): Promise<Ended> {
  await using child = new Deno.Command(Deno.execPath(), {
    args: [...RUN, ...args],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const [{ code }, stdout, stderr] = await Promise.all([
    child.status,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, stdout, stderr };
}

/** Run the program to its end. */
function alived(...args: string[]): Promise<Ended> {
  return deno([...RUN, ...args]);
}

/** Do something with a file that holds this text. */
async function withFile(
  text: string,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/config.yaml`;
  try {
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    await use(path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const SOUND = `
vrrp_instances:
  - name: VI_1
    interface: lo
    virtual_router_id: 51
    priority: 100
    auth_type: PASS
    auth_pass: s3cret
    virtual_ips: [192.0.2.100/24, 192.0.2.101]
  - name: VI_2
    interface: lo
    version: 3
    virtual_router_id: 52
    priority: 200
    advert_interval: 100ms
    virtual_ips: [192.0.2.102/24]
  - name: VI_3
    interface: lo
    virtual_router_id: 53
    priority: 255
    advert_interval: 2
    virtual_ips: [192.0.2.103/24]
`;

Deno.test("alived version prints program, Deno and target", async () => {
  const version = {
    code: 0,
    stdout: `alived ${config.version} ` +
      `(deno ${Deno.version.deno}, ${Deno.build.target})\n`,
    stderr: "",
  };
  deepStrictEqual(await alived("version"), version);
  deepStrictEqual(await alived("--version"), version);
});

Deno.test("alived --help shows commands, options and examples", async () => {
  const { code, stdout, stderr } = await alived("--help");
  strictEqual(code, 0);
  strictEqual(stderr, "");
  match(stdout, /^Usage: alived \[options\] \[command\]\n/);
  match(stdout, /^ {2}-c, --config <file> .*\/etc\/alived\/config\.yaml/m);
  match(stdout, /^ {2}run /m);
  match(stdout, /^ {2}check /m);
  match(stdout, /^ {2}alived check \.\/config\.yaml /m);
});

Deno.test("alived run --help shows its options and the global ones", async () => {
  const { code, stdout } = await alived("run", "--help");
  strictEqual(code, 0);
  match(stdout, /^ {2}--run-directory <dir> /m);
  match(stdout, /^ {2}-d, --debug /m);
});

Deno.test("alived with a mistyped command suggests one and runs nothing", async () => {
  const stderr = "error: unknown command 'chekc'\n(Did you mean check?)\n";
  deepStrictEqual(await alived("chekc"), { code: 2, stdout: "", stderr });
  deepStrictEqual(await alived("-d", "-c", NO_FILE, "chekc"), {
    code: 2,
    stdout: "",
    stderr,
  });
});

Deno.test("alived with a mistyped option suggests one and runs nothing", async () => {
  deepStrictEqual(await alived("--confg", NO_FILE), {
    code: 2,
    stdout: "",
    stderr: "error: unknown option '--confg'\n(Did you mean --config?)\n",
  });
});

Deno.test("alived refuses words that a command does not take", async () => {
  const { code, stdout, stderr } = await alived("schema", NO_FILE);
  strictEqual(code, 2);
  strictEqual(stdout, "");
  match(stderr, /^error: too many arguments for 'schema'/);
});

Deno.test("alived with flags only runs the daemon", async () => {
  for (
    const args of [
      ["-d", "-c", NO_FILE],
      ["--run-directory", "/nonexistent", "-c", NO_FILE],
      ["-c", NO_FILE, "run"],
      ["run", "-c", NO_FILE, "-d"],
    ]
  ) {
    const { code, stdout, stderr } = await alived(...args);
    strictEqual(code, 2, args.join(" "));
    strictEqual(stdout, "");
    match(
      stderr,
      /^.* ERROR Cannot read "\/nonexistent\/alived\.yaml": no such file\n$/,
    );
  }
});

Deno.test("alived check names a file that is missing", async () => {
  deepStrictEqual(await alived("-c", NO_FILE, "check"), {
    code: 2,
    stdout: "",
    stderr: `Cannot read "${NO_FILE}": no such file\n`,
  });
});

Deno.test("alived check shows what would run, and no password", async () => {
  await withFile(SOUND, async (path) => {
    const shown = {
      code: 0,
      stdout: `${path}: 3 instances

VI_1: VRRPv2 VRID 51 on lo, priority 100
  VIPs     192.0.2.100/24, 192.0.2.101/32
  source   primary address of lo
  auth     PASS ***
  preempt  yes
  timers   advert every 1s, skew time 609.375ms, master-down interval 3.609s

VI_2: VRRPv3 VRID 52 on lo, priority 200
  VIPs     192.0.2.102/24
  source   primary address of lo
  auth     none
  preempt  yes
  timers   advert every 100ms, skew time 21.875ms, master-down interval
           321.875ms

VI_3: VRRPv2 VRID 53 on lo, priority 255 (owner)
  VIPs     192.0.2.103/24
  source   primary address of lo
  auth     none
  preempt  yes
  timers   advert every 2s, master from the start

daemon
  lease    off
  control  control.sock in the run directory
`,
      stderr: "",
    };
    deepStrictEqual(await alived("check", "-c", path), shown);
    deepStrictEqual(await alived("check", path), shown);
  });
});

Deno.test("alived check - reads standard input", async () => {
  const bad = SOUND.replace("priority: 100", "priority: 300");
  const { code, stdout, stderr } = await alivedReading(bad, "check", "-");
  deepStrictEqual([code, stdout], [2, ""]);
  match(stderr, /^<stdin>:6:15 vrrp_instances\[0\]\.priority: /);
  const sound = await alivedReading(SOUND, "check", "-");
  strictEqual(sound.code, 0);
  match(sound.stdout, /^<stdin>: 3 instances\n/);
});

Deno.test("alived check refuses two files", async () => {
  deepStrictEqual(await alived("check", "-c", NO_FILE, NO_FILE), {
    code: 2,
    stdout: "",
    stderr: "error: check takes FILE or --config, not both\n",
  });
});

Deno.test("alived check --strict fails when there is a warning", async () => {
  const long = SOUND.replace("s3cret", "correcthorse");
  await withFile(long, async (path) => {
    strictEqual((await alived("check", path)).code, 0);
    const { code, stderr } = await alived("check", "--strict", path);
    strictEqual(code, 2);
    match(stderr, /^warning: .* only the first 8 bytes are used\n/);
  });
  await withFile(SOUND, async (path) => {
    strictEqual((await alived("check", "--strict", path)).code, 0);
  });
});

Deno.test("alived check --json prints issues and settings without secrets", async () => {
  const long = SOUND.replace("s3cret", "correcthorse");
  await withFile(long, async (path) => {
    const { code, stdout, stderr } = await alived("check", "--json", path);
    deepStrictEqual([code, stderr], [0, ""]);
    const { valid, issues, settings } = JSON.parse(stdout);
    strictEqual(valid, true);
    deepStrictEqual(issues, [{
      ...{ level: "warning", file: path, line: 8, column: 16 },
      path: "vrrp_instances[0].auth_pass",
      message: "only the first 8 bytes are used",
    }]);
    strictEqual(settings.instances[0].password, "***");
    ok(!stdout.includes("correct"));
  });
  const missing = await alived("check", "--json", NO_FILE);
  strictEqual(missing.code, 2);
  deepStrictEqual(JSON.parse(missing.stdout), {
    valid: false,
    issues: [{
      ...{ level: "error", file: null, line: null, column: null, path: "" },
      message: `Cannot read "${NO_FILE}": no such file`,
    }],
    settings: null,
  });
});

Deno.test("alived check prints every mistake with its place", async () => {
  const text = SOUND.replace("priority: 100", "priorty: 100")
    .replace("priority: 200", "priority: 300");
  await withFile(text, async (path) => {
    deepStrictEqual(await alived("check", "-c", path), {
      code: 2,
      stdout: "",
      stderr: `${path}:6:5 vrrp_instances[0].priorty: ` +
        'is not a known key (did you mean "priority"?)\n' +
        "    6 |     priorty: ***\n" +
        "      |     ^^^^^^^\n" +
        `${path}:14:15 vrrp_instances[1].priority: ` +
        "must be a whole number from 1 to 255, not 300\n" +
        "   14 |     priority: 300\n" +
        "      |               ^^^\n",
    });
  });
});

Deno.test("alived check warns of an interface that does not exist", async () => {
  const text = SOUND.replaceAll("interface: lo", "interface: nonesuch0");
  await withFile(text, async (path) => {
    const { code, stdout, stderr } = await alived("check", "-c", path);
    strictEqual(code, 0);
    ok(stdout.startsWith(`${path}: 3 instances\n`), stdout);
    const [line, ...excerpt] = stderr.split("\n");
    ok(
      line?.startsWith(
        `warning: ${path}:4:16 vrrp_instances[0].interface: ` +
          '"nonesuch0" does not exist on this host (it has ',
      ),
      line,
    );
    match(line ?? "", /[( ]lo[,)]/);
    deepStrictEqual(excerpt, [
      "    4 |     interface: nonesuch0",
      "      |                ^^^^^^^^^",
      "",
    ]);
  });
});

Deno.test("alived check warns of what has no effect and is content", async () => {
  const checker =
    "  - { name: idle, type: tcp, config: { host: lo, port: 1 } }";
  const text = `${SOUND}health_checkers:\n${checker}\n`;
  await withFile(text, async (path) => {
    const { code, stderr } = await alived("check", "-c", path);
    strictEqual(code, 0);
    strictEqual(
      stderr,
      `warning: ${path}:24:13 health_checkers[0].name: ` +
        'no tracker uses "idle": it does not run\n' +
        "   24 |   - { name: idle, type: tcp, config: { host: lo, port: 1 } }\n" +
        "      |             ^^^^\n",
    );
  });
});

Deno.test("alived check lets a reader of its output go", async () => {
  await withFile(SOUND, async (path) => {
    await using child = new Deno.Command("sh", {
      args: [
        ...["-c", 'sleep 0.3; exec "$@"', "sh", Deno.execPath(), ...RUN],
        ...["check", "-c", path],
      ],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await child.stdout.cancel();
    strictEqual(await new Response(child.stderr).text(), "");
    strictEqual((await child.status).code, 0);
  });
});

Deno.test("alived cleanup says that there is nothing, and makes nothing", async () => {
  const directory = await Deno.makeTempDir();
  const missing = `${directory}/run`;
  try {
    deepStrictEqual(await alived("cleanup", "--run-directory", missing), {
      code: 0,
      stdout: "Nothing was left behind\n",
      stderr: "",
    });
    await rejects(Deno.stat(missing), Deno.errors.NotFound);
    await Deno.chmod(directory, 0o777);
    deepStrictEqual(await alived("cleanup", "--run-directory", directory), {
      code: 1,
      stdout: "",
      stderr: `Cannot use run directory "${directory}": all users can write ` +
        `"${directory}"; run chmod o-w "${directory}"\n`,
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("alived check --quiet shows mistakes and warnings only", async () => {
  await withFile("vrrp_instances: 1\n", async (path) => {
    const { code, stderr } = await alived("check", "-q", "-c", path);
    strictEqual(code, 2);
    match(stderr, /:1:\d+ vrrp_instances: /);
  });
  await withFile(SOUND, async (path) => {
    const loud = await alived("check", "-c", path);
    deepStrictEqual(await alived("check", "--quiet", "-c", path), {
      ...loud,
      stdout: "",
    });
  });
});

Deno.test("alived schema prints a JSON Schema and nothing else", async () => {
  const { code, stdout, stderr } = await alived("schema");
  deepStrictEqual([code, stderr], [0, ""]);
  const { $schema, required } = JSON.parse(stdout);
  strictEqual($schema, "http://json-schema.org/draft-07/schema#");
  deepStrictEqual(required, ["vrrp_instances"]);
});

Deno.test("configPath() falls back to go-alived's file and says so", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/alived.yaml`;
  const fallback = `${directory}/go-alived.yaml`;
  const script = `
    const [module, path, fallback] = Deno.args;
    const { configPath } = await import(module);
    console.log(configPath(undefined, [path, fallback]));`;
  const module = import.meta.resolve("../../src/cli/config_path.ts");
  const chosen = async (): Promise<readonly [string, string]> => {
    const { stdout, stderr } = await deno([
      ...["eval", "--ext=ts", "--no-check", script],
      ...[module, path, fallback],
    ]);
    return [stdout, stderr];
  };
  try {
    deepStrictEqual(await chosen(), [`${path}\n`, ""]);
    await Deno.writeTextFile(fallback, "");
    deepStrictEqual(await chosen(), [
      `${fallback}\n`,
      `note: Using "${fallback}": "${path}" does not exist\n`,
    ]);
    await Deno.writeTextFile(path, "");
    deepStrictEqual(await chosen(), [`${path}\n`, ""]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("configPath() takes the given file, there or not", () => {
  strictEqual(configPath(NO_FILE), NO_FILE);
});

Deno.test("defaultRunDirectory() is the first that systemd made", () => {
  strictEqual(defaultRunDirectory("/run/a:/run/b"), "/run/a");
  strictEqual(defaultRunDirectory("/run/a"), "/run/a");
  strictEqual(defaultRunDirectory(""), "/run/alived");
  strictEqual(defaultRunDirectory(undefined), "/run/alived");
});

/** Run the program on a terminal of so many columns; all that it shows. */
async function onTerminal(columns: number, ...args: string[]): Promise<string> {
  const words = [Deno.execPath(), ...RUN, ...args].map((word) => `'${word}'`);
  const command = `stty cols ${columns}; exec ${words.join(" ")}`;
  const { stdout } = await new Deno.Command("script", {
    args: ["--quiet", "--command", command, "/dev/null"],
    env: { NO_COLOR: "" },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).replaceAll("\r", "");
}

Deno.test("alived --help and check fit the terminal that they are on", async () => {
  for (const [columns, most] of [[60, 60], [20, 40]] as const) {
    const lines = (await onTerminal(columns, "--help")).split("\n")
      // A path is not broken.
      .filter((line) => line.length > most && !line.includes("/etc/"));
    deepStrictEqual(lines, []);
  }
  await withFile(SOUND, async (path) => {
    const shown = await onTerminal(60, "check", path);
    match(shown, /^ {11}master-down interval /m);
  });
});

Deno.test("alived check has colours on a terminal and nowhere else", async () => {
  const bad = SOUND.replace("priority: 100", "priority: 300");
  await withFile(bad, async (path) => {
    const shown = await onTerminal(99, "check", path);
    ok(shown.includes("\x1b[31m^^^\x1b[0m"), shown);
    ok(!(await alived("check", path)).stderr.includes("\x1b"));
  });
});
