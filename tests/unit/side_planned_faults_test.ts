import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { PlannedFaults } from "../../src/daemon/side/planned_faults.ts";
import type { Transition } from "../../src/daemon/messages.ts";
import { settingsOf } from "./side_settings.ts";

const SETTINGS = settingsOf([
  { track_files: ["/etc/alived/serves"] },
  { virtual_router_id: 2, virtual_ips: ["10.0.0.2"] },
], { sync_groups: [{ name: "G", instances: ["VI_1", "VI_2"] }] });
const FILE = `tracker check ${SETTINGS.checks[0]?.name}`;

function entering(
  to: Transition["to"],
  causes: readonly string[],
  instance = "VI_1",
): Transition {
  return {
    ...{
      instance,
      from: "BACKUP",
      to,
      reason: { kind: "started" },
      priority: 100,
      causes,
    },
    ...{ time: 0, isLogged: true, missed: 0 },
  };
}

Deno.test("a fault is planned when tracked files alone cause it", () => {
  const planned = new PlannedFaults();
  const note = (to: Transition["to"], causes: readonly string[]): boolean =>
    planned.note(entering(to, causes), SETTINGS);
  deepStrictEqual([
    note("FAULT", [FILE]),
    note("FAULT", [FILE, "interface"]),
    note("FAULT", ["tracker check web"]),
    note("FAULT", []),
    note("BACKUP", [FILE]),
  ], [true, false, false, false, false]);
});

Deno.test("a drained instance is in FAULT as planned, whatever else it has", () => {
  const planned = new PlannedFaults();
  const note = (causes: readonly string[]): boolean =>
    planned.note(entering("FAULT", causes), SETTINGS);
  deepStrictEqual([
    note(["operator"]),
    note(["interface", "operator"]),
    note(["operator", "group"]),
    note(["interface"]),
  ], [true, true, true, false]);
  const other = entering("FAULT", ["group"], "VI_2");
  note(["operator"]);
  strictEqual(planned.note(other, SETTINGS), true);
});

Deno.test("the others of a group are in FAULT as planned when one of them is", () => {
  const planned = new PlannedFaults();
  const other = entering("FAULT", ["group"], "VI_2");
  strictEqual(planned.note(other, SETTINGS), false);
  planned.note(entering("FAULT", [FILE]), SETTINGS);
  strictEqual(planned.note(other, SETTINGS), true);
  planned.note(entering("BACKUP", []), SETTINGS);
  strictEqual(planned.note(other, SETTINGS), true);
  planned.note(entering("BACKUP", [], "VI_2"), SETTINGS);
  strictEqual(planned.note(other, SETTINGS), false);
});
