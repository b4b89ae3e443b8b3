// What an operator orders of a virtual router: drain, hand over, resume.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  advance,
  configure,
  type Engine,
  type InstanceAction,
  newEngine,
  regroup,
} from "../../src/vrrp/engine.ts";
import { reasonInWords } from "../../src/log/reason_words.ts";
import type { DrainedReason, Reason } from "../../src/vrrp/reason.ts";
import { step } from "../../src/vrrp/router.ts";
import type {
  Backup,
  Fault,
  Input,
  RouterConfig,
  RouterState,
} from "../../src/vrrp/state.ts";
import {
  advert,
  ALONE,
  BACKUP,
  expireAt,
  FAULT,
  INIT,
  LINK_DOWN,
  LINK_UP,
  MASTER,
  ONE_BURST,
  OWNER,
  RELEASE,
  sends,
  silence,
  TAKE_OVER,
  tells,
  V2,
  V3,
} from "./vrrp_example.ts";

const FAILOVER: Input = { type: "failover", by: "alice" };
const RESUME: Input = { type: "resume" };
const HANDED_OVER: Reason = { kind: "handed_over", by: "alice" };
const DRAINED: DrainedReason = {
  ...{ kind: "drained", by: "alice", reason: "kernel", until: null },
};
const DRAIN: Input = { type: "fault", cause: "operator", reason: DRAINED };
const UNDRAIN: Input = {
  ...{ type: "recover", cause: "operator" },
  reason: { kind: "resumed", by: "bob", why: "asked" },
};
const RESUMED: Reason = {
  kind: "recovered",
  what: { kind: "resumed", by: "bob", why: "asked" },
};
/** Handed over at 10,000. */
const HELD: Backup = { ...ALONE, yielded: true };

/** The state after all inputs, at one time. */
function after(
  config: RouterConfig,
  state: RouterState,
  now: number,
  ...inputs: readonly Input[]
): RouterState {
  return inputs.reduce(
    (state, input) => step(config, state, input, now).state,
    state,
  );
}

Deno.test("a master that is to hand over resigns, releases and listens", () => {
  deepStrictEqual(step(V2, MASTER, FAILOVER, 10_000), {
    state: { ...HELD, burstAt: 1000 },
    actions: [sends(0), RELEASE, tells("MASTER", "BACKUP", HANDED_OVER)],
  });
});

Deno.test("nobody but a master hands over, and no owner", () => {
  for (const state of [INIT, BACKUP, HELD, FAULT]) {
    deepStrictEqual(step(V2, state, FAILOVER, 10_500), { state, actions: [] });
  }
  const owner = { ...MASTER, priority: 255 };
  deepStrictEqual(step(OWNER, owner, FAILOVER, 10_500), {
    state: owner,
    actions: [],
  });
});

Deno.test("who handed over listens to a worse master, with and without preempt_delay", () => {
  for (const config of [V2, { ...V2, preemptDelay: 5000 }]) {
    deepStrictEqual(step(config, HELD, advert("10.0.0.5", 50), 10_800), {
      state: {
        ...HELD,
        heardAt: 10_800,
        master: { address: "10.0.0.5", priority: 50, interval: 1000 },
      },
      actions: [],
    });
  }
});

Deno.test("who handed over and hears nobody serves after one master-down interval", () => {
  strictEqual(after(V2, HELD, 13_609, TAKE_OVER).name, "BACKUP");
  const { state, actions } = step(V2, HELD, TAKE_OVER, 13_609.375);
  strictEqual(state.name, "MASTER");
  strictEqual(state.yielded, false);
  deepStrictEqual(
    actions.at(-1),
    tells("BACKUP", "MASTER", silence(null, 3609.375)),
  );
});

Deno.test("who handed over takes over when its successor is silent, and when it resigns", () => {
  const heard = after(V2, HELD, 10_800, advert("10.0.0.5", 50));
  strictEqual(after(V2, heard, 14_409, TAKE_OVER).name, "BACKUP");
  const master = after(V2, heard, 14_409.375, TAKE_OVER);
  strictEqual(master.name, "MASTER");
  strictEqual(master.yielded, false);
  const resigned = after(V2, heard, 11_000, advert("10.0.0.5", 0));
  strictEqual(after(V2, resigned, 11_609, TAKE_OVER).name, "BACKUP");
  strictEqual(after(V2, resigned, 11_609.375, TAKE_OVER).name, "MASTER");
});

Deno.test("who is resumed preempts a worse master again", () => {
  const heard = after(V2, HELD, 10_800, advert("10.0.0.5", 50), RESUME);
  deepStrictEqual(heard, {
    ...HELD,
    heardAt: 10_800,
    master: { address: "10.0.0.5", priority: 50, interval: 1000 },
    yielded: false,
  });
  const later = after(V2, heard, 11_800, advert("10.0.0.5", 50));
  strictEqual(later.name === "BACKUP" && later.heardAt, 10_800);
});

