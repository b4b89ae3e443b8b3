/**
 * A day on which much goes wrong: two alived beside a keepalived, preemption, a
 * pulled cable, a check that fails, maintenance, a firewall between masters, an
 * address that somebody takes, a reload. What the log says of it is so, and is
 * enough to tell who was master when, why that changed, and whether it is over.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, type LogEvent } from "../lab/alived.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import type { Program } from "../lab/program.ts";
import { keepalivedConf, VIP } from "../lab/router.ts";
import { startService } from "../lab/service.ts";

const PORT = 8080;
const [A, B, K] = ["192.0.2.11", "192.0.2.12", "192.0.2.13"] as const;
/** Seconds between adverts. */
const INTERVAL = 0.4;
const ADDRESS = `1 address: ${VIP}/24`;
const ADDED = `info Added ${ADDRESS}`;
const ANNOUNCED = `info Announces ${ADDRESS} (5 times each)`;
const REMOVED = `info Removed ${ADDRESS}`;

/** What a backup says of the master. */
function heard(address: string, priority: number): string {
  return `info The master is ${address} with priority ${priority}`;
}

/** A host with alived, and its log from chapter to chapter. */
class Node {
  readonly host: Host;
  readonly alived: Alived;
  #told = 0;

  constructor(host: Host, alived: Alived) {
    this.host = host;
    this.alived = alived;
  }

  /** The file that is there while the host is to serve. */
  get serves(): string {
    return servesOf(this.host);
  }

  /** Read to a line, which is waited for; see {@linkcode readTo}. */
  read(line: string): Promise<readonly string[]> {
    return this.#read((event) => this.#asLine(event).startsWith(line));
  }

  /**
   * Read to an event, which is waited for.
   *
   * @returns Lines of level info and above, without how long things took and
   *   where a file is; and without those about a single advert of another
   *   master, which may have been on its way.
   */
  readTo(name: string): Promise<readonly string[]> {
    return this.#read(({ event }) => event === name);
  }

  /** Wait until both checks have a verdict, and read nothing so far. */
  async settle(): Promise<void> {
    for (const name of ["web", `file ${this.serves}`]) {
      await this.alived.waitForEvent(({ event, check }) =>
        event === "check_up" && check === name
      );
    }
    this.#told = this.alived.program.lines.length;
  }

  async #read(isIt: (event: LogEvent) => boolean): Promise<readonly string[]> {
    const { lines } = this.alived.program;
    const from = this.#told;
    await this.alived.waitForEvent(isIt, { from });
    const events = lines.slice(from).map((line): LogEvent => JSON.parse(line));
    this.#told = from + events.findIndex(isIt) + 1;
    return events.slice(0, this.#told - from)
      .filter(({ level }) => level !== "debug")
      .filter(({ event, count }) => event !== "rival" || count !== 1)
      .map((event) => this.#asLine(event));
  }

  #asLine({ level, message }: LogEvent): string {
    const text = message.replace(/\d+\.\d+ s\b/g, "N s");
    return `${level} ${text.replaceAll(this.serves, "FILE")}`;
  }

  /** The newest change of state, in facts. */
  why(...names: readonly string[]): readonly unknown[] {
    const newest: Record<string, unknown> = {
      ...this.alived.transitions().at(-1),
    };
    return ["from", "to", "cause", ...names].map((name) => newest[name]);
  }
}

function servesOf(host: Host): string {
  return `${host.directory}/serves`;
}

function text(host: Host, priority: number): string {
  // One answer that is late on a busy machine is no part of the story.
  const check = { type: "tcp", interval: "500ms", rise: 1, fall: 3 };
  const config = { host: "127.0.0.1", port: PORT };
  return configuration(
    [instance({
      ...{ priority, advert_interval: `${INTERVAL * 1000}ms` },
      track_scripts: [{ name: "web", weight: -60 }],
      track_files: [servesOf(host)],
    })],
    { health_checkers: [{ name: "web", ...check, config }] },
  );
}

async function startNode(
  lab: Lab,
  name: string,
  address: string,
  priority: number,
): Promise<Node & { service: Program }> {
  const host = await lab.host(name, `${address}/24`);
  await Deno.writeTextFile(servesOf(host), "");
  const service = await startService(host, PORT);
  const alived = await Alived.start(host, text(host, priority));
  return Object.assign(new Node(host, alived), { service });
}

/** Have a host ignore another one's adverts, or hear them again. */
async function firewall(
  { host }: Node,
  source: string | null,
): Promise<void> {
  const chain = "chain inet lab in";
  const rules = source === null ? [`flush ${chain}`] : [
    "add table inet lab",
    `add ${chain} { type filter hook input priority 0; }`,
    `add rule inet lab in ip saddr ${source} ip protocol 112 drop`,
  ];
  await host.exec("nft", rules.join("; "));
}

