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

/** How a core is driven. */
export interface Program {
  /** Start it. */
  openCore(
    kernel: Kernel,
    start: CoreStart,
    post: (message: FromCore) => void,
  ): Core;
  /** When it wants to run again, by the clock of its kernel. */
  wakeAt(core: Core): number;
  /** One turn of its loop; false when it was the last. */
  turn(core: Core, ready: ReadonlySet<number>): boolean;
  /** What it would answer to its side: some instances, from this one on. */
  status(core: Core, from: number, now: number): CoreStatus;
  /** After a bug: remove what can be removed. */
  lastGasp(core: Core): void;
}
