// Refused addresses, by way of the engine: alone, and in a group.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  advance,
  configure,
  earliestDeadline,
  type Engine,
  forget,
  type InstanceAction,
  newEngine,
  regroup,
} from "../../src/vrrp/engine.ts";
import type { Input, RouterConfig } from "../../src/vrrp/state.ts";
import { advert, expireAt, ONE_BURST } from "./vrrp_example.ts";

const NO: Input = { type: "addressRefused", failure: "no permission" };
const HELD: Input = { type: "held" };
const LONE_OWNER = { ...ONE_BURST, priority: 255 };

/** Routers that started at 0, in one group when there are several. */
function started(configs: Readonly<Record<string, RouterConfig>>): Engine {
  const engine = newEngine();
  const names = Object.keys(configs);
  for (const [name, config] of Object.entries(configs)) {
    configure(engine, name, config);
  }
  if (names.length > 1) regroup(engine, new Map([["G", names]]), 0);
  for (const name of names) advance(engine, name, { type: "startup" }, 0);
  return engine;
}

/** What happens, in short. */
function told(actions: readonly InstanceAction[]): string[] {
  return actions.map(({ instance, action }) => {
    switch (action.type) {
      case "sendAdvert":
        return `${instance} ${action.priority}`;
      case "transition":
        return `${instance} ${action.to}`;
      default:
        return `${instance} ${action.type}`;
    }
  });
}

/** Run into the next deadline. */
function next(engine: Engine): string[] {
  return told(expireAt(engine, 0, earliestDeadline(engine)));
}

const GROUP = { a: ONE_BURST, b: ONE_BURST };

/** A group that claims since 8218.75: "b" was refused as master. */
function claiming(): Engine {
  const engine = started(GROUP);
  expireAt(engine, 0, 3609.375);
  advance(engine, "b", NO, 3609.375);
  deepStrictEqual(next(engine), ["b BACKUP", "a BACKUP"]);
  strictEqual(earliestDeadline(engine), 8218.75);
  deepStrictEqual(next(engine), ["a hold", "b hold"]);
  return engine;
}

Deno.test("who cannot hold its addresses advertises once, and never again", () => {
  const engine = started({ a: ONE_BURST });
  const all: string[] = [];
  while (earliestDeadline(engine) < 600_000) {
    const now = earliestDeadline(engine);
    const actions = told(expireAt(engine, 0, now));
    all.push(...actions);
    if (!actions.includes("a hold")) continue;
    all.push(...told(advance(engine, "a", NO, now)));
  }
  deepStrictEqual(all.slice(0, 7), [
    ...["a 100", "a hold", "a announce", "a MASTER"],
    ...["a 0", "a release", "a FAULT"],
  ]);
  deepStrictEqual(all.slice(7, 11), [
    ...["a BACKUP", "a hold", "a release", "a FAULT"],
  ]);
  strictEqual(all.lastIndexOf("a 100"), 0);
  strictEqual(all.lastIndexOf("a 0"), 4);
  strictEqual(all.filter((what) => what === "a hold").length, 15);
});

Deno.test("who can hold them after all takes over then, and is trusted after an interval", () => {
  const engine = started({ a: ONE_BURST });
  expireAt(engine, 0, 3609.375);
  advance(engine, "a", NO, 3609.375);
  deepStrictEqual(next(engine), ["a BACKUP"]);
  deepStrictEqual(next(engine), ["a hold"]);
  strictEqual(earliestDeadline(engine), 13_218.75);
  deepStrictEqual(told(advance(engine, "a", HELD, 8219)), [
    ...["a 100", "a hold", "a announce", "a MASTER"],
  ]);
  deepStrictEqual(told(advance(engine, "a", HELD, 8219)), []);
  strictEqual(engine.routers.get("a")?.state.refusals, 1);
  deepStrictEqual(next(engine), ["a 100"]);
  strictEqual(engine.routers.get("a")?.state.refusals, 0);
});

Deno.test("an owner that was refused claims as soon as it tries again", () => {
  const engine = started({ a: LONE_OWNER });
  advance(engine, "a", NO, 0);
  strictEqual(earliestDeadline(engine), 1000);
  deepStrictEqual(next(engine), ["a BACKUP"]);
  strictEqual(earliestDeadline(engine), 1000);
  deepStrictEqual(next(engine), ["a hold"]);
  strictEqual(told(advance(engine, "a", HELD, 1001))[0], "a 255");
});

Deno.test("a group of which one was refused claims together, and takes over when all are held", () => {
  const engine = claiming();
  deepStrictEqual(told(advance(engine, "a", HELD, 8220)), []);
  deepStrictEqual(told(advance(engine, "b", HELD, 8221)), [
    ...["a 100", "a hold", "a announce", "a MASTER"],
    ...["b 100", "b hold", "b announce", "b MASTER"],
  ]);
});

Deno.test("owners in a group of which one was refused claim together too", () => {
  const engine = started({ a: LONE_OWNER, b: LONE_OWNER });
  advance(engine, "b", NO, 0);
  deepStrictEqual(next(engine), ["b BACKUP", "a BACKUP"]);
  deepStrictEqual(next(engine), ["a hold", "b hold"]);
});

Deno.test("a group that claims fails together", () => {
  const engine = claiming();
  advance(engine, "a", HELD, 8220);
  deepStrictEqual(told(advance(engine, "b", NO, 8221)), [
    ...["b release", "b FAULT", "a release", "a FAULT"],
  ]);
  strictEqual(earliestDeadline(engine), 10_221);
});

Deno.test("a group gives its claim up when one is not answered", () => {
  const engine = claiming();
  advance(engine, "b", HELD, 8220);
  strictEqual(earliestDeadline(engine), 13_218.75);
  deepStrictEqual(next(engine), [
    ...["a release", "a FAULT", "b release", "b FAULT"],
  ]);
});

Deno.test("a group lets go when one hears a better master, and claims again in silence", () => {
  const engine = claiming();
  advance(engine, "a", HELD, 8220);
  const better = advert("10.0.0.20", 200);
  deepStrictEqual(told(advance(engine, "b", better, 8300)), [
    ...["b release", "a release"],
  ]);
  deepStrictEqual(told(advance(engine, "b", HELD, 8300)), []);
  strictEqual(earliestDeadline(engine), 11_909.375);
  deepStrictEqual(next(engine), ["a hold", "b hold"]);
});

Deno.test("a group lets go when a member stops", () => {
  const engine = claiming();
  deepStrictEqual(told(advance(engine, "b", { type: "shutdown" }, 8300)), [
    ...["b release", "b INIT", "a release"],
  ]);
});

Deno.test("a member that is left alone with what it holds takes over", () => {
  const engine = claiming();
  advance(engine, "a", HELD, 8220);
  deepStrictEqual(told(regroup(engine, new Map(), 8230)), [
    ...["a 100", "a hold", "a announce", "a MASTER"],
  ]);
  forget(engine, "a");
  deepStrictEqual(told(advance(engine, "b", HELD, 8231)).at(-1), "b MASTER");
});