Deno.test("a resume of one that may preempt changes nothing", () => {
  for (const state of [INIT, BACKUP, MASTER, FAULT]) {
    deepStrictEqual(step(V2, state, RESUME, 10_500), { state, actions: [] });
  }
});

Deno.test("handing over outlasts a fault and a reload, but no stop and no owner", () => {
  const down: Input = { type: "fault", cause: "link", reason: LINK_DOWN };
  const up: Input = { type: "recover", cause: "link", reason: LINK_UP };
  const reload: Input = { type: "config", priority: 120 };
  const kept = after(V2, HELD, 10_500, down, up, reload);
  strictEqual(kept.name, "BACKUP");
  strictEqual(kept.yielded, true);
  strictEqual(after(V2, HELD, 10_500, { type: "shutdown" }).yielded, false);
  const owns: Input = { type: "config", priority: 255 };
  strictEqual(after(OWNER, HELD, 10_500, owns).yielded, false);
});

Deno.test("an order to drain is a fault that lasts until it is resumed", () => {
  const drained: Fault = {
    ...FAULT,
    faults: { operator: DRAINED },
    retryAt: null,
  };
  deepStrictEqual(step(V2, MASTER, DRAIN, 10_500), {
    state: drained,
    actions: [sends(0), RELEASE, tells("MASTER", "FAULT", DRAINED)],
  });
  deepStrictEqual(step(V2, drained, UNDRAIN, 20_000), {
    state: { ...ALONE, heardAt: 20_000 },
    actions: [tells("FAULT", "BACKUP", RESUMED)],
  });
});

Deno.test("who is drained before it starts never listens, not even an owner", () => {
  for (const config of [V3, OWNER]) {
    const before = after(config, INIT, 10_000, DRAIN);
    strictEqual(before.name, "INIT");
    deepStrictEqual(step(config, before, { type: "startup" }, 10_000), {
      state: { ...FAULT, faults: { operator: DRAINED } },
      actions: [tells("INIT", "FAULT", DRAINED)],
    });
  }
});

/** What happens to a group, in short. */
function told(actions: readonly InstanceAction[]): string[] {
  return actions.map(({ instance, action }) =>
    action.type === "sendAdvert"
      ? `${instance} ${action.priority}`
      : action.type === "transition"
      ? `${instance} ${action.to}: ${reasonInWords(action.reason)}`
      : `${instance} ${action.type}`
  );
}

/** "a" and "b" in one group, master since 13,609.375. */
function group(): Engine {
  const engine = newEngine();
  for (const name of ["a", "b"]) configure(engine, name, ONE_BURST);
  regroup(engine, new Map([["G", ["a", "b"]]]), 10_000);
  for (const name of ["a", "b"]) {
    advance(engine, name, { type: "startup" }, 10_000);
  }
  expireAt(engine, 0, 13_609.375);
  return engine;
}

Deno.test("a group hands over as a whole, and comes back as a whole", () => {
  const engine = group();
  deepStrictEqual(told(advance(engine, "a", FAILOVER, 20_000)), [
    ...["a 0", "a release", 'a BACKUP: handed over by "alice"'],
    ...["b 0", "b release", 'b BACKUP: handed over by "alice"'],
  ]);
  deepStrictEqual(
    [...engine.routers.values()].map(({ state }) => state.yielded),
    [true, true],
  );
  advance(engine, "b", advert("10.0.0.5", 50), 22_000);
  // "a" hears nobody, and waits for "b".
  deepStrictEqual(told(expireAt(engine, 0, 25_609)), []);
  deepStrictEqual(told(expireAt(engine, 0, 25_609.375)), [
    ...["a 100", "a hold", "a announce"],
    "a MASTER: heard no master for 5.609 s",
    ...["b 100", "b hold", "b announce"],
    "b MASTER: heard nothing from 10.0.0.5 for 3.609 s",
  ]);
});

Deno.test("a group is drained with its member, and resumed with it", () => {
  const engine = group();
  deepStrictEqual(told(advance(engine, "a", DRAIN, 20_000)), [
    ...["a 0", "a release", 'a FAULT: drained by "alice": kernel'],
    ...["b 0", "b release"],
    'b FAULT: instance "a" of the group: drained by "alice": kernel',
  ]);
  deepStrictEqual(told(advance(engine, "a", UNDRAIN, 30_000)), [
    'a BACKUP: resumed by "bob"',
    'b BACKUP: instance "a" of the group: resumed by "bob"',
  ]);
});

Deno.test("a group whose members are all drained is resumed with the last", () => {
  const engine = group();
  advance(engine, "a", DRAIN, 20_000);
  deepStrictEqual(told(advance(engine, "b", DRAIN, 20_000)), []);
  deepStrictEqual(told(advance(engine, "a", UNDRAIN, 30_000)), []);
  deepStrictEqual(told(advance(engine, "b", UNDRAIN, 30_000)), [
    'b BACKUP: resumed by "bob"',
    'a BACKUP: instance "b" of the group: resumed by "bob"',
  ]);
});