/** Two masters until the one that hears the other has said so. */
async function splitBrain(a: Node, b: Node): Promise<void> {
  const before = b.alived.transitions().length;
  await firewall(b, A);
  await a.alived.waitForEvent(
    ({ event, count }) => event === "rival" && count === 2,
    { from: a.alived.program.lines.length },
  );
  await firewall(b, null);
  await b.alived.waitForState("BACKUP");
  strictEqual(b.alived.transitions().length, before + 2);
}

Deno.test("a bad day is told as it was, on both hosts", async () => {
  await using lab = await Lab.open();
  const k = await lab.host("k", `${K}/24`);
  const keepalived = await startKeepalived(
    k,
    keepalivedConf({ version: 3, interval: INTERVAL, priority: 10 }),
  );
  await keepalived.waitForLog("Entering MASTER STATE");

  // A better host comes: it says who is master, and whom it takes over from.
  const a = await startNode(lab, "a", A, 150);
  const morning = await a.read(ANNOUNCED);
  await a.settle();
  ok(morning.includes(
    'info Starts on "eth0": VRID 51, VRRPv3, priority 150, an advert every ' +
      `N s, takes over after N s of silence, addresses ${VIP}/24`,
  ));
  ok(morning.includes(`${heard(K, 10)}, less than our 150`));
  ok(morning.includes(
    `notice BACKUP → MASTER: ${K} has priority 10, less than our 150`,
  ));
  deepStrictEqual(a.why("peer", "peerPriority", "ownPriority"), [
    ...["BACKUP", "MASTER", "preempt", K, 10, 150],
  ]);

  // Another comes, and hears it.
  const b = await startNode(lab, "b", B, 120);
  await b.readTo("master_heard");
  await b.settle();
  const [first] = b.alived.events().filter(({ event }) =>
    event === "master_heard"
  );
  deepStrictEqual([first?.source, first?.sourcePriority], [A, 150]);

  // The cable of the master is pulled, and plugged in again.
  await a.host.plug(false);
  deepStrictEqual(await a.read(REMOVED), [
    'error MASTER → FAULT: interface "eth0" has no carrier',
    REMOVED,
  ]);
  deepStrictEqual(a.why("link", "condition", "isPlanned"), [
    ...["MASTER", "FAULT", "interface", "eth0", "no_carrier", false],
  ]);
  deepStrictEqual(await b.read(ANNOUNCED), [
    `notice BACKUP → MASTER: heard nothing from ${A} for N s`,
    ...[ADDED, ANNOUNCED],
  ]);
  deepStrictEqual(b.why("peer"), ["BACKUP", "MASTER", "silence", A]);
  await a.host.plug(true);
  deepStrictEqual(await a.read(ANNOUNCED), [
    'info FAULT → BACKUP: interface "eth0" is up again',
    `${heard(B, 120)}, less than our 150`,
    `notice BACKUP → MASTER: ${B} has priority 120, less than our 150`,
    ...[ADDED, ANNOUNCED],
  ]);
  deepStrictEqual(await b.read(REMOVED), [
    `notice MASTER → BACKUP: ${A} has priority 150, more than our 120`,
    ...[heard(A, 150), REMOVED],
  ]);

  // A check of the master fails, so that the other one is better, and recovers.
  await a.service.stop("SIGKILL");
  deepStrictEqual(await b.read(ANNOUNCED), [
    `${heard(A, 90)}, less than our 120`,
    `notice BACKUP → MASTER: ${A} has priority 90, less than our 120`,
    ...[ADDED, ANNOUNCED],
  ]);
  deepStrictEqual(b.why("peer", "peerPriority", "ownPriority"), [
    ...["BACKUP", "MASTER", "preempt", A, 90, 120],
  ]);
  const sum = '150 configured, check "web" -60';
  deepStrictEqual(await a.read(REMOVED), [
    'warning Check "web" is failing: Cannot connect to 127.0.0.1 port ' +
    "8080: Connection refused",
    `info Priority 150 → 90 (${sum})`,
    `notice MASTER → BACKUP: ${B} has priority 120, more than our 90 (${sum})`,
    ...[heard(B, 120), REMOVED],
  ]);
  deepStrictEqual(a.why("peer", "ownPriority", "ownConfigured", "ownTerms"), [
    ...["MASTER", "BACKUP", "better", B, 90, 150],
    [{ what: 'check "web"', amount: -60 }],
  ]);
  await startService(a.host, PORT);
  deepStrictEqual(await a.read(ANNOUNCED), [
    'info Check "web" is healthy: Connected',
    "info Priority 90 → 150 (150 configured)",
    `notice BACKUP → MASTER: ${B} has priority 120, less than our 150`,
    ...[ADDED, ANNOUNCED],
  ]);
  deepStrictEqual(await b.read(REMOVED), [
    `notice MASTER → BACKUP: ${A} has priority 150, more than our 120`,
    ...[heard(A, 150), REMOVED],
  ]);

  // Maintenance: nobody has to get up for it.
  await Deno.remove(a.serves);
  deepStrictEqual(await a.read(REMOVED), [
    'notice Check "file FILE" is down: "FILE" does not exist',
    'notice MASTER → FAULT: check "file FILE" is down: "FILE" does not exist',
    REMOVED,
  ]);
  deepStrictEqual(a.why("isPlanned"), ["MASTER", "FAULT", "check", true]);
  deepStrictEqual(await b.read(ANNOUNCED), [
    `notice BACKUP → MASTER: ${A} resigned`,
    ...[ADDED, ANNOUNCED],
  ]);
  await Deno.writeTextFile(a.serves, "");
  deepStrictEqual(await a.read(ANNOUNCED), [
    'info Check "file FILE" is up: "FILE" exists',
    'info FAULT → BACKUP: check "file FILE" passes again',
    `${heard(B, 120)}, less than our 150`,
    `notice BACKUP → MASTER: ${B} has priority 120, less than our 150`,
    ...[ADDED, ANNOUNCED],
  ]);
  await b.read(REMOVED);

  // A firewall between them makes two masters, twice within a minute.
  for (let times = 1; times <= 2; times++) {
    await splitBrain(a, b);
    const [stays, ends, ...others] = await a.readTo("rival_gone");
    strictEqual(
      stays,
      `warning ${B} still advertises as master, with priority 120, less than ` +
        "our 150: two masters for N s so far, 2 adverts answered",
    );
    match(
      ends ?? "",
      /^notice 192\.0\.2\.12 no longer advertises as master: there were two masters for N s, \d adverts answered$/,
    );
    deepStrictEqual(others, []);
    deepStrictEqual(await b.read(REMOVED), [
      `notice BACKUP → MASTER: heard nothing from ${A} for N s`,
      ...[ADDED, ANNOUNCED],
      `notice MASTER → BACKUP: ${A} has priority 150, more than our 120`,
      ...[heard(A, 150), REMOVED],
    ]);
  }

  // Somebody takes the address from the master.
  await a.host.exec("ip", "address", "delete", `${VIP}/24`, "dev", "eth0");
  deepStrictEqual(await a.read(ADDED), [
    `warning Somebody else removed ${VIP}/24; put back and announced (1 time ` +
    "so far)",
    ADDED,
  ]);

  // A reload makes the other one better.
  strictEqual((await reload(a.alived, text(a.host, 110))).level, "info");
  deepStrictEqual(await a.read(REMOVED), [
    "info Reloaded: 1 changed (VI_1)",
    "info Changed: priority 150 → 110",
    "info Priority 150 → 110 (110 configured)",
    `notice MASTER → BACKUP: ${B} has priority 120, more than our 110`,
    ...[heard(B, 120), REMOVED],
  ]);
  deepStrictEqual(await b.read(ANNOUNCED), [
    `${heard(A, 110)}, less than our 120`,
    `notice BACKUP → MASTER: ${A} has priority 110, less than our 120`,
    ...[ADDED, ANNOUNCED],
  ]);

  // The day is over.
  strictEqual(await b.alived.stop(), 0);
  const evening = await b.read("info Stopped");
  // Side and core hear of the signal at the same time.
  const stops = "info Stops on SIGTERM";
  ok(evening.includes(stops));
  deepStrictEqual(evening.filter((line) => line !== stops), [
    "notice MASTER → INIT: stopped",
    REMOVED,
    'info Restored promote_secondaries on "eth0"',
    'info Restored accept_local on "eth0"',
    "info Stopped",
  ]);
  deepStrictEqual(await a.read(ANNOUNCED), [
    `notice BACKUP → MASTER: ${B} resigned`,
    ...[ADDED, ANNOUNCED],
  ]);
  // What another thread tells, a busy host may run later.
  for (const { alived } of [a, b]) {
    const times = alived.events()
      .filter(({ event = "" }) => !/^check_|^stop$/.test(event))
      .map(({ time }) => time);
    deepStrictEqual(times, times.toSorted());
  }
});
