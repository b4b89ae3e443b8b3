/**
 * The compiled program that `ALIVED_BIN` names installs itself.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { alivedCommand } from "../lab/alived.ts";
import { run } from "../lab/program.ts";

const ROOT = new URL("../../", import.meta.url);

/** Path and mode of every file below a directory. */
async function filesIn(directory: string): Promise<string[]> {
  const format = "/%P %m\n";
  const text = await run(["find", directory, "-type", "f", "-printf", format]);
  return text.split("\n").filter((line) => line !== "").sort();
}

const EXAMPLES = ["realtime", "script_user", "unprivileged"].map((name) =>
  `/etc/systemd/system/alived.service.d/${name}.conf.example 644`
);

for (
  const [method, path, source, mode] of [
    [
      "systemd",
      "/etc/systemd/system/alived.service",
      "deployment/alived.service",
      "644",
    ],
    ["sysv", "/etc/init.d/alived", "deployment/alived.init", "755"],
  ] as const
) {
  Deno.test(`alived install --method ${method} has all it needs in itself`, async () => {
    const [binary = "", ...rest] = alivedCommand();
    ok(rest.length === 0, "ALIVED_BIN does not name a compiled program");
    const root = await Deno.makeTempDir();
    try {
      const options = ["--prefix", root];
      // The modes of the files do not depend on the umask.
      await run([
        ...["sh", "-c", 'umask 077; cd /; exec "$@"', "sh", binary],
        ...["install", "--method", method, ...options],
      ]);
      deepStrictEqual(await filesIn(root), [
        "/etc/alived/config.yaml 640",
        "/etc/alived/schema.json 644",
        `${path} ${mode}`,
        ...method === "systemd" ? EXAMPLES : [],
        "/usr/local/bin/alived 755",
        "/usr/local/share/doc/alived/COMPATIBILITY.md 644",
      ]);
      strictEqual(
        await Deno.readTextFile(root + path),
        await Deno.readTextFile(new URL(source, ROOT)),
      );
      strictEqual(
        await Deno.readTextFile(`${root}/etc/alived/config.yaml`),
        await Deno.readTextFile(new URL("deployment/config.yaml", ROOT)),
      );
      strictEqual(
        await Deno.readTextFile(`${root}/etc/alived/schema.json`),
        await run([binary, "schema"]),
      );

      // What was installed can do all that what installed it can.
      const installed = `${root}/usr/local/bin/alived`;
      await run([installed, "check", "-c", `${root}/etc/alived/config.yaml`]);
      const again = await run([
        installed,
        ...["install", "--method", method, ...options],
      ]);
      strictEqual(
        again.match(/: nothing to do\n/g)?.length,
        method === "systemd" ? 8 : 5,
      );
      await run([installed, "uninstall", ...options]);
      deepStrictEqual(await filesIn(root), ["/etc/alived/config.yaml 640"]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}
