/**
 * Who may use which socket of a daemon, as the program finds it.
 *
 * @module
 */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { alivedCommand } from "../lab/alived.ts";
import { packagesFor } from "../lab/other_user.ts";
import { noScripts } from "../lab/real_root.ts";
import { status } from "../lab/control_example.ts";
import { json } from "../lab/control_socket.ts";

const UID = "8112";
const GROUP = 8113;
const onListen = (): void => {};
const ignore = await noScripts() !== null;

Deno.test({
  name: "a user of the group may ask and not order, another may nothing",
  ignore,
  async fn(): Promise<void> {
    const directory = await Deno.makeTempDir();
    await Deno.chmod(directory, 0o755);
    const asked: string[] = [];
    const serve = (name: string, mode: number): Deno.HttpServer<Deno.Addr> => {
      const path = `${directory}/${name}.sock`;
      const server = Deno.serve({ path, onListen }, (request) => {
        asked.push(
          `${name} ${request.method} ${new URL(request.url).pathname}`,
        );
        return json(status());
      });
      Deno.chmodSync(path, mode);
      return server;
    };
    const servers = [serve("control", 0o600), serve("status", 0o660)];
    await Deno.chown(`${directory}/status.sock`, 0, GROUP);
    const packages = await packagesFor(UID, directory);
    const ask = async (
      groups: string,
      ...args: string[]
    ): Promise<{ code: number; stdout: string; stderr: string }> => {
      const { code, stdout, stderr } = await new Deno.Command("setpriv", {
        args: [
          ...[`--reuid=${UID}`, `--regid=${UID}`, groups],
          ...alivedCommand("-c", "/nonexistent", ...args),
        ],
        env: { RUNTIME_DIRECTORY: directory, NO_COLOR: "1", ...packages },
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      return {
        code,
        stdout: decoder.decode(stdout),
        stderr: decoder.decode(stderr),
      };
    };
    try {
      const member = `--groups=${GROUP}`;
      const shown = await ask(member, "status");
      deepStrictEqual([shown.code, shown.stderr], [0, ""]);
      match(shown.stdout, /^VI_1 {6}MASTER /m);

      const ordered = await ask(member, "failover", "VI_1");
      deepStrictEqual([ordered.code, ordered.stdout], [4, ""]);
      strictEqual(
        ordered.stderr,
        `May not use "${directory}/control.sock": it is for root alone (sudo). ` +
          "Others may ask, and not order, when global.control_socket has a " +
          "group\n",
      );

      const stranger = await ask("--clear-groups", "status");
      deepStrictEqual([stranger.code, stranger.stdout], [4, ""]);
      strictEqual(
        stranger.stderr,
        `May not use "${directory}/status.sock": it is for root and the ` +
          `members of group "${GROUP}"\n`,
      );
      deepStrictEqual(asked, ["status GET /v1/status"]);
    } finally {
      await Promise.all(servers.map((server) => server.shutdown()));
      await Deno.remove(directory, { recursive: true });
    }
  },
});
