/**
 * The real core on a machine in memory, turned by hand: it waits as the loop
 * of the Worker does, in no time.
 *
 * @module
 */

import {
  type Core,
  openCore,
  stateOf,
  wakeAt,
} from "../../src/daemon/core/core.ts";
import { earliestDeadline } from "../../src/vrrp/engine.ts";
import { turn } from "../../src/daemon/core/turn.ts";
import type { CoreStart, FromCore, ToCore } from "../../src/daemon/messages.ts";
import type { EventOf, LogEvent } from "../../src/log/catalogue.ts";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { reasonInWords } from "../../src/log/reason_words.ts";
import type { StateName } from "../../src/vrrp/state.ts";
import { FakeMachine } from "./fake_machine.ts";
import { eventsNamed, type Told } from "./told.ts";

/** Turns at one moment beyond which the core is taken to go round in circles. */
const MOST_TURNS = 10_000;

/**
 * VI_1 on eth0: VRID 10, priority 100, one advert a second, version 3, for
 * 192.0.2.1/24 and 192.0.2.2/24.
 */
export const INSTANCE: InstanceSettings = {
  name: "VI_1",
  interface: "eth0",
  family: "ipv4",
  version: 3,
  virtualRouterId: 10,
  priority: 100,
  advertInterval: 1000,
  preempt: true,
  preemptDelay: 0,
  password: null,
  checksum: "auto",
  downTimerAdverts: 3,
  linkUpDelay: 0,
  linkDownDelay: 0,
  unicastPeers: [],
  sourceAddress: null,
  virtualIps: [vip("192.0.2.1/24"), vip("192.0.2.2/24")],
  excludedVirtualIps: [],
  garp: { repeat: 1, delay: 0, refresh: 0, interval: 0 },
  higherPriorityAdvert: false,
  trackers: [],
  notify: { byState: {}, any: null },
};

/** A VIP such as `192.0.2.1/24` with the usual settings. */
export function vip(
  text: string,
  changes: Partial<InstanceSettings["virtualIps"][number]> = {},
): InstanceSettings["virtualIps"][number] {
  const [address = "", prefix] = text.split("/");
  return {
    ...{ address, prefix: Number(prefix), interface: null, scope: "global" },
    ...{ label: null, track: true, preferred: false, ...changes },
  };
}

/** A machine with eth0, index 2, 192.0.2.9/24, and eth1, index 3, 10.0.0.9/24. */
export function twoLinks(): FakeMachine {
  const machine = new FakeMachine();
  for (
    const [index, name, own] of [
      [2, "eth0", "192.0.2.9/24"],
      [3, "eth1", "10.0.0.9/24"],
    ] as const
  ) {
    machine.putLink(index, name);
    machine.putAddress(index, own);
    for (const setting of ["promote_secondaries", "accept_local"]) {
      machine.sysctls.set(`net/ipv4/conf/${name}/${setting}`, "1");
    }
  }
  return machine;
}

/** A core and its machine. */
export class FakeCore {
  /** The machine. */
  readonly machine: FakeMachine;
  /** What the core started with. */
  readonly start: CoreStart;
  /** The core. */
  readonly core: Core;
  /** What it told the side. */
  readonly posted: FromCore[] = [];
  /** Whether it has ended. */
  ended = false;
  /** Turns that it took. */
  turns = 0;

  /**
   * Open a core.
   *
   * @param instances What it runs.
   * @param settings What differs from no groups, no delay, every log line.
   */
  constructor(
    instances: readonly InstanceSettings[] = [INSTANCE],
    settings: Partial<CoreStart> = {},
    machine: FakeMachine = twoLinks(),
  ) {
    this.machine = machine;
    this.start = {
      ...{ instances, syncGroups: [], vipLeaseSeconds: null },
      ...{ logLevel: "debug", logStyle: "json", startupDelay: 0 },
      ...{ realtime: false, watchdog: null, drains: {}, ...settings },
    };
    this.core = openCore(machine, this.start, (message) => {
      machine.time += machine.takes("post", 1);
      this.posted.push(message);
    });
  }

  /** One turn now, with all that has come. */
  turn(): void {
    this.turns++;
    this.ended = !turn(this.core, this.#ready());
  }

  #ready(): ReadonlySet<number> {
    const { core, machine } = this;
    return core.part === "serves" ? machine.ready() : machine.orders();
  }

  /** Turn whenever there is something to do, until a moment. */
  run(until: number): void {
    const { machine } = this;
    for (let turns = 0; !this.ended;) {
      const wake = this.#ready().size > 0 ? -Infinity : wakeAt(this.core);
      if (wake > until) break;
      turns = wake > machine.time ? 0 : turns + 1;
      if (turns > MOST_TURNS) throw new Error("The core turns in circles");
      machine.time = Math.max(machine.time, wake);
      this.turn();
      if (machine.time > until) return;
    }
    machine.time = Math.max(machine.time, until);
  }

  /** Do everything that can be done now. */
  settle(): void {
    this.run(this.machine.time);
  }

  /** A message from the side. */
  tell(message: ToCore): void {
    this.machine.inbox.push(message);
    this.settle();
  }

  /** State of an instance. */
  state(name = "VI_1"): StateName | undefined {
    return stateOf(this.core, name)?.name;
  }

  /** When the virtual router of an instance acts next. */
  get wakeAt(): number {
    return earliestDeadline(this.core.engine);
  }

  /** The lines of the log of one event. */
  logged<Name extends LogEvent["event"]>(
    name: Name,
  ): readonly (EventOf<Name> & Told)[] {
    const events = this.posted.flatMap((message): LogEvent[] => {
      if (message.type === "log") return [message.event];
      if (message.type !== "transition") return [];
      const { isLogged, ...transition } = message.transition;
      const reason = reasonInWords(transition.reason);
      const event = { event: "transition", ...transition, reason } as const;
      return isLogged ? [{ ...event, isPlanned: false }] : [];
    });
    return eventsNamed(name, events);
  }

  /** Changes of state so far: `VI_1 INIT BACKUP`. */
  get transitions(): readonly string[] {
    return this.posted.flatMap((message) => {
      if (message.type !== "transition") return [];
      const { instance, from, to } = message.transition;
      return [`${instance} ${from} ${to}`];
    });
  }
}
