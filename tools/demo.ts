/**
 * The main job on one machine: two hosts share an address, and a client pings
 * it while the master loses power, comes back and is stopped. The hosts are
 * network namespaces; all is gone when this ends, however it ends.
 *
 * @module
 */

import { Alived } from "../tests/lab/alived.ts";
import { type Host, Lab } from "../tests/lab/lab.ts";
import { obstacle } from "../tests/lab/namespace.ts";
import { Pinger } from "../tests/lab/pinger.ts";
import { VIP } from "../tests/lab/router.ts";
import { now, sleep, until } from "../tests/lab/wait.ts";
import { type Sighting, Watch } from "../tests/lab/watch.ts";

const PRIORITY_A = 150;
const PRIORITY_B = 100;

// RFC 3768 §6.1 with a second between adverts: the skew time is (256 -
// priority) / 256 s, the master-down interval that and three seconds.
const MASTER_DOWN_B = 3_609.375;
const SKEW_B = 609.375;

const INTERRUPTED = new Error("Interrupted; everything is removed again");

interface Scene {
  readonly a: Host;
  readonly b: Host;
  readonly watch: Watch;
  /** Milliseconds since the epoch when the timeline begins. */
  readonly start: number;
}

/** One way the address moved, as a row of the table at the end. */
interface Takeover {
  readonly cause: string;
  /** Milliseconds between two adverts, and what the protocol says they are. */
  readonly took: { readonly measured: number; readonly theory: number } | null;
  /** Milliseconds from the first advert to the first gratuitous ARP. */
  readonly garp: number;
  readonly lost: number;
  /** Milliseconds between the replies around the lost pings. */
  readonly outage: number;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function tell(scene: Scene, text: string, time = now()): void {
  const seconds = ((time - scene.start) / 1_000).toFixed(3);
  print(`${seconds.padStart(7)} s  ${text}`);
}

function startAlived(host: Host, priority: number): Promise<Alived> {
  return Alived.start(host, { priority, password: "secret12" });
}

async function play(lab: Lab): Promise<Takeover[]> {
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  const client = await lab.host("client", "192.0.2.3/24");
  const scene = { a, b, watch: await Watch.start(lab), start: now() };
  print(`Hosts a (priority ${PRIORITY_A}) and b (priority ${PRIORITY_B})`);
  print(`share ${VIP}, VRRPv2, an advert a second; a client pings it.\n`);

  tell(scene, "a and b start");
  const alivedA = await startAlived(a, PRIORITY_A);
  const alivedB = await startAlived(b, PRIORITY_B);
  await alivedA.waitForState("MASTER");
  const elected = await scene.watch.advertFrom(a.address);
  tell(scene, "a is MASTER, after listening for a better one", elected.time);
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  tell(scene, `the client pings ${VIP} every 2 ms and is answered`);
  await sleep(1_500);

  const crash = await powerCut(scene, [alivedA, alivedB], pinger);
  await sleep(1_500);
  const [comeback, alivedA2] = await comeBack(scene, pinger);
  await sleep(1_500);
  const stop = await orderlyStop(scene, [alivedA2, alivedB], pinger);
  await sleep(500);

  const code = await alivedB.stop();
  tell(scene, `b stops too, exit code ${code}`);
  return [crash, comeback, stop];
}

async function powerCut(
  scene: Scene,
  [master, backup]: readonly [Alived, Alived],
  pinger: Pinger,
): Promise<Takeover> {
  const { a, b, watch } = scene;
  const cut = now();
  await Promise.all([a.plug(false), master.crash()]);
  tell(scene, "power cut at a: SIGKILL, cable dead", cut);
  await backup.waitForState("MASTER");
  const last = watch.adverts(a.address).at(-1);
  if (last === undefined) throw new Error("Host a sent no advert");
  const first = await watch.advertFrom(b.address, { after: last.time });
  const measured = first.time - last.time;
  tell(
    scene,
    `b is MASTER, ${seconds(measured)} after the last advert of a ` +
      `(master-down interval ${seconds(MASTER_DOWN_B)})`,
    first.time,
  );
  const took = { measured, theory: MASTER_DOWN_B };
  return await settle(scene, pinger, {
    ...{ cause: "power cut of the master", since: cut, first, took },
  });
}

async function comeBack(
  scene: Scene,
  pinger: Pinger,
): Promise<[Takeover, Alived]> {
  const { a, watch } = scene;
  await a.forgetAddresses();
  await a.plug(true);
  const since = now();
  tell(scene, "a has power again and starts");
  const alived = await startAlived(a, PRIORITY_A);
  await alived.waitForState("MASTER");
  const first = await watch.advertFrom(a.address, { after: since });
  tell(scene, "a is MASTER again, having the better priority", first.time);
  const takeover = await settle(scene, pinger, {
    ...{ cause: "return of the better host", since, first, took: null },
  });
  return [takeover, alived];
}

async function orderlyStop(
  scene: Scene,
  [master, backup]: readonly [Alived, Alived],
  pinger: Pinger,
): Promise<Takeover> {
  const { b, watch } = scene;
  const since = now();
  const code = await master.stop();
  tell(scene, "a gets SIGTERM", since);
  const last = await watch.resignationOf(scene.a.address);
  tell(scene, "a says priority 0 and drops the address", last.time);
  await backup.waitForState("MASTER");
  const first = await watch.advertFrom(b.address, { after: since });
  const measured = first.time - last.time;
  tell(
    scene,
    `b is MASTER, ${seconds(measured)} later ` +
      `(skew time ${seconds(SKEW_B)}); a ended with exit code ${code}`,
    first.time,
  );
  const took = { measured, theory: SKEW_B };
  return await settle(scene, pinger, {
    ...{ cause: "orderly stop of the master", since, first, took },
  });
}

/** Wait until the client is served again and see what it missed. */
async function settle(
  scene: Scene,
  pinger: Pinger,
  { cause, since, first, took }: {
    readonly cause: string;
    readonly since: number;
    readonly first: Sighting;
    readonly took: Takeover["took"];
  },
): Promise<Takeover> {
  const announced = await scene.watch.garpFrom(first.mac, {
    after: first.time - 1,
  });
  await until(() => pinger.lastReply() > announced.time, {
    what: "a reply to the client",
  });
  await sleep(100);
  const outages = pinger.report().outages.filter(({ to }) => to > since);
  const lost = outages.reduce((sum, outage) => sum + outage.lost, 0);
  const outage = outages.reduce((sum, { from, to }) => sum + to - from, 0);
  tell(
    scene,
    `the client lost ${pings(lost)}${lost > 0 ? `, ${seconds(outage)}` : ""}`,
  );
  return { cause, took, garp: announced.time - first.time, lost, outage };
}

function pings(count: number): string {
  return count === 1 ? "1 ping" : `${count} pings`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}

function table(takeovers: readonly Takeover[]): string {
  const rows = [
    ["", "took over in", "theory", "late", "GARP after", "pings lost"],
    ...takeovers.map(({ cause, took, garp, lost, outage }) => [
      cause,
      took === null ? "-" : seconds(took.measured),
      took === null ? "-" : seconds(took.theory),
      took === null ? "-" : `${(took.measured - took.theory).toFixed(1)} ms`,
      `${garp.toFixed(1)} ms`,
      lost === 0 ? "0" : `${lost} (${seconds(outage)})`,
    ]),
  ];
  return rows.map(([cause = "", ...cells]) =>
    cause.padEnd(28) + cells.map((cell) => cell.padStart(15)).join("")
  ).join("\n");
}

async function main(): Promise<number> {
  // Where ip is, which is not in everybody's PATH.
  Deno.env.set("PATH", `${Deno.env.get("PATH")}:/usr/sbin:/sbin`);
  const reason = await obstacle(["ping"]);
  if (reason !== null) {
    print(reason);
    return 1;
  }
  await using lab = await Lab.open();
  const interrupted = Promise.withResolvers<never>();
  const interrupt = (): void => interrupted.reject(INTERRUPTED);
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  try {
    const takeovers = await Promise.race([play(lab), interrupted.promise]);
    print(`\n${table(takeovers)}`);
    return 0;
  } catch (error) {
    print(`\n${error instanceof Error ? error.message : error}`);
    return error === INTERRUPTED ? 130 : 1;
  }
}

Deno.exit(await main());
