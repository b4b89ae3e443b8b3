/**
 * A thousand instances over four links start, reload and stop. What that takes
 * of time and memory is printed and judged by nobody: the machine is busy.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { addIdleLinks, countHeld, manyAddresses } from "../lab/addresses.ts";
import { Alived } from "../lab/alived.ts";
import { configuration, type Keys } from "../lab/configuration.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { manyInstances } from "../lab/many.ts";
import { memoryKib } from "../lab/memory.ts";
import { Monitor } from "../lab/monitor.ts";
import { report } from "../lab/pair.ts";
import { FakeServiceManager } from "../lab/service_manager.ts";
import { now, sleep, until } from "../lab/wait.ts";

const COUNT = 1_000;
const LINKS = ["eth0", "eth1", "eth2", "eth3"];
const VIPS = manyAddresses(4 * COUNT, 1);
/** A machine that others use too. */
const PATIENT = { within: 120_000 } as const;
/** Milliseconds between two looks at so many addresses. */
const LOOK = 200;
const RELOADS = 20;
/** MiB by which the second 20 reloads may raise what the first 20 left. */
const MOST_MORE = 64;

/** A thousand instances at the usual log level. */
function instances(keys: Keys = {}): Keys[] {
  return manyInstances(COUNT, LINKS, VIPS, { advert_interval: "1s", ...keys });
}

function text(instances: readonly Keys[]): string {
  return configuration(instances, {
    global: { log: { level: "info", format: "json" } },
  });
}

async function openHost(lab: Lab): Promise<Host> {
  const a = await lab.host("a", "192.0.2.1/24");
  await addIdleLinks(a, {
    ...{ eth1: "198.51.100.1/24", eth2: "203.0.113.1/24" },
    eth3: "198.18.0.1/24",
  });
  return a;
}

async function waitUntilHeld(a: Host, count: number): Promise<void> {
  let held = 0;
  await until(async () => {
    held = await countHeld(a, VIPS);
    if (held === count) return true;
    await sleep(LOOK);
    return false;
  }, PATIENT).catch(() => {});
  strictEqual(held, count);
}

/** @returns What a reload says that it changed. */
async function apply(alived: Alived, what: readonly Keys[]): Promise<string> {
  await Deno.writeTextFile(alived.file, text(what));
  const from = alived.program.lines.length;
  alived.program.kill("SIGHUP");
  const { level, message } = await alived.waitForEvent(
    ({ event }) => event === "reload",
    { from, ...PATIENT },
  );
  return `${level} ${message}`;
}

/** Prints how long each part took, and the memory after it. */
class Laps {
  readonly #alived: Alived;
  #from: number;

  constructor(alived: Alived, from: number) {
    this.#alived = alived;
    this.#from = from;
  }

  /** @returns MiB. */
  async end(what: string): Promise<number> {
    const took = now() - this.#from;
    const mib = await memoryKib(this.#alived.program.pid) / 1_024;
    report(`${what}: ${took.toFixed(0)} ms, then RSS ${mib.toFixed(0)} MiB`);
    this.#from = now();
    return mib;
  }
}

Deno.test("1,000 instances with 4 addresses each start, reload and stop", async () => {
  await using lab = await Lab.open();
  const a = await openHost(lab);
  const manager = await FakeServiceManager.start(a);
  const { env } = manager;
  const started = now();
  // One is missing at first.
  const alived = await Alived.start(a, text(instances().slice(1)), { env });
  const laps = new Laps(alived, started);
  await manager.told("READY=1", PATIENT);
  await laps.end("start to READY");
  await waitUntilHeld(a, 3_996);
  await laps.end("READY to all addresses");
  // What is changed in place keeps its addresses.
  const monitor = await Monitor.start(a);
  const told = now();
  const changed = instances({ priority: 120 });
  match(
    await apply(alived, changed.slice(1)),
    /^info Reloaded: 999 changed \(\w+, .+ and 991 more\)$/,
  );
  await laps.end("reload, all changed");
  match(
    await apply(alived, changed),
    /^info Reloaded: 1 added \(\w+\), 999 unchanged$/,
  );
  await waitUntilHeld(a, 4_000);
  await laps.end("reload, one added, and its addresses");
  const gone = monitor.addresses()
    .filter((event) => event.gone && event.time > told);
  deepStrictEqual(gone, []);
  // A quarter goes and comes back.
  await apply(alived, changed.filter((_, i) => i % 4 !== 3));
  await waitUntilHeld(a, 3_000);
  await laps.end("reload, 250 removed");
  await apply(alived, changed);
  await waitUntilHeld(a, 4_000);
  await laps.end("reload, 250 added, and their addresses");
  strictEqual(await alived.program.stop("SIGTERM", PATIENT), 0);
  strictEqual(await countHeld(a, VIPS), 0);
  // Neither the log nor the queue to it lost one.
  const promotions = alived.events().filter(({ to }) => to === "MASTER");
  strictEqual(promotions.length, 1_250);
});

Deno.test("1,000 instances with 4 addresses each take no more memory with each reload", async () => {
  await using lab = await Lab.open();
  const a = await openHost(lab);
  const started = now();
  const alived = await Alived.start(a, text(instances()));
  await waitUntilHeld(a, 4_000);
  await sleep(5_000);
  const laps = new Laps(alived, started);
  await laps.end("start to all addresses and 5 s more");
  const memory: number[] = [];
  for (let times = 1; times <= 2; times++) {
    for (let i = 1; i <= RELOADS; i++) {
      match(
        await apply(alived, instances({ priority: 100 + i })),
        /^info Reloaded: 1000 changed \(/,
      );
    }
    memory.push(await laps.end(`${RELOADS} reloads, all changed`));
  }
  await sleep(15_000);
  await laps.end("15 s of rest");
  const [once = NaN, twice = NaN] = memory;
  ok(twice - once < MOST_MORE, `${twice - once} MiB more after 20 more`);
  strictEqual(await countHeld(a, VIPS), 4_000);
  strictEqual(await alived.program.stop("SIGTERM", PATIENT), 0);
  strictEqual(await countHeld(a, VIPS), 0);
});
