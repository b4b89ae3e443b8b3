/**
 * The two ends of a hand-over, each with the other one made up.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  HandOver,
  type HandOverParts,
} from "../../src/daemon/side/hand_over.ts";
import {
  type FromPredecessor,
  type FromSuccessor,
  linesOf,
  readPredecessor,
  readSuccessor,
  routersOf,
} from "../../src/daemon/side/hand_over_messages.ts";
import { NotTaken } from "../../src/daemon/side/successor.ts";
import { Succession } from "../../src/daemon/side/succession.ts";
import type { PredecessorListener } from "../../src/daemon/side/predecessor.ts";
import { toleranceOf } from "../../src/daemon/side/tolerance.ts";
import { HAND_OVER } from "../../src/daemon/messages.ts";
import { told } from "../lab/told.ts";
import { settingsOf } from "./side_settings.ts";

const ROUTERS = ["a", "b"];
const PREPARED: FromSuccessor = {
  ...{ type: "prepared", handOver: HAND_OVER, version: "1", routers: ROUTERS },
};

type Answers = Partial<Record<FromSuccessor["type"], FromSuccessor | string>>;

/** Hand over to a daemon that answers like this. */
class Scene {
  /** All that was done, in order. */
  readonly done: string[] = [];
  readonly logged: string[] = [];
  readonly handOver: HandOver;

  constructor(answers: Answers, parts: Partial<HandOverParts> = {}) {
    const done = (what: string) => (): void => void this.done.push(what);
    this.handOver = new HandOver({
      start: () => ({
        pid: 42,
        say: (message: FromPredecessor): void => {
          const { type } = message;
          const more = type === "done"
            ? ` ${message.stop} ${message.reload}`
            : "";
          this.done.push(`say ${type}${more}`);
        },
        answer: async (type, _most, cancelled): Promise<never> => {
          const answer = answers[type];
          if (typeof answer === "object") return answer as never;
          const why = answer === "never" ? await cancelled : answer;
          throw new NotTaken(`${why}`);
        },
        kill: (): Promise<void> => {
          this.done.push("kill");
          return Promise.resolve();
        },
      }),
      core: {
        relay: ({ type }): void => {
          this.done.push(type);
          if (type !== "handOver") return;
          this.handOver.hear({ type: "handedOver", state: "{}" });
        },
      },
      log: {
        log: (event): void => {
          const { level, message } = told(event);
          this.logged.push(`${level} ${message}`);
        },
      },
      lock: { give: done("unlock"), takeBack: done("lock") },
      routers: () => ROUTERS,
      reload: () => Promise.resolve(done("reload")()),
      idle: () => Promise.resolve(),
      checks: () => [],
      tolerance: () => 200,
      left: (pid) => done(`left to ${pid}`)(),
      ...parts,
    });
  }
}

const ALL: Answers = {
  prepared: PREPARED,
  armed: { type: "armed" },
  serving: { type: "serving" },
};

Deno.test("a daemon hands over step by step, and leaves last", async () => {
  const { handOver, done, logged } = new Scene(ALL);
  deepStrictEqual(await handOver.restart(), { ok: true, pid: 42 });
  deepStrictEqual(done, [
    ...["unlock", "say arm", "handOver", "say takeOver"],
    ...["leave", "left to 42", "say done null false"],
  ]);
  strictEqual(handOver.isPast, true);
  deepStrictEqual(logged, [
    "info Restarts: process 42 is to take over",
    "info Ends, since process 42 serves now",
  ]);
  const again = await handOver.restart();
  deepStrictEqual(again, { ok: false, why: "a restart is under way" });
});

for (
  const [step, answers, steps] of [
    ["comes up", { prepared: "it ended" }, []],
    ["arms", { ...ALL, armed: "it ended" }, ["unlock", "say arm"]],
    [
      "serves",
      { ...ALL, serving: "it ended" },
      ["unlock", "say arm", "handOver", "say takeOver"],
    ],
  ] as const
) {
  Deno.test(`a daemon goes on when the new one ends before it ${step}`, async () => {
    const { handOver, done, logged } = new Scene(answers);
    deepStrictEqual(await handOver.restart(), { ok: false, why: "it ended" });
    deepStrictEqual(done, [...steps, "kill", "goOn", "lock"]);
    strictEqual(handOver.isPast, false);
    strictEqual(handOver.isSuspended, false);
    deepStrictEqual(
      logged.at(-1),
      "error Was not restarted and goes on as before: it ended",
    );
  });
}

