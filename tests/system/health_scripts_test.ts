/**
 * Scripts of checks: what they may not do to alived, and who they run as.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { cadence } from "../lab/cadence.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { noScripts } from "../lab/real_root.ts";
import { SCRIPTS, writeScript } from "../lab/scripts.ts";
import { now, until } from "../lab/wait.ts";

function config(script: string, keys: Keys = {}, global: Keys = {}): string {
  return configuration([instance({ track_scripts: ["it"] })], {
    global,
    health_checkers: [{
      ...{ name: "it", type: "script", interval: "1s", timeout: "500ms" },
      config: { script },
      ...keys,
    }],
  });
}

/** Processes of a group that run, zombies left out. */
async function groupOf(pgid: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (group === pgid && state !== "Z") found.push(name);
  }
  return found;
}

Deno.test("a script that ignores SIGTERM is gone after its timeout, with all that it started", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a, watch } = pair;
  const pidFile = `${a.directory}/pid`;
  const script = await writeScript(a, "stubborn.sh", [
    'trap "" TERM',
    "sleep 1000 &",
    `sh -c 'trap "" TERM; sleep 1000 & sleep 1000; sleep 1000' &`,
    `echo $$ > ${pidFile}.new && mv ${pidFile}.new ${pidFile}`,
    "while :; do sleep 1000; done",
  ]);
  const alived = await Alived.start(
    a,
    config(script, { interval: "10s", timeout: "2s" }),
  );
  const pgid = await until(() =>
    Deno.readTextFile(pidFile).then((text) => text.trim(), () => null)
  );
  await until(async () => (await groupOf(pgid)).length >= 5, {
    what: "all that it starts",
  });
  const started = now();
  const { message } = await alived.waitForEvent(({ event }) =>
    event === "check_down"
  );
  report(`killed ${ms(now() - started)} after its start, timeout 2 s`);
  match(message, /Killed after 2000 ms/);
  await until(async () => (await groupOf(pgid)).length === 0, {
    what: "the end of the process group",
  });
  await alived.waitForState("MASTER");
  const { missed, gaps } = cadence(watch, a.address, {
    from: watch.adverts(a.address)[0]?.time ?? 0,
    interval: 100,
  });
  ok(missed <= 2 + gaps.length / 10, `${missed} adverts missed`);
  strictEqual(await alived.stop(), 0);
});

Deno.test("as root, a script that others could change is refused, with the place and the remedy", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const script = await writeScript(a, "check.sh", ["exit 0"]);
  await a.exec("chmod", "o+w", SCRIPTS);
  const alived = await Alived.start(
    a,
    configuration([instance({ track_scripts: ["it"], notify: script })], {
      health_checkers: [{
        ...{ name: "it", type: "script", interval: "200ms", rise: 1 },
        config: { script },
      }],
    }),
  );
  const words = `Cannot run "${script}": all users can write "${SCRIPTS}"; ` +
    `run chmod o-w "${SCRIPTS}"`;
  const check = await alived.waitForEvent(({ event }) =>
    event === "check_down"
  );
  ok(check.message.includes(words), check.message);
  const notice = await alived.waitForEvent(({ event }) =>
    event === "notify_failed"
  );
  ok(notice.message.includes(words), notice.message);
  // The remedy helps.
  await a.exec("chmod", "o-w", SCRIPTS);
  await alived.waitForEvent(({ event }) => event === "check_up");
  strictEqual(await alived.stop(), 0);
});

Deno.test("scripts of checks and notices run as script_user", async () => {
  const reason = await noScripts();
  if (reason !== null) return report(reason);
  await using pair = await openPair();
  const { a } = pair;
  const seen = "/run/seen";
  const script = await writeScript(a, "who.sh", [
    `echo "$(id -u) $(id -g) $(id -G) $# \${ALIVED_STATE:-check}" >> ${seen}`,
  ]);
  await a.exec("sh", "-c", `touch ${seen} && chown nobody ${seen}`);
  const alived = await Alived.start(
    a,
    configuration([instance({ track_scripts: ["it"], notify: script })], {
      global: { script_user: "nobody:daemon" },
      health_checkers: [{
        ...{ name: "it", type: "script", interval: "10s" },
        config: { script },
      }],
    }),
  );
  await alived.waitForEvent(({ event }) => event === "check_up");
  await alived.waitForState("MASTER");
  strictEqual(await alived.stop(), 0);
  const lines = (await a.exec("cat", seen)).trim().split("\n");
  const uid = (await a.exec("id", "-u", "nobody")).trim();
  const gid = (await a.exec("getent", "group", "daemon")).split(":")[2];
  // None of root's other groups.
  const user = `${uid} ${gid} ${gid}`;
  deepStrictEqual(lines.toSorted(), [
    `${user} 0 check`,
    `${user} 4 BACKUP`,
    `${user} 4 MASTER`,
    `${user} 4 STOP`,
  ]);
});
