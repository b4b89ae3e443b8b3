// RFC 9568 section 6, the protocol state machine, and RFC 3768 section 6
// where it differs.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { nextDeadline } from "../../src/vrrp/deadline.ts";
import { step } from "../../src/vrrp/router.ts";
import {
  type Action,
  initialState,
  type Input,
  type RouterConfig,
  type RouterState,
  type Step,
} from "../../src/vrrp/state.ts";

const CONFIG: RouterConfig = {
  version: 3,
  priority: 100,
  advertInterval: 1000,
  preempt: true,
  preemptDelay: 0,
  downTimerAdverts: 3,
  garp: { delay: 0, refresh: 0 },
  higherPriorityAdvert: false,
};
const OWNER: RouterConfig = { ...CONFIG, priority: 255 };
const V2: RouterConfig = { ...CONFIG, version: 2 };
const STARTUP: Input = { type: "startup" };
const SHUTDOWN: Input = { type: "shutdown" };
const DEADLINE: Input = { type: "deadline" };
const ACTIVE_DOWN: Input = {
  type: "takeOver",
  due: 0,
  stalled: false,
  claim: false,
};

function advert(source: string, priority: number, interval = 1000): Input {
  return { type: "advert", source, priority, interval };
}

/** A router of 192.0.2.9 that was started at a moment. */
function backup(config = CONFIG, at = 0): RouterState {
  const state = { ...initialState(config), source: "192.0.2.9" };
  return step(config, state, STARTUP, at).state;
}

/** The same, which took over at 10,000. */
function active(config = CONFIG): RouterState {
  return step(config, backup(config, 6000), ACTIVE_DOWN, 10_000).state;
}

/** The kinds of the actions; an advert with its priority. */
function doing({ actions }: Step): string[] {
  return actions.map((action: Action) =>
    action.type === "sendAdvert" ? `sendAdvert ${action.priority}` : action.type
  );
}

Deno.test("§6.1 the interval of the active router is one's own at first", () => {
  strictEqual(nextDeadline(CONFIG, backup()), 3609.375);
});

Deno.test("§6.1 the skew time is (256 - priority) / 256 of the interval, not rounded", () => {
  const { state } = step(CONFIG, backup(), advert("192.0.2.20", 0), 0);
  strictEqual(nextDeadline(CONFIG, state), 609.375);
  const fast = { ...CONFIG, priority: 254, advertInterval: 10 };
  const resigned = step(fast, backup(fast), advert("192.0.2.20", 0), 0);
  strictEqual(nextDeadline(fast, resigned.state), 0.078125);
});

Deno.test("§6.1 the down interval is three intervals and the skew time", () => {
  const fast = { ...CONFIG, priority: 254, advertInterval: 10 };
  strictEqual(nextDeadline(fast, backup(fast)), 30.078125);
});

Deno.test("RFC 3768 §6.1 the skew time is (256 - priority) / 256 s at any interval", () => {
  const slow = { ...V2, advertInterval: 5000 };
  strictEqual(nextDeadline(slow, backup(slow)), 15_609.375);
});

Deno.test("§6.2 Active_Down_Timer fires when no advert was heard for so long", () => {
  strictEqual(
    step(CONFIG, backup(), ACTIVE_DOWN, 3609.374).state.name,
    "BACKUP",
  );
  strictEqual(
    step(CONFIG, backup(), ACTIVE_DOWN, 3609.375).state.name,
    "MASTER",
  );
});

Deno.test("§6.2 Adver_Timer fires every interval", () => {
  let state = active();
  for (const at of [11_000, 12_000, 13_000]) {
    strictEqual(nextDeadline(CONFIG, state), at);
    const next = step(CONFIG, state, DEADLINE, at);
    deepStrictEqual(doing(next), ["sendAdvert 100"]);
    state = next.state;
  }
});

Deno.test("§6.4.1 an owner starts as active: advert, addresses, ARP", () => {
  const started = step(OWNER, initialState(OWNER), STARTUP, 0);
  strictEqual(started.state.name, "MASTER");
  strictEqual(nextDeadline(OWNER, started.state), 1000);
  deepStrictEqual(doing(started), [
    "sendAdvert 255",
    "hold",
    "announce",
    "transition",
  ]);
});

Deno.test("§6.4.1 any other router starts as backup and waits the down interval", () => {
  const almost = { ...CONFIG, priority: 254 };
  const started = step(almost, initialState(almost), STARTUP, 0);
  strictEqual(started.state.name, "BACKUP");
  strictEqual(nextDeadline(almost, started.state), 3007.8125);
  deepStrictEqual(doing(started), ["transition"]);
});

Deno.test("§6.4.2 a backup that is shut down goes to Initialize and has no timer", () => {
  const stopped = step(CONFIG, backup(), SHUTDOWN, 100);
  strictEqual(stopped.state.name, "INIT");
  strictEqual(nextDeadline(CONFIG, stopped.state), Infinity);
  deepStrictEqual(doing(stopped), ["transition"]);
});

Deno.test("§6.4.2 when Active_Down_Timer fires: advert, ARP for each address, Adver_Timer, active", () => {
  const fired = step(CONFIG, backup(), ACTIVE_DOWN, 3609.375);
  strictEqual(fired.state.name, "MASTER");
  // The interval, from the beat before.
  strictEqual(nextDeadline(CONFIG, fired.state), 4605);
  deepStrictEqual(doing(fired), [
    "sendAdvert 100",
    "hold",
    "announce",
    "transition",
  ]);
});

