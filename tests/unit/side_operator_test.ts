import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { StatusAnswer } from "../../src/control/daemon_port.ts";
import type { InstanceStatus } from "../../src/control/snapshot.ts";
import type { Obeyed, Order } from "../../src/daemon/messages.ts";
import { Operator } from "../../src/daemon/side/operator.ts";
import { type Told, told } from "../lab/told.ts";
import { until } from "../lab/wait.ts";
import { instanceStatus, statusOf } from "./control_fixture.ts";

/** A core that obeys, and a state directory of its own. */
class Bench implements AsyncDisposable {
  readonly orders: [Order, readonly string[]][] = [];
  readonly logged: Told[] = [];
  readonly directory = Deno.makeTempDirSync();
  /** What becomes of the next orders; null is silence. */
  obeys: (instances: readonly string[]) => readonly Obeyed[] | null = (
    instances,
  ) => instances.map((instance) => ({ instance, refused: null }));
  answers: () => StatusAnswer = () => ({
    ...{ answers: true, status: statusOf() },
  });
  operator = this.restarted();

  /** What is in the state directory. */
  files(): Deno.DirEntry[] {
    return [...Deno.readDirSync(this.directory)];
  }

  /** Another daemon with the same state directory. */
  restarted(): Operator {
    return new Operator({
      directory: this.directory,
      log: { log: (event) => void this.logged.push(told(event)) },
      operate: (order, instances) => {
        this.orders.push([order, instances]);
        return Promise.resolve(this.obeys(instances));
      },
      instances: () => ["VI_1", "VI_2"],
      status: () => Promise.resolve(this.answers()),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.operator.stop();
    await Deno.remove(this.directory, { recursive: true });
  }
}

const ORDER = {
  ...{ instances: ["VI_1"], duration: null, reason: "kernel", by: "ops" },
  lastResort: false,
};

Deno.test("an order to drain is told to the core and outlives the daemon", async () => {
  await using bench = new Bench();
  const before = Date.now();
  deepStrictEqual(await bench.operator.drain(ORDER), [
    { instance: "VI_1", refused: null, note: null },
  ]);
  const [[order] = []] = bench.orders;
  strictEqual(order?.verb, "drain");
  const { drain } = order as Order & { verb: "drain" };
  ok(drain.since >= before && drain.since <= Date.now());
  deepStrictEqual(drain, {
    ...{ since: drain.since, until: null, by: "ops", reason: "kernel" },
    lastResort: false,
  });
  deepStrictEqual(bench.restarted().load(), { VI_1: drain });
  await bench.operator.resume(["VI_1"], "ops");
  deepStrictEqual(bench.orders.at(-1), [
    { verb: "resume", by: "ops", isOver: false },
    ["VI_1"],
  ]);
  deepStrictEqual(bench.restarted().load(), {});
});

Deno.test("a group that obeys as a whole is kept as a whole", async () => {
  await using bench = new Bench();
  bench.obeys = () => [
    { instance: "VI_1", refused: null },
    { instance: "VI_2", refused: null },
  ];
  await bench.operator.drain(ORDER);
  deepStrictEqual(Object.keys(bench.restarted().load()), ["VI_1", "VI_2"]);
});

Deno.test("what the core refuses is not kept, and said in a sentence", async () => {
  await using bench = new Bench();
  bench.obeys = () => [
    { instance: "VI_1", refused: "owner" },
    { instance: "VI_2", refused: "already" },
  ];
  deepStrictEqual(await bench.operator.drain(ORDER), [
    {
      instance: "VI_1",
      refused: "It owns its addresses: priority 255 never moves",
      note: null,
    },
    { instance: "VI_2", refused: "It is drained already", note: null },
  ]);
  deepStrictEqual(bench.restarted().load(), {});
});

Deno.test("a core that is silent has obeyed nothing, and nothing is kept", async () => {
  await using bench = new Bench();
  bench.obeys = () => null;
  bench.answers = () => ({ answers: false, silentSeconds: 7 });
  const silence = { answers: false, silentSeconds: 7 };
  deepStrictEqual(await bench.operator.drain(ORDER), silence);
  deepStrictEqual(await bench.operator.resume("all", null), silence);
  deepStrictEqual(await bench.operator.failover(["VI_1"], null), silence);
  deepStrictEqual(bench.files(), []);
});

Deno.test("all are drained and resumed by one word, those that are gone too", async () => {
  await using bench = new Bench();
  await bench.operator.drain({ ...ORDER, instances: ["VI_9"] });
  await bench.operator.drain({ ...ORDER, instances: "all" });
  deepStrictEqual(bench.orders.at(-1)?.[1], ["VI_1", "VI_2"]);
  deepStrictEqual(Object.keys(bench.restarted().load()), [
    ...["VI_9", "VI_1", "VI_2"],
  ]);
  bench.obeys = (instances) =>
    instances.map((instance) => ({ instance, refused: "already" }));
  deepStrictEqual(await bench.operator.resume("all", null), [
    { instance: "VI_1", refused: null, note: null },
    { instance: "VI_2", refused: null, note: null },
  ]);
  deepStrictEqual(bench.restarted().load(), {});
});

Deno.test("an order that cannot be kept is obeyed, and both sides are told", async () => {
  await using bench = new Bench();
  await Deno.chmod(bench.directory, 0o777);
  deepStrictEqual(await bench.operator.drain(ORDER), [{
    instance: "VI_1",
    refused: null,
    note: "Drained until the next start only: the order could not be kept on " +
      "disk",
  }]);
  const [line] = bench.logged;
  strictEqual(line?.level, "warning");
  strictEqual(
    line?.message,
    `Cannot write "${bench.directory}/operator.json": all users can write ` +
      `"${bench.directory}"; run chmod o-w "${bench.directory}"; what is ` +
      "drained now is so until the next start only",
  );
});

Deno.test("an order ends by its time, and once more while the core is silent", async () => {
  await using bench = new Bench();
  await bench.operator.drain({ ...ORDER, duration: 30 });
  let silences = 1;
  const obeys = bench.obeys;
  bench.obeys = (names) => silences-- > 0 ? null : obeys(names);
  await until(() => bench.orders.length === 3 || null);
  deepStrictEqual(bench.orders.slice(1), [
    [{ verb: "resume", by: null, isOver: true }, ["VI_1"]],
    [{ verb: "resume", by: null, isOver: true }, ["VI_1"]],
  ]);
  await until(() => Object.keys(bench.restarted().load()).length === 0 || null);
});

Deno.test("an order whose time ended while nothing ran is over at the start", async () => {
  await using bench = new Bench();
  await bench.operator.drain({ ...ORDER, duration: 1 });
  bench.operator.stop();
  await until(() => Object.keys(bench.restarted().load()).length === 0 || null);
  const line = bench.logged.find(({ event }) => event === "drain_over");
  deepStrictEqual([line?.instance, line?.level], ["VI_1", "notice"]);
  // Nobody is told of it twice.
  const count = bench.logged.length;
  bench.restarted().load();
  strictEqual(bench.logged.length, count);
});

/** A story of an instance that hands over, by the looks at it. */
function story(
  bench: Bench,
  looks: readonly ((since: number) => Partial<InstanceStatus>)[],
): void {
  const since = Date.now();
  let look = 0;
  bench.answers = () => {
    const keys = looks[Math.min(look++, looks.length - 1)]?.(since) ?? {};
    const time = new Date(since + 5000).toISOString();
    const status = statusOf([instanceStatus(keys)], { time });
    return { answers: true, status };
  };
}

const iso = (time: number): string => new Date(time).toISOString();
/** From before the order. */
const MASTER = (): Partial<InstanceStatus> => ({});
const BACKUP = (since: number): Partial<InstanceStatus> => ({
  ...{ state: "BACKUP", since: iso(since + 1000) },
  heard: [{
    ...{ address: "192.0.2.3", priority: 90, last_seconds_ago: 60 },
    ...{ adverts: 4, mismatch: [] },
  }],
});

Deno.test("a handing over waits for who takes it", async () => {
  await using bench = new Bench();
  story(bench, [MASTER, BACKUP, (since) => ({
    ...BACKUP(since),
    heard: [{
      ...{ address: "192.0.2.2", priority: 100, last_seconds_ago: 3.39 },
      ...{ adverts: 1, mismatch: [] },
    }],
  })]);
  const outcome = await bench.operator.failover(["VI_1"], "ops");
  ok(Array.isArray(outcome));
  const [{ resignedAt, ...rest }] = outcome;
  strictEqual(typeof resignedAt, "number");
  deepStrictEqual(rest, {
    ...{ instance: "VI_1", refused: null, awaySeconds: null },
    successor: { address: "192.0.2.2", priority: 100, afterSeconds: 0.61 },
  });
  deepStrictEqual(bench.orders, [
    [{ verb: "failover", by: "ops" }, ["VI_1"]],
  ]);
});

Deno.test("an instance that nobody takes says how long its addresses were away", async () => {
  await using bench = new Bench();
  story(bench, [BACKUP, (since) => ({
    ...{ state: "MASTER", since: iso(since + 4453) },
  })]);
  const outcome = await bench.operator.failover(["VI_1"], null);
  ok(Array.isArray(outcome));
  deepStrictEqual(
    outcome.map(({ successor, awaySeconds }) => [
      ...[successor, awaySeconds],
    ]),
    [[null, 3.453]],
  );
});

Deno.test("who is no master has nothing to hand over", async () => {
  await using bench = new Bench();
  bench.obeys = () => [{ instance: "VI_1", refused: "not_master" }];
  deepStrictEqual(await bench.operator.failover(["VI_1"], null), [{
    instance: "VI_1",
    refused: "It is not MASTER: there is nothing to hand over",
    ...{ resignedAt: null, successor: null, awaySeconds: null },
  }]);
});
