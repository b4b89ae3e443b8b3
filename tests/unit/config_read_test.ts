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

Deno.test("readConfig() warns of passwords that every user can read", () => {
  withFile(SECRET, 0o644, (path) => {
    deepStrictEqual(warnings(path), [
      `${path}:1:1: every user can read the passwords: run chmod 0640 ${path}`,
    ]);
  });
  withFile(SECRET, 0o640, (path) => deepStrictEqual(warnings(path), []));
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
      `Cannot read "${path}": it is a directory`,
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
  strictEqual(
    failure("/dev/zero").message,
    'Cannot read "/dev/zero": it is longer than 1 MiB',
  );
});
