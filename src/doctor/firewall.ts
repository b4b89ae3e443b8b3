/**
 * Whether a firewall of this host drops adverts: judged by what passes. Where
 * they do not, the rules that could be the cause are named.
 *
 * @module
 */

import { type CheckResult, failure, ok, skipped } from "./check_result.ts";
import { exists, readText } from "./files.ts";
import type { Observation } from "./observation.ts";
import {
  permit,
  type Suspect,
  suspectsOfIptables,
  suspectsOfNftables,
} from "./suspects.ts";
import type { Target } from "./target.ts";

const ID = "firewall";
const TIME_LIMIT = 2500;
const SBIN = "/usr/sbin:/sbin";
/** What a rule about adverts says. */
const ABOUT_VRRP = /\b(vrrp|112|224\.0\.0\.18)\b/;
/** Rules that are named; a firewall can have thousands. */
const MOST_NAMED = 3;

/** What the tools of the firewall show, read once for all interfaces. */
export interface RuleSets {
  /** Rules and policies that drop, those that speak of VRRP first. */
  readonly suspects: readonly Suspect[];
  /** What tools said that did not show theirs. */
  readonly problems: readonly string[];
}

/** Ask the tools. They change nothing, nor do they load kernel modules. */
export async function readRuleSets(): Promise<RuleSets> {
  const [nftables, iptables] = await Promise.all([
    runTool("nft", "list", "ruleset"),
    runTool(saveTool()),
  ]);
  // What it keeps in nftables is shown there.
  const isShown = iptables.text.includes("(nf_tables)");
  const suspects = [
    ...suspectsOfNftables(nftables.text),
    ...suspectsOfIptables(isShown ? "" : iptables.text),
  ];
  const others = suspects.filter(({ rule }) => !ABOUT_VRRP.test(rule));
  return {
    suspects: [...suspects.filter((one) => !others.includes(one)), ...others],
    problems: [nftables, iptables].flatMap(({ problem }) => problem ?? []),
  };
}

/**
 * Tables of the old interface are shown by the tool of that interface alone,
 * which would make them where there are none.
 */
function saveTool(): string {
  const inUse = readText("/proc/net/ip_tables_names").trim() !== "";
  const legacy = "iptables-legacy-save";
  return inUse && findTool(legacy) !== null ? legacy : "iptables-save";
}

/** Where a tool is, also when sbin is not searched by this user. */
function findTool(name: string): string | null {
  const path = `${Deno.env.get("PATH") ?? "/usr/bin:/bin"}:${SBIN}`;
  const file = path.split(":")
    .map((directory) => `${directory}/${name}`)
    .find(exists);
  return file ?? null;
}

interface ToolOutput {
  readonly text: string;
  readonly problem?: string;
}

/** @returns No text and no problem where the tool is not installed. */
async function runTool(name: string, ...args: string[]): Promise<ToolOutput> {
  const file = findTool(name);
  if (file === null) return { text: "" };
  try {
    const { success, stdout, stderr } = await new Deno.Command(file, {
      args,
      env: { LC_ALL: "C" },
      stdin: "null",
      signal: AbortSignal.timeout(TIME_LIMIT),
    }).output();
    const decoder = new TextDecoder();
    if (success) return { text: decoder.decode(stdout) };
    const [reason] = decoder.decode(stderr).trim().split("\n");
    return { text: "", problem: `${name} says "${reason}"` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { text: "", problem: `${name} does not run: ${reason}` };
  }
}

/**
 * Judge what passes on one interface.
 *
 * @param observation Null when nothing was tried.
 */
export function checkFirewall(
  { link, source }: Target,
  observation: Observation | null,
  { suspects, problems }: RuleSets,
): CheckResult {
  const named = describe(suspects);
  const unread = problems.length === 0
    ? ""
    : ` (rules could not be read: ${problems.join("; ")})`;
  if (observation === null || observation.problem || source === null) {
    const look = named === null ? "" : `; look at ${named}`;
    return skipped(ID, `adverts were not tried${look}${unread}`);
  }
  const { refusal, echoed, speakers } = observation;
  const lost = speakers.find(({ delivered }) => !delivered)?.advert.source;
  if (echoed && lost === undefined) {
    return ok(ID, `adverts pass on "${link.name}", out and in`);
  }
  const found = echoed
    ? `adverts from ${lost} arrive on "${link.name}" and are dropped`
    : refusal !== null
    ? `adverts do not leave by "${link.name}": ${refusal.message}`
    : `adverts do not pass on "${link.name}"`;
  const [first] = suspects;
  if (first !== undefined) {
    return failure(ID, `${found}; look at ${named}${unread}`, permit(first));
  }
  return failure(
    ID,
    `${found}; no rule of nftables or iptables drops them${unread}`,
    "let protocol 112 pass in whatever else filters packets here, and see " +
      "sysctl.rp_filter",
  );
}

/** `"policy drop" of nftables chain "inet filter input", and 2 others`. */
function describe(suspects: readonly Suspect[]): string | null {
  if (suspects.length === 0) return null;
  const named = suspects.slice(0, MOST_NAMED).map(({ tool, chain, rule }) =>
    `"${rule}" of ${tool} chain "${chain}"`
  );
  const others = suspects.length - named.length;
  return named.join(", ") + (others > 0 ? `, and ${others} others` : "");
}
