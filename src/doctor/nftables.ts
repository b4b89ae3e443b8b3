/**
 * The rules of nftables as they are for one packet, from
 * `nft -j list ruleset` (libnftables-json(5)). What is not understood cannot
 * be told, and is never taken for a match or for none.
 *
 * @module
 */

import {
  contains,
  type Json,
  list,
  type Look,
  matches,
  object,
  valueOf,
} from "./nftables_match.ts";
import {
  type Answer,
  type Chain,
  every,
  type Rule,
  type TestPacket,
  type Verdict,
} from "./packet_filter.ts";

const HOOKS: Readonly<Record<TestPacket["direction"], readonly string[]>> = {
  in: ["ingress", "prerouting", "input"],
  out: ["output", "postrouting", "egress"],
};
/** Statements that decide nothing about the packet. */
const NEUTRAL: ReadonlySet<string> = new Set([
  ...["counter", "log", "notrack", "mangle", "comment", "ct helper"],
  ...["ct timeout", "ct count", "flow", "continue", "set", "last"],
]);

/**
 * Read the chains that one packet can meet.
 *
 * @param text What nft printed; old versions print nothing for no rules.
 * @param leftOut Tables that somebody else reads, as `ip filter`.
 * @throws {SyntaxError} When that is no JSON.
 */
export function readNftables(
  text: string,
  packet: TestPacket,
  leftOut: ReadonlySet<string> = new Set(),
): Chain[] {
  if (text.trim() === "") return [];
  const entries = list(object(JSON.parse(text)).nftables).map(object);
  const families = ["inet", "netdev", packet.family];
  const known = (kind: string): Json[] =>
    entries.flatMap((entry) => kind in entry ? [object(entry[kind])] : [])
      .filter(({ family, table }) =>
        families.includes(String(family)) && !leftOut.has(`${family} ${table}`)
      );
  const rules = known("rule");
  const sets = new Map(
    [...known("set"), ...known("map")]
      .map((set) => [chainId(set, set.name), list(set.elem)]),
  );
  return known("chain").map((chain) => {
    const hook = chain.hook;
    const entered = typeof hook === "string" &&
      HOOKS[packet.direction].includes(hook) &&
      (chain.dev === undefined ||
        [chain.dev].flat().includes(packet.link));
    const policy = chain.policy === "drop" ? "drop" : "accept";
    const id = chainId(chain, chain.name);
    return {
      id,
      name: `${chain.family} ${chain.table} ${chain.name}`,
      entry: entered ? { policy } : null,
      rules: rules
        .filter((rule) => chainId(rule, rule.chain) === id)
        .flatMap((rule) => readRule(rule, packet, sets)),
    };
  });
}

type Sets = ReadonlyMap<string, readonly unknown[]>;

function chainId({ family, table }: Json, name: unknown): string {
  return [family, table, name].join(" ");
}

/** A rule, or one for each element of its verdict map. */
function readRule(rule: Json, packet: TestPacket, sets: Sets): Rule[] {
  const name = `rule ${rule.handle} of chain ${rule.chain}`;
  const look = (set: string): readonly unknown[] | undefined =>
    sets.get(chainId(rule, set));
  const answers: Answer[] = [];
  const rules: Rule[] = [];
  const add = (matches: Answer, statement: unknown): void => {
    const verdict = readVerdict(object(statement), rule);
    if (verdict !== null) rules.push({ matches, verdict, name });
  };
  for (const statement of list(rule.expr).map(object)) {
    const [kind = "", value] = Object.entries(statement)[0] ?? [];
    if (kind === "match") {
      answers.push(matches(object(value), packet, look));
    } else if (kind === "vmap") {
      const { key, data } = object(value);
      const found = valueOf(object(key), packet);
      for (const element of elements(data, look) ?? []) {
        const [wanted, verdict] = list(element);
        add(every([...answers, contains(wanted, found, look)]), verdict);
      }
    } else if (readVerdict(statement, rule) !== null) {
      add(every(answers), statement);
    } else if (!NEUTRAL.has(kind)) {
      answers.push(null);
    }
  }
  return rules;
}

function readVerdict(statement: Json, rule: Json): Verdict | null {
  if ("accept" in statement) return { type: "accept" };
  if ("drop" in statement || "reject" in statement) return { type: "drop" };
  if ("return" in statement) return { type: "return" };
  for (const type of ["jump", "goto"] as const) {
    if (!(type in statement)) continue;
    const { target } = object(statement[type]);
    return { type, chain: chainId(rule, target) };
  }
  return null;
}

function elements(data: unknown, look: Look): readonly unknown[] | undefined {
  return typeof data === "string"
    ? look(data.replace(/^@/, ""))
    : list(object(data).set);
}
