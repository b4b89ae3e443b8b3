/**
 * What a notify script is told.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import type { Notification } from "../../src/notify/notification.ts";
import { describe } from "../../src/notify/notification.ts";
import { generalCommand, scriptEnvironment } from "../../src/notify/script.ts";

const FAULT: Notification = {
  kind: "INSTANCE",
  name: "VI_1",
  state: "FAULT",
  previousState: "MASTER",
  priority: 90,
  reason: "link eth0 is down",
  interface: "eth0",
  virtualIps: ["192.0.2.100/24", "192.0.2.101/32"],
  time: 0,
};

Deno.test("generalCommand() adds keepalived's four arguments", () => {
  deepStrictEqual(generalCommand(["/usr/bin/notify", "-v"], FAULT), [
    ...["/usr/bin/notify", "-v"],
    ...["INSTANCE", "VI_1", "FAULT", "90"],
  ]);
});

Deno.test("generalCommand() gives a group priority 0", () => {
  const group: Notification = {
    ...FAULT,
    kind: "GROUP",
    name: "G",
    priority: 0,
  };
  deepStrictEqual(generalCommand(["/usr/bin/notify"], group), [
    ...["/usr/bin/notify"],
    ...["GROUP", "G", "FAULT", "0"],
  ]);
});

Deno.test("scriptEnvironment() has alived's names and go-alived's", () => {
  deepStrictEqual(scriptEnvironment(FAULT), {
    ALIVED_INSTANCE: "VI_1",
    ALIVED_STATE: "FAULT",
    ALIVED_PREVIOUS_STATE: "MASTER",
    ALIVED_PRIORITY: "90",
    ALIVED_REASON: "link eth0 is down",
    ALIVED_INTERFACE: "eth0",
    ALIVED_VIPS: "192.0.2.100/24 192.0.2.101/32",
    GO_ALIVED_INSTANCE: "VI_1",
    GO_ALIVED_EVENT: "fault",
  });
});

Deno.test("describe() tells a group from an instance", () => {
  deepStrictEqual([
    describe(FAULT, "node1"),
    describe({ ...FAULT, kind: "GROUP", name: "G", reason: "" }, "node1"),
  ], [
    "VI_1 on node1 went from MASTER to FAULT: link eth0 is down",
    "Group G on node1 went from MASTER to FAULT",
  ]);
});
