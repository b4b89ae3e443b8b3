/**
 * A cluster of two alived and one keepalived falls apart and comes together
 * again, each host leaving in turn, with the client and without.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { Monitor } from "../lab/monitor.ts";
import { ms, report } from "../lab/pair.ts";
import { Pinger } from "../lab/pinger.ts";
import { keepalivedConf, VIP } from "../lab/router.ts";
import { FIRST, move, openSecond, SECOND } from "../lab/segments.ts";
import { now, sleep, until } from "../lab/wait.ts";
import { type Sighting, Watch } from "../lab/watch.ts";

/** Each host leaves once with the client and once without. */
const ALL_ROUNDS = [0, 1, 2, 3, 4, 5];
/** Those that leave the client with a host that is to give way. */
const LOSERS_CLIENT = [1, 2, 3];
const FAST = { version: 3, interval: 0.1 } as const;
/** The longest master-down interval of the three, with room for the machine. */
const MASTER_DOWN = 361 + 350;
/** From there to the heal: announcements are at most one a second. */
const PARTED = 1_000;
/** A client is right by then, as the documentation says, in milliseconds. */
const RIGHT_WITHIN = 5_000;
/** What a client without any announcement needs to ask again, and more. */
const PATIENT = 20_000;

/** A program on its host, best first. */
type Program = "alived" | "keepalived";

/** What is the same in all programs of a cluster. */
interface Manner {
  /** alived's `garp.refresh`; its default unless told. */
  readonly refresh?: string;
  /** Whether who gives way says a last word. */
  readonly lastWord: boolean;
}

interface Cluster {
  readonly lab: Lab;
  /** With priorities 150, 120 and 100. */
  readonly hosts: readonly Host[];
  readonly client: Host;
  readonly watch: Watch;
  /** Of the segment that hosts leave to. */
  readonly apart: Watch;
}

/** Three hosts, of which the first is master. */
async function openCluster(
  lab: Lab,
  programs: readonly Program[],
  manner: Manner,
): Promise<Cluster> {
  await openSecond(lab);
  const client = await lab.host("client", "192.0.2.9/24");
  const watch = await Watch.start(lab);
  const apart = await Watch.start(lab, SECOND);
  const hosts: Host[] = [];
  for (const [i, program] of programs.entries()) {
    const host = await lab.host(`h${i + 1}`, `192.0.2.${i + 1}/24`);
    const priority = [150, 120, 100][i] ?? 0;
    if (program === "alived") await startAlived(host, priority, manner);
    else await startPeer(host, priority, manner);
    if (i === 0) await watch.advertFrom(host.address);
    hosts.push(host);
  }
  return { lab, hosts, client, watch, apart };
}

async function startAlived(
  host: Host,
  priority: number,
  { refresh, lastWord }: Manner,
): Promise<void> {
  // Announcements are rare enough not to put off those of the next heal.
  const garp = { delay: "0s", ...refresh === undefined ? {} : { refresh } };
  const keys = { priority, garp, higher_prio_send_advert: lastWord };
  const alived = await Alived.start(host, configuration([instance(keys)]));
  await alived.waitForState("BACKUP");
}

async function startPeer(
  host: Host,
  priority: number,
  { lastWord }: Manner,
): Promise<void> {
  const conf = keepalivedConf({ ...FAST, priority });
  const word = `vrrp_higher_prio_send_advert ${lastWord}`;
  await startKeepalived(
    host,
    conf.replace("global_defs {", `global_defs {\n  ${word}`),
  );
}

/** Names of the hosts that hold the address. */
async function holders(hosts: readonly Host[]): Promise<string[]> {
  const held = await Promise.all(hosts.map((host) => host.holds(VIP)));
  return hosts.filter((_, i) => held[i]).map(({ name }) => name);
}

/**
 * Part the cluster, look who is master where, and heal it. Each host leaves in
 * turn, with the client and without.
 *
 * @returns Milliseconds from the first advert that crossed until the client's
 *   ARP was right.
 */
