import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { SyscallError } from "../../src/kernel/attempt.ts";
import {
  type CoreChannel,
  CoreHandle,
  type CoreWorker,
} from "../../src/daemon/side/core_handle.ts";
import type { CoreStatus } from "../../src/daemon/core_status.ts";
import type { CoreLoss } from "../../src/daemon/side/give_up.ts";
import type {
  FromCore,
  Obeyed,
  Operate,
  Order,
  Reload,
  ToCore,
  WorkerStart,
} from "../../src/daemon/messages.ts";

const EMFILE = 24;
const EPIPE = 32;
const HOUR = 3_600_000;

const RELOAD: Reload = {
  type: "reload",
  removed: ["VI_1"],
  restarted: [],
  changed: [],
  added: [],
  settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "info" },
};

function silentFor(patience: number): CoreLoss {
  return { what: "silent", patience, error: null };
}

/** A handle whose core, channel and listener are the test's. */
class Bench implements Disposable {
  readonly sent: ToCore[] = [];
  readonly heard: FromCore[] = [];
  readonly hung = Promise.withResolvers<CoreLoss>();
  readonly dropped: string[] = [];
  /** What the side changes while it lives. */
  word = new Int32Array(new SharedArrayBuffer(4));
  /** What the core changes with each turn. */
  turns = new Int32Array(new SharedArrayBuffer(4));
  /** Called with each look at the core. */
  looked: () => void = () => {};
  readonly core: CoreHandle;
  /** What the channel does with each message. */
  take: (message: ToCore) => boolean = () => true;
  readonly #worker: CoreWorker;

  constructor(step = HOUR) {
    this.#worker = {
      postMessage: ({ sideWord, turns }: WorkerStart): void => {
        this.word = sideWord;
        this.turns = turns;
      },
      onmessage: null,
      onerror: null,
    };
    const channel: CoreChannel = {
      receiverFd: 9,
      send: (message): boolean => {
        const taken = this.take(message);
        if (taken) this.sent.push(message);
        return taken;
      },
      [Symbol.dispose]: (): void => {},
    };
    const listener = {
      heard: (message: FromCore) => void this.heard.push(message),
      looked: () => this.looked(),
      hung: (loss: CoreLoss) => this.hung.resolve(loss),
      dropped: (what: string, { message }: SyscallError) =>
        void this.dropped.push(`${what}: ${message}`),
    };
    this.core = new CoreHandle(this.#worker, channel, listener, step);
    this.core.start({
      recordPath: "/run/record",
      signalFd: null,
      serviceManager: null,
      core: {
        ...RELOAD.settings,
        instances: [],
        startupDelay: 0,
        logStyle: "json",
        realtime: false,
        watchdog: null,
        drains: {},
      },
    });
  }

  /** Let the core post a message. */
  post(data: FromCore): void {
    this.#worker.onmessage?.call(
      this.#worker as Worker,
      new MessageEvent("message", { data }),
    );
  }

  /** Tell of a check. */
  tell(check: string, up: boolean): void {
    this.core.tell({ check, up, value: null, detail: "refused" });
  }

  [Symbol.dispose](): void {
    this.core.close();
  }
}

