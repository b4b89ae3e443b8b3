import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { SyscallError } from "../../src/kernel/attempt.ts";
import { type HostChecks, mayRun } from "../../src/daemon/side/may_run.ts";

const EMFILE = 24;

/** What is said, and whether it may run, where all is well but these. */
function judge(checks: Partial<HostChecks>): [boolean, string[]] {
  const directory = Deno.makeTempDirSync();
  const logged: string[] = [];
  try {
    const may = mayRun(
      { runDirectory: `${directory}/run` },
      {
        log: ({ level, message }) =>
          void logged.push(`${level} ${message.replace(directory, "")}`),
      },
      {
        missingCapabilities: () => [],
        lockDirectory: () => null,
        lockNamespace: () => ({ holder: null, strangers: [] }),
        ...checks,
      },
    );
    return [may, logged];
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("a daemon with capabilities and both locks may run", () => {
  deepStrictEqual(judge({}), [true, []]);
});

Deno.test("the run directory is made before its lock is taken", () => {
  let isThere = false;
  judge({
    lockDirectory: (directory) => {
      isThere = Deno.statSync(directory).isDirectory;
      return null;
    },
  });
  strictEqual(isThere, true);
});

Deno.test("without capabilities no lock is taken", () => {
  const fail = (): never => {
    throw new Error("taken");
  };
  deepStrictEqual(
    judge({
      missingCapabilities: () => ["CAP_NET_ADMIN", "CAP_NET_RAW"],
      lockDirectory: fail,
      lockNamespace: fail,
    }),
    [false, [
      "error Cannot run without CAP_NET_ADMIN and CAP_NET_RAW: run as root, " +
      "or give the service AmbientCapabilities=",
    ]],
  );
});

Deno.test("a second daemon of a run directory may not run", () => {
  deepStrictEqual(judge({ lockDirectory: () => "17" }), [false, [
    'error Cannot run: alived with pid 17 uses "/run" already',
  ]]);
});

Deno.test("a run directory that cannot be locked is named", () => {
  const lockDirectory = (): never => {
    throw new SyscallError("open the lock", EMFILE);
  };
  deepStrictEqual(judge({ lockDirectory }), [false, [
    'error Cannot use run directory "/run": Cannot open the lock: ' +
    "Too many open files (EMFILE)",
  ]]);
});

Deno.test("a second daemon of a network namespace may not run", () => {
  const held = (pid: number): [boolean, string[]] =>
    judge({
      lockNamespace: () => ({
        holder: { pid, uid: 0, name: "alived/vrrp" },
        strangers: [],
      }),
    });
  deepStrictEqual(held(17), [false, [
    "error Cannot run: alived with pid 17 already runs in this network " +
    "namespace",
  ]]);
  deepStrictEqual(held(0), [false, [
    "error Cannot run: another alived already runs in this network namespace",
  ]]);
});

Deno.test("a stranger who holds a name of the lock is named, and nothing more", () => {
  const stranger = { pid: 18, uid: 65534, name: "alived/vrrp" };
  deepStrictEqual(
    judge({ lockNamespace: () => ({ holder: null, strangers: [stranger] }) }),
    [true, [
      "warning Process 18 of user 65534 has taken a name by which alived " +
      "finds another alived: the next one is used",
    ]],
  );
});

Deno.test("a lock that the kernel refuses is a warning", () => {
  const lockNamespace = (): never => {
    throw new SyscallError("open a socket", EMFILE);
  };
  deepStrictEqual(judge({ lockNamespace }), [true, [
    "warning Cannot see whether another alived runs in this network " +
    "namespace: Cannot open a socket: Too many open files (EMFILE)",
  ]]);
});
