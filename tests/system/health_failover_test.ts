/**
 * The service of the master dies: how long until the address answers again,
 * on the backup.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { Asker, startService } from "../lab/service.ts";
import { now, until } from "../lab/wait.ts";

const PORT = 8080;
const SLACK = 1_000;
const CHECK_INTERVAL = 1_000;
const FALL = 2;

function config(priority: number, tracker: Keys): string {
  const router = { version: 2, advert_interval: 1, priority };
  return configuration(
    [instance({ ...router, track_scripts: [{ name: "web", ...tracker }] })],
    {
      health_checkers: [{
        name: "web",
        type: "tcp",
        interval: "1s",
        timeout: "500ms",
        fall: FALL,
        config: { host: "127.0.0.1", port: PORT },
      }],
    },
  );
}

// Skew of priority 100 is 0.609 s; a backup that hears a lower priority waits
// until its master counts as dead, one that hears a resignation does not.
const KINDS = [
  { what: "a weight", tracker: { weight: -100 }, heard: 50, wait: 3_609.375 },
  { what: "FAULT", tracker: {}, heard: 0, wait: 609.375 },
] as const;

for (const { what, tracker, heard, wait } of KINDS) {
  Deno.test(`the service of the master dies, which means ${what}: the backup answers`, async () => {
    await using pair = await openPair();
    const { lab, a, b, watch } = pair;
    const client = await lab.host("client", "192.0.2.3/24");
    const service = await startService(a, PORT);
    await startService(b, PORT);
    const master = await Alived.start(a, config(150, tracker));
    await master.waitForState("MASTER");
    const backup = await Alived.start(b, config(100, tracker));
    await backup.waitForState("BACKUP");
    const asker = new Asker(client, VIP, PORT);
    await asker.answerFrom(a);
    // Right behind a good result it takes longest.
    const from = master.program.lines.length;
    await master.waitForEvent(({ event }) => event === "check_result", {
      from,
    });
    const killed = now();
    await service.stop("SIGKILL");
    const down = await master.waitForEvent(({ event }) =>
      event === "check_down"
    );
    // One that was due may have left between the result and this one.
    const lower = await until(() =>
      watch.adverts(a.address).find(({ priority }) => priority === heard) ??
        null
    );
    const advert = lower.time - Date.parse(down.time);
    report(`first advert with priority ${heard} ${ms(advert)} after the check`);
    const answered = await asker.answerFrom(b);
    const bound = FALL * CHECK_INTERVAL + wait;
    const took = answered - killed;
    report(
      `${what}: ${ms(took)} from service killed to address answering, ` +
        `bound ${ms(bound)}`,
    );
    // At once, not with the next that is due.
    ok(advert < 500, `the advert came ${ms(advert)} after the result`);
    ok(took < bound + SLACK, `the backup answered after ${ms(took)}`);
    ok(await b.holds(VIP));
    ok(!await a.holds(VIP));
    await master.waitForState(heard === 0 ? "FAULT" : "BACKUP");
  });
}
