import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { ControlError, troubleOf } from "../../src/cli/control_error.ts";
import { explainTrouble } from "../../src/cli/control_trouble.ts";

/** An error of the runtime: Deno 2.4 says it at once, 2.9 in a cause. */
function refusal(number: number): TypeError {
  const cause = new Error(`tcp connect error (os error ${number})`);
  return new TypeError("fetch failed", { cause });
}

Deno.test("troubleOf() finds the number of an error wherever it stands", () => {
  deepStrictEqual(
    [
      new TypeError("client error: No such file or directory (os error 2)"),
      ...[2, 20, 111, 13, 1, 104].map(refusal),
      new DOMException("late", "TimeoutError"),
      "os error 2",
    ].map(troubleOf),
    [
      ...["missing", "missing", "missing", "refused"],
      ...["forbidden", "forbidden", "other", "other", "other"],
    ],
  );
});

/** Names of the user and the group that files of this process have. */
async function names(): Promise<readonly string[]> {
  return await Promise.all(["-un", "-gn"].map(async (flag) => {
    const { stdout } = await new Deno.Command("id", { args: [flag] }).output();
    return new TextDecoder().decode(stdout).trim();
  }));
}

Deno.test("a socket that is not for this user is told with those whom it is for", async () => {
  const directory = await Deno.makeTempDir();
  const [control, status] = ["control", "status"].map((name) =>
    `${directory}/${name}.sock`
  ) as [string, string];
  await Deno.writeTextFile(control, "");
  await Deno.writeTextFile(status, "");
  const [user, group] = await names();
  const paths = { control, status, runDirectory: directory };
  const told = (number: number, socket: string): readonly unknown[] => {
    const { message, exitCode } = explainTrouble(
      refusal(number),
      paths,
      socket,
    );
    return [message, exitCode];
  };
  deepStrictEqual(told(13, status), [
    `May not use "${status}": it is for ${user} and the members of group ` +
    `"${group}"`,
    4,
  ]);
  const closed = [
    `May not use "${control}": it is for ${user} alone (sudo). Others may ` +
    "ask, and not order, when global.control_socket has a group",
    4,
  ];
  deepStrictEqual(told(13, control), closed);
  // There is no other for this user.
  deepStrictEqual(told(2, status), closed);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("trouble that is none of these is told as it came", () => {
  const paths = { control: "/x/c.sock", status: null, runDirectory: "/x" };
  const odd = explainTrouble(new TypeError("reset"), paths, "/x/c.sock");
  match(odd.message, /^No proper answer from "\/x\/c\.sock": reset$/);
  strictEqual(odd.exitCode, 1);
  const known = new ControlError("It is said", 2);
  strictEqual(explainTrouble(known, paths, "/x/c.sock"), known);
});
