/**
 * A restart that nobody sees: starts a new daemon from the program on disk and
 * hands over to it, or goes on where it was when that does not take over. The
 * order of the steps is such that at each of them one daemon at most serves,
 * and that only the last ones cost time without an advert.
 *
 * @module
 */

import type { RestartOutcome } from "../../control/daemon_port.ts";
import type { EventOf } from "../../log/catalogue.ts";
import type { Log } from "../../log/log.ts";
import { within } from "../../kernel/patience.ts";
import { type FromCore, HAND_OVER } from "../messages.ts";
import type { CoreHandle } from "./core_handle.ts";
import type { KnownCheck } from "../../health/runner.ts";
import type { FromPredecessor } from "./hand_over_messages.ts";
import { NotTaken, type Successor } from "./successor.ts";

/** Milliseconds that a new daemon gets to load, on a slow machine. */
const PREPARE = 60_000;
/** Milliseconds to take the locks and to open the sockets. */
const ARM = 5000;
/** Milliseconds that the own core gets to come to a moment for it. */
const CALM = 6000;

/** What a hand-over needs of the daemon. */
export interface HandOverParts {
  /** Starts the new daemon. */
  readonly start: () => Pick<Successor, "pid" | "say" | "answer" | "kill">;
  /** The core. */
  readonly core: Pick<CoreHandle, "relay">;
  /** Where it writes. */
  readonly log: Pick<Log, "log">;
  /** The lock of the run directory. */
  readonly lock: { give(): void; takeBack(): void };
  /** The virtual routers that run. */
  readonly routers: () => readonly string[];
  /** Uses the configuration on disk. */
  readonly reload: () => Promise<void>;
  /** Waits for the end of a reload that is under way. */
  readonly idle: () => Promise<unknown>;
  /** What is known of checks. */
  readonly checks: () => readonly KnownCheck[];
  /** Milliseconds that others tolerate silence of this host for. */
  readonly tolerance: () => number;
  /** Told that another process serves. */
  readonly left: (pid: number) => void;
}

/** What was asked for while nobody could do it. */
interface Owed {
  stop: string | null;
  reload: boolean;
}

/** Hands over, when it is asked to. */
export class HandOver {
  readonly #parts: HandOverParts;
  #state = Promise.withResolvers<string>();
  #keeps = Promise.withResolvers<string>();
  #cancelled = Promise.withResolvers<string>();
  #settled: Promise<RestartOutcome> | null = null;
  #isSuspended = false;
  #isPast = false;
  #owed: Owed = { stop: null, reload: false };

  /** @param parts What it needs. */
  constructor(parts: HandOverParts) {
    this.#parts = parts;
  }

  /** Whether one is under way, so that a reload has to wait. */
  get isUnderWay(): boolean {
    return this.#settled !== null;
  }

  /** Whether the core stands still until it is known who serves. */
  get isSuspended(): boolean {
    return this.#isSuspended;
  }

  /** Whether another daemon serves: this one leaves all as it is. */
  get isPast(): boolean {
    return this.#isPast;
  }

  /**
   * Hand over to a new daemon.
   *
   * @returns What came of it; never rejected.
   */
  async restart(): Promise<RestartOutcome> {
    if (this.#settled !== null || this.#isPast) {
      return { ok: false, why: "a restart is under way" };
    }
    this.#settled = this.#run();
    const outcome = await this.#settled;
    this.#settled = null;
    return outcome;
  }

  /** When none is under way any more. */
  async settled(): Promise<void> {
    await this.#settled;
  }

  /** The core answered. */
  hear(message: Extract<FromCore, { type: "handedOver" | "keeps" }>): void {
    if (message.type === "keeps") return this.#keeps.resolve(message.why);
    // Not after it was told to go on.
    if (this.#settled === null) return;
    this.#isSuspended = true;
    this.#state.resolve(message.state);
  }

  /**
   * The daemon is asked to stop.
   *
   * @returns Whether it can: else it will when it is known who serves, or the
   *   new daemon does it.
   */
  stop(signal: string): boolean {
    if (this.#isPast) return false;
    if (this.#isSuspended) {
      this.#owed.stop = signal;
      return false;
    }
    this.#cancelled.resolve("this daemon was asked to stop");
    return true;
  }

  /** A reload is asked for while one is under way. */
  oweReload(): void {
    this.#owed.reload = true;
  }

  /** What was asked for and not done, once. */
  takeOwed(): Readonly<Owed> {
    const owed = this.#owed;
    this.#owed = { stop: null, reload: false };
    return owed;
  }

  async #run(): Promise<RestartOutcome> {
    const { log, core, lock } = this.#parts;
    this.#state = Promise.withResolvers();
    this.#keeps = Promise.withResolvers();
    this.#cancelled = Promise.withResolvers();
    let successor: ReturnType<HandOverParts["start"]> | null = null;
    try {
      successor = this.#parts.start();
      const { pid } = successor;
      this.#log("begins", pid);
      await this.#handTo(successor);
      this.#isPast = true;
      this.#isSuspended = false;
      this.#log("done", pid);
      core.relay({ type: "leave" });
      this.#parts.left(pid);
      const { stop, reload } = this.takeOwed();
      const done: FromPredecessor = { type: "done", stop, reload };
      successor.say(done);
      return { ok: true, pid };
    } catch (error) {
      const why = error instanceof NotTaken
        ? error.message
        : error instanceof Error
        ? error.stack ?? error.message
        : String(error);
      // Nobody may serve beside this one.
      await successor?.kill();
      this.#isSuspended = false;
      core.relay({ type: "goOn" });
      lock.takeBack();
      log.log({
        event: "hand_over",
        ...{ result: "failed", pid: successor?.pid ?? null, error: why },
      });
      return { ok: false, why };
    }
  }

  async #handTo(
    successor: ReturnType<HandOverParts["start"]>,
  ): Promise<void> {
    const { core, lock, routers, checks, tolerance } = this.#parts;
    const cancelled = this.#cancelled.promise;
    const prepared = await successor.answer("prepared", PREPARE, cancelled);
    if (prepared.handOver !== HAND_OVER) {
      throw new NotTaken(
        `alived ${prepared.version} hands over in another way ` +
          `(${prepared.handOver}, here ${HAND_OVER}): stop and start it`,
      );
    }
    await this.#parts.idle();
    if (!isSame(prepared.routers, routers())) {
      // The new one has read another configuration than the one in force.
      await this.#parts.reload();
      if (!isSame(prepared.routers, routers())) {
        throw new NotTaken("the configuration on disk has other instances");
      }
    }
    lock.give();
    successor.say({ type: "arm" });
    await successor.answer("armed", ARM, cancelled);
    core.relay({ type: "handOver" });
    const state = await this.#knowledge(cancelled);
    successor.say({ type: "takeOver", state, checks: checks() });
    // From here on nobody sends adverts until it does, or is dead.
    await successor.answer("serving", tolerance(), NEVER);
  }

  async #knowledge(cancelled: Promise<string>): Promise<string> {
    const state = this.#state.promise;
    const refused = Promise.race([this.#keeps.promise, cancelled]);
    const settled = Promise.race([state, refused.then(() => null)]);
    if (!await within(settled, CALM)) {
      throw new NotTaken("the core did not answer");
    }
    return await settled ?? failWith(await refused);
  }

  #log(result: EventOf<"hand_over">["result"], pid: number): void {
    this.#parts.log.log({ event: "hand_over", result, pid, error: null });
  }
}

const NEVER = new Promise<string>(() => {});

function failWith(why: string): never {
  throw new NotTaken(why);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
