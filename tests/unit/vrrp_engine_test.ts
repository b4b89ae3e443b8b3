import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  advance,
  configure,
  earliestDeadline,
  type Engine,
  forget,
  newEngine,
} from "../../src/vrrp/engine.ts";
import type {
  Action,
  Input,
  RouterConfig,
  RouterState,
} from "../../src/vrrp/state.ts";
import {
  advert,
  ANNOUNCE,
  expireAt,
  HOLD,
  INIT,
  LINK_DOWN,
  LINK_UP,
  ONE_BURST,
  OWNER,
  OWNS,
  sends,
  silence,
  tells,
  V2,
} from "./vrrp_example.ts";

const startup: Input = { type: "startup" };

/** An engine of these routers, started at these times. */
function engineOf(
  routers: Readonly<Record<string, readonly [RouterConfig, startedAt: number]>>,
): Engine {
  const engine = newEngine();
  for (const [name, [config, at]] of Object.entries(routers)) {
    configure(engine, name, config);
    advance(engine, name, startup, at);
  }
  return engine;
}

function sent(instance: string, ...actions: readonly Action[]): unknown {
  return actions.map((action) => ({ instance, action }));
}

function stateOf(engine: Engine, name: string): RouterState | undefined {
  return engine.routers.get(name)?.state;
}

/** An owner: MASTER from its start, then nothing but adverts. */
const LONE_OWNER = { ...ONE_BURST, priority: 255 };

Deno.test("configure() adds a router in INIT, with its priority and no deadline", () => {
  const engine = newEngine();
  configure(engine, "a", V2);
  deepStrictEqual(stateOf(engine, "a"), {
    ...INIT,
    source: null,
    burstAt: null,
  });
  strictEqual(earliestDeadline(engine), Infinity);
});

Deno.test("configure() keeps the state and moves the deadline", () => {
  const engine = engineOf({ a: [V2, 10_000] });
  const before = stateOf(engine, "a");
  strictEqual(earliestDeadline(engine), 13_609.375);
  configure(engine, "a", { ...V2, advertInterval: 3000 });
  strictEqual(stateOf(engine, "a"), before);
  strictEqual(earliestDeadline(engine), 19_609.375);
});

Deno.test("advance() tags the actions with the instance and keeps their order", () => {
  const engine = newEngine();
  configure(engine, "a", OWNER);
  deepStrictEqual(
    advance(engine, "a", startup, 10_000),
    sent(
      "a",
      sends(255),
      HOLD,
      ANNOUNCE,
      tells("INIT", "MASTER", OWNS),
    ),
  );
});

Deno.test("advance() touches no other router", () => {
  const engine = engineOf({ a: [V2, 10_000], b: [V2, 10_000] });
  const before = engine.routers.get("b");
  advance(engine, "a", advert("10.0.0.20", 200), 11_000);
  strictEqual(engine.routers.get("b"), before);
  strictEqual(earliestDeadline(engine), 13_609.375);
  forget(engine, "b");
  strictEqual(earliestDeadline(engine), 14_609.375);
});

Deno.test("advance() leaves everything alone when the input does not apply", () => {
  const engine = engineOf({ a: [V2, 10_000] });
  const before = engine.routers.get("a");
  deepStrictEqual(
    advance(
      engine,
      "a",
      { type: "recover", cause: "link", reason: LINK_UP },
      12_000,
    ),
    [],
  );
  strictEqual(engine.routers.get("a"), before);
});

Deno.test("advance() does nothing for an instance that is not there", () => {
  const engine = newEngine();
  deepStrictEqual(advance(engine, "a", startup, 0), []);
  strictEqual(engine.routers.size, 0);
});

Deno.test("earliestDeadline() is Infinity without routers", () => {
  strictEqual(earliestDeadline(newEngine()), Infinity);
});

Deno.test("earliestDeadline() is the first of several", () => {
  const engine = engineOf({ a: [V2, 10_000], b: [V2, 9000], c: [V2, 11_000] });
  strictEqual(earliestDeadline(engine), 12_609.375);
});

Deno.test("expire() does nothing before the earliest deadline", () => {
  const engine = engineOf({ a: [LONE_OWNER, 10_000] });
  const before = engine.routers.get("a");
  deepStrictEqual(expireAt(engine, 0, 10_999.999), []);
  strictEqual(engine.routers.get("a"), before);
});