Deno.test("§6.4.2 priority 0 sets Active_Down_Timer to the skew time", () => {
  const { state } = step(CONFIG, backup(), advert("192.0.2.20", 0), 2000);
  strictEqual(state.name, "BACKUP");
  strictEqual(nextDeadline(CONFIG, state), 2609.375);
});

Deno.test("§6.4.2 an advert of no less priority sets Active_Down_Timer anew", () => {
  for (const priority of [100, 101, 255]) {
    const heard = step(CONFIG, backup(), advert("192.0.2.1", priority), 2000);
    strictEqual(nextDeadline(CONFIG, heard.state), 5609.375);
    deepStrictEqual(doing(heard), []);
  }
});

Deno.test("§6.4.2 the interval of the active router counts for skew time and down interval", () => {
  const heard = step(CONFIG, backup(), advert("192.0.2.20", 200, 100), 2000);
  strictEqual(nextDeadline(CONFIG, heard.state), 2360.9375);
  const resigned = step(CONFIG, heard.state, advert("192.0.2.20", 0), 2100);
  strictEqual(nextDeadline(CONFIG, resigned.state), 2160.9375);
});

Deno.test("§6.4.2 without preemption an advert of less priority counts too", () => {
  const config = { ...CONFIG, preempt: false };
  const { state } = step(config, backup(config), advert("192.0.2.1", 1), 2000);
  strictEqual(nextDeadline(config, state), 5609.375);
});

Deno.test("§6.4.2 with preemption an advert of less priority is discarded", () => {
  const state = backup();
  const heard = step(CONFIG, state, advert("192.0.2.20", 99, 10), 2000);
  strictEqual(heard.state.name, "BACKUP");
  strictEqual(nextDeadline(CONFIG, heard.state), 3609.375);
  deepStrictEqual(heard.actions, []);
});

Deno.test("§6.4.3 an active router that is shut down resigns with priority 0", () => {
  const stopped = step(CONFIG, active(), SHUTDOWN, 10_100);
  strictEqual(stopped.state.name, "INIT");
  strictEqual(nextDeadline(CONFIG, stopped.state), Infinity);
  deepStrictEqual(doing(stopped), [
    "sendAdvert 0",
    "release",
    "transition",
  ]);
});

Deno.test("§6.4.3 when Adver_Timer fires: advert, Adver_Timer anew", () => {
  const fired = step(CONFIG, active(), DEADLINE, 11_000);
  deepStrictEqual(doing(fired), ["sendAdvert 100"]);
  strictEqual(nextDeadline(CONFIG, fired.state), 12_000);
});

Deno.test("§6.4.3 priority 0 is answered, and Adver_Timer set anew", () => {
  const heard = step(CONFIG, active(), advert("192.0.2.20", 0), 10_400);
  deepStrictEqual(doing(heard), ["sendAdvert 100"]);
  strictEqual(nextDeadline(CONFIG, heard.state), 11_400);
});

Deno.test("§6.4.3 an active router yields to more priority", () => {
  const heard = step(CONFIG, active(), advert("192.0.2.1", 101, 500), 10_400);
  strictEqual(heard.state.name, "BACKUP");
  strictEqual(nextDeadline(CONFIG, heard.state), 12_204.6875);
  deepStrictEqual(doing(heard), [
    "release",
    "transition",
  ]);
});

Deno.test("§6.4.3 an active router yields to equal priority of a greater address", () => {
  const heard = step(CONFIG, active(), advert("192.0.2.10", 100), 10_400);
  strictEqual(heard.state.name, "BACKUP");
  deepStrictEqual(doing(heard), [
    "release",
    "transition",
  ]);
});

Deno.test("§6.4.3 addresses are compared as unsigned integers in network order", () => {
  // The first is the greater one as text, the second in the other byte order.
  for (const source of ["9.0.0.1", "10.255.255.255"]) {
    const heard = step(CONFIG, active(), advert(source, 100), 10_400);
    strictEqual(heard.state.name, "MASTER");
  }
  const heard = step(CONFIG, active(), advert("200.0.0.1", 100), 10_400);
  strictEqual(heard.state.name, "BACKUP");
});

Deno.test("§6.4.3 any other advert is answered at once, Adver_Timer left alone", () => {
  for (const rival of [advert("192.0.2.20", 99), advert("192.0.2.8", 100)]) {
    const heard = step(CONFIG, active(), rival, 10_400);
    strictEqual(heard.state.name, "MASTER");
    strictEqual(nextDeadline(CONFIG, heard.state), 11_000);
    deepStrictEqual(doing(heard)[0], "sendAdvert 100");
  }
});

Deno.test("§6.4.3 answers are limited: a deaf rival makes no storm", () => {
  let state = active();
  let answers = 0;
  for (let at = 10_000; at < 11_000; at++) {
    const heard = step(CONFIG, state, advert("192.0.2.20", 99), at);
    state = heard.state;
    answers += doing(heard).filter((what) => what === "sendAdvert 100").length;
  }
  ok(answers >= 9 && answers <= 10, `${answers} answers`);
});
