import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { withOrdinaryOomScore } from "../../src/kernel/oom_score.ts";

const PROGRAM = fileURLToPath(new URL("child_rights.ts", import.meta.url));
const NOBODY = "65534";

/** Lines that a program writes which alived starts, and how it goes on. */
async function childOf(
  rights: readonly string[],
  uid: string,
  command: readonly string[],
): Promise<string[]> {
  const [program = "", ...args] = [
    ...[...rights, Deno.execPath(), "run", "-A", "--no-prompt", "--no-check"],
    ...[PROGRAM, uid, ...command],
  ];
  const { stdout, stderr } = await new Deno.Command(program, { args }).output();
  const decoder = new TextDecoder();
  strictEqual(decoder.decode(stderr), "");
  return decoder.decode(stdout).trimEnd().split("\n");
}

/** Only root has rights to give up. */
function rootTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.uid() !== 0, fn });
}

const CAPABILITIES = ["/bin/grep", "-E", "Cap(Inh|Prm|Eff|Amb)"];
const STATUS = "/proc/self/status";
const INHERITABLE = [
  ...["setpriv", "--inh-caps=+net_admin,+net_raw"],
  "--ambient-caps=+net_admin,+net_raw",
];

rootTest("a program of another user has no capability", async () => {
  const none = "0".repeat(16);
  deepStrictEqual(
    await childOf(INHERITABLE, NOBODY, [...CAPABILITIES, STATUS]),
    [
      "exited",
      `CapInh:\t${none}`,
      `CapPrm:\t${none}`,
      `CapEff:\t${none}`,
      `CapAmb:\t${none}`,
      "score 0",
    ],
  );
});

rootTest(
  "a program of another user has none either below a user that is not root",
  async () => {
    // As a unit with User= and AmbientCapabilities= starts alived.
    const rights = [
      ...["setpriv", "--reuid=65533", "--regid=65533", "--clear-groups"],
      "--inh-caps=+net_admin,+net_raw,+setuid,+setgid",
      "--ambient-caps=+net_admin,+net_raw,+setuid,+setgid",
      "--bounding-set=-all,+net_admin,+net_raw,+setuid,+setgid",
    ];
    const [outcome, ...lines] = await childOf(rights, NOBODY, [
      ...[...CAPABILITIES, STATUS],
    ]);
    strictEqual(outcome, "exited");
    deepStrictEqual(
      lines.slice(0, 4).map((line) => line.split("\t")[1]),
      Array(4).fill("0".repeat(16)),
    );
  },
);

rootTest(
  "a program of root's has the capabilities of the service",
  async () => {
    const rights = ["setpriv", "--bounding-set=-all,+net_admin,+kill"];
    const lines = await childOf(rights, "-", [...CAPABILITIES, STATUS]);
    strictEqual(
      lines[3],
      "CapEff:\t0000000000001020",
    );
  },
);

/** Whether a score can be lowered here: containers often may not. */
async function canProtect(): Promise<boolean> {
  const [program = "", ...args] = [...protectedBy(-900), "/bin/true"];
  return (await new Deno.Command(program, { args }).output()).success;
}

function protectedBy(score: number): string[] {
  return ["choom", "-n", String(score), "--"];
}

Deno.test({
  name: "programs do not inherit a protected score for out-of-memory",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    // Where a container may not lower a score the next test has to do.
    if (!await canProtect()) return;
    const cat = ["/bin/cat", "/proc/self/oom_score_adj"];
    // As under the unit, without the capability to lower a score.
    const less = ["setpriv", "--bounding-set=-all,+setuid,+setgid"];
    for (const rights of [protectedBy(-900), [...protectedBy(-900), ...less]]) {
      for (const uid of ["-", NOBODY]) {
        deepStrictEqual(await childOf(rights, uid, cat), [
          ...["exited", "0", "score -900"],
        ]);
      }
    }
  },
});

Deno.test("a program starts with an ordinary score, and ours comes back", () => {
  const file = Deno.makeTempFileSync();
  const scoreAt = (own: string, start: () => void = () => {}): string => {
    Deno.writeTextFileSync(file, own);
    return withOrdinaryOomScore(() => {
      start();
      return Deno.readTextFileSync(file);
    }, file);
  };
  const kept = (): string => Deno.readTextFileSync(file);
  try {
    deepStrictEqual([scoreAt("-900\n"), kept()], ["0", "-900"]);
    deepStrictEqual([scoreAt("-1\n"), kept()], ["0", "-1"]);
    deepStrictEqual([scoreAt("0\n"), kept()], ["0\n", "0\n"]);
    deepStrictEqual([scoreAt("300\n"), kept()], ["300\n", "300\n"]);
    throws(() =>
      scoreAt("-900\n", () => {
        throw new Error("no program");
      }), /no program/);
    strictEqual(kept(), "-900");
  } finally {
    Deno.removeSync(file);
  }
});

rootTest("programs inherit a score that makes them end sooner", async () => {
  const cat = ["/bin/cat", "/proc/self/oom_score_adj"];
  deepStrictEqual(await childOf(protectedBy(300), "-", cat), [
    ...["exited", "300", "score 300"],
  ]);
});

rootTest(
  "process 1 buries the orphans of its programs, and none of its own",
  async () => {
    const rights = ["unshare", "--pid", "--fork", "--mount-proc"];
    const leaves = "for i in 1 2 3; do sleep 0.$i & done; echo left";
    deepStrictEqual(await childOf(rights, "-", ["/bin/sh", "-c", leaves]), [
      ...["exited", "left", "0 zombies", "exited", "score 0"],
    ]);
  },
);