/** Wait until something holds; how long does not matter. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((next) => setTimeout(next, 1));
}

Deno.test("the core is told what was read after every 256 messages", () => {
  using bench = new Bench();
  for (let i = 0; i < 255; i++) bench.post({ type: "ready" });
  strictEqual(bench.sent.length, 0);
  bench.post({ type: "ready" });
  deepStrictEqual(bench.sent, [{ type: "read", count: 256 }]);
  for (let i = 0; i < 256; i++) bench.post({ type: "ready" });
  deepStrictEqual(bench.sent[1], { type: "read", count: 512 });
  strictEqual(bench.heard.length, 512);
});

Deno.test("the core is told what was read with the next look, once", async () => {
  using bench = new Bench(1);
  bench.post({ type: "ready" });
  await until(() => bench.sent.length >= 2);
  deepStrictEqual(bench.sent.slice(0, 2), [
    { type: "read", count: 1 },
    { type: "wake" },
  ]);
});

Deno.test("a verdict says why a check fails, and nothing else", () => {
  using bench = new Bench();
  bench.tell("web", false);
  bench.tell("web", true);
  deepStrictEqual(bench.sent, [
    {
      type: "verdict",
      check: "web",
      up: false,
      value: null,
      detail: "refused",
    },
    { type: "verdict", check: "web", up: true, value: null, detail: null },
  ]);
});

Deno.test("what finds no room is sent when there is some, the newest verdict only", async () => {
  using bench = new Bench();
  let refusals = 3;
  bench.take = (): boolean => --refusals < 0;
  bench.tell("a", true);
  bench.tell("b", true);
  bench.tell("a", false);
  strictEqual(bench.sent.length, 0);
  await until(() => bench.sent.length === 2);
  deepStrictEqual(
    bench.sent.map((message) =>
      message.type === "verdict" ? [message.check, message.up] : message.type
    ),
    [["b", true], ["a", false]],
  );
});

Deno.test("what can never be sent is dropped, and what is behind it goes on", async () => {
  using bench = new Bench();
  bench.take = ({ type }): boolean => {
    if (type === "reload") throw new SyscallError("send to the core", EMFILE);
    return true;
  };
  strictEqual(await bench.core.reload(RELOAD), false);
  bench.core.stop(HOUR);
  deepStrictEqual(bench.sent, [{ type: "stop" }]);
  deepStrictEqual(bench.dropped.length, 1);
  ok(bench.dropped[0]?.startsWith("reload: Cannot send"));
});

Deno.test("a core that has just ended is no failure", () => {
  using bench = new Bench();
  bench.take = (): never => {
    throw new SyscallError("send to the core", EPIPE);
  };
  bench.tell("a", true);
  deepStrictEqual(bench.dropped, []);
});

Deno.test("a reload is done when it was sent", async () => {
  using bench = new Bench();
  let room = false;
  bench.take = (): boolean => room;
  const sent = bench.core.reload(RELOAD);
  strictEqual(bench.sent.length, 0);
  room = true;
  strictEqual(await sent, true);
  deepStrictEqual(bench.sent, [RELOAD]);
});

Deno.test("a stop goes before a reload that waits, which is not made", async () => {
  using bench = new Bench();
  let room = false;
  bench.take = (): boolean => room;
  const sent = bench.core.reload(RELOAD);
  bench.core.stop(HOUR);
  strictEqual(await sent, false);
  strictEqual(await bench.core.reload(RELOAD), false);
  room = true;
  await until(() => bench.sent.length > 0);
  deepStrictEqual(bench.sent, [{ type: "stop" }]);
});

/** What a core says of itself that runs nothing. */
const STATUS: CoreStatus = {
  ...{ turns: 5, reloads: 0, stalls: 0, netlinkSlow: 0, netlinkOverruns: 0 },
  lateness: { counts: [], sum: 0, max: 0 },
  ...{ instances: [], next: null },
};

Deno.test("a status is asked for and answered, and is no news", async () => {
  using bench = new Bench();
  const asked = bench.core.askStatus();
  deepStrictEqual(bench.sent, [{ type: "status", id: 1, from: 0 }]);
  bench.post({ type: "status", id: 1, status: STATUS });
  const answer = await asked;
  ok("whole" in answer);
  strictEqual(answer.whole.turns, 5);
  deepStrictEqual(answer.instances, []);
  deepStrictEqual(bench.heard, []);
  // It was read as all else.
  for (let i = 0; i < 255; i++) bench.post({ type: "ready" });
  deepStrictEqual(bench.sent.at(-1), { type: "read", count: 256 });
});

