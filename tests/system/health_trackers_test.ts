/**
 * What is tracked moves the priority in adverts, or is a FAULT.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import type { Host, Lab } from "../lab/lab.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { openSecond, plugSecond, wireSecond } from "../lab/segments.ts";
import { startService } from "../lab/service.ts";
import { now, sleep, until } from "../lab/wait.ts";
import type { Watch } from "../lab/watch.ts";

const PORT = 8080;

const WEB = {
  name: "web",
  type: "tcp",
  interval: "100ms",
  rise: 1,
  fall: 1,
  config: { host: "127.0.0.1", port: PORT },
} as const;

/** Wait until a host advertises this priority, and see that it stays. */
async function settlesAt(
  priority: number,
  { address }: Host,
  watch: Watch,
): Promise<void> {
  const newest = (): number | undefined =>
    watch.adverts(address).at(-1)?.priority;
  await until(() => newest() === priority, {
    within: 5_000,
    what: `an advert with priority ${priority}`,
  }).catch((error) => {
    throw new Error(`${error.message}, the newest has ${newest()}`);
  });
  await sleep(250);
  strictEqual(newest(), priority);
}

async function openThird(lab: Lab, host: Host): Promise<void> {
  await openSecond(lab);
  await wireSecond(lab, host, "198.51.100.1/24");
}

Deno.test("every kind of tracker moves the priority, and all of them together", async () => {
  await using pair = await openPair();
  const { lab, a, watch } = pair;
  await openThird(lab, a);
  const number = `${a.directory}/number`;
  const reversed = `${a.directory}/reversed`;
  // Its own name, since all hosts of the lab see the same processes.
  const name = `p${crypto.randomUUID().slice(0, 8)}`;
  const executable = `${a.directory}/${name}`;
  await Deno.copyFile(await Deno.realPath("/bin/sleep"), executable);
  const tracked = a.spawn([executable, "1000"]);
  let service = await startService(a, PORT);
  const alived = await Alived.start(
    a,
    configuration([instance({
      track_scripts: ["web"],
      track_interfaces: [{ name: "eth1", weight: -30 }],
      track_processes: [{ name, weight: 20 }],
      track_files: [
        { path: number, weight: 1 },
        { path: reversed, weight: 2, reverse: true },
      ],
    })], { health_checkers: [WEB] }),
  );
  await alived.waitForState("MASTER");

  // No number counts as down: a positive weight is not added, unless it is
  // reversed.
  await settlesAt(122, a, watch);
  await tracked.stop("SIGKILL");
  await settlesAt(102, a, watch);
  await Deno.writeTextFile(number, "40\n");
  await settlesAt(142, a, watch);
  await Deno.writeTextFile(reversed, " 11 ");
  await settlesAt(118, a, watch);
  await plugSecond(lab, a, false);
  await settlesAt(88, a, watch);
  await service.stop("SIGKILL");
  await settlesAt(78, a, watch);

  // 1 and 254 are as far as it goes, and nothing is lost on the way.
  await Deno.writeTextFile(number, "250");
  await settlesAt(254, a, watch);
  await Deno.writeTextFile(number, "-250");
  await settlesAt(1, a, watch);
  deepStrictEqual(alived.states(), ["BACKUP", "MASTER"]);
  await Deno.writeTextFile(number, "-254");
  const { reason } = await alived.waitForState("FAULT");
  match(reason ?? "", /number in .*-254/);
  await watch.resignationOf(a.address);
  ok(!await a.holds(VIP));

  // One that recovers takes away nothing but its own.
  await Deno.remove(number);
  await alived.waitForState("MASTER");
  await settlesAt(38, a, watch);
  service = await startService(a, PORT);
  await settlesAt(48, a, watch);
  await plugSecond(lab, a, true);
  await settlesAt(78, a, watch);
  await Deno.remove(reversed);
  await settlesAt(102, a, watch);
  a.spawn([executable, "1000"]);
  await settlesAt(122, a, watch);
  strictEqual(await alived.stop(), 0);
});

Deno.test("without a weight, what is down is a FAULT that says so and heals", async () => {
  await using pair = await openPair();
  const { lab, a } = pair;
  await openThird(lab, a);
  const ready = `${a.directory}/ready`;
  const maintenance = `${a.directory}/maintenance`;
  const pidFile = `${a.directory}/pid`;
  let tracked = a.spawn(["sleep", "1000"]);
  await Deno.writeTextFile(pidFile, `${tracked.pid}\n`);
  await Deno.writeTextFile(ready, "");
  let service = await startService(a, PORT);
  const alived = await Alived.start(
    a,
    configuration([instance({
      track_scripts: [{ name: "web" }],
      track_interfaces: ["eth1"],
      track_processes: [{ pid_file: pidFile }],
      track_files: [ready, { path: maintenance, reverse: true }],
    })], { health_checkers: [WEB] }),
  );
  const faults: readonly (readonly [RegExp, () => unknown, () => unknown])[] = [
    [
      /check "web" is down: \S/,
      () => service.stop("SIGKILL"),
      async () => service = await startService(a, PORT),
    ],
    [
      /interface "eth1" has no carrier/,
      () => plugSecond(lab, a, false),
      () => plugSecond(lab, a, true),
    ],
    [
      /process of .* is down/,
      () => tracked.stop("SIGKILL"),
      async () => {
        tracked = a.spawn(["sleep", "1000"]);
        await Deno.writeTextFile(pidFile, `${tracked.pid}\n`);
      },
    ],
    [
      /file .*ready" is down/,
      () => Deno.remove(ready),
      () => Deno.writeTextFile(ready, ""),
    ],
    [
      /file .*maintenance" is up/,
      () => Deno.writeTextFile(maintenance, ""),
      () => Deno.remove(maintenance),
    ],
  ];
  for (const [words, fail, mend] of faults) {
    await alived.waitForState("MASTER");
    await fail();
    const { reason } = await alived.waitForState("FAULT");
    match(reason ?? "", words);
    ok(!await a.holds(VIP));
    await mend();
  }
  await alived.waitForState("MASTER");
  strictEqual(await alived.stop(), 0);
});

