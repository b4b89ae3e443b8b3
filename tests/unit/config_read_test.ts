import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { ConfigError, formatIssue } from "../../src/config/issue.ts";
import { readConfig } from "../../src/config/read.ts";

const OPEN = `vrrp_instances:
  - { name: a, interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1] }
`;
const SECRET = OPEN.replace(" }", ", auth_type: PASS, auth_pass: x }");

/** Run a test with a file of its own, which goes whatever happens. */
function withFile(
  content: string | Uint8Array,
  mode: number,
  body: (path: string) => void,
): void {
  const path = Deno.makeTempFileSync({ prefix: "alived-config-" });
  try {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    Deno.writeFileSync(path, bytes);
    Deno.chmodSync(path, mode);
    body(path);
  } finally {
    Deno.removeSync(path);
  }
}

/** The error that reading a file ends with. */
function failure(path: string): ConfigError {
  let found: unknown;
  throws(() => readConfig(path), (error) => {
    found = error;
    return true;
  });
  ok(found instanceof ConfigError);
  return found;
}

function warnings(path: string): string[] {
  return readConfig(path).warnings.map(formatIssue);
}

Deno.test("readConfig() reads a file", () => {
  withFile(OPEN, 0o644, (path) => {
    const { settings, warnings } = readConfig(path);
    deepStrictEqual(settings.instances.map(({ name }) => name), ["a"]);
    deepStrictEqual(warnings, []);
  });
});

Deno.test("readConfig() throws all issues of a file", () => {
  withFile(`${OPEN}a: 1\nb: 2\n`, 0o600, (path) => {
    const error = failure(path);
    strictEqual(
      error.message,
      `${path}:3:1 a: is not a known key\n${path}:4:1 b: is not a known key`,
    );
    deepStrictEqual(error.issues.map(({ line }) => line), [3, 4]);
  });
});

Deno.test("readConfig() warns of secrets that every user can read", () => {
  withFile(SECRET, 0o644, (path) => {
    deepStrictEqual(warnings(path), [
      `${path}:1:1: every user can read the secrets in it: run chmod 0640 ${path}`,
    ]);
  });
  withFile(SECRET, 0o640, (path) => deepStrictEqual(warnings(path), []));
  const webhook = "notifications: { webhooks: [{ url: 'http://a/x' }] }\n";
  withFile(OPEN + webhook, 0o644, (path) => {
    deepStrictEqual(warnings(path).length, 1);
  });
});

Deno.test("readConfig() names a file that is not there", () => {
  const error = failure("/nowhere/config.yaml");
  strictEqual(
    error.message,
    'Cannot read "/nowhere/config.yaml": no such file',
  );
  deepStrictEqual(error.issues, []);
  ok(error.cause instanceof Deno.errors.NotFound);
});

