import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { SyscallError } from "../../src/kernel/attempt.ts";
import {
  type Claim,
  type HostChecks,
  mayRun,
} from "../../src/daemon/side/may_run.ts";
import { told } from "../lab/told.ts";

const EMFILE = 24;

/** What it may do, and what is said, where all is well but these. */
function judge(checks: Partial<HostChecks>): [Claim, string[]] {
  const directory = Deno.makeTempDirSync();
  const logged: string[] = [];
  try {
    const may = mayRun(
      { runDirectory: `${directory}/run` },
      {
        log: (event) => {
          const { level, message } = told(event);
          logged.push(`${level} ${message.replace(directory, "")}`);
        },
      },
      {
        missingCapabilities: () => [],
        distrust: () => null,
        processOf: (pid) =>
          pid === 0 ? null : { pid, name: "alived", isAlived: true },
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
  deepStrictEqual(judge({}), ["run", []]);
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

Deno.test("without capabilities it says one thing, and cleans up if it can", () => {
  const fail = (): never => {
    throw new Error("taken");
  };
  deepStrictEqual(
    judge({
      missingCapabilities: () => ["CAP_NET_ADMIN", "CAP_NET_RAW"],
      distrust: fail,
      lockDirectory: fail,
      lockNamespace: fail,
    }),
    ["helpless", [
      "error Cannot run without CAP_NET_ADMIN and CAP_NET_RAW: run as root, " +
      "or give the service AmbientCapabilities=",
    ]],
  );
  const missingCapabilities = (): string[] => ["CAP_NET_RAW"];
  const words = "error Cannot run without CAP_NET_RAW: run as root, or give " +
    "the service AmbientCapabilities=";
  deepStrictEqual(judge({ missingCapabilities }), ["clean", [words]]);
  deepStrictEqual(
    judge({ missingCapabilities, distrust: () => "it is not ours" }),
    ["untrusted", [words]],
  );
  deepStrictEqual(
    judge({
      missingCapabilities,
      lockDirectory: () => ({ pid: 17, name: "alived", isAlived: true }),
    }),
    ["alive", [words]],
  );
});

Deno.test("a run directory that others can change is not used", () => {
  const fail = (): never => {
    throw new Error("taken");
  };
  deepStrictEqual(
    judge({
      distrust: (path) => `all users can write "${path.replace(/.*\//, "")}"`,
      lockDirectory: fail,
      lockNamespace: fail,
    }),
    ["untrusted", [
      'error Cannot use run directory "/run": all users can write "run"',
    ]],
  );
});

Deno.test("a second daemon of a run directory may not run", () => {
  const held = (
    pid: number,
    name: string,
    isAlived: boolean,
  ): [Claim, string[]] =>
    judge({ lockDirectory: () => ({ pid, name, isAlived }) });
  deepStrictEqual(held(17, "alived", true), ["alive", [
    'error Cannot run: process 17 (alived) uses "/run" already',
  ]]);
  // It lives perhaps in another namespace.
  deepStrictEqual(held(0, "", false), ["alive", [
    'error Cannot run: another process uses "/run" already',
  ]]);
  // What a dead daemon left is none of this one's.
  deepStrictEqual(held(18, "flock", false), ["clean", [
    'error Cannot run: process 18 (flock) uses "/run" already',
  ]]);
});

Deno.test("a run directory that cannot be locked is named", () => {
  const lockDirectory = (): never => {
    throw new SyscallError("open the lock", EMFILE);
  };
  deepStrictEqual(judge({ lockDirectory }), ["clean", [
    'error Cannot use run directory "/run": Cannot open the lock: ' +
    "Too many open files (EMFILE)",
  ]]);
});

Deno.test("a second daemon of a network namespace may not run", () => {
  const held = (pid: number): [Claim, string[]] =>
    judge({
      lockNamespace: () => ({
        holder: { pid, uid: 0, name: "alived/vrrp" },
        strangers: [],
      }),
    });
  deepStrictEqual(held(17), ["alive", [
    "error Cannot run: process 17 (alived) already serves this network " +
    "namespace",
  ]]);
  deepStrictEqual(held(0), ["alive", [
    "error Cannot run: another alived already serves this network namespace",
  ]]);
});

Deno.test("a stranger who holds a name of the lock is named, and nothing more", () => {
  const stranger = { pid: 18, uid: 65534, name: "alived/vrrp" };
  deepStrictEqual(
    judge({ lockNamespace: () => ({ holder: null, strangers: [stranger] }) }),
    ["run", [
      "warning Process 18 of user 65534 has taken a name by which alived " +
      "finds another alived: the next one is used",
    ]],
  );
});

Deno.test("a lock that the kernel refuses is a warning", () => {
  const lockNamespace = (): never => {
    throw new SyscallError("open a socket", EMFILE);
  };
  deepStrictEqual(judge({ lockNamespace }), ["run", [
    "warning Cannot see whether another alived runs in this network " +
    "namespace: Cannot open a socket: Too many open files (EMFILE)",
  ]]);
});
