/**
 * Two daemons in one network namespace, each with a run directory of its own:
 * the second sees the first and leaves it alone.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { openPair } from "../lab/pair.ts";
import { Pinger } from "../lab/pinger.ts";
import { VIP } from "../lab/router.ts";
import { sleep } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;

Deno.test("a second daemon of a network namespace does not start, and names the first", async () => {
  await using pair = await openPair();
  const { lab, a, watch } = pair;
  const client = await lab.host("client", "192.0.2.3/24");
  const garp = { delay: "0s", refresh: "0s" };
  const first = await Alived.start(a, configuration([instance({ garp })]));
  await first.waitForState("MASTER");
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  await sleep(300);
  const announced = watch.sightings().filter(({ kind }) => kind === "garp");
  const second = await Alived.start(
    a,
    configuration([instance({ garp })]),
    { runDirectory: `${a.directory}/run-of-another` },
  );
  const code = await second.program.endsWithin(4_000);
  const said = second.program.lines.join("\n");
  const pings = await pinger.stop();
  deepStrictEqual(
    {
      code,
      named: said.includes(String(first.program.pid)),
      outages: pings.outages,
      states: first.states(),
      announced: watch.sightings().filter(({ kind }) => kind === "garp").length,
      resigned: watch.adverts().some(({ priority }) => priority === 0),
    },
    {
      ...{ code: 1, named: true, outages: [], states: ["BACKUP", "MASTER"] },
      ...{ announced: announced.length, resigned: false },
    },
  );
  strictEqual(await first.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("after a daemon that was killed another may start, with any run directory", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const first = await Alived.start(a, FAST);
  await first.waitForState("MASTER");
  await first.crash();
  const runDirectory = `${a.directory}/run-of-another`;
  const next = await Alived.start(a, FAST, { runDirectory });
  await next.waitForState("MASTER");
  strictEqual(await next.stop(), 0);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
});

Deno.test("daemons of two network namespaces may share a run directory's path", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const runDirectory = "/run/alived";
  const first = await Alived.start(a, FAST, { runDirectory });
  await first.waitForState("MASTER");
  const second = await Alived.start(b, FAST, { runDirectory });
  await second.waitForState("BACKUP");
  await sleep(500);
  ok(second.program.running);
  deepStrictEqual(first.states(), ["BACKUP", "MASTER"]);
});