Deno.test("a check that fails from the start counts at once, go-alived's plain name as −10", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const alived = await Alived.start(
    a,
    configuration([instance({ track_scripts: ["web", "db"] })], {
      health_checkers: [WEB, { ...WEB, name: "db", rise: 1000, fall: 1000 }],
    }),
  );
  await alived.waitForState("MASTER");
  await settlesAt(80, a, watch);
  await startService(a, PORT);
  // The other one keeps its penalty.
  await settlesAt(90, a, watch);
  strictEqual(await alived.stop(), 0);
});

Deno.test("the priority of an owner never moves", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const alived = await Alived.start(
    a,
    configuration([instance({ priority: 255, track_scripts: ["web"] })], {
      health_checkers: [WEB],
    }),
  );
  await alived.waitForEvent(({ event, level, message }) =>
    event === "config" && level === "warning" && /track_scripts/.test(message)
  );
  await alived.waitForState("MASTER");
  await alived.waitForEvent(({ event }) => event === "check_down");
  await sleep(500);
  const priorities = watch.adverts(a.address).map(({ priority }) => priority);
  deepStrictEqual([...new Set(priorities)], [255]);
  deepStrictEqual(alived.states(), ["MASTER"]);
  strictEqual(await alived.stop(), 0);
  await watch.resignationOf(a.address);
});

Deno.test("a result is heard in an advert of its own", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const path = `${a.directory}/number`;
  const alived = await Alived.start(
    a,
    configuration([instance({
      advert_interval: "1s",
      priority: 200,
      track_scripts: [{ name: "number", weight: 1 }],
    })], {
      health_checkers: [{
        ...{ name: "number", type: "file", interval: "50ms", rise: 1 },
        config: { path, number: true },
      }],
    }),
  );
  await alived.waitForState("MASTER");
  const delays: number[] = [];
  for (let value = 1; value <= 20; value++) {
    const from = alived.program.lines.length;
    const after = now();
    await Deno.writeTextFile(`${path}.new`, `${value}`);
    await Deno.rename(`${path}.new`, path);
    const { time } = await alived.waitForEvent(
      ({ event, message }) =>
        event === "check_result" && message.endsWith(`holds ${value}`),
      { from },
    );
    const advert = await until(
      () =>
        watch.adverts(a.address).find(({ time, priority }) =>
          time > after && priority === 200 + value
        ) ?? null,
    );
    delays.push(advert.time - Date.parse(time));
  }
  delays.sort((a, b) => a - b);
  const [median = NaN, worst = NaN] = [delays[10], delays[19]];
  report(
    `result to advert: median ${ms(median)}, worst ${ms(worst)} of 20 ` +
      "(the result is known to the millisecond)",
  );
  // With the next that is due it would be 500 ms.
  ok(median < 250, `the median is ${ms(median)}`);
  strictEqual(await alived.stop(), 0);
});

Deno.test("a reload keeps what a check knows unless the check has changed", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const text = (rise: number): string =>
    configuration([instance({ track_scripts: ["same", "changed"] })], {
      health_checkers: [
        { ...WEB, name: "same", rise: 1000 },
        { ...WEB, name: "changed", rise },
      ],
    });
  const alived = await Alived.start(a, text(1000));
  await alived.waitForState("MASTER");
  await settlesAt(80, a, watch);
  await startService(a, PORT);
  await settlesAt(80, a, watch);
  const from = now();
  await reload(alived, text(2));
  // Begun anew, its first result decides; the other has 1000 to go.
  await settlesAt(90, a, watch);
  await sleep(500);
  const heard = watch.adverts(a.address).filter(({ time }) => time > from)
    .map(({ priority }) => priority);
  ok(heard.every((priority) => priority === 80 || priority === 90));
  const ups = alived.events().filter(({ event }) => event === "check_up");
  deepStrictEqual(ups.map(({ message }) => message), [
    'Check "changed" is healthy: Connected',
  ]);
  deepStrictEqual(alived.states(), ["BACKUP", "MASTER"]);
  strictEqual(await alived.stop(), 0);
});
