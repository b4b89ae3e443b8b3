/**
 * Many instances at once.
 *
 * @module
 */

import { instance, type Keys } from "./configuration.ts";

/**
 * Instances `VI_001`, `VI_002` … with the addresses shared out evenly, and the
 * links in turn: at most 255 on each.
 */
export function manyInstances(
  count: number,
  links: readonly string[],
  vips: readonly string[],
  keys: Keys = {},
): Keys[] {
  const share = vips.length / count;
  return Array.from({ length: count }, (_, i) =>
    instance({
      name: `VI_${String(i + 1).padStart(3, "0")}`,
      interface: links[i % links.length],
      virtual_router_id: 1 + Math.floor(i / links.length),
      virtual_ips: vips.slice(i * share, (i + 1) * share),
      ...keys,
    }));
}