Deno.test("a status of before a reload that was sent is asked for once more", async () => {
  using bench = new Bench();
  const asked = bench.core.askStatus();
  strictEqual(await bench.core.reload(RELOAD), true);
  bench.post({ type: "status", id: 1, status: STATUS });
  deepStrictEqual(bench.sent.map(({ type }) => type), [
    ...["status", "reload", "status"],
  ]);
  bench.post({ type: "status", id: 1, status: { ...STATUS, reloads: 1 } });
  strictEqual("whole" in await asked, true);
});

Deno.test("a reload that was not sent is none that the core knows of", async () => {
  using bench = new Bench();
  bench.take = ({ type }): boolean => {
    if (type === "reload") throw new SyscallError("send to the core", EMFILE);
    return true;
  };
  await bench.core.reload(RELOAD);
  const asked = bench.core.askStatus();
  bench.post({ type: "status", id: 1, status: STATUS });
  strictEqual("whole" in await asked, true);
});

Deno.test("a status that cannot be asked for is not waited for", async () => {
  using bench = new Bench();
  bench.take = (): never => {
    throw new SyscallError("send to the core", EMFILE);
  };
  strictEqual("silentFor" in await bench.core.askStatus(), true);
  ok(bench.dropped[0]?.startsWith("status: Cannot send"));
  bench.take = (): boolean => true;
  const asked = bench.core.askStatus();
  bench.post({ type: "status", id: 2, status: STATUS });
  strictEqual("whole" in await asked, true);
});

Deno.test("a core that has ended answers nothing", async () => {
  using bench = new Bench();
  const asked = bench.core.askStatus();
  bench.post({ type: "stopped" });
  strictEqual("silentFor" in await asked, true);
  strictEqual("silentFor" in await bench.core.askStatus(), true);
});

Deno.test("a core that shows no sign of life at two looks hangs", async () => {
  using bench = new Bench(1);
  Atomics.add(bench.turns, 0, 1);
  deepStrictEqual(await bench.hung.promise, silentFor(2));
  strictEqual(bench.sent.filter(({ type }) => type === "wake").length, 1);
  // It was given up: nothing that it says later counts.
  bench.post({ type: "stopped" });
  deepStrictEqual(bench.heard, []);
  strictEqual(bench.core.hasStopped, true);
});

Deno.test("a core that starts may show none at twenty-four looks", async () => {
  using bench = new Bench(1);
  bench.post({ type: "ready" });
  deepStrictEqual(await bench.hung.promise, silentFor(24));
});

Deno.test("a core that turns is neither woken nor given up", async () => {
  using bench = new Bench(1);
  let looks = 0;
  const turn = (): void => void Atomics.add(bench.turns, 0, 1);
  bench.looked = (): void => {
    looks++;
    turn();
  };
  turn();
  await until(() => looks >= 20);
  deepStrictEqual(bench.sent, []);
  strictEqual(bench.core.hasStopped, false);
});

Deno.test("a core that does not turn is asked, and lives when it answers", async () => {
  using bench = new Bench(1);
  bench.take = ({ type }): boolean => {
    if (type === "wake") Atomics.add(bench.turns, 0, 1);
    return true;
  };
  await until(() =>
    bench.sent.filter(({ type }) => type === "wake").length >= 20
  );
  strictEqual(bench.core.hasStopped, false);
});

Deno.test("a core that stops is given up after its last sign of life", async () => {
  using bench = new Bench();
  bench.core.stop(100);
  deepStrictEqual(await bench.hung.promise, {
    ...{ what: "not_stopped", patience: 100, error: null },
  });
});

Deno.test("a core that stopped is neither judged nor told anything", async () => {
  using bench = new Bench();
  bench.core.stop(100);
  bench.post({ type: "stopped" });
  strictEqual(bench.core.hasStopped, true);
  bench.tell("a", true);
  deepStrictEqual(bench.sent, [{ type: "stop" }]);
  const first = await Promise.race([
    bench.hung.promise,
    new Promise((next) => setTimeout(next, 250, "quiet")),
  ]);
  strictEqual(first, "quiet");
});

