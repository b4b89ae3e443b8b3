/**
 * What the parts start from: hosts on a segment that is recorded.
 *
 * @module
 */

import { manyAddresses } from "../../tests/lab/addresses.ts";
import { type Host, Lab } from "../../tests/lab/lab.ts";
import { VIP } from "../../tests/lab/router.ts";
import type { Router, Setup } from "./contender.ts";
import { Recording } from "./recording.ts";

/** A segment with two hosts. */
export interface Segment extends AsyncDisposable {
  readonly lab: Lab;
  /** 192.0.2.1/24 */
  readonly a: Host;
  /** 192.0.2.2/24 */
  readonly b: Host;
  readonly recording: Recording;
}

/** Make the hosts and start to record. */
export async function openSegment(): Promise<Segment> {
  const lab = await Lab.open();
  try {
    const a = await lab.host("a", "192.0.2.1/24");
    const b = await lab.host("b", "192.0.2.2/24");
    const recording = await Recording.start(lab);
    return {
      ...{ lab, a, b, recording },
      [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

/** VRID 1 and so on, on links in turn, with so many addresses each. */
export function manyRouters(
  count: number,
  { links = ["eth0"], each = 1 }: {
    readonly links?: readonly string[];
    readonly each?: number;
  } = {},
): Router[] {
  const vips = manyAddresses(count * each, 1);
  return Array.from({ length: count }, (_, i) => ({
    vrid: 1 + Math.floor(i / links.length),
    link: links[i % links.length] ?? "",
    vips: vips.slice(i * each, (i + 1) * each),
  }));
}

/** An address without its prefix. */
export function withoutPrefix(prefixed: string): string {
  return prefixed.split("/")[0] ?? "";
}

/** One virtual router with one address. */
const ROUTER: Router = { vrid: 51, link: "eth0", vips: [`${VIP}/24`] };

/** It in VRRPv2 with a second between adverts. */
export const SLOW: Omit<Setup, "priority"> = {
  ...{ version: 2, interval: 1_000, routers: [ROUTER] },
};

/** It in VRRPv3 with the shortest interval there is. */
export const FAST: Omit<Setup, "priority"> = {
  ...{ version: 3, interval: 10, routers: [ROUTER] },
};
