/**
 * What `alived completion` prints, judged by the shells that read it: they ask
 * the program, and the program a daemon, for names.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import { check, instance, status } from "../lab/control_example.ts";
import { fakeDaemon, json } from "../lab/control_socket.ts";
import { alivedCommand } from "../lab/alived.ts";
import { run } from "../lab/program.ts";

const SAID = status({
  instances: [
    instance({ name: "web_1" }),
    instance({ name: "web_2" }),
    instance({ name: "db" }),
  ],
  checks: [check({ name: "nginx" }), check({ name: "named" })],
});

/** What is typed, and what it may become. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ["alived dr", ["drain"]],
  ["alived -c /etc/alived/config.yaml dr", ["drain"]],
  ["alived drain we", ["web_1", "web_2"]],
  ["alived drain web_1 d", ["db"]],
  ["alived drain --last", ["--last-resort"]],
  ["alived checks na", ["named"]],
  ["alived log-level not", ["notice"]],
  ["alived status db --is dr", ["drained"]],
];

interface Shelled {
  readonly directory: string;
  /** Puts the program into PATH, and tells it where the daemon is. */
  readonly head: string;
  readonly script: string;
}

/** Do something with the program in PATH and the script of a shell. */
async function inShell(
  shell: string,
  use: (shelled: Shelled) => Promise<void>,
): Promise<void> {
  await using daemon = await fakeDaemon({ "*": () => json(SAID) });
  const { directory, socket } = daemon;
  const words = alivedCommand().map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(
    `${directory}/alived`,
    `#!/bin/sh\nALIVED_SOCKET='${socket}' exec ${words} "$@"\n`,
    { mode: 0o755 },
  );
  const script = `${directory}/completion.${shell}`;
  await Deno.writeTextFile(
    script,
    await run([`${directory}/alived`, "completion", shell]),
  );
  await use({ directory, script, head: `PATH=${directory}:$PATH` });
}

Deno.test("bash completes commands, options and names", async () => {
  await inShell("bash", async ({ script, head }) => {
    const asked = TYPED.map(([typed]) => `complete_words ${typed}`);
    // It is asked as bash asks it; what sets options works in a prompt only.
    const text = await run([
      "bash",
      "--norc",
      "-euc",
      `
      ${head}
      compopt() { :; }
      source '${script}'
      complete -p alived >/dev/null
      complete_words() {
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _alived
        echo "\${COMPREPLY[*]}"
      }
      ${asked.join("\n")}`,
    ]);
    deepStrictEqual(
      text.trim().split("\n"),
      TYPED.map(([, become]) => become.join(" ")),
    );
  });
});

Deno.test("fish completes commands, options and names", async () => {
  await inShell("fish", async ({ script, directory }) => {
    for (const [typed, become] of TYPED) {
      const text = await run([
        "fish",
        "--no-config",
        "-c",
        `
        set PATH ${directory} $PATH
        source '${script}'
        complete -C '${typed}'`,
      ]);
      const words = text.trim().split("\n")
        .map((line) => line.split("\t")[0] ?? "");
      deepStrictEqual(words.sort(), [...become].sort(), typed);
    }
  });
});

Deno.test("zsh reads its script, and knows the function for the program", async () => {
  await inShell("zsh", async ({ script, head }) => {
    const text = await run([
      ...["zsh", "-f", "-c"],
      `
      ${head}
      autoload -Uz compinit; compinit -u -D
      source '${script}'
      print -r -- "\${_comps[alived]}"
      whence -w "\${_comps[alived]}"`,
    ]);
    deepStrictEqual(text.trim().split("\n"), ["_alived", "_alived: function"]);
  });
});
