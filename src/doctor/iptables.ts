/**
 * The rules of iptables as they are for one packet, from `iptables-save` or
 * `ip6tables-save`. What is not understood cannot be told, and is never taken
 * for a match or for none.
 *
 * @module
 */

import { parsePrefixed, type Prefixed } from "../wire/address.ts";
import {
  type Answer,
  type Chain,
  every,
  not,
  type Rule,
  type TestPacket,
  type Verdict,
  within,
} from "./packet_filter.ts";

const ENTRIES: Readonly<Record<TestPacket["direction"], readonly string[]>> = {
  in: ["PREROUTING", "INPUT"],
  out: ["OUTPUT", "POSTROUTING"],
};
/** Options that are no condition. */
const NEUTRAL: ReadonlySet<string> = new Set([
  ...["-m", "--comment", "--reject-with"],
  ...["--loose", "--validmark", "--accept-local"],
]);
const VRRP: ReadonlySet<string> = new Set(["112", "vrrp", "0", "all"]);
const WORD = /"(?:\\.|[^"\\])*"|\S+/g;

/** Read the chains that one packet can meet. */
export function readIptables(text: string, packet: TestPacket): Chain[] {
  const chains: (Chain & { readonly rules: Rule[] })[] = [];
  let table = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("*")) {
      table = line.slice(1).trim();
    } else if (line.startsWith(":")) {
      const [name = "", policy] = line.slice(1).split(" ");
      chains.push({
        id: `${table} ${name}`,
        name: `${table} ${name}`,
        entry: policy !== "-" && ENTRIES[packet.direction].includes(name)
          ? { policy: policy === "DROP" ? "drop" : "accept" }
          : null,
        rules: [],
      });
    } else if (line.startsWith("-A ")) {
      const [, name = "", ...options] = words(line);
      const isChain = (target: string): boolean =>
        chains.some(({ id }) => id === `${table} ${target}`);
      const rule = readRule(line, options, packet, table, isChain);
      const chain = chains.find(({ id }) => id === `${table} ${name}`);
      if (rule !== null) chain?.rules.push(rule);
    }
  }
  return chains;
}

function words(line: string): string[] {
  return (line.match(WORD) ?? []).map((word) => word.replace(/^"|"$/g, ""));
}

function readRule(
  line: string,
  options: readonly string[],
  packet: TestPacket,
  table: string,
  isChain: (target: string) => boolean,
): Rule | null {
  const answers: Answer[] = [];
  let verdict: Verdict | null = null;
  for (let i = 0; i < options.length;) {
    const negated = options[i] === "!";
    const option = options[negated ? i + 1 : i] ?? "";
    let end = i + (negated ? 2 : 1);
    const start = end;
    // Negative numbers do not occur; what starts with a dash is an option.
    while (end < options.length && !/^(-|!$)/.test(options[end] ?? "")) end++;
    const value = options[start] ?? "";
    i = end;
    if (option === "-j" || option === "-g") {
      verdict = readVerdict(option, value, `${table} ${value}`, isChain(value));
    } else if (!NEUTRAL.has(option)) {
      const answer = matches(option, value, packet);
      answers.push(negated ? not(answer) : answer);
    }
  }
  if (verdict === null) return null;
  return { matches: every(answers), verdict, name: `"${line}"` };
}

function readVerdict(
  option: string,
  target: string,
  chain: string,
  isChain: boolean,
): Verdict | null {
  switch (target) {
    case "ACCEPT":
      return { type: "accept" };
    case "DROP":
    case "REJECT":
      return { type: "drop" };
    case "RETURN":
      return { type: "return" };
    default:
      // LOG, MARK and their like go on to the next rule.
      if (!isChain) return null;
      return { type: option === "-g" ? "goto" : "jump", chain };
  }
}

function matches(option: string, value: string, packet: TestPacket): Answer {
  const { direction, link, source, destination } = packet;
  switch (option) {
    case "-p":
      return VRRP.has(value);
    case "-i":
      return direction === "in" && isLink(value, link);
    case "-o":
      return direction === "out" && isLink(value, link);
    case "-s":
      return source === null ? null : isIn(source, value);
    case "-d":
      return isIn(destination, value);
    case "--state":
    case "--ctstate":
      // Nothing ever answers an advert, so its connection stays new.
      return value.split(",").includes("NEW");
    case "--dst-type":
      return value === "MULTICAST";
    case "--invert":
      // Of rpfilter: there is a way back to a neighbour.
      return false;
    case "--pkt-type":
      return direction === "in" ? value === "multicast" : null;
    default:
      return null;
  }
}

/** A name that ends with a plus stands for all that begin so. */
function isLink(pattern: string, link: string): boolean {
  return pattern.endsWith("+")
    ? link.startsWith(pattern.slice(0, -1))
    : pattern === link;
}

function isIn(address: Prefixed, subnet: string): Answer {
  const prefix = parsePrefixed(subnet);
  return prefix === null ? null : within(address, prefix);
}
