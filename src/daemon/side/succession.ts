/**
 * How a daemon that was started by another one takes over from it: step by
 * step, as that one says, and with a refusal at any of them.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import type { KnownCheck } from "../../health/runner.ts";
import type { StateName } from "../../vrrp/state.ts";
import { type FromCore, HAND_OVER } from "../messages.ts";
import type { CoreHandle } from "./core_handle.ts";
import { type FromPredecessor, routersOf } from "./hand_over_messages.ts";
import type { Predecessor } from "./predecessor.ts";

/** What it takes. */
export interface SuccessionParts {
  /** Version of this program. */
  readonly version: string;
  /** The core, which stands by. */
  readonly core: Pick<CoreHandle, "relay">;
  /** Takes the locks; false when it cannot. */
  readonly lock: () => boolean;
  /** This daemon serves from now on. */
  readonly serves: (taken: Taken) => void;
  /** The service manager takes this process for the daemon. */
  readonly settled: (
    owed: Pick<Done, "stop" | "reload">,
  ) => void;
  /** It ends without having served; `isLeft` when nobody else is there. */
  readonly ends: (code: number, isLeft: boolean) => void;
}

/** What was taken over. */
export interface Taken {
  /** Process id of the daemon before. */
  readonly from: number;
  /** The states of its instances. */
  readonly states: Readonly<Record<string, StateName>>;
  /** What it knew of checks. */
  readonly checks: readonly KnownCheck[];
  /** Milliseconds from its last turn to the first here. */
  readonly took: number;
  /** Fulfilled when its process says no more to anybody. */
  readonly gone: Promise<void>;
}

type Done = Extract<FromPredecessor, { readonly type: "done" }>;

/** What a core says that stands by. */
export type OfSuccession = Extract<
  FromCore,
  { readonly type: "prepared" | "armed" | "refuses" | "tookOver" }
>;

/** Takes over. */
export class Succession {
  readonly #before: Pick<Predecessor, "pid" | "say" | "listen">;
  readonly #parts: SuccessionParts;
  readonly #gone = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  #routers: readonly string[] = [];
  #checks: readonly KnownCheck[] = [];
  #stage: "waits" | "serves" | "settled" | "ended" = "waits";

  /** @param before The other daemon. */
  constructor(
    before: Pick<Predecessor, "pid" | "say" | "listen">,
    parts: SuccessionParts,
  ) {
    this.#before = before;
    this.#parts = parts;
  }

  /** Whether another daemon serves, and this one must touch nothing. */
  get isWaiting(): boolean {
    return this.#stage === "waits" || this.#stage === "ended";
  }

  /** Whether the service manager takes another process for the daemon. */
  get isUnknown(): boolean {
    return this.#stage !== "settled";
  }

  /** Fulfilled when the other daemon has nothing more to say. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Begin, with a core that was started to stand by. */
  begin(settings: Pick<Settings, "instances">): void {
    this.#routers = routersOf(settings);
    void this.#before.listen({
      heard: (message) => this.#heed(message),
      gone: () => this.#left(),
    });
  }

  /** End without having served. */
  refuse(why: string, code = 1): void {
    this.#before.say({ type: "refused", why });
    this.#end(code, false);
  }

  /** The core said something. */
  hear(message: OfSuccession): void {
    if (this.#stage !== "waits") return;
    switch (message.type) {
      case "prepared": {
        const { version } = this.#parts;
        return this.#before.say({
          type: "prepared",
          handOver: HAND_OVER,
          version,
          routers: this.#routers,
        });
      }
      case "armed":
        return this.#before.say({ type: "armed" });
      case "refuses":
        return this.refuse(message.why);
      case "tookOver": {
        this.#stage = "serves";
        this.#before.say({ type: "serving" });
        const { states, took } = message;
        const from = this.#before.pid;
        const { promise: gone } = this.#gone;
        const checks = this.#checks;
        return this.#parts.serves({ from, states, checks, took, gone });
      }
      default:
        message satisfies never;
    }
  }

  #heed(message: FromPredecessor): void {
    const { core, lock } = this.#parts;
    switch (message.type) {
      case "arm":
        if (this.#stage !== "waits") return;
        if (lock()) return core.relay({ type: "arm" });
        return this.refuse("it could not take the locks");
      case "takeOver":
        this.#checks = message.checks;
        return core.relay({ type: "takeOver", state: message.state });
      case "done":
        return this.#settle(message);
      default:
        message satisfies never;
    }
  }

  #settle({ stop, reload }: Pick<Done, "stop" | "reload">): void {
    if (this.#stage !== "serves") return;
    this.#stage = "settled";
    this.#over.resolve();
    this.#parts.settled({ stop, reload });
  }

  /** The other daemon is no more. */
  #left(): void {
    this.#gone.resolve();
    if (this.#stage === "waits") this.#end(1, true);
    this.#settle({ stop: null, reload: false });
  }

  #end(code: number, isLeft: boolean): void {
    if (this.#stage !== "waits") return;
    this.#stage = "ended";
    this.#over.resolve();
    this.#parts.ends(code, isLeft);
  }
}