Deno.test("the side shows its life with each look and each message", async () => {
  using bench = new Bench(1);
  await until(() => (bench.word[0] ?? 0) >= 2);
  using silent = new Bench();
  strictEqual(silent.word[0], 0);
  silent.post({ type: "ready" });
  strictEqual(silent.word[0], 1);
});

Deno.test("the side shows its life to a core that has stopped, until it is closed", async () => {
  const bench = new Bench();
  bench.post({ type: "stopped" });
  await until(() => (bench.word[0] ?? 0) >= 4);
  bench.core.close();
  const last = bench.word[0];
  await new Promise((next) => setTimeout(next, 150));
  strictEqual(bench.word[0], last);
});

const FAILOVER: Order = { verb: "failover", by: "alice" };
const OBEYED: readonly Obeyed[] = [{ instance: "VI_1", refused: null }];

/** The orders that the core was sent. */
function orders({ sent }: Bench): Operate[] {
  return sent.filter((message) => message.type === "operate");
}

Deno.test("an order is answered by its number", async () => {
  using bench = new Bench();
  const began = Date.now();
  const first = bench.core.operate(FAILOVER, ["VI_1"]);
  const second = bench.core.operate(FAILOVER, ["VI_2"]);
  const [one, two] = orders(bench);
  deepStrictEqual([one?.instances, two?.instances], [["VI_1"], ["VI_2"]]);
  deepStrictEqual(one?.order, FAILOVER);
  ok((one?.validUntil ?? 0) >= began + 400);
  ok((one?.validUntil ?? Infinity) <= Date.now() + 400);
  bench.post({ type: "obeyed", id: two?.id ?? 0, outcomes: [] });
  deepStrictEqual(await second, []);
  bench.post({ type: "obeyed", id: one?.id ?? 0, outcomes: OBEYED });
  deepStrictEqual(await first, OBEYED);
});

Deno.test("an order that the core does not answer is given up, and not sent later", async () => {
  using bench = new Bench();
  bench.take = () => false;
  strictEqual(await bench.core.operate(FAILOVER, ["VI_1"]), null);
  bench.take = () => true;
  bench.tell("web", true);
  await until(() => bench.sent.length > 0);
  deepStrictEqual(orders(bench), []);
  const late = bench.core.operate(FAILOVER, ["VI_1"]);
  strictEqual(await late, null);
  const [{ id } = { id: 0 }] = orders(bench);
  bench.post({ type: "obeyed", id, outcomes: OBEYED });
});

Deno.test("an answer that waited while this side stood still counts", async () => {
  using bench = new Bench();
  const answer = bench.core.operate(FAILOVER, ["VI_1"]);
  const [{ id } = { id: 0 }] = orders(bench);
  // Both are due when it goes on, and the timer may come first.
  setTimeout(
    () => bench.post({ type: "obeyed", id, outcomes: OBEYED }),
    401,
  );
  deepStrictEqual(await answer, OBEYED);
});

Deno.test("no order is answered once the core stops or has ended", async () => {
  using bench = new Bench();
  const waiting = bench.core.operate(FAILOVER, ["VI_1"]);
  bench.core.stop(HOUR);
  strictEqual(await waiting, null);
  strictEqual(await bench.core.operate(FAILOVER, ["VI_1"]), null);
  using failed = new Bench();
  const lost = failed.core.operate(FAILOVER, ["VI_1"]);
  failed.post({ type: "failed", error: "a bug" });
  strictEqual(await lost, null);
  strictEqual(await failed.core.operate(FAILOVER, ["VI_1"]), null);
});

Deno.test("the core is told the level of the log", () => {
  using bench = new Bench();
  bench.core.setLogLevel("debug");
  deepStrictEqual(bench.sent, [{ type: "logLevel", level: "debug" }]);
});