Deno.test("expire() runs every deadline that has passed: adverts, then all else, then takeovers", () => {
  const engine = engineOf({
    a: [V2, 7900],
    b: [{ ...LONE_OWNER, garp: { delay: 1100, refresh: 0 } }, 10_450],
    c: [LONE_OWNER, 10_500],
    d: [LONE_OWNER, 10_400],
  });
  expireAt(engine, 0, 11_450);
  deepStrictEqual(expireAt(engine, 0, 11_550), [
    { instance: "c", action: sends(255) },
    { instance: "b", action: ANNOUNCE },
    { instance: "a", action: sends(100) },
    { instance: "a", action: HOLD },
    { instance: "a", action: ANNOUNCE },
    {
      instance: "a",
      action: tells("BACKUP", "MASTER", silence(null, 3650)),
    },
  ]);
  strictEqual(earliestDeadline(engine), 12_400);
});

Deno.test("expire() runs no more routers than it may, in that order", () => {
  const engine = engineOf({
    a: [V2, 7500],
    b: [V2, 7500],
    c: [LONE_OWNER, 10_500],
    d: [LONE_OWNER, 10_400],
    e: [V2, 9000],
  });
  const down: Input = {
    ...{ type: "fault", cause: "link", reason: LINK_DOWN },
    delay: 100,
  };
  advance(engine, "e", down, 11_000);
  const ran = (): string[] =>
    expireAt(engine, 0, 11_500, 1).map(({ instance, action }) =>
      `${instance} ${action.type}`
    );
  deepStrictEqual(ran(), ["d sendAdvert"]);
  deepStrictEqual(ran(), ["c sendAdvert"]);
  deepStrictEqual(ran(), ["e transition"]);
  strictEqual(ran()[0], "a sendAdvert");
  strictEqual(ran()[0], "b sendAdvert");
  deepStrictEqual(ran(), []);
});

Deno.test("adverts of all that have an interval are due on the same beats", () => {
  const engine = engineOf({
    a: [LONE_OWNER, 10_001],
    b: [LONE_OWNER, 10_004.999],
    c: [LONE_OWNER, 10_005],
  });
  deepStrictEqual(expireAt(engine, 0, 10_999.999), []);
  deepStrictEqual(expireAt(engine, 0, 11_000), [
    { instance: "a", action: sends(255) },
    { instance: "b", action: sends(255) },
  ]);
  deepStrictEqual(expireAt(engine, 0, 11_005), sent("c", sends(255)));
});

Deno.test("expire() takes over no moment early", () => {
  // b would take over a millisecond later.
  const engine = engineOf({ a: [LONE_OWNER, 12_000], b: [V2, 9391.625] });
  deepStrictEqual(expireAt(engine, 0, 13_000), sent("a", sends(255)));
  strictEqual(earliestDeadline(engine), 13_001);
  strictEqual(expireAt(engine, 0, 13_001).length, 4);
});

Deno.test("expire() tries refused addresses no moment early", () => {
  const engine = engineOf({ a: [LONE_OWNER, 12_000], b: [OWNER, 12_001] });
  advance(engine, "b", { type: "addressRefused", failure: "no" }, 12_001);
  deepStrictEqual(expireAt(engine, 0, 13_000), sent("a", sends(255)));
});

Deno.test("expire() sends one advert for several missed ones", () => {
  const engine = engineOf({ a: [LONE_OWNER, 10_000] });
  deepStrictEqual(expireAt(engine, 0, 15_300), sent("a", sends(255)));
  strictEqual(earliestDeadline(engine), 16_300);
});

Deno.test("expire() leaves nothing that is still due", () => {
  const engine = engineOf({ a: [V2, 10_000], b: [LONE_OWNER, 10_000] });
  expireAt(engine, 0, 20_000);
  deepStrictEqual(expireAt(engine, 0, 20_000), []);
  strictEqual(earliestDeadline(engine), 21_000);
});

Deno.test("forget() leaves nothing of a router", () => {
  const engine = engineOf({ a: [LONE_OWNER, 10_000], b: [V2, 10_000] });
  forget(engine, "a");
  forget(engine, "nobody");
  deepStrictEqual([...engine.routers.keys()], ["b"]);
  strictEqual(earliestDeadline(engine), 13_609.375);
  forget(engine, "b");
  strictEqual(earliestDeadline(engine), Infinity);
  deepStrictEqual(expireAt(engine, 0, 1e9), []);
});