Deno.test("a daemon goes on when there is no new one", async () => {
  const { handOver, done } = new Scene({}, {
    start: () => {
      throw new NotTaken('"/x" cannot be started: no');
    },
  });
  const outcome = await handOver.restart();
  deepStrictEqual(outcome, { ok: false, why: '"/x" cannot be started: no' });
  deepStrictEqual(done, ["goOn", "lock"]);
});

Deno.test("a daemon hands over to no other version's way", async () => {
  const prepared = { ...PREPARED, handOver: 99, version: "7.0" } as const;
  const { handOver, done } = new Scene({ ...ALL, prepared });
  const outcome = await handOver.restart();
  match(
    outcome.ok ? "" : outcome.why,
    /^alived 7\.0 hands over in another way/,
  );
  deepStrictEqual(done, ["kill", "goOn", "lock"]);
});

Deno.test("other instances on disk are a reload first, and a refusal where that does not help", async () => {
  let routers = ["a"];
  const helped = new Scene(ALL, {
    routers: () => routers,
    reload: () => {
      routers = ROUTERS;
      return Promise.resolve();
    },
  });
  ok((await helped.handOver.restart()).ok);
  const refused = new Scene(ALL, { routers: () => ["a"] });
  const outcome = await refused.handOver.restart();
  match(outcome.ok ? "" : outcome.why, /other instances/);
  deepStrictEqual(refused.done, ["reload", "kill", "goOn", "lock"]);
});

Deno.test("a core that does not hand over keeps its daemon", async () => {
  const scene: Scene = new Scene(ALL, {
    core: {
      relay: ({ type }) => {
        scene.done.push(type);
        if (type !== "handOver") return;
        scene.handOver.hear({ type: "keeps", why: "it is busy" });
      },
    },
  });
  const outcome = await scene.handOver.restart();
  deepStrictEqual(outcome, { ok: false, why: "it is busy" });
  deepStrictEqual(scene.done, [
    "unlock",
    "say arm",
    "handOver",
    "kill",
    "goOn",
    "lock",
  ]);
});

Deno.test("a stop before the core is quiet ends the restart", async () => {
  const { handOver, done } = new Scene({ prepared: "never" });
  const restart = handOver.restart();
  strictEqual(handOver.isUnderWay, true);
  strictEqual(handOver.stop("SIGTERM"), true);
  const outcome = await restart;
  deepStrictEqual(outcome, {
    ...{ ok: false, why: "this daemon was asked to stop" },
  });
  deepStrictEqual(done, ["kill", "goOn", "lock"]);
});

Deno.test("a stop and a reload while the core is quiet are the new daemon's", async () => {
  const serving = Promise.withResolvers<void>();
  const scene: Scene = new Scene(ALL, {
    checks: () => {
      // The state is about to be sent.
      strictEqual(scene.handOver.isSuspended, true);
      strictEqual(scene.handOver.stop("SIGTERM"), false);
      scene.handOver.oweReload();
      serving.resolve();
      return [];
    },
  });
  ok((await scene.handOver.restart()).ok);
  await serving.promise;
  ok(scene.done.includes("say done SIGTERM true"));
  strictEqual(scene.handOver.stop("SIGTERM"), false);
});

Deno.test("what was asked for while the core was quiet is owed when nobody took over", async () => {
  const scene: Scene = new Scene({ ...ALL, serving: "it ended" }, {
    checks: () => {
      scene.handOver.stop("SIGINT");
      return [];
    },
  });
  ok(!(await scene.handOver.restart()).ok);
  deepStrictEqual(scene.handOver.takeOwed(), { stop: "SIGINT", reload: false });
  deepStrictEqual(scene.handOver.takeOwed(), { stop: null, reload: false });
});

/** A daemon that takes over, and what it does. */
function successor(locks = true): {
  readonly done: string[];
  readonly succession: Succession;
  readonly listener: () => PredecessorListener;
} {
  const done: string[] = [];
  let listener: PredecessorListener | null = null;
  const before = {
    pid: 41,
    say: (message: FromSuccessor): void => {
      const why = message.type === "refused" ? ` ${message.why}` : "";
      done.push(`say ${message.type}${why}`);
    },
    listen: (heard: PredecessorListener): Promise<void> => {
      listener = heard;
      return Promise.resolve();
    },
  };
  const succession = new Succession(before, {
    version: "1",
    core: {
      relay: (message) => {
        const { type } = message;
        done.push(type === "takeOver" ? `take ${message.state}` : type);
      },
    },
    lock: () => {
      done.push("lock");
      return locks;
    },
    serves: ({ states }) => void done.push(`serve ${JSON.stringify(states)}`),
    settled: ({ stop }) => void done.push(`settled ${stop}`),
    ends: (code, isLeft) => void done.push(`end ${code} ${isLeft}`),
  });
  return {
    ...{ done, succession },
    listener: () => {
      ok(listener !== null);
      return listener;
    },
  };
}

