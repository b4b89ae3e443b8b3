/**
 * Network and mount namespaces without names: each lives, with a directory for
 * its files, as long as a holder process that reads from this one. So whatever
 * ends this process, also SIGKILL, ends them all. Without root they live in
 * one user namespace.
 *
 * @module
 */

import { run } from "./program.ts";

/** A kept namespace. */
export interface Namespace extends AsyncDisposable {
  /** Process id of the holder. */
  readonly pid: number;
  /** A directory of its own that is seen from outside too. */
  readonly directory: string;
  /** A command line that runs `command` inside, dying with this process. */
  enter(command: readonly string[]): string[];
}

// What makes it a machine of its own: its devices and its /run. A Ctrl-C in
// the terminal reaches the holder as well, which has yet to clean up.
const HOLDER = `
  trap "" INT TERM HUP
  mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run || exit
  ip link set lo up && directory=$(mktemp -d -t alived-lab-XXXXXXXX) || exit
  echo "$directory"
  cat
  rm -rf "$directory"
`;

/**
 * Make a namespace.
 *
 * @param within The namespace of the lab it belongs to; none for the first.
 * @throws {Error} When the kernel or a missing program prevents it.
 */
export async function openNamespace(within?: Namespace): Promise<Namespace> {
  const unshare = ["unshare", "--net", "--mount"];
  if (within === undefined && Deno.uid() !== 0) {
    unshare.push("--user", "--map-root-user");
  }
  const outside = within === undefined ? [] : nsenter(within.pid);
  const [file = "", ...args] = [...outside, ...unshare, "sh", "-c", HOLDER];
  const holder = new Deno.Command(file, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const close = async (): Promise<void> => {
    await holder.stdin.close();
    await holder.status;
  };
  const reader = holder.stdout.getReader();
  const { done, value } = await reader.read();
  await reader.cancel();
  if (done) {
    const reason = await new Response(holder.stderr).text();
    await close();
    throw new Error(reason.trim());
  }
  await holder.stderr.cancel();
  return {
    pid: holder.pid,
    directory: new TextDecoder().decode(value).trim(),
    enter: (command) => [
      ...nsenter(holder.pid),
      ...["setpriv", "--pdeathsig=KILL"],
      ...command,
    ],
    [Symbol.asyncDispose]: close,
  };
}

function nsenter(pid: number): string[] {
  const user = ["--user", "--preserve-credentials"];
  return [
    "nsenter",
    `--target=${pid}`,
    ...Deno.uid() === 0 ? [] : user,
    "--net",
    "--mount",
  ];
}

/**
 * Find out what keeps a lab from running here.
 *
 * @param programs Programs that will be needed besides those of the lab.
 * @returns One sentence for a person, or null when nothing does.
 */
export async function obstacle(
  programs: readonly string[] = [],
): Promise<string | null> {
  const needed = ["ip", "unshare", "nsenter", "setpriv", "mount", ...programs];
  const missing: string[] = [];
  for (const program of needed) {
    await run(["sh", "-c", 'command -v "$0"', program])
      .catch(() => missing.push(program));
  }
  if (missing.length > 0) {
    return `Cannot make a lab: install ${missing.join(", ")} first`;
  }
  try {
    await using namespace = await openNamespace();
    await run(namespace.enter(["ip", "link", "add", "type", "bridge"]));
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Cannot make network namespaces (${
      reason.split("\n")[0]
    }): run as root, or where unprivileged user namespaces are allowed`;
  }
}
