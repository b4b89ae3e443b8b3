import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { readDrains, writeDrains } from "../../src/daemon/side/drain_store.ts";
import type { Drain } from "../../src/vrrp/operator.ts";

const DRAIN: Drain = {
  since: Date.UTC(2026, 10, 25, 20),
  until: Date.UTC(2026, 10, 25, 23),
  ...{ by: "ops", reason: "kernel update", lastResort: false },
};
const TEXT = `{
  "version": 1,
  "drained": [
    {
      "instance": "VI_1",
      "since": "2026-11-25T20:00:00.000Z",
      "until": "2026-11-25T23:00:00.000Z",
      "by": "ops",
      "reason": "kernel update",
      "last_resort": false
    }
  ]
}
`;

/** Run in a directory of its own, which only its owner can write. */
async function inDirectory(
  run: (directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("orders to drain are read as they were written, and are private", async () => {
  await inDirectory((directory) => {
    const state = `${directory}/state`;
    writeDrains(state, new Map([["VI_1", DRAIN]]));
    const path = `${state}/operator.json`;
    strictEqual(Deno.readTextFileSync(path), TEXT);
    strictEqual((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    strictEqual((Deno.statSync(state).mode ?? 0) & 0o777, 0o700);
    deepStrictEqual([...Deno.readDirSync(state)].map(({ name }) => name), [
      "operator.json",
    ]);
    deepStrictEqual(readDrains(state), {
      drains: new Map([["VI_1", DRAIN]]),
      problem: null,
    });
  });
});

Deno.test("without orders there is no file, and none is made", async () => {
  await inDirectory((directory) => {
    const state = `${directory}/state`;
    deepStrictEqual(readDrains(state), { drains: new Map(), problem: null });
    writeDrains(state, new Map());
    deepStrictEqual([...Deno.readDirSync(directory)], []);
  });
});

/** What is in place of the file, and what is said of it. */
const HOSTILE: readonly (readonly [string, RegExp, (path: string) => void])[] =
  [
    [
      "a file that others can write",
      /^others can write it: run chmod 0600 "/,
      (path) => {
        Deno.writeTextFileSync(path, TEXT);
        Deno.chmodSync(path, 0o666);
      },
    ],
    [
      "a link",
      /^it is not a file: remove it$/,
      (path) => {
        Deno.writeTextFileSync(`${path}.other`, TEXT);
        Deno.symlinkSync(`${path}.other`, path);
      },
    ],
    [
      "a directory",
      /^it is not a file: remove it$/,
      (path) => Deno.mkdirSync(path),
    ],
    [
      "half a file",
      /^it is not JSON: remove it$/,
      (path) => Deno.writeTextFileSync(path, TEXT.slice(0, 90)),
    ],
    [
      "an empty file",
      /^it is not JSON: remove it$/,
      (path) => Deno.writeTextFileSync(path, ""),
    ],
    [
      "a file of another version",
      /^it is not what alived wrote at "version": remove it$/,
      (path) => Deno.writeTextFileSync(path, TEXT.replace("1", "2")),
    ],
    [
      "a line break in a reason",
      /^it is not what alived wrote at "drained\.0\.reason": remove it$/,
      (path) =>
        Deno.writeTextFileSync(path, TEXT.replace("kernel", "kernel\\n")),
    ],
    [
      "a time that is none",
      /^it is not what alived wrote at "drained\.0\.until": remove it$/,
      (path) => Deno.writeTextFileSync(path, TEXT.replace("T23", "Txx")),
    ],
    [
      "a file without end",
      /^it is too large: remove it$/,
      (path) => {
        Deno.writeTextFileSync(path, TEXT);
        Deno.truncateSync(path, 5 * 1024 * 1024);
      },
    ],
  ];

for (const [what, problem, make] of HOSTILE) {
  Deno.test(`${what} is refused with the remedy, and no order read`, async () => {
    await inDirectory((directory) => {
      make(`${directory}/operator.json`);
      const read = readDrains(directory);
      match(read.problem ?? "", problem);
      strictEqual(read.drains.size, 0);
    });
  });
}

Deno.test("a state directory that others can write is not used", async () => {
  await inDirectory((directory) => {
    writeDrains(directory, new Map([["VI_1", DRAIN]]));
    Deno.chmodSync(directory, 0o777);
    match(readDrains(directory).problem ?? "", /^all users can write "/);
  });
});

Deno.test("a name that objects have of themselves is a name like others", async () => {
  await inDirectory((directory) => {
    const drains = new Map([["constructor", DRAIN], ["__proto__", DRAIN]]);
    writeDrains(directory, drains);
    deepStrictEqual(readDrains(directory).drains, drains);
  });
});
