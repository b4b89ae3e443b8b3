/**
 * A cluster of two alived and one keepalived falls apart and comes together
 * again, 50 times.
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
import { type RouterOptions, VIP } from "../lab/router.ts";
import { FIRST, move, openSecond, SECOND } from "../lab/segments.ts";
import { now, sleep, until } from "../lab/wait.ts";
import { type Sighting, Watch } from "../lab/watch.ts";

const ROUNDS = 25;
const FAST = { version: 3, interval: 0.1 } as const;
/** The longest master-down interval of the three, with room for the machine. */
const MASTER_DOWN = 361 + 350;
/** From there to the heal: announcements are at most one a second. */
const PARTED = 1_000;

/** A program on its host, best first. */
type Program = "alived" | "keepalived";

interface Cluster {
  readonly lab: Lab;
  /** With priorities 150, 120 and 100. */
  readonly hosts: readonly Host[];
  readonly client: Host;
  readonly watch: Watch;
}

/** Three hosts, of which the first is master. */
async function openCluster(
  lab: Lab,
  programs: readonly Program[],
): Promise<Cluster> {
  await openSecond(lab);
  const client = await lab.host("client", "192.0.2.9/24");
  const watch = await Watch.start(lab);
  const hosts: Host[] = [];
  for (const [i, program] of programs.entries()) {
    const host = await lab.host(`h${i + 1}`, `192.0.2.${i + 1}/24`);
    const options = { ...FAST, priority: [150, 120, 100][i] ?? 0 };
    await start(program, host, options);
    if (i === 0) await watch.advertFrom(host.address);
    hosts.push(host);
  }
  return { lab, hosts, client, watch };
}

async function start(
  program: Program,
  host: Host,
  options: RouterOptions,
): Promise<void> {
  if (program === "keepalived") await startKeepalived(host, options);
  else {
    // Announcements are rare enough not to put off those of the next heal.
    const keys = { priority: options.priority, garp: { delay: "0s" } };
    const alived = await Alived.start(host, configuration([instance(keys)]));
    await alived.waitForState("BACKUP");
  }
}

/** Names of the hosts that hold the address. */
async function holders(hosts: readonly Host[]): Promise<string[]> {
  const held = await Promise.all(hosts.map((host) => host.holds(VIP)));
  return hosts.filter((_, i) => held[i]).map(({ name }) => name);
}

/** How one partition ended. */
interface Heal {
  /** Index of the host that gave way. */
  readonly loser: number;
  /** Whether it was the winner's advert that crossed first. */
  readonly winnerFirst: boolean;
  /** Milliseconds from that until the client's ARP was right. */
  readonly late: number;
}

/**
 * Part the cluster, look who is master where, and heal it. Each host leaves in
 * turn, with the client and without.
 */
async function partition(
  { lab, hosts, client, watch }: Cluster,
  monitor: Monitor,
  round: number,
): Promise<Heal> {
  const leaver = round % 3;
  const left = hosts.slice(leaver, leaver + 1);
  const stayed = hosts.filter((_, i) => i !== leaver);
  const masters = [...left, ...stayed.slice(0, 1)];
  const leavers = Math.floor(round / 3) % 2 === 0 ? [...left, client] : left;
  const what = `in round ${round}, ${left[0]?.name} apart`;
  await move(lab, leavers, SECOND);
  await sleep(MASTER_DOWN);
  deepStrictEqual(await holders(left), [masters[0]?.name], what);
  deepStrictEqual(await holders(stayed), [masters[1]?.name], what);
  // At any time between two adverts.
  await sleep(PARTED + (round * 37) % 100);
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
  await sleep(300);
  deepStrictEqual(await holders(hosts), [hosts[0]?.name], what);
  return {
    loser: Math.max(leaver, 1),
    winnerFirst: crossed.address === hosts[0]?.address,
    late: lateness(monitor, await macOf(hosts[0]), crossed),
  };
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

async function run(programs: readonly Program[]): Promise<void> {
  await using lab = await Lab.open();
  const cluster = await openCluster(lab, programs);
  const monitor = await Monitor.start(cluster.client);
  const pinger = new Pinger(cluster.client, VIP, { every: 5 });
  await pinger.answered();
  const heals: Heal[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    heals.push(await partition(cluster, monitor, round));
  }
  // Who hears a better keepalived says so; keepalived leaves without a word,
  // and the winner cannot know that there is somebody to tell.
  const silent = heals.filter(({ loser, winnerFirst, late }) =>
    programs[loser] === "keepalived" && winnerFirst && late > 1_000
  );
  const times = heals.filter((heal) => !silent.includes(heal))
    .map(({ late }) => late).sort((x, y) => x - y);
  report(
    `${programs.join(", ")}: client's ARP right ` +
      `${ms(times[Math.floor(times.length / 2)] ?? NaN)} (median), ` +
      `${ms(times.at(-1) ?? NaN)} (worst) after the first advert that ` +
      `crossed, ${times.length} of ${ROUNDS} partitions`,
  );
  if (silent.length > 0) {
    report(`${silent.length} where keepalived gave way without a word: not`);
  }
  ok((times.at(-1) ?? NaN) < 1_000);
}

Deno.test("25 partitions, keepalived the best: one master in each part, and the right one for the client after each", () =>
  run(["keepalived", "alived", "alived"]));

Deno.test("25 partitions, alived the best: one master in each part, and the right one for the client after each", () =>
  run(["alived", "alived", "keepalived"]));
