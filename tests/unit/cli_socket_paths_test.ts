import { deepStrictEqual, throws } from "node:assert/strict";
import { ControlError } from "../../src/cli/control_error.ts";
import { socketPaths } from "../../src/cli/socket_paths.ts";

const INSTANCE = `
vrrp_instances:
  - { name: VI_1, interface: lo, virtual_router_id: 51, virtual_ips: [192.0.2.100] }
`;

/** Do something with a file of this text, and with this environment. */
function withConfig(
  text: string,
  env: Readonly<Record<string, string>>,
  use: (config: string) => void,
): void {
  const config = Deno.makeTempFileSync({ suffix: ".yaml" });
  const before = ["ALIVED_SOCKET", "RUNTIME_DIRECTORY"].map((name) =>
    [name, Deno.env.get(name)] as const
  );
  const set = (name: string, value: string | undefined): void =>
    value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  try {
    Deno.writeTextFileSync(config, text, { mode: 0o600 });
    for (const [name] of before) set(name, env[name]);
    use(config);
  } finally {
    for (const [name, value] of before) set(name, value);
    Deno.removeSync(config);
  }
}

/** What the file and the environment say, and where is asked then. */
const FOUND: readonly (readonly [
  string,
  string,
  Readonly<Record<string, string>>,
  string,
  string | null,
])[] = [
  ["nothing", "", {}, "/run/alived/control.sock", "/run/alived/status.sock"],
  [
    "RUNTIME_DIRECTORY",
    "",
    { RUNTIME_DIRECTORY: "/run/a:/run/b" },
    ...["/run/a/control.sock", "/run/a/status.sock"] as const,
  ],
  [
    "a path",
    "global: { control_socket: /run/x/c.sock }",
    {},
    ...["/run/x/c.sock", "/run/x/status.sock"] as const,
  ],
  [
    "both paths",
    "global: { control_socket: { path: /run/x/c, status_path: /run/y/s, group: root } }",
    {},
    ...["/run/x/c", "/run/y/s"] as const,
  ],
  [
    "ALIVED_SOCKET",
    "global: { control_socket: /run/x/c.sock }",
    { ALIVED_SOCKET: "/run/z/c.sock" },
    ...["/run/z/c.sock", null] as const,
  ],
  [
    "a mistake",
    "global: { control_socket: [] }",
    {},
    ...["/run/alived/control.sock", "/run/alived/status.sock"] as const,
  ],
];

for (const [what, global, env, control, status] of FOUND) {
  Deno.test(`where the daemon is asked when the host says ${what}`, () => {
    withConfig(global + INSTANCE, env, (config) => {
      const paths = socketPaths({ socket: undefined, config });
      deepStrictEqual([paths.control, paths.status], [control, status]);
      // What the command line says comes first.
      const named = socketPaths({ socket: "/tmp/s/x.sock", config });
      deepStrictEqual(named, {
        ...{ control: "/tmp/s/x.sock", status: null, runDirectory: "/tmp/s" },
      });
    });
  });
}

Deno.test("a daemon whose configuration turns the socket off cannot be asked", () => {
  const text = `global: { control_socket: off }${INSTANCE}`;
  withConfig(text, {}, (config) => {
    throws(
      () => socketPaths({ socket: undefined, config }),
      (error) =>
        error instanceof ControlError && error.exitCode === 3 &&
        error.message ===
          `"${config}" says control_socket: off, so the daemon cannot be asked`,
    );
  });
});
