// Signals that the core acts upon, whatever the side does.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  Deno.test(`${signal} resigns, removes and ends without the side`, () => {
    const fake = new FakeCore([INSTANCE], { logLevel: "error" });
    fake.run(4000);
    const { machine, posted } = fake;
    machine.changes.splice(0);
    machine.sent.splice(0);
    posted.splice(0);
    machine.signalled.push(signal);
    fake.settle();
    strictEqual(fake.ended, true);
    deepStrictEqual(machine.sent.map(({ hex }) => hex.slice(2, 6)), ["0a00"]);
    deepStrictEqual(machine.changes, [
      "remove 2 192.0.2.1/24",
      "remove 2 192.0.2.2/24",
    ]);
    deepStrictEqual(posted.map(({ type }) => type), ["stopping", "transition"]);
    deepStrictEqual(posted[0], { type: "stopping", signal });
  });
}

Deno.test("a stop is not held up by what the side has sent before", () => {
  const fake = new FakeCore();
  fake.machine.inbox.push({ type: "wake" });
  fake.machine.signalled.push("SIGUSR2", "SIGTERM");
  fake.settle();
  strictEqual(fake.ended, true);
  strictEqual(fake.machine.inbox.length, 1);
});

Deno.test("SIGUSR2 tells when a worse master was heard, too", () => {
  const fake = new FakeCore();
  fake.run(1000);
  fake.machine.hear(2, forgeAdvert({ priority: 50 }));
  fake.run(1300);
  fake.machine.signalled.push("SIGUSR2");
  fake.settle();
  deepStrictEqual(fake.logged("state").map(({ master }) => master), [
    { address: "192.0.2.251", priority: 50, heardAgo: 300 },
  ]);
});

Deno.test("SIGUSR2 tells the state of each instance and link", () => {
  const fake = new FakeCore([
    INSTANCE,
    {
      ...INSTANCE,
      ...{ name: "VI_2", virtualRouterId: 11, priority: 50 },
      virtualIps: [vip("192.0.2.3/24")],
    },
    {
      ...INSTANCE,
      ...{ name: "VI_3", virtualRouterId: 12, interface: "eth7" },
      virtualIps: [vip("192.0.2.4/24")],
    },
  ]);
  fake.machine.hear(2, forgeAdvert({ vrid: 11, priority: 200 }));
  fake.run(500);
  fake.machine.hear(2, forgeAdvert({ vrid: 99 }));
  fake.run(1000);
  fake.machine.signalled.push("SIGUSR2");
  fake.settle();
  deepStrictEqual(
    fake.logged("state").map(({ instance, message }) =>
      `${instance} ${message}`
    ),
    [
      "VI_1 BACKUP; priority 100; has heard no master; holds none; sent 0, " +
      "received 0",
      "VI_2 BACKUP; priority 50; master 192.0.2.251 with priority 200; heard " +
      "1.0 s ago; holds none; sent 0, received 1, other address lists 1",
      'VI_3 FAULT; priority 100; interface "eth7" does not exist; holds none; ' +
      "sent 0, received 0",
    ],
  );
  deepStrictEqual(fake.logged("state_link").map(({ message }) => message), [
    '"eth0": datagrams of no instance: unknown_vrid 1',
  ]);
});

Deno.test("SIGUSR2 is answered once a second", () => {
  const fake = new FakeCore();
  const count = (): number => fake.logged("state").length;
  fake.machine.signalled.push("SIGUSR2", "SIGUSR2");
  fake.settle();
  const one = count();
  fake.machine.signalled.push("SIGUSR2");
  fake.settle();
  strictEqual(count(), one);
  fake.run(1000);
  fake.machine.signalled.push("SIGUSR2");
  fake.settle();
  strictEqual(count(), 2 * one);
});

Deno.test("a line of the state names eight addresses at most", () => {
  const virtualIps = Array.from(
    { length: 10 },
    (_, i) => vip(`192.0.2.${i + 21}/32`),
  );
  const fake = new FakeCore([{ ...INSTANCE, virtualIps }], {}, twoLinks());
  fake.run(4000);
  fake.machine.signalled.push("SIGUSR2");
  fake.settle();
  const line = fake.logged("state").find(({ instance }) => instance === "VI_1");
  strictEqual(line?.held, 10);
  strictEqual(
    /holds (.*?);/.exec(line?.message ?? "")?.[1],
    "192.0.2.21/32, 192.0.2.22/32, 192.0.2.23/32, 192.0.2.24/32, " +
      "192.0.2.25/32, 192.0.2.26/32, 192.0.2.27/32, 192.0.2.28/32 and 2 more",
  );
});
