/**
 * Other programs of this host that move addresses.
 *
 * @module
 */

import { type CheckResult, ok, warning } from "./check_result.ts";
import { readLink, readText } from "./files.ts";

/** A running program. */
export interface Competitor {
  /** What it is called. */
  readonly name: string;
  /** Its process id. */
  readonly pid: number;
}

const KNOWN: ReadonlySet<string> = new Set([
  ...["keepalived", "go-alived", "alived", "ucarp", "vrrpd", "uvrrpd"],
  ...["rvrrpd", "pacemakerd"],
]);
const ROOT = 0;
/** Commands of alived that are no daemon. */
const DAEMON_ARGUMENT = /^(run|-.*)$/;
/** Protocol 112 as /proc/net/raw writes it. */
const VRRP_SOCKET = /^[0-9A-F]{8}:0070$/;

/**
 * Find them by the names of processes, and by who has a VRRP socket open
 * whatever its name. Processes of other network namespaces do not count.
 *
 * @param proc Where procfs is.
 * @param uid User that looks.
 */
export function findCompetitors(
  proc = "/proc",
  uid = Deno.uid(),
): readonly Competitor[] {
  const namespace = readLink(`${proc}/self/ns/net`);
  const sockets = vrrpSockets(readText(`${proc}/net/raw`));
  const found: Competitor[] = [];
  for (const { name: entry } of Deno.readDirSync(proc)) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === Deno.pid) continue;
    const theirs = readLink(`${proc}/${pid}/ns/net`);
    // Without root it is not known, and counts; what root cannot see is of
    // another container.
    const isHidden = theirs === null && uid === ROOT;
    if (isHidden || theirs !== null && theirs !== namespace) continue;
    const name = programName(`${proc}/${pid}`);
    const [, argument] = readText(`${proc}/${pid}/cmdline`).split("\0");
    if (name === "alived" && !isDaemon(argument)) continue;
    if (KNOWN.has(name) || holdsAny(`${proc}/${pid}/fd`, sockets)) {
      found.push({ name, pid });
    }
  }
  return found.toSorted((a, b) => a.pid - b.pid);
}

/**
 * Judge them.
 *
 * @param service Process id of the alived that serves here, which is none; null
 *   without one.
 */
export function checkCompetitors(
  competitors: readonly Competitor[],
  service: number | null,
): CheckResult {
  const others = competitors.filter(({ pid }) => pid !== service);
  const own = others.length === competitors.length
    ? ""
    : `alived serves here (pid ${service}); `;
  if (others.length === 0) {
    const found = "no other VRRP, CARP or cluster service runs here";
    return ok("services", own + found);
  }
  return warning(
    "services",
    `${own}running here: ${listCompetitors(others)}`,
    "two services must not share a VRID or a VIP: stop one of them, or keep " +
      "them apart",
  );
}

/** `keepalived (pid 12, 13), ucarp (pid 20)`. */
export function listCompetitors(competitors: readonly Competitor[]): string {
  const byName = Map.groupBy(competitors, ({ name }) => name);
  return [...byName].map(([name, processes]) =>
    `${name} (pid ${processes.map(({ pid }) => pid).join(", ")})`
  ).join(", ");
}

/** The name it was started by, else the one the kernel has. */
function programName(directory: string): string {
  const [command = ""] = readText(`${directory}/cmdline`).split("\0");
  // Some set their title, as in "nginx: master process".
  const started = command.split(" ")[0]?.split("/").at(-1) ?? "";
  if (KNOWN.has(started)) return started;
  return readText(`${directory}/comm`).trim();
}

function isDaemon(argument: string | undefined): boolean {
  return argument === undefined || argument === "" ||
    DAEMON_ARGUMENT.test(argument);
}

/** What the descriptors of VRRP sockets link to. */
function vrrpSockets(table: string): ReadonlySet<string> {
  const lines = table.trim().split("\n").slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => VRRP_SOCKET.test(fields[1] ?? ""));
  return new Set(lines.map((fields) => `socket:[${fields[9]}]`));
}

function holdsAny(directory: string, sockets: ReadonlySet<string>): boolean {
  if (sockets.size === 0) return false;
  try {
    return [...Deno.readDirSync(directory)].some(({ name }) =>
      sockets.has(readLink(`${directory}/${name}`) ?? "")
    );
  } catch {
    return false;
  }
}
