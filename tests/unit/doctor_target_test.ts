import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import {
  chooseTargets,
  defaultRouteLink,
  inSubnet,
  type TargetRequest,
} from "../../src/doctor/target.ts";
import { address, link } from "./doctor_target.ts";
import { testHost } from "./config_host.ts";

const HOST = {
  links: [link(1, "lo"), link(2, "eth0"), link(3, "eth1")],
  addresses: [
    address(1, "127.0.0.1", 8),
    address(2, "192.0.2.1", 24),
    address(2, "192.0.2.100", 24),
    address(3, "198.51.100.1", 25),
  ],
};

/** Instances on these interfaces, the nth with VRID n and 192.0.2.(99 + n). */
function instances(...interfaces: string[]): readonly InstanceSettings[] {
  const entries = interfaces.map((name, i) =>
    `  - { name: VI_${i + 1}, interface: ${name}, virtual_router_id: ${
      i + 1
    }, virtual_ips: [192.0.2.${100 + i}/24] }`
  );
  const text = ["vrrp_instances:", ...entries, ""].join("\n");
  const { settings, issues } = loadConfig(text, "test.yaml", testHost);
  deepStrictEqual(issues, []);
  return settings?.instances ?? [];
}

/** Names of the interfaces chosen, how, and those that are absent. */
function choose(
  request: Partial<TargetRequest>,
  defaultLink: string | null = null,
): { names: string[]; chosenBy: string | undefined; absent: string[] } {
  const { targets, absent } = chooseTargets(
    { interface: undefined, vip: undefined, instances: [], ...request },
    HOST,
    defaultLink,
  );
  return {
    names: targets.map((one) => one.link.name),
    chosenBy: targets[0]?.chosenBy,
    absent: [...absent],
  };
}

Deno.test("chooseTargets() takes the interface that is given", () => {
  deepStrictEqual(
    choose({ interface: "eth1", instances: instances("eth0") }, "eth0"),
    { names: ["eth1"], chosenBy: "given", absent: [] },
  );
});

Deno.test("chooseTargets() takes those of the configuration, each once", () => {
  deepStrictEqual(
    choose({ instances: instances("eth0", "eth7", "eth1", "eth0") }, "lo"),
    {
      names: ["eth0", "eth1"],
      chosenBy: "from configuration",
      absent: ["eth7"],
    },
  );
});

Deno.test("chooseTargets() takes that of the default route", () => {
  deepStrictEqual(choose({}, "eth1"), {
    names: ["eth1"],
    chosenBy: "from default route",
    absent: [],
  });
});

Deno.test("chooseTargets() keeps the interfaces that a VIP belongs to", () => {
  const both = instances("eth0", "eth1");
  const { names } = choose({ instances: both, vip: "198.51.100.9/25" });
  deepStrictEqual(names, ["eth1"]);
});

Deno.test("chooseTargets() refuses a VIP in the subnet of no interface", () => {
  throws(
    () =>
      choose({ instances: instances("eth0", "eth1"), vip: "203.0.113.1/24" }),
    {
      name: "TestRequestError",
      message: "Cannot use 203.0.113.1/24 as VIP: it is in no subnet of this " +
        'host\'s interface ("eth0" has 192.0.2.1/24; ' +
        '"eth1" has 198.51.100.1/25)',
    },
  );
});

Deno.test("chooseTargets() tells the host's own addresses from VIPs", () => {
  const { targets } = chooseTargets(
    { interface: "eth0", vip: undefined, instances: instances("eth0") },
    HOST,
    null,
  );
  deepStrictEqual(
    targets.map(({ own, source, vips, instances }) => [
      own.map((one) => one.address),
      source,
      vips.map((one) => one.address),
      instances.map(({ name }) => name),
    ]),
    [[
      ["192.0.2.1"],
      "192.0.2.1",
      ["192.0.2.100"],
      ["VI_1"],
    ]],
  );
});

Deno.test("inSubnet() compares as many bits as the prefix has", () => {
  const subnet = { address: "192.0.2.129", prefix: 25 };
  strictEqual(inSubnet("192.0.2.255", subnet), true);
  strictEqual(inSubnet("192.0.2.127", subnet), false);
  strictEqual(inSubnet("192.0.2.129", { ...subnet, prefix: 32 }), true);
  strictEqual(inSubnet("192.0.2.128", { ...subnet, prefix: 32 }), false);
  strictEqual(inSubnet("10.0.0.1", { ...subnet, prefix: 0 }), true);
  strictEqual(inSubnet("2001:db8::1", { ...subnet, prefix: 0 }), false);
});

Deno.test("defaultRouteLink() takes the default route of the best metric", () => {
  const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\t" +
    "Mask\t\tMTU\tWindow\tIRTT\n";
  const routes = [
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    "eth0\t00000000\tFE0200C0\t0003\t0\t0\t200\t00000000\t0\t0\t0",
    "eth1\t00000000\tFE6433C6\t0003\t0\t0\t100\t00000000\t0\t0\t0",
    "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0",
  ];
  strictEqual(defaultRouteLink(`${head}${routes.join("\n")}\n`), "eth1");
  strictEqual(defaultRouteLink(`${head}${routes[0]}\n`), null);
  strictEqual(defaultRouteLink(""), null);
});
