import { match, strictEqual } from "node:assert/strict";
import { insecureCommand } from "../../src/kernel/command_security.ts";

/** A directory that all can write, below one that root alone can. */
function inOpenDirectory(use: (open: string) => void): void {
  const directory = Deno.makeTempDirSync({ dir: "/root" });
  try {
    const open = `${directory}/open`;
    Deno.mkdirSync(open);
    Deno.chmodSync(open, 0o777);
    Deno.writeTextFileSync(`${open}/x.sh`, "exit 0\n", { mode: 0o644 });
    Deno.writeTextFileSync(`${open}/run`, "#!/bin/sh\n");
    Deno.chmodSync(`${open}/run`, 0o755);
    use(open);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test({
  name: "insecureCommand() judges all that a command runs",
  ignore: Deno.uid() !== 0,
  fn: () =>
    inOpenDirectory((open) => {
      for (
        const [refused, command] of [
          [`${open}/run`, [`${open}/run`]],
          // B5: the interpreter is root's, what it runs is not.
          [`${open}/x.sh`, ["/bin/sh", `${open}/x.sh`]],
          [`${open}/x.sh`, ["/bin/sh", "-e", `${open}/x.sh`, "a"]],
          [`${open}/x.sh`, ["/usr/bin/env", "A=b", "bash", `${open}/x.sh`]],
          [`${open}/x.sh`, ["/usr/bin/python3.11", "-u", `${open}/x.sh`]],
          [`${open}/x.sh`, ["/usr/bin/perl", "-I", "/root", `${open}/x.sh`]],
          [`${open}/run`, ["/usr/bin/env", `${open}/run`]],
          [`${open}/run`, ["/usr/bin/timeout", "5", `${open}/run`]],
          [`${open}/run`, ["/bin/sh", "-c", `true && ${open}/run | cat`]],
          [`${open}/run`, ["/bin/sh", "-ec", `a="$(${open}/run)"`]],
          [`${open}/x.sh`, ["/bin/sh", "-c", `. ${open}/x.sh; f`]],
          [`${open}/x.sh`, ["/bin/sh", "-c", `sh '${open}/x.sh'`]],
        ] as const
      ) {
        strictEqual(
          insecureCommand(command),
          `Cannot run "${refused}": all users can write "${open}"; ` +
            `run chmod o-w "${open}", or move the program`,
          command.join(" "),
        );
      }
    }),
});

Deno.test({
  name: "insecureCommand() leaves data alone",
  ignore: Deno.uid() !== 0,
  fn: () =>
    inOpenDirectory((open) => {
      for (
        const command of [
          ["/usr/bin/test", "-e", `${open}/x.sh`],
          ["/bin/sh", "-c", `test -e ${open}/x.sh && cat < ${open}/x.sh`],
          ["/bin/sh", "-c", `sh /etc/profile; cat ${open}/x.sh`],
          ["/bin/sh", "/etc/profile", `${open}/x.sh`],
          ["/usr/bin/env", `A=${open}/run`, "true"],
          ["/bin/sh", `${open}/missing`],
          ["/bin/ls", open],
        ]
      ) strictEqual(insecureCommand(command), null, command.join(" "));
    }),
});

Deno.test("insecureCommand() wants an absolute path", () => {
  match(insecureCommand(["check"]) ?? "", /must be an absolute path$/);
  match(insecureCommand([]) ?? "", /must be an absolute path$/);
});