Deno.test("readConfig() refuses a directory", () => {
  const path = Deno.makeTempDirSync({ prefix: "alived-config-" });
  try {
    strictEqual(
      failure(path).message,
      `Cannot read "${path}": it is a directory, not a file`,
    );
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("readConfig() names a file that it may not read", () => {
  // For writing only, and for root too.
  const path = "/sys/bus/platform/uevent";
  strictEqual(
    failure(path).message,
    `Cannot read "${path}": permission denied`,
  );
});

Deno.test("readConfig() refuses what is no text, or too long", () => {
  withFile(new Uint8Array([0x61, 0xff]), 0o644, (path) => {
    strictEqual(
      failure(path).message,
      `Cannot read "${path}": it is not UTF-8 text`,
    );
  });
  withFile("#".repeat(1024 * 1024 + 1), 0o644, (path) => {
    strictEqual(
      failure(path).message,
      `Cannot read "${path}": it is longer than 1 MiB`,
    );
  });
  withFile(OPEN + "#".repeat(1024 * 1024 - OPEN.length), 0o600, (path) => {
    strictEqual(readConfig(path).settings.instances.length, 1);
  });
});

Deno.test("readConfig() reads nothing of a file that is far too long", () => {
  withFile("", 0o644, (path) => {
    // 1 TiB of nothing: read, it would take minutes and all memory.
    Deno.truncateSync(path, 2 ** 40);
    strictEqual(
      failure(path).message,
      `Cannot read "${path}": it is longer than 1 MiB`,
    );
  });
});

Deno.test("readConfig() refuses pipes, sockets and devices, and never waits", () => {
  strictEqual(
    failure("/dev/zero").message,
    'Cannot read "/dev/zero": it is a device, not a file',
  );
  const directory = Deno.makeTempDirSync({ prefix: "alived-config-" });
  try {
    const pipe = `${directory}/pipe`;
    new Deno.Command("mkfifo", { args: [pipe] }).outputSync();
    strictEqual(
      failure(pipe).message,
      `Cannot read "${pipe}": it is a pipe, not a file`,
    );
    const path = `${directory}/socket`;
    using _ = Deno.listen({ transport: "unix", path });
    strictEqual(
      failure(path).message,
      `Cannot read "${path}": it is a socket, not a file`,
    );
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

/** One instance that a check of a program moves, and that a script is told of. */
function withPrograms(check: string, script: string): string {
  return `vrrp_instances:
  - { name: a, interface: eth0, virtual_router_id: 1, track_scripts: [c], notify: "${script}" }
health_checkers:
  - { name: c, type: script, config: { script: "${check}" } }
  - { name: d, type: script, config: { script: /nowhere/unused } }
`;
}

Deno.test("readConfig() refuses a check whose program cannot be started", () => {
  for (
    const [program, problem] of [
      ["/nowhere/check", '"/nowhere/check" does not exist'],
      ["/etc", '"/etc" is not a file'],
      [
        "/etc/passwd",
        '"/etc/passwd" is not executable: run chmod +x /etc/passwd',
      ],
    ] as const
  ) {
    withFile(withPrograms(program, "/bin/true"), 0o600, (path) => {
      strictEqual(
        failure(path).message,
        `${path}:4:48 health_checkers[0].config.script: ${problem}`,
      );
    });
  }
});

Deno.test("readConfig() warns of a script that is not there, and loads", () => {
  withFile(withPrograms("/bin/true", "/nowhere/notify x"), 0o600, (path) => {
    deepStrictEqual(warnings(path), [
      `${path}:2:83 vrrp_instances[0].notify: "/nowhere/notify" does not exist`,
      `${path}:5:13 health_checkers[1].name: no tracker uses "d": it does not run`,
    ]);
  });
});

Deno.test("readConfig() looks up the user of scripts", () => {
  withFile(`${OPEN}global: { script_user: root }\n`, 0o600, (path) => {
    deepStrictEqual(readConfig(path).settings.global.scriptUser, {
      uid: 0,
      gid: 0,
    });
  });
  withFile(`${OPEN}global: { script_user: no-one-here }\n`, 0o600, (path) => {
    strictEqual(
      failure(path).message,
      `${path}:3:24 global.script_user: "no-one-here" is not a user in /etc/passwd`,
    );
  });
});

Deno.test("readConfig() warns of a mail password that every user can read", () => {
  withFile("x", 0o644, (secret) => {
    const mail = "notifications: { email: { to: a@b, smtp: { host: h, " +
      `user: u, password_file: ${secret} } } }\n`;
    withFile(OPEN + mail, 0o600, (path) => {
      deepStrictEqual(warnings(path), [
        `${path}:3:77 notifications.email.smtp.password_file: "${secret}" can be read by every user: run chmod 0600 ${secret}`,
      ]);
    });
  });
});

/** A test as root, with a file whose directories root alone can write. */
function rootTest(name: string, body: (directory: string) => void): void {
  Deno.test({
    name,
    ignore: Deno.uid() !== 0,
    fn: () => {
      const directory = Deno.makeTempDirSync({ dir: "/root" });
      try {
        Deno.writeTextFileSync(`${directory}/c.yaml`, OPEN, { mode: 0o644 });
        body(directory);
      } finally {
        Deno.removeSync(directory, { recursive: true });
      }
    },
  });
}

rootTest("readConfig() refuses what others could write, as root", (dir) => {
  const path = `${dir}/c.yaml`;
  const refusal = (problem: string): void =>
    strictEqual(
      failure(path).message,
      `${path}:1:1: others could write commands for root in it: ${problem}`,
    );
  strictEqual(readConfig(path).settings.instances.length, 1);
  Deno.chmodSync(path, 0o646);
  refusal(`all users can write "${path}"; run chmod o-w "${path}"`);
  Deno.chmodSync(path, 0o664);
  Deno.chownSync(path, 0, 12);
  refusal(`group 12 can write "${path}"; run chmod g-w "${path}"`);
  Deno.chmodSync(path, 0o644);
  Deno.chownSync(path, 1234, 0);
  refusal(`"${path}" belongs to user 1234; run chown root "${path}"`);
  Deno.chownSync(path, 0, 0);
  Deno.chmodSync(dir, 0o777);
  refusal(`all users can write "${dir}"; run chmod o-w "${dir}"`);
  // Nobody else can remove root's file from a directory like /tmp.
  Deno.chmodSync(dir, 0o1777);
  deepStrictEqual(warnings(path), []);
});

rootTest(
  "readConfig() judges the way of links, and links themselves",
  (dir) => {
    Deno.mkdirSync(`${dir}/open`);
    Deno.chmodSync(`${dir}/open`, 0o1777);
    const link = `${dir}/open/link.yaml`;
    Deno.symlinkSync(`../c.yaml`, link);
    strictEqual(readConfig(link).settings.instances.length, 1);
    new Deno.Command("chown", { args: ["-h", "1234", link] }).outputSync();
    strictEqual(
      failure(link).message,
      `${link}:1:1: others could write commands for root in it: "${link}" ` +
        `belongs to user 1234; run chown -h root "${link}"`,
    );
  },
);

rootTest("readConfig() tells the mistakes of a file that it refuses", (dir) => {
  const path = `${dir}/c.yaml`;
  Deno.writeTextFileSync(path, `${OPEN}a: 1\n`);
  Deno.chmodSync(path, 0o666);
  deepStrictEqual(failure(path).issues.map(({ problem }) => problem), [
    "others could write commands for root in it: all users can write " +
    `"${path}"; run chmod o-w "${path}"`,
    "is not a known key",
  ]);
});
