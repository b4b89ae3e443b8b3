/**
 * How the links of a machine were, by name: what was true a moment ago.
 *
 * @module
 */

import type { LinkCondition } from "../../vrrp/reason.ts";
import type { SimLink } from "./machine.ts";

/** What makes the condition of a link. */
type Wired = Pick<SimLink, "up" | "carrier">;

/** Changes that are remembered of a name. */
const MAX_CHANGES = 200;

/** From when a name stood for a link in a condition. */
interface Change {
  readonly at: number;
  readonly condition: LinkCondition;
}

/** The past of all links. */
export class LinkPast {
  readonly #changes = new Map<string, Change[]>();

  /** A name stands for this link from now on, or for none. */
  note(name: string, link: Wired | undefined, at: number): void {
    const changes = this.#changes.get(name) ?? [];
    this.#changes.set(name, changes);
    const condition = conditionOf(link);
    if (changes.at(-1)?.condition === condition) return;
    changes.push({ at, condition });
    if (changes.length > MAX_CHANGES) changes.shift();
  }

  /** Whether the link of a name was in such a condition at any time of a span. */
  was(
    name: string,
    isIt: (condition: LinkCondition) => boolean,
    { from, to }: { readonly from: number; readonly to: number },
  ): boolean {
    const changes = this.#changes.get(name) ?? [];
    if (changes.length === 0) return isIt("missing");
    return changes.some(({ at, condition }, i) => {
      const until = changes[i + 1]?.at ?? Infinity;
      return at <= to && until >= from && isIt(condition);
    });
  }
}

function conditionOf(link: Wired | undefined): LinkCondition {
  if (link === undefined) return "missing";
  if (!link.up) return "down";
  return link.carrier ? "up" : "no_carrier";
}
