import { deepStrictEqual } from "node:assert/strict";
import { instancesStarted } from "../../src/daemon/side/instance_report.ts";
import { sentenceOf } from "../../src/log/catalogue.ts";
import { settingsOf } from "./side_settings.ts";

Deno.test("an instance that starts says where, as whom and how soon it takes over", () => {
  const { instances } = settingsOf([
    { priority: 150 },
    {
      ...{ version: 3, advert_interval: "100ms", preempt: false },
      unicast_peers: ["10.0.0.7"],
    },
    {},
  ]);
  deepStrictEqual(instancesStarted(instances, 2).map(sentenceOf), [
    'Starts on "eth0": VRID 1, VRRPv2, priority 150, an advert every 1 s, ' +
    "takes over after 3.414 s of silence, addresses 10.0.0.0/32",
    'Starts on "eth0": VRID 2, VRRPv3, priority 100 without preemption, ' +
    "unicast to 1 peer, an advert every 0.1 s, takes over after 0.361 s of " +
    "silence, addresses 10.0.0.1/32",
    "Starts 1 more instance",
  ]);
});
