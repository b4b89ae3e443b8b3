/**
 * What goes wrong beside the core costs no advert.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { cadence } from "../lab/cadence.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { now, sleep, until } from "../lab/wait.ts";

const INTERVAL = 100;

Deno.test("errors in probes and notifiers count as unknown, and the election goes on", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const check = { type: "tcp", interval: "50ms", timeout: "50ms", fall: 1 };
  const target = { host: "127.0.0.1", port: 9 };
  const alived = await Alived.start(
    a,
    configuration([instance({ track_scripts: ["one", { name: "two" }] })], {
      health_checkers: [
        { ...check, name: "one", config: target },
        { ...check, name: "two", config: target },
      ],
      notifications: { webhooks: [{ url: "http://127.0.0.1:10/" }] },
    }),
    { module: new URL("../lab/faulty_side.ts", import.meta.url) },
  );
  await alived.waitForState("MASTER");
  const from = now();
  await sleep(3_000);
  const { latest, missed, gaps } = cadence(watch, a.address, {
    from,
    interval: INTERVAL,
  });
  const events = alived.events();
  const about = (what: string): number =>
    events.filter(({ message }) => message.includes(what)).length;
  report(
    `${about("uncaught in a probe")} uncaught errors, latest of ` +
      `${gaps.length + 1} adverts ${ms(latest)} late, ${missed} missed`,
  );
  ok(about("uncaught in a probe") > 20);
  ok(about("unhandled in a probe") > 20);
  ok(about("uncaught in a notifier") > 0);
  ok(about("unhandled in a notifier") > 0);
  const unknown = events.find(({ event }) => event === "check_error");
  match(unknown?.message ?? "", /counts as unknown: .*thrown in a probe/s);
  ok(missed <= 2 + gaps.length / 10, `${missed} adverts missed`);
  deepStrictEqual(alived.states(), ["BACKUP", "MASTER"]);
  ok(watch.adverts(a.address).every(({ priority }) => priority === 100));
  ok(!events.some(({ event }) => event === "check_down"));
  strictEqual(await alived.stop(), 0);
  await watch.resignationOf(a.address);
});

Deno.test("64 look-ups at once of a name server that never answers delay no advert", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  // Without checks, to tell what is this machine's doing.
  const router = { priority: 255, virtual_router_id: 52 };
  await Alived.start(b, configuration([instance(router)]));
  const server = "192.0.2.53";
  await a.exec(
    ...["ip", "neigh", "add", server, "lladdr", "02:00:00:00:00:53"],
    ...["dev", "eth0"],
  );
  const conf = `${a.directory}/resolv.conf`;
  await Deno.writeTextFile(conf, `nameserver ${server}\n`);
  await a.exec("mount", "--bind", conf, "/etc/resolv.conf");
  const names = Array.from({ length: 64 }, (_, i) => `dead${i}`);
  const alived = await Alived.start(
    a,
    configuration([instance({ track_scripts: names })], {
      health_checkers: names.map((name) => ({
        ...{ name, type: "tcp", interval: "10ms", timeout: "3s" },
        config: { host: `${name}.example.com`, port: 80 },
      })),
    }),
  );
  await alived.waitForState("MASTER");
  const from = now();
  const asking = await until(async () => {
    // A socket each, of the only program on this host, and a line of titles.
    const sockets = await a.exec("cat", "/proc/net/udp");
    const count = sockets.trim().split("\n").length - 1;
    return count >= 64 && count;
  }, { what: "64 look-ups under way" });
  await sleep(5_000);
  const { latest, missed, gaps } = cadence(watch, a.address, {
    from,
    interval: INTERVAL,
  });
  const beside = cadence(watch, b.address, { from, interval: INTERVAL });
  report(
    `${asking} queries at once, latest of ${gaps.length + 1} adverts ` +
      `${ms(latest)} late, ${missed} missed; ` +
      `latest of another host without checks ${ms(beside.latest)}`,
  );
  ok(missed <= 2 + gaps.length / 10, `${missed} adverts missed`);
  const down = alived.events().filter(({ event }) => event === "check_down");
  strictEqual(down.length, 64);
  match(down[0]?.message ?? "", /No answer within|Cannot find host/);
  strictEqual(watch.adverts(a.address).at(-1)?.priority, 1);
  strictEqual(await alived.stop(), 0);
});
