/**
 * A host of the lab with a booted systemd: a Debian root file system of its
 * own in namespaces of its own, of which nothing stays. The root is made once,
 * by debootstrap, and never changed: what a boot writes lies in memory above
 * it.
 *
 * @module
 */

import { dirname } from "node:path";
import type { Host, Lab } from "./lab.ts";
import { type Program, run } from "./program.ts";
import { type Patience, until } from "./wait.ts";

const BUILD = new URL("../../build/", import.meta.url).pathname;
/** Debian 12: systemd 252. */
const SUITE = "bookworm";
const PACKAGES = ["systemd", "systemd-sysv", "dbus", "iproute2"];
const PATH = "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A boot on a machine that others use too. */
const PATIENT = { within: 60_000 } as const;

/**
 * Leaves the machine for the root: $0 is the root, $1 an empty directory, $2
 * the new cgroup. In a host of the lab, whose /run is its own.
 */
const LEAVE = `
  mkdir /run/cgroup
  mount -t cgroup2 cgroup2 /run/cgroup
  mkdir "/run/cgroup/$2"
  echo $$ > "/run/cgroup/$2/cgroup.procs"
  exec unshare --mount --pid --uts --ipc --cgroup --fork --kill-child \\
    --propagation private sh -euc "$3" "$0" "$1"
`;

/**
 * Builds what an init expects and becomes it. What the kernel keeps for all
 * namespaces at once can only be read, but for settings of the network, which
 * are this host's own.
 */
const BOOT = `
  mount -t tmpfs -o mode=755 layers "$1"
  cd "$1"
  mkdir upper work root
  mount -t overlay -o "lowerdir=$0,upperdir=upper,workdir=work" root root
  cd root
  mount -t proc -o nosuid,nodev,noexec proc proc
  for part in sys sysrq-trigger; do
    [ -e "proc/$part" ] || continue
    mount --bind "proc/$part" "proc/$part"
    mount -o remount,bind,ro "proc/$part"
  done
  mount --bind proc/sys/net proc/sys/net
  mount -o remount,bind,rw proc/sys/net
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
  mount -t tmpfs -o nosuid,mode=755 dev dev
  for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  for place in dev/shm run tmp; do
    mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$place"
  done
  chmod 755 run
  hostname "$HOST"
  mkdir run/machine
  pivot_root . run/machine
  cd /
  umount -l run/machine
  rmdir run/machine
  exec setpriv --bounding-set=-sys_module,-sys_rawio,-sys_time,-syslog \\
    env -i container=lab ${PATH} /lib/systemd/systemd --show-status=no
`;

/**
 * Make the root file system, when it is not there yet.
 *
 * @returns Its directory.
 * @throws {Error} When it cannot be made, with what to do about it.
 */
async function makeRoot(): Promise<string> {
  const root = `${BUILD}booted-root`;
  if (await exists(`${root}/lib/systemd/systemd`)) return root;
  const draft = `${root}.draft`;
  await run(["rm", "-rf", draft]);
  await Deno.mkdir(BUILD, { recursive: true });
  const include = `--include=${PACKAGES.join(",")}`;
  await run(["debootstrap", "--variant=minbase", include, SUITE, draft])
    .catch((error) => {
      throw new Error(
        "Cannot make a Debian root (it takes root, debootstrap and " +
          `Debian's mirror): ${error.message}`,
      );
    });
  await Deno.rename(draft, root);
  return root;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** What a command gave. */
export interface Outcome {
  readonly code: number;
  /** Standard output and standard error, line by line. */
  readonly lines: readonly string[];
}

/** A booted host. */
export class BootedRoot implements AsyncDisposable {
  readonly #host: Host;
  readonly #program: Program;
  readonly #cgroup: string;
  #init = 0;

  private constructor(host: Host, program: Program, cgroup: string) {
    this.#host = host;
    this.#program = program;
    this.#cgroup = cgroup;
  }

  /**
   * Boot a host of the lab, which keeps its network.
   *
   * @throws {Error} When there is no root to boot, or it does not boot.
   */
  static async boot(lab: Lab, host: Host): Promise<BootedRoot> {
    const root = await makeRoot();
    const layers = `${host.directory}/layers`;
    await Deno.mkdir(layers);
    const cgroup = `alived-lab-${host.pid}`;
    const program = host.spawn(
      ["sh", "-euc", LEAVE, root, layers, cgroup, BOOT],
      { env: { HOST: host.name } },
    );
    const booted = lab.keep(new BootedRoot(host, program, cgroup));
    await booted.#waitUntilUp();
    return booted;
  }

  async #waitUntilUp(): Promise<void> {
    const { pid } = this.#program;
    await until(async () => {
      if (!this.#program.running) throw new Error(this.#complaint());
      const children = await Deno.readTextFile(
        `/proc/${pid}/task/${pid}/children`,
      ).catch(() => "");
      this.#init = Number(children.trim());
      return this.#init > 0 &&
        (await this.attempt("systemctl", "is-system-running", "--wait"))
          .lines.some((line) => /^(running|degraded)$/.test(line));
    }, { what: "systemd to be up", ...PATIENT });
  }

  #complaint(): string {
    return `Cannot boot: ${this.#program.lines.slice(-10).join("\n")}`;
  }

  /** Run a command to its end, whatever comes of it. */
  async attempt(...command: string[]): Promise<Outcome> {
    const program = this.#host.spawn([
      ...["nsenter", "--target", `${this.#init}`],
      ...["--mount", "--pid", "--uts", "--ipc", "--cgroup"],
      ...["env", "-i", PATH, ...command],
    ]);
    const { code } = await program.ended;
    return { code, lines: program.lines };
  }

  /**
   * Run a command to its end.
   *
   * @returns What it said.
   * @throws {Error} When its exit status is not 0.
   */
  async exec(...command: string[]): Promise<string> {
    const { code, lines } = await this.attempt(...command);
    const said = lines.join("\n");
    if (code === 0) return said;
    throw new Error(`${command.join(" ")} ended with ${code}: ${said}`);
  }

  /** Where a file of this root is seen from outside. */
  path(path: string): string {
    return `/proc/${this.#init}/root${path}`;
  }

  /** Write a file, with its directory. */
  async write(path: string, text: string, mode = 0o644): Promise<void> {
    await Deno.mkdir(dirname(this.path(path)), { recursive: true });
    await Deno.writeTextFile(this.path(path), text);
    await Deno.chmod(this.path(path), mode);
  }

  /** Wait until a file is there, and read it. */
  read(path: string, patience: Patience): Promise<string> {
    return until(
      () => Deno.readTextFile(this.path(path)).catch(() => null),
      { what: path, ...patience },
    );
  }

  /** End all that runs in it, and remove its cgroup. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.stop("SIGKILL");
    // The last of its processes may be on its way out.
    const remove = `cd /run/cgroup && [ ! -d "$0" ] ||
      find "$0" -depth -type d -exec rmdir {} +`;
    await until(
      () =>
        this.#host.exec("sh", "-c", remove, this.#cgroup)
          .then(() => true, () => false),
      { what: "the cgroup to be empty", ...PATIENT },
    );
  }
}
