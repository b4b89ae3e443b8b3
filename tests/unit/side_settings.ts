/**
 * Settings as the file gives them, for tests of the side.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import type { Settings } from "../../src/config/settings.ts";
import { load } from "./config_host.ts";

/** The settings of one instance or more, each given as keys beside the usual. */
export function settingsOf(
  instances: readonly Readonly<Record<string, unknown>>[],
  sections: Readonly<Record<string, unknown>> = {},
): Settings {
  const text = JSON.stringify({
    vrrp_instances: instances.map((keys, i) => ({
      name: `VI_${i + 1}`,
      interface: "eth0",
      virtual_router_id: i % 255 + 1,
      virtual_ips: [`10.0.${i >> 8}.${i & 255}/32`],
      ...keys,
    })),
    ...sections,
  });
  const { settings, issues } = load(text);
  ok(
    settings !== null,
    issues.map(({ path, problem }) => `${path} ${problem}`).join("\n"),
  );
  return settings;
}
