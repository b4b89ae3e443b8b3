/**
 * What runs on the simulated hosts: the core of the daemon.
 *
 * @module
 */

import type { CoreStatus } from "../daemon/core_status.ts";
import type { CoreStart, FromCore } from "../daemon/messages.ts";
import type { Kernel } from "../kernel/port.ts";
import type { RouterState } from "../vrrp/state.ts";

/** What the simulator looks at of a core. */
export interface Core {
  /** Its state machines. */
  readonly engine: {
    /** The virtual routers by name of the instance. */
    readonly routers: ReadonlyMap<string, { readonly state: RouterState }>;
  };
  /** Whether it serves, or has handed over. */
  readonly part: "serves" | "stands_by" | "handed_over";
  /** Messages that it read when it had handed over, and will take in. */
  readonly deferred: unknown[];
  /** What it has still to do. */
  readonly work: {
    /** Adverts of instances that have yielded. */
    readonly lastWords: readonly LastWord[];
  };
}

/** The last advert of an instance that was master. */
export interface LastWord {
  /** The instance. */
  readonly instance: { readonly settings: { readonly name: string } };
}

/** A machine whose core is replaced by another one. */
export interface Relayed {
  /** What comes from now on is for whoever serves afterwards. */
  beginRelay(): void;
  /** A message to the new core comes. */
  order(message: unknown): void;
  /** Close the sockets of the other core: the old one, when it was relieved. */
  endRelay(isTaken: boolean): void;
}

/** How a core is driven. */
export interface Program<C extends Core = Core> {
  /** Start it. */
  openCore(
    kernel: Kernel,
    start: CoreStart,
    post: (message: FromCore) => void,
  ): C;
  /** When it wants to run again, by the clock of its kernel. */
  wakeAt(core: C): number;
  /** One turn of its loop; false when it was the last. */
  turn(core: C, ready: ReadonlySet<number>): boolean;
  /**
   * Another core takes over from one that has handed over, on the same machine.
   *
   * @param state What that one handed over.
   * @returns Null when it did not, and nothing changed.
   */
  succeed(
    old: C,
    state: string,
    kernel: Kernel & Relayed,
    post: (message: FromCore) => void,
  ): C | null;
  /** What it would answer to its side: some instances, from this one on. */
  status(core: C, from: number, now: number): CoreStatus;
  /** After a bug: remove what can be removed. */
  lastGasp(core: C): void;
}
