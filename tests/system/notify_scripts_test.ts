/**
 * Scripts that are told of states.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import type { Host } from "../lab/lab.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { noScripts } from "../lab/real_root.ts";
import { VIP } from "../lab/router.ts";
import { writeScript } from "../lab/scripts.ts";
import { now, sleep, until } from "../lab/wait.ts";

/** A script that keeps its arguments and what it was told, a line each time. */
function keeper(host: Host): readonly string[] {
  const variables = [
    ...["INSTANCE", "STATE", "PREVIOUS_STATE", "PRIORITY"],
    ...["INTERFACE", "VIPS"],
  ].map((name) => `$ALIVED_${name}`);
  return [
    "all=$*",
    `echo "$all; ${variables.join(",")}; ` +
    `$GO_ALIVED_INSTANCE $GO_ALIVED_EVENT" >> ${host.directory}/told`,
    `[ -n "$ALIVED_REASON" ] || echo "no reason" >> ${host.directory}/told`,
  ];
}

async function told(host: Host): Promise<string[]> {
  const text = await Deno.readTextFile(`${host.directory}/told`)
    .catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

Deno.test("scripts of an instance are told in order, with arguments and environment", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const script = await writeScript(a, "keep.sh", keeper(a));
  const alived = await Alived.start(
    a,
    configuration([instance({
      notify: script,
      notify_master: [script, "become", "master"],
      notify_backup: `${script} backup`,
      notify_fault: { shell: `${script} fault "$ALIVED_STATE"` },
      notify_stop: [script, "stop"],
    })]),
  );
  await alived.waitForState("MASTER");
  await until(async () => (await told(a)).length === 4);
  await a.plug(false);
  await alived.waitForState("FAULT");
  await until(async () => (await told(a)).length === 6);
  strictEqual(await alived.stop(), 0);
  const about = (state: string, previous: string): string =>
    `; VI_1,${state},${previous},100,eth0,${VIP}/24; ` +
    `VI_1 ${state.toLowerCase()}`;
  const general = (state: string): string => `INSTANCE VI_1 ${state} 100`;
  deepStrictEqual(await told(a), [
    `backup${about("BACKUP", "INIT")}`,
    `${general("BACKUP")}${about("BACKUP", "INIT")}`,
    `become master${about("MASTER", "BACKUP")}`,
    `${general("MASTER")}${about("MASTER", "BACKUP")}`,
    `fault FAULT${about("FAULT", "MASTER")}`,
    `${general("FAULT")}${about("FAULT", "MASTER")}`,
    `stop${about("STOP", "FAULT")}`,
    `${general("STOP")}${about("STOP", "FAULT")}`,
  ]);
});

Deno.test("a group is told of what its members are together", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const script = await writeScript(a, "keep.sh", keeper(a));
  const alived = await Alived.start(
    a,
    configuration([
      instance(),
      instance({
        name: "VI_2",
        virtual_router_id: 52,
        virtual_ips: ["192.0.2.101/24"],
      }),
    ], {
      sync_groups: [{
        name: "G1",
        instances: ["VI_1", "VI_2"],
        notify: script,
        notify_master: [script, "master"],
      }],
    }),
  );
  await alived.waitForState("MASTER");
  await alived.waitForState("MASTER", { instance: "VI_2" });
  await until(async () => (await told(a)).length === 3);
  await a.plug(false);
  await alived.waitForState("FAULT");
  await until(async () => (await told(a)).length === 4);
  await a.plug(true);
  await alived.waitForState("MASTER");
  await until(async () => (await told(a)).length === 7);
  strictEqual(await alived.stop(), 0);
  const about = (state: string, previous: string): string =>
    `; G1,${state},${previous},0,,; G1 ${state.toLowerCase()}`;
  const general = (state: string): string => `GROUP G1 ${state} 0`;
  const promoted = [
    `master${about("MASTER", "BACKUP")}`,
    `${general("MASTER")}${about("MASTER", "BACKUP")}`,
  ];
  deepStrictEqual(await told(a), [
    `${general("BACKUP")}${about("BACKUP", "INIT")}`,
    ...promoted,
    `${general("FAULT")}${about("FAULT", "MASTER")}`,
    `${general("BACKUP")}${about("BACKUP", "FAULT")}`,
    ...promoted,
    `${general("STOP")}${about("STOP", "MASTER")}`,
  ]);
});

