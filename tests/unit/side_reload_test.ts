import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Settings } from "../../src/config/settings.ts";
import type { Daemon } from "../../src/daemon/side/daemon.ts";
import { Reloader } from "../../src/daemon/side/reload.ts";
import type { Reload } from "../../src/daemon/messages.ts";
import { type Told, told } from "../lab/told.ts";
import { settingsOf } from "./side_settings.ts";

const ONE = settingsOf([{}]);
const OTHER = settingsOf([{ priority: 150 }]);

/** A daemon without anything behind it, which writes down what it is told. */
class Bench {
  readonly done: string[] = [];
  readonly sent: Reload[] = [];
  readonly logged: Told[] = [];
  readonly daemon: Daemon;
  readonly reloader: Reloader;
  /** What the file says next; null is a mistake in it. */
  file: Settings | null;
  /** What becomes of a reload that the core is sent. */
  sends: () => Promise<boolean> = () => Promise.resolve(true);

  constructor(settings: Settings, { debug = false } = {}) {
    this.file = settings;
    const note = (what: string): void => void this.done.push(what);
    this.daemon = {
      options: {
        version: "0",
        configPath: "a",
        runDirectory: "/run",
        debug,
        stateDirectory: "/",
      },
      settings,
      core: {
        askStatus: () => Promise.resolve({ silentFor: 0 }),
        reload: (message): Promise<boolean> => {
          note("core");
          this.sent.push(message);
          return this.sends();
        },
      },
      services: {
        status: () => ({ checks: [], notifications: null }),
        update: ({ instances }): Promise<void> => {
          note(`services ${instances.map(({ priority }) => priority)}`);
          return Promise.resolve();
        },
      },
      notifyManager: note,
      log: {
        log: (event) => void this.logged.push(told(event)),
        update: ({ level }) => note(`log ${level}`),
        flush: () => Promise.resolve(),
        lost: 0,
        level: "info",
      },
      config: {
        applied: (bytes) => note(`applied ${bytes}`),
        refused: () => note("not applied"),
        status: () => Promise.reject(new Error("Nobody asks")),
      },
      started: 0,
    };
    this.reloader = new Reloader(this.daemon, {
      load: () => {
        note("load");
        const bytes = new Uint8Array([7]);
        return this.file && { settings: this.file, bytes, warnings: [] };
      },
    });
  }
}

Deno.test("a reload is one message, sent when the checks are changed", async () => {
  const bench = new Bench(settingsOf([{}, {}, {}, {}]));
  bench.file = settingsOf([
    { name: "VI_1", priority: 150 },
    { name: "VI_2", virtual_router_id: 99 },
    { name: "VI_3" },
    { name: "VI_5", virtual_router_id: 55, virtual_ips: ["10.0.0.55"] },
  ], { global: { log: { level: "warning" }, vip_lease: 5 } });
  await bench.reloader.request();
  deepStrictEqual(bench.done, [
    "RELOADING=1",
    "load",
    "services 150,100,100,100",
    "core",
    "applied 7",
    "READY=1",
    "log warning",
  ]);
  const [changed, restarted, , added] = bench.file.instances;
  deepStrictEqual(bench.logged, []);
  const [{ tales = [], ...message } = { tales: [] }] = bench.sent;
  // The core tells of it, before what comes of it.
  deepStrictEqual(tales.map((event) => told(event).message), [
    "Reloaded: 1 removed (VI_4), 1 restarted (VI_2), 1 changed (VI_1), " +
    "1 added (VI_5), 1 unchanged; global changed",
    "Removed",
    "Restarted: virtual_router_id 2 → 99",
    "Changed: priority 100 → 150",
    "Added",
    "Changed global: vip_lease none → 5, log.level info → warning",
    'Starts on "eth0": VRID 99, VRRPv2, priority 100, an advert every 1 s, ' +
    "takes over after 3.609 s of silence, addresses 10.0.0.1/32",
    'Starts on "eth0": VRID 55, VRRPv2, priority 100, an advert every 1 s, ' +
    "takes over after 3.609 s of silence, addresses 10.0.0.55/32",
  ]);
  deepStrictEqual(message, {
    type: "reload",
    removed: ["VI_4"],
    restarted: [restarted],
    changed: [changed],
    added: [added],
    settings: { syncGroups: [], vipLeaseSeconds: 5, logLevel: "warning" },
  });
  strictEqual(bench.daemon.settings, bench.file);
});

Deno.test("a configuration equal to the one in force sends nothing", async () => {
  const bench = new Bench(ONE);
  bench.file = structuredClone(ONE);
  await bench.reloader.request();
  deepStrictEqual(bench.sent, []);
  deepStrictEqual(bench.logged.map(({ message }) => message), [
    "Reloaded: nothing changed",
  ]);
});

Deno.test("another level of the log alone is sent, but not beside --debug", async () => {
  const quiet = settingsOf([{}], { global: { log: { level: "error" } } });
  const bench = new Bench(ONE);
  bench.file = quiet;
  await bench.reloader.request();
  deepStrictEqual(bench.sent.map(({ settings }) => settings.logLevel), [
    "error",
  ]);
  const debugged = new Bench(ONE, { debug: true });
  debugged.file = quiet;
  await debugged.reloader.request();
  deepStrictEqual(debugged.sent, []);
});

