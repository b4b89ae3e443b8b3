// Whether the side lives, as the core sees it.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { SideLife } from "../../src/daemon/core/side_life.ts";
import { FakeCore, INSTANCE } from "../lab/fake_core.ts";
import { FakeMachine } from "../lab/fake_machine.ts";

Deno.test("a side is silent after ten seconds, and one in doubt", () => {
  const life = new SideLife(7, 0);
  strictEqual(life.look(7, 9_999), null);
  strictEqual(life.look(7, 10_000), null);
  strictEqual(life.dueAt, 11_000);
  strictEqual(life.look(7, 10_999), null);
  deepStrictEqual(life.look(7, 11_000), { silentFor: 11_000, isBack: false });
  strictEqual(life.dueAt, Infinity);
  strictEqual(life.look(7, 60_000), null);
});

Deno.test("a side that shows itself is not in doubt any more", () => {
  const life = new SideLife(7, 0);
  strictEqual(life.look(7, 10_500), null);
  strictEqual(life.look(8, 11_200), null);
  strictEqual(life.look(8, 21_000), null);
  strictEqual(life.look(8, 21_200), null);
  strictEqual(life.look(8, 22_199), null);
  deepStrictEqual(life.look(8, 22_200), { silentFor: 11_000, isBack: false });
});

Deno.test("a pause of the whole process is no silence of the side", () => {
  const life = new SideLife(7, 0);
  strictEqual(life.look(7, 3_600_000), null);
  strictEqual(life.look(8, 3_601_500), null);
});

Deno.test("a side that is back is told of once", () => {
  const life = new SideLife(7, 0);
  strictEqual(life.look(7, 10_000), null);
  strictEqual(life.look(7, 11_500)?.isBack, false);
  deepStrictEqual(life.look(8, 20_000), { silentFor: 20_000, isBack: true });
  strictEqual(life.look(9, 21_000), null);
});

Deno.test("a core complains of a silent side past it, and goes on", () => {
  const fake = new FakeCore([INSTANCE]);
  const { machine } = fake;
  fake.run(20_000);
  deepStrictEqual(machine.complaints, [
    '{"time":"1970-01-01T00:00:11.000Z","level":"error","message":"Checks, ' +
    "notifications, reloads and the log have been stuck for 11 s; the " +
    'addresses are still served, and SIGTERM still stops alived","event":' +
    '"side_silent","silentFor":11000}',
  ]);
  strictEqual(fake.state(), "MASTER");
  machine.word++;
  fake.run(25_000);
  strictEqual(fake.logged("side_back").length, 1);
});

Deno.test("a core in FAULT, which has little else to do, complains too", () => {
  const machine = new FakeMachine();
  machine.putLink(2, "eth0", { flags: 0x1 });
  const fake = new FakeCore([INSTANCE], {}, machine);
  fake.settle();
  strictEqual(fake.state(), "FAULT");
  fake.run(15_000);
  strictEqual(machine.complaints.length, 1);
});