Deno.test("the newest state wins over those that wait behind a slow script", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const slow = await writeScript(a, "slow.sh", [
    "sleep 2",
    ...keeper(a),
  ]);
  const alived = await Alived.start(
    a,
    configuration([instance({ notify: slow })]),
  );
  await alived.waitForState("MASTER");
  await a.plug(false);
  await alived.waitForState("FAULT");
  await until(async () => (await told(a)).length === 2);
  const states = (await told(a)).map((line) => line.split(" ")[2]);
  deepStrictEqual(states, ["BACKUP", "FAULT"]);
  const dropped = alived.events().find(({ event }) =>
    event === "notify_dropped"
  );
  match(dropped?.message ?? "", /Did not tell .* of MASTER: FAULT is newer/);
  strictEqual(await alived.stop(), 0);
});

Deno.test("notify_stop gets 5 s, and nothing waits for it but the exit", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a, watch } = pair;
  for (
    const { seconds, whole } of [
      { seconds: 3, whole: true },
      { seconds: 30, whole: false },
    ]
  ) {
    const script = await writeScript(a, `stop${seconds}.sh`, [
      `sleep ${seconds}`,
      ...keeper(a),
    ]);
    const before = (await told(a)).length;
    const alived = await Alived.start(
      a,
      configuration([instance({ notify_stop: script })]),
    );
    await alived.waitForState("MASTER");
    const asked = now();
    const stopped = alived.stop();
    await until(async () => !await a.holds(VIP));
    const gone = now() - asked;
    // It does not wait for the script.
    ok(alived.program.running);
    strictEqual(await stopped, 0);
    const took = now() - asked;
    report(
      `notify_stop of ${seconds} s: address gone after ${ms(gone)}, ` +
        `exit after ${ms(took)}`,
    );
    await watch.resignationOf(a.address);
    strictEqual((await told(a)).length - before, whole ? 1 : 0);
    ok(took > seconds * 1_000 || took > 4_000);
  }
});

Deno.test("scripts that come with a reload are told of what comes with it", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const script = await writeScript(a, "keep.sh", keeper(a));
  const alived = await Alived.start(a, configuration([instance()]));
  await alived.waitForState("MASTER");
  const added = instance({
    name: "VI_2",
    virtual_router_id: 52,
    virtual_ips: ["192.0.2.101/24"],
    notify: script,
  });
  await reload(alived, configuration([instance(), added]));
  await alived.waitForState("MASTER", { instance: "VI_2" });
  await until(async () => (await told(a)).length === 2);
  // Another VRID: it stops and starts anew.
  const other = { ...added, virtual_router_id: 53 };
  await reload(alived, configuration([instance(), other]));
  await until(async () => (await told(a)).length === 5);
  // Removed, it is told of its end by the script that it had.
  await reload(alived, configuration([instance()]));
  await until(async () => (await told(a)).length === 6);
  await sleep(100);
  const about = (state: string, previous: string): string =>
    `INSTANCE VI_2 ${state} 100; VI_2,${state},${previous},100,eth0,` +
    `192.0.2.101/24; VI_2 ${state.toLowerCase()}`;
  deepStrictEqual(await told(a), [
    about("BACKUP", "INIT"),
    about("MASTER", "BACKUP"),
    about("STOP", "MASTER"),
    about("BACKUP", "INIT"),
    about("MASTER", "BACKUP"),
    about("STOP", "MASTER"),
  ]);
  strictEqual(await alived.stop(), 0);
});