async function partition(
  { lab, hosts, client, watch, apart }: Cluster,
  monitor: Monitor,
  round: number,
): Promise<number> {
  const leaver = round % 3;
  const left = hosts.slice(leaver, leaver + 1);
  const stayed = hosts.filter((_, i) => i !== leaver);
  const masters = [...left, ...stayed.slice(0, 1)];
  const leavers = Math.floor(round / 3) % 2 === 0 ? [...left, client] : left;
  const what = `in round ${round}, ${left[0]?.name} apart`;
  await move(lab, leavers, SECOND);
  await sleep(MASTER_DOWN);
  await until(async () => (await holders(hosts)).length === 2, {
    what: `a master in each part ${what}`,
  });
  deepStrictEqual(await holders(left), [masters[0]?.name], what);
  deepStrictEqual(await holders(stayed), [masters[1]?.name], what);
  await sleep(PARTED);
  // Right behind an advert of who is to give way, so that the better one's
  // crosses first: then nobody knows whom the other served.
  const loser = masters[leaver === 0 ? 1 : 0]?.address ?? "";
  await (leaver === 0 ? watch : apart).advertFrom(loser, { after: now() });
  const before = now();
  await move(lab, leavers, FIRST);
  const healed = now();
  // Nothing from those that left was seen on this segment before.
  const crossed = await until(() =>
    watch.adverts().find(({ address, time }) =>
      time > (address === left[0]?.address ? before : healed)
    ) ?? null
  );
  await until(async () => (await holders(hosts)).join() === hosts[0]?.name, {
    what: `the best to be the only master again ${what}`,
  });
  const mac = await macOf(hosts[0]);
  await sleep(300);
  await until(() => lateness(monitor, mac, crossed) < Infinity, {
    ...{ within: PATIENT, what: `the client to be right ${what}` },
  });
  deepStrictEqual(await holders(hosts), [hosts[0]?.name], what);
  return lateness(monitor, mac, crossed);
}

async function macOf(host: Host | undefined): Promise<string> {
  const text = await host?.exec("cat", "/sys/class/net/eth0/address");
  return text?.trim() ?? "";
}

/** When the client had a MAC address for good; Infinity when it has not. */
function lateness(monitor: Monitor, mac: string, crossed: Sighting): number {
  const known = monitor.neighbors(VIP);
  const wrong = known.findLastIndex((neighbor) => neighbor.mac !== mac);
  const right = known[wrong + 1]?.time ?? Infinity;
  return Math.max(0, right - crossed.time);
}

async function run(
  programs: readonly Program[],
  manner: Manner,
  rounds: readonly number[],
): Promise<void> {
  await using lab = await Lab.open();
  const cluster = await openCluster(lab, programs, manner);
  const monitor = await Monitor.start(cluster.client);
  const pinger = new Pinger(cluster.client, VIP, { every: 5 });
  await pinger.answered();
  const times: number[] = [];
  for (const round of rounds) {
    times.push(await partition(cluster, monitor, round));
  }
  const worst = Math.max(...times);
  report(
    `${programs.join(", ")}: client's ARP right at the latest ${ms(worst)} ` +
      `after the first advert that crossed, ${rounds.length} partitions`,
  );
  ok(worst < RIGHT_WITHIN, `${ms(worst)}`);
}

// Nobody can know whom a master served that gave way without a word.
Deno.test("partitions, nobody says a last word: one master in each part, and the refresh puts the client right after each", () =>
  run(
    ["alived", "alived", "keepalived"],
    { lastWord: false },
    LOSERS_CLIENT,
  ));

Deno.test("partitions, the refresh is quicker: and so is the client right", () =>
  run(
    ["alived", "keepalived", "alived"],
    { lastWord: false, refresh: "1s" },
    LOSERS_CLIENT,
  ));

// Without a refresh it is the last word alone that puts the client right.
const SAID = { lastWord: true, refresh: "0s" };

Deno.test("partitions with a last word, keepalived the best: one master in each part, and the right one for the client after each", () =>
  run(["keepalived", "alived", "alived"], SAID, ALL_ROUNDS));

Deno.test("partitions with a last word, alived the best: one master in each part, and the right one for the client after each", () =>
  run(["alived", "alived", "keepalived"], SAID, LOSERS_CLIENT));
