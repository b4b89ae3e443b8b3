/**
 * Rules of a packet filter that could drop adverts: named for a person to look
 * at where adverts do not pass, and never judged. The kernel alone knows what
 * it does to a packet.
 *
 * @module
 */

/** A rule or a policy. */
export interface Suspect {
  /** Whose rule it is. */
  readonly tool: "nftables" | "iptables";
  /** `inet filter input`, or `filter INPUT`. */
  readonly chain: string;
  /** The rule as its tool writes it, or `policy drop`. */
  readonly rule: string;
}

/** What a rule of another protocol says of itself. */
const OTHER_PROTOCOL =
  /\b(tcp|udp|udplite|icmp|icmpv6|igmp|sctp|dccp|esp|gre|ipv6-icmp)\b|dport/;
/** Hooks that adverts pass. */
const HOOK = /\bhook (ingress|prerouting|input|output|postrouting|egress)\b/;
const IPTABLES_CHAIN = /^:(PREROUTING|INPUT|OUTPUT|POSTROUTING) DROP\b/;

/**
 * Look through the rules of nftables, also those that iptables made there.
 *
 * @param text What `nft list ruleset` prints.
 */
export function suspectsOfNftables(text: string): readonly Suspect[] {
  const suspects: Suspect[] = [];
  let [table, chain] = ["", ""];
  for (const line of text.split("\n").map((line) => line.trim())) {
    const opened = /^(table|chain) (.+) \{$/.exec(line);
    if (opened?.[1] === "table") table = opened[2] ?? "";
    if (opened?.[1] === "chain") chain = opened[2] ?? "";
    const suspect = (rule: string): Suspect => ({
      ...{ tool: "nftables", chain: `${table} ${chain}`, rule },
    });
    if (HOOK.test(line)) {
      if (line.includes("policy drop")) suspects.push(suspect("policy drop"));
    } else if (!line.startsWith("type ") && drops(line, /\b(drop|reject)\b/)) {
      suspects.push(suspect(line));
    }
  }
  return suspects;
}

/**
 * Look through the rules of iptables.
 *
 * @param text What `iptables-save` prints.
 */
export function suspectsOfIptables(text: string): readonly Suspect[] {
  const suspects: Suspect[] = [];
  let table = "";
  for (const line of text.split("\n")) {
    const { 1: policy } = IPTABLES_CHAIN.exec(line) ?? [];
    const { 1: chain } = /^-A (\S+)/.exec(line) ?? [];
    const suspect = (name: string, rule: string): Suspect => ({
      ...{ tool: "iptables", chain: `${table} ${name}`, rule },
    });
    if (line.startsWith("*")) table = line.slice(1).trim();
    if (policy !== undefined) suspects.push(suspect(policy, "policy drop"));
    if (chain !== undefined && drops(line, /-j (DROP|REJECT)\b/)) {
      suspects.push(suspect(chain, line));
    }
  }
  return suspects;
}

/** Whether a rule drops, and is not one of another protocol alone. */
function drops(rule: string, verdict: RegExp): boolean {
  return verdict.test(rule) && !OTHER_PROTOCOL.test(rule);
}

/** Says how a suspect's chain is made to let adverts pass. */
export function permit({ tool, chain }: Suspect): string {
  const [table, name] = chain.split(" ");
  return tool === "nftables"
    ? `nft insert rule ${chain} meta l4proto 112 accept ` +
      "(with firewalld: firewall-cmd --permanent --add-protocol=vrrp)"
    : `iptables -t ${table} -I ${name} -p 112 -j ACCEPT ` +
      "(with ufw: in /etc/ufw/before.rules)";
}
