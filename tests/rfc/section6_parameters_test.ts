// RFC 9568 section 6.1: the parameters that an operator sets.

import { strictEqual } from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { testHost } from "../unit/config_host.ts";

function instance(lines: readonly string[]): InstanceSettings | undefined {
  const text = [
    "vrrp_instances:",
    "  - name: VI_1",
    "    interface: eth0",
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
  return loadConfig(text, "test.yaml", testHost).settings?.instances[0];
}

const NEEDED = ["virtual_router_id: 51", "virtual_ips: [192.0.2.100/24]"];

Deno.test("§6.1 a VRID is configured, 1 to 255", () => {
  const [, ips = ""] = NEEDED;
  strictEqual(instance(NEEDED)?.virtualRouterId, 51);
  strictEqual(instance(["virtual_router_id: 0", ips]), undefined);
  strictEqual(instance(["virtual_router_id: 256", ips]), undefined);
});

Deno.test("§6.1 the priority is 100 unless configured, 1 to 255", () => {
  strictEqual(instance(NEEDED)?.priority, 100);
  strictEqual(instance([...NEEDED, "priority: 255"])?.priority, 255);
  strictEqual(instance([...NEEDED, "priority: 0"]), undefined);
  strictEqual(instance([...NEEDED, "priority: 256"]), undefined);
});

Deno.test("§6.1 the interval is 1 s unless configured, in steps of 10 ms", () => {
  const v3 = [...NEEDED, "version: 3"];
  strictEqual(instance(v3)?.advertInterval, 1000);
  strictEqual(instance([...v3, "advert_interval: 10ms"])?.advertInterval, 10);
  strictEqual(
    instance([...v3, "advert_interval: 40.95s"])?.advertInterval,
    40_950,
  );
  strictEqual(instance([...v3, "advert_interval: 15ms"]), undefined);
  strictEqual(instance([...v3, "advert_interval: 40.96s"]), undefined);
});

Deno.test("§6.1 a router preempts unless told not to", () => {
  strictEqual(instance(NEEDED)?.preempt, true);
  strictEqual(instance([...NEEDED, "preempt: false"])?.preempt, false);
});
