/**
 * What the test of the status does inside a host: a real core in its Worker,
 * with what of the side asks it, and nobody between.
 *
 * @module
 */

import { readConfig } from "../../src/config/read.ts";
import type { Status } from "../../src/control/snapshot.ts";
import { ConfigFacts } from "../../src/daemon/side/config_facts.ts";
import {
  type CoreHandle,
  loadCore,
} from "../../src/daemon/side/core_handle.ts";
import type { Daemon } from "../../src/daemon/side/daemon.ts";
import { coreSettings } from "../../src/daemon/side/load.ts";
import { ownStatus } from "../../src/daemon/side/own_status.ts";
import { Services } from "../../src/daemon/side/services.ts";
import { Log } from "../../src/log/log.ts";
import { until } from "./wait.ts";

/** Instances: more than two parts. */
const COUNT = 130;
const NOBODY = { watchers: { present: 0, dropped: 0 }, cluster: [] };

/** Masters on eth0, and one on a link that is missing. */
function configurationText(): string {
  const instances = Array.from({ length: COUNT }, (_, i) => ({
    ...{ name: `VI_${i + 1}`, interface: "eth0", version: 3 },
    ...{ virtual_router_id: i + 1, advert_interval: "100ms" },
    virtual_ips: [`10.0.0.${i + 1}/32`],
  }));
  const missing = { name: "VI_0", interface: "eth7", virtual_router_id: 200 };
  return JSON.stringify({
    vrrp_instances: [...instances, { ...missing, virtual_ips: ["10.0.1.1"] }],
  });
}

/** Start a core, and ask it once its instances are what they can be. */
export async function askRealCore(): Promise<unknown> {
  const { daemon, core } = await start();
  const all = await until(async () => {
    const status = await statusOf(daemon);
    const serving = status?.instances.filter(({ state, vips }) =>
      state === "MASTER" && vips.every(({ held }) => held)
    );
    return serving?.length === COUNT ? status : null;
  });
  const parts = await core.askStatus();
  const [first] = all.instances;
  const last = all.instances.at(-1);
  const held = all.instances.flatMap(({ vips }) =>
    vips.filter(({ owner }) => owner === "alived")
  );
  return {
    count: all.instances.length,
    names: [first?.name, last?.name],
    states: [first?.state, last?.state],
    reasons: [first?.cause, last?.reason],
    held: held.length,
    sent: (first?.counters.adverts_sent ?? 0) > 0,
    woke: (all.core.lateness.buckets.at(-1)?.count ?? 0) > 0,
    answered: "whole" in parts,
    file: [all.config.changed_on_disk, all.config.sha256.length],
  };
}

/** Start a core, and ask while its thread is held from outside. */
export async function askFrozenCore(): Promise<unknown> {
  const { daemon } = await start();
  await until(() => statusOf(daemon));
  Deno.stdout.writeSync(new TextEncoder().encode(`pid ${Deno.pid}\n`));
  const isSilent = async (): Promise<boolean> => {
    const answer = await ownStatus(daemon, NOBODY);
    return !answer.answers && answer.silentSeconds >= 0.4;
  };
  await until(isSilent);
  const silent = await Promise.all([1, 2, 3].map(isSilent));
  const back = await until(() => statusOf(daemon), { within: 20_000 });
  return { silent, back: back.instances.length };
}

async function statusOf(daemon: Daemon): Promise<Status | null> {
  const answer = await ownStatus(daemon, NOBODY);
  return answer.answers ? answer.status : null;
}

function fail(what: string): never {
  throw new Error(what);
}

async function start(): Promise<{ daemon: Daemon; core: CoreHandle }> {
  const path = "/run/alived.json";
  await Deno.writeTextFile(path, configurationText(), { mode: 0o600 });
  const { settings, bytes } = readConfig(path);
  const log = new Log({ level: "error", format: "json" });
  const core = loadCore({
    heard: () => {},
    looked: () => {},
    hung: ({ what }) => fail(what),
    dropped: (what) => fail(what),
  });
  const options = {
    ...{ version: "0", configPath: path, runDirectory: "/run", debug: false },
    stateDirectory: "/run",
  };
  const daemon: Daemon = {
    ...{ options, log, core, settings, started: Date.now() },
    services: new Services(log, () => {}),
    config: new ConfigFacts(path, bytes, Date.now()),
    notifyManager: () => {},
  };
  core.start({
    ...{ recordPath: "/run/record", signalFd: null, serviceManager: null },
    core: {
      ...coreSettings(options, settings),
      ...{ instances: settings.instances, startupDelay: 0, logStyle: "json" },
      ...{ realtime: false, watchdog: null, drains: {} },
    },
  });
  return { daemon, core };
}
