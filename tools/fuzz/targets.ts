/**
 * All that is fuzzed.
 *
 * @module
 */

import type { Target } from "./target.ts";
import { arp } from "./targets/arp.ts";
import { channel } from "./targets/channel.ts";
import { config } from "./targets/config.ts";
import { dns } from "./targets/dns.ts";
import { http } from "./targets/http.ts";
import { icmp } from "./targets/icmp.ts";
import { ipv4 } from "./targets/ipv4.ts";
import { pattern } from "./targets/pattern.ts";
import { record } from "./targets/record.ts";
import { rtnetlink } from "./targets/rtnetlink.ts";
import { vrrp } from "./targets/vrrp.ts";

/** The targets. */
export const TARGETS: readonly Target[] = [
  ...[vrrp, ipv4, arp, icmp, rtnetlink, dns, http, config, pattern, record],
  channel,
];

/** The target of this name. */
export function targetOf(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}