const TAKE_OVER: FromPredecessor = {
  ...{ type: "takeOver", state: "{}", checks: [] },
};
const DONE: FromPredecessor = { type: "done", stop: null, reload: false };

Deno.test("a new daemon does one step after the other", () => {
  const { done, succession, listener } = successor();
  succession.begin(settingsOf([{}]));
  succession.hear({ type: "prepared" });
  listener().heard({ type: "arm" });
  succession.hear({ type: "armed" });
  listener().heard(TAKE_OVER);
  strictEqual(succession.isWaiting, true);
  succession.hear({ type: "tookOver", states: { a: "MASTER" }, took: 1 });
  strictEqual(succession.isWaiting, false);
  strictEqual(succession.isUnknown, true);
  listener().heard(DONE);
  strictEqual(succession.isUnknown, false);
  listener().gone();
  deepStrictEqual(done, [
    ...["say prepared", "lock", "arm", "say armed", "take {}", "say serving"],
    ...['serve {"a":"MASTER"}', "settled null"],
  ]);
});

Deno.test("a new daemon whose predecessor ends without a word goes on once it serves", () => {
  const { done, succession, listener } = successor();
  succession.begin(settingsOf([{}]));
  succession.hear({ type: "tookOver", states: {}, took: 1 });
  listener().gone();
  deepStrictEqual(done, ["say serving", "serve {}", "settled null"]);
});

Deno.test("a new daemon whose predecessor ends before that is nobody's", () => {
  const { done, succession, listener } = successor();
  succession.begin(settingsOf([{}]));
  listener().gone();
  succession.hear({ type: "tookOver", states: {}, took: 1 });
  deepStrictEqual(done, ["end 1 true"]);
  strictEqual(succession.isWaiting, true);
});

Deno.test("a new daemon without the locks refuses, once", () => {
  const { done, succession, listener } = successor(false);
  succession.begin(settingsOf([{}]));
  listener().heard({ type: "arm" });
  succession.hear({ type: "refuses", why: "late" });
  deepStrictEqual(done, [
    ...["lock", "say refused it could not take the locks", "end 1 false"],
  ]);
});

Deno.test("lines that are none of a hand-over's are passed over", () => {
  strictEqual(readSuccessor("Listening on …"), null);
  strictEqual(readSuccessor('{"type":"prepared"}'), null);
  strictEqual(readSuccessor('{"type":"toString"}'), null);
  strictEqual(readPredecessor('{"type":"takeOver","state":1}'), null);
  deepStrictEqual(readPredecessor('{"type":"arm"}'), { type: "arm" });
  deepStrictEqual(readSuccessor('{"type":"armed","more":1}'), {
    type: "armed",
  });
});

Deno.test("linesOf() gives whole lines, however they were cut", async () => {
  const bytes = new TextEncoder().encode("ä\nb…c\n\nhalf");
  for (let size = 1; size <= bytes.length; size++) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    const lines = await Array.fromAsync(linesOf(ReadableStream.from(chunks)));
    deepStrictEqual(lines, ["ä", "b…c", ""]);
  }
});

Deno.test("routersOf() names what peers know of instances, in one order", () => {
  const [first = "", second] = routersOf(settingsOf([
    { virtual_router_id: 9, virtual_ips: ["10.0.0.9"] },
    { virtual_router_id: 1, virtual_ips: ["10.0.0.1"] },
  ]));
  ok(second !== undefined && first < second);
  match(first, /^\["\w+","\w+","ipv4",2,\d\]$/);
});

Deno.test("others tolerate two missed adverts of the shortest interval", () => {
  const settings = (...intervals: readonly number[]) => ({
    instances: intervals.map((advertInterval) => ({
      ...settingsOf([{}]).instances[0],
      advertInterval,
    })),
  } as Parameters<typeof toleranceOf>[0]);
  strictEqual(toleranceOf(settings(1000, 100)), 200);
  strictEqual(toleranceOf(settings(10)), 100);
  strictEqual(toleranceOf(settings(5000)), 1000);
});
