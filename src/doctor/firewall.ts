/**
 * Whether a firewall of this host drops adverts: the rules are read by the
 * tools that made them.
 *
 * @module
 */

import {
  type CheckResult,
  failure,
  ok,
  skipped,
  warning,
} from "./check_result.ts";
import { exists, readText } from "./files.ts";
import { readIptables } from "./iptables.ts";
import { readNftables } from "./nftables.ts";
import {
  type Chain,
  type Drop,
  findDrops,
  type TestPacket,
} from "./packet_filter.ts";
import type { Target } from "./target.ts";

const GROUPS = {
  ip: { address: "224.0.0.18", prefix: 32 },
  ip6: { address: "ff02::12", prefix: 128 },
} as const;
/** The tables that iptables keeps when it works by nftables. */
const IPTABLES_TABLES: ReadonlySet<string> = new Set(
  ["ip", "ip6"].flatMap((family) =>
    ["filter", "nat", "mangle", "raw", "security"].map((table) =>
      `${family} ${table}`
    )
  ),
);
const TIME_LIMIT = 2500;
const SBIN = "/usr/sbin:/sbin";

/** What a tool said: its output, or why there is none. */
export type ToolOutput =
  | { readonly text: string }
  | { readonly problem: string | null };

/** What the tools said, read once for all interfaces. */
export interface RuleSets {
  /** `nft -j list ruleset`; a problem of null stands for no such tool. */
  readonly nftables: ToolOutput;
  /** `iptables-save`. */
  readonly iptables: ToolOutput;
  /** `ip6tables-save`. */
  readonly ip6tables: ToolOutput;
}

/** Ask the tools. They change nothing, nor do they load kernel modules. */
export async function readRuleSets(): Promise<RuleSets> {
  const [nftables, iptables, ip6tables] = await Promise.all([
    runTool("nft", "-j", "list", "ruleset"),
    runTool(...saveTool("iptables", "ip_tables_names")),
    runTool(...saveTool("ip6tables", "ip6_tables_names")),
  ]);
  return { nftables, iptables, ip6tables };
}

/**
 * Tables of the old interface are shown by the tool of that interface alone,
 * which would make them where there are none.
 */
function saveTool(name: string, tables: string): [string] {
  const inUse = readText(`/proc/net/${tables}`).trim() !== "";
  const legacy = `${name}-legacy-save`;
  return [inUse && findTool(legacy) !== null ? legacy : `${name}-save`];
}

/** Where a tool is, also when sbin is not searched by this user. */
function findTool(name: string): string | null {
  const path = `${Deno.env.get("PATH") ?? "/usr/bin:/bin"}:${SBIN}`;
  const file = path.split(":")
    .map((directory) => `${directory}/${name}`)
    .find(exists);
  return file ?? null;
}

async function runTool(name: string, ...args: string[]): Promise<ToolOutput> {
  const file = findTool(name);
  if (file === null) return { problem: null };
  try {
    const { success, stdout, stderr } = await new Deno.Command(file, {
      args,
      env: { LC_ALL: "C" },
      stdin: "null",
      signal: AbortSignal.timeout(TIME_LIMIT),
    }).output();
    const decoder = new TextDecoder();
    if (success) return { text: decoder.decode(stdout) };
    const reason = decoder.decode(stderr).trim().split("\n")[0];
    return { problem: `${name} says "${reason}"` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `${name} does not run: ${reason}` };
  }
}

/** Judge the rules for the adverts on one interface. */
export function checkFirewall(
  target: Target,
  sets: RuleSets,
): readonly CheckResult[] {
  const { nftables, iptables, ip6tables } = sets;
  const tools = [nftables, iptables, ip6tables];
  if (tools.every((tool) => "problem" in tool && tool.problem === null)) {
    return [skipped(
      "firewall",
      "neither nft nor iptables-save is installed: rules could not be read",
    )];
  }
  const results: CheckResult[] = [];
  if ("text" in nftables || nftables.problem !== null) {
    // Its own tool understands them better.
    const leftOut = "text" in iptables && iptables.text.includes("(nf_tables)")
      ? IPTABLES_TABLES
      : undefined;
    const read = (text: string, packet: TestPacket): Chain[] =>
      readNftables(text, packet, leftOut);
    results.push(judge("nftables", target, [
      ["ip", nftables, read],
      ["ip6", nftables, read],
    ]));
  }
  if ("text" in iptables || iptables.problem !== null) {
    results.push(judge("iptables", target, [
      ["ip", iptables, readIptables],
      ["ip6", ip6tables, readIptables],
    ]));
  }
  return results;
}

type Source = readonly [
  family: TestPacket["family"],
  output: ToolOutput,
  read: (text: string, packet: TestPacket) => Chain[],
];

interface FoundDrop extends Drop {
  readonly packet: TestPacket;
}

function judge(
  kind: "nftables" | "iptables",
  target: Target,
  sources: readonly Source[],
): CheckResult {
  const id = `firewall.${kind}`;
  const drops: FoundDrop[] = [];
  for (const [family, output, read] of sources) {
    if ("problem" in output) {
      if (output.problem === null) continue;
      return skipped(id, `rules could not be read: ${output.problem}`);
    }
    for (const packet of packetsOf(target, family)) {
      const chains = read(output.text, packet);
      drops.push(...findDrops(chains).map((drop) => ({ ...drop, packet })));
    }
  }
  // What is certain and of IPv4 comes first.
  const worst = drops.toSorted((a, b) => rank(b) - rank(a))[0];
  const { name } = target.link;
  if (worst === undefined) {
    return ok(id, `no rule of ${kind} drops adverts on "${name}"`);
  }
  const { packet, certain, by, chain } = worst;
  const found = `${by} in ${kind} chain "${chain}" ` +
    `${certain ? "drops" : "may drop"} adverts ` +
    `${packet.direction === "in" ? "from" : "to"} "${name}" ` +
    `(protocol 112, ${packet.destination.address})`;
  const advice = permit(kind, worst);
  if (rank(worst) === 3) return failure(id, found, advice);
  return warning(
    id,
    found,
    packet.family === "ip6" ? `for IPv6 virtual routers: ${advice}` : advice,
  );
}

function rank({ packet, certain }: FoundDrop): number {
  return (packet.family === "ip" ? 2 : 0) + (certain ? 1 : 0);
}

/** An advert of a neighbour and one of this host. */
function packetsOf(
  { link, own, source }: Target,
  family: TestPacket["family"],
): readonly TestPacket[] {
  const common = { family, link: link.name, destination: GROUPS[family] };
  const subnet = own.find(({ address }) => address === source);
  if (family === "ip6" || source === null || subnet === undefined) {
    return [
      { ...common, direction: "in", source: null },
      { ...common, direction: "out", source: null },
    ];
  }
  return [
    { ...common, direction: "in", source: subnet },
    { ...common, direction: "out", source: { address: source, prefix: 32 } },
  ];
}

function permit(kind: "nftables" | "iptables", drop: FoundDrop): string {
  const { family } = drop.packet;
  const tool = family === "ip" ? "iptables" : "ip6tables";
  const chain = drop.chain.split(" ");
  return kind === "nftables"
    ? `nft insert rule ${drop.chain} meta l4proto 112 accept ` +
      "(with firewalld: firewall-cmd --permanent --add-protocol=vrrp)"
    : `${tool} -t ${chain[0]} -I ${chain[1]} -p 112 -j ACCEPT ` +
      "(with ufw: in /etc/ufw/before.rules)";
}
