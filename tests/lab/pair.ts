/**
 * What most tests start from: two hosts on a watched segment.
 *
 * @module
 */

import { type Host, Lab } from "./lab.ts";
import { Watch } from "./watch.ts";

/** Two hosts on a segment. */
export interface Pair extends AsyncDisposable {
  readonly lab: Lab;
  /** 192.0.2.1/24 */
  readonly a: Host;
  /** 192.0.2.2/24 */
  readonly b: Host;
  readonly watch: Watch;
}

/** Make the hosts and start to watch. */
export async function openPair(): Promise<Pair> {
  const lab = await Lab.open();
  try {
    const a = await lab.host("a", "192.0.2.1/24");
    const b = await lab.host("b", "192.0.2.2/24");
    const watch = await Watch.start(lab);
    return {
      ...{ lab, a, b, watch },
      [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

/** Print a measured figure among the results of tests. */
export function report(what: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`  measured: ${what}\n`));
}

/** Milliseconds as text with a tenth. */
export function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