Deno.test("a file with a mistake changes nothing", async () => {
  const bench = new Bench(ONE);
  bench.file = null;
  await bench.reloader.request();
  deepStrictEqual(bench.done, [
    ...["RELOADING=1", "load", "not applied", "READY=1", "log info"],
  ]);
  deepStrictEqual(bench.logged.map(({ level, message }) => [level, message]), [
    ["error", "Reload refused: the configuration in force stays"],
  ]);
  strictEqual(bench.daemon.settings, ONE);
});

Deno.test("what the core cannot be sent is not in force anywhere", async () => {
  const bench = new Bench(ONE);
  bench.file = OTHER;
  bench.sends = () => Promise.resolve(false);
  await bench.reloader.request();
  deepStrictEqual(bench.done.filter((what) => what.startsWith("services")), [
    "services 150",
    "services 100",
  ]);
  strictEqual(bench.daemon.settings, ONE);
  deepStrictEqual(bench.logged.map(({ level, message }) => [level, message]), [
    ["error", "Reload failed: the configuration in force stays"],
  ]);
});

Deno.test("asked twice during a reload it reloads once more, with the newest file", async () => {
  const bench = new Bench(ONE);
  const first = Promise.withResolvers<boolean>();
  bench.file = OTHER;
  bench.sends = () => first.promise;
  const done = bench.reloader.request();
  await Promise.resolve();
  bench.file = settingsOf([{ priority: 120 }]);
  const second = bench.reloader.request();
  bench.file = settingsOf([{ priority: 130 }]);
  const third = bench.reloader.request();
  bench.sends = () => Promise.resolve(true);
  first.resolve(true);
  // Each is told of the first reload that began after it was asked for.
  const keysOf = async (outcome: typeof done): Promise<unknown> =>
    (await outcome).changed.map(({ keys }) => keys);
  deepStrictEqual(await keysOf(done), [["priority 100 → 150"]]);
  deepStrictEqual(await keysOf(second), [["priority 150 → 130"]]);
  deepStrictEqual(await third, await second);
  deepStrictEqual(
    bench.sent.map(({ changed }) => changed.map(({ priority }) => priority)),
    [[150], [130]],
  );
  strictEqual(bench.daemon.settings, bench.file);
});

Deno.test("an error in a reload is told, and the next one works", async () => {
  const bench = new Bench(ONE);
  bench.file = OTHER;
  bench.sends = () => Promise.reject(new TypeError("broken"));
  await bench.reloader.request();
  const [event] = bench.logged;
  strictEqual(
    event?.message.split("\n")[0],
    "Reload failed: TypeError: broken",
  );
  strictEqual(bench.daemon.settings, ONE);
  bench.sends = () => Promise.resolve(true);
  await bench.reloader.request();
  strictEqual(bench.daemon.settings, OTHER);
});

Deno.test("a stop during a reload is its end, without a word", async () => {
  const bench = new Bench(ONE);
  const sent = Promise.withResolvers<boolean>();
  bench.file = OTHER;
  bench.sends = () => sent.promise;
  const done = bench.reloader.request();
  void bench.reloader.request();
  bench.reloader.stop();
  sent.resolve(false);
  await done;
  deepStrictEqual(bench.logged, []);
  deepStrictEqual(bench.done.filter((what) => /READY|RELOAD/.test(what)), [
    "RELOADING=1",
  ]);
});

Deno.test("who asks for a reload is told what it did", async () => {
  const bench = new Bench(settingsOf([{}, {}, {}]));
  bench.file = settingsOf([
    { name: "VI_1", priority: 150 },
    { name: "VI_2", virtual_router_id: 99 },
    { name: "VI_4", virtual_router_id: 54, virtual_ips: ["10.0.0.54"] },
  ], { global: { vip_lease: 5 } });
  const expected = {
    ...{ ok: true, issues: [], added: ["VI_4"], removed: ["VI_3"] },
    restarted: ["VI_2"],
    changed: [
      { name: "VI_1", keys: ["priority 100 → 150"] },
      { name: "global", keys: ["vip_lease none → 5"] },
    ],
  };
  deepStrictEqual(bench.reloader.compare(), expected);
  deepStrictEqual(bench.done, ["load"]);
  deepStrictEqual(bench.logged, []);
  deepStrictEqual(await bench.reloader.request(), expected);
});

Deno.test("a reload that fails or comes too late is told as such", async () => {
  const bench = new Bench(ONE);
  bench.file = null;
  const nothing = {
    ...{ ok: false, added: [], removed: [], restarted: [], changed: [] },
  };
  deepStrictEqual(await bench.reloader.request(), { ...nothing, issues: [] });
  deepStrictEqual(bench.reloader.compare(), { ...nothing, issues: [] });
  bench.file = OTHER;
  bench.sends = () => Promise.resolve(false);
  deepStrictEqual(await bench.reloader.request(), {
    ...nothing,
    issues: ["Reload failed: the configuration in force stays"],
  });
  bench.reloader.stop();
  deepStrictEqual(await bench.reloader.request(), {
    ...nothing,
    issues: ["The daemon stops"],
  });
});
