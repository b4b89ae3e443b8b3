/**
 * What a packet filter does to one packet: its rules are walked as the kernel
 * walks them, and where a rule cannot be decided from here both ways count.
 *
 * @module
 */

import type { Prefixed } from "../wire/address.ts";
import { inSubnet } from "./target.ts";

/** A packet whose way is asked for. */
export interface TestPacket {
  /** Family of the packet. */
  readonly family: "ip" | "ip6";
  /** Whether it arrives or leaves. */
  readonly direction: "in" | "out";
  /** Name of the interface. */
  readonly link: string;
  /** The source or the subnet that it is of, or null for one not known. */
  readonly source: Prefixed | null;
  /** Destination: the VRRP group. */
  readonly destination: Prefixed;
}

/** Whether something holds; null when it cannot be told. */
export type Answer = boolean | null;

/** What a rule does with a packet that it matches. */
export type Verdict =
  | { readonly type: "accept" | "drop" | "return" }
  | { readonly type: "jump" | "goto"; readonly chain: string };

/** One rule. */
export interface Rule {
  /** Whether the packet matches. */
  readonly matches: Answer;
  /** What happens then. */
  readonly verdict: Verdict;
  /** How to call it. */
  readonly name: string;
}

/** A chain of rules. */
export interface Chain {
  /** How it is called by jumps. */
  readonly id: string;
  /** How to call it. */
  readonly name: string;
  /** What the kernel enters it by, or null for one that is jumped to. */
  readonly entry: { readonly policy: "accept" | "drop" } | null;
  /** Its rules in order. */
  readonly rules: readonly Rule[];
}

/** What drops the packet. */
export interface Drop {
  /** The rule or policy. */
  readonly by: string;
  /** The chain that the kernel entered. */
  readonly chain: string;
  /** False where it hangs on what cannot be told from here. */
  readonly certain: boolean;
}

interface Outcome {
  /** How it ended; `end` is the end of the chain. */
  readonly type: "accept" | "drop" | "end";
  /** What dropped it for certain. */
  readonly by: string;
  /** What may have dropped it on the way. */
  readonly doubts: readonly string[];
  /** Whether something may have accepted it on the way. */
  readonly mayBeAccepted: boolean;
}

/** Deeper than the kernel allows jumps to go (NFT_JUMP_STACK_SIZE). */
const MAX_DEPTH = 20;

/**
 * Find what drops the packet, at most one thing for each entry.
 *
 * @param chains All chains, as they are for this packet.
 */
export function findDrops(chains: readonly Chain[]): readonly Drop[] {
  const byId = new Map(chains.map((chain) => [chain.id, chain]));
  const drops: Drop[] = [];
  for (const chain of chains) {
    if (chain.entry === null) continue;
    const { type, by, doubts, mayBeAccepted } = walk(chain, byId, 0);
    const byPolicy = type === "end" && chain.entry.policy === "drop";
    if (type === "drop" || byPolicy) {
      drops.push({
        by: byPolicy ? "its policy" : by,
        chain: chain.name,
        certain: !mayBeAccepted,
      });
    } else if (doubts[0] !== undefined) {
      drops.push({ by: doubts[0], chain: chain.name, certain: false });
    }
  }
  return drops;
}

function walk(
  chain: Chain,
  chains: ReadonlyMap<string, Chain>,
  depth: number,
): Outcome {
  const doubts: string[] = [];
  let mayBeAccepted = false;
  const end = (type: Outcome["type"], by = ""): Outcome => ({
    ...{ type, by, doubts, mayBeAccepted },
  });
  for (const { matches, verdict, name } of chain.rules) {
    if (matches === false) continue;
    if (verdict.type === "jump" || verdict.type === "goto") {
      const target = chains.get(verdict.chain);
      if (target === undefined || depth === MAX_DEPTH) continue;
      const inner = walk(target, chains, depth + 1);
      doubts.push(...inner.doubts);
      mayBeAccepted ||= inner.mayBeAccepted;
      if (matches === true) {
        if (inner.type !== "end") return end(inner.type, inner.by);
        if (verdict.type === "goto") return end("end");
      } else if (inner.type === "drop") {
        doubts.push(inner.by);
      } else if (inner.type === "accept") {
        mayBeAccepted = true;
      }
    } else if (matches === true) {
      return verdict.type === "return" ? end("end") : end(verdict.type, name);
    } else if (verdict.type === "drop") {
      doubts.push(name);
    } else {
      // An accept, or a return to where it may be accepted.
      mayBeAccepted = true;
    }
  }
  return end("end");
}

/** Whether an address, or any address of a subnet, is within another. */
export function within(address: Prefixed, subnet: Prefixed): Answer {
  if (subnet.prefix <= address.prefix) return inSubnet(address.address, subnet);
  return inSubnet(subnet.address, address) ? null : false;
}

/** All of them hold. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

/** At least one of them holds. */
export function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

/** The opposite. */
export function not(answer: Answer): Answer {
  return answer === null ? null : !answer;
}
