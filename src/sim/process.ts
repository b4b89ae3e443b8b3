/**
 * A daemon on a simulated host: the loop around the core in virtual time.
 *
 * @module
 */

import type {
  CoreStart,
  FromCore,
  Obeyed,
  ToCore,
} from "../daemon/messages.ts";
import type { Agenda } from "./agenda.ts";
import { FakeKernel } from "./machine/kernel.ts";
import type { Machine } from "./machine/machine.ts";
import { between, type Prng } from "./prng.ts";
import type { Core, Program } from "./program.ts";
import { Side } from "./side.ts";
import { Killed, SimulatedBug, Thread } from "./machine/thread.ts";
import { Violation } from "./rules/violation.ts";
import type { Witness } from "./machine/witness.ts";

/** What a process needs of its world. */
export interface Surroundings {
  /** Name of the host. */
  readonly name: string;
  /** Time. */
  readonly agenda: Agenda;
  /** Chance of its own. */
  readonly prng: Prng;
  /** The kernel of its host. */
  readonly machine: Machine;
  /** What runs. */
  readonly program: Program;
  /** What its clock shows when virtual time begins. */
  readonly boot: number;
  /** Latest that a wait ends after its time, in milliseconds. */
  readonly lateness: number;
  /** Takes a line for each thing that happens, or null. */
  readonly trace: ((line: string) => void) | null;
  /** Makes who watches it. */
  readonly watch: (process: Process) => Watch;
  /** Hears what became of an order. */
  readonly obeyed: (id: number, outcomes: readonly Obeyed[]) => void;
}

/** Who watches a process. */
export interface Watch extends Witness {
  /** A turn is over. */
  turned(): void;
  /** It ended: as asked, or by a bug after the last gasp. */
  ended(how: "stopped" | "failed"): void;
}

/** Milliseconds of a hand-over after which the old daemon goes on. */
const TOO_LONG = 900;
/** Turns in a row that change nothing and wait for nothing. */
const MAX_IDLE_TURNS = 500;

/** One daemon, from its start to its end. */
export class Process {
  readonly #around: Surroundings;
  readonly #watch: Watch;
  #wakeAt = Infinity;
  #wantedAt = Infinity;
  #busy = false;
  #lateUntil = -Infinity;
  #lateBy = 0;
  #idleTurns = 0;
  #handOverTakes = 0;
  /** Its thread. */
  readonly thread: Thread;
  /** Its kernel. */
  readonly kernel: FakeKernel;
  /** Its side. */
  readonly side: Side;
  /** Milliseconds of patience of its watchdog, or null. */
  readonly watchdog: number | null;
  /** When it was started. */
  readonly startedAt: number;
  /** When the present turn began. */
  turnAt = -Infinity;
  /** Turns so far. */
  turns = 0;
  /** The core, or null while there is none. */
  core: Core | null = null;
  /** Whether it ran into a bug. */
  gasps = false;
  /** Whether it has ended. */
  hasEnded = false;

  /** Start a daemon. */
  constructor(around: Surroundings, start: CoreStart) {
    const { agenda, prng, machine } = around;
    this.#around = around;
    this.startedAt = agenda.now;
    this.watchdog = start.watchdog;
    this.thread = new Thread(agenda);
    this.side = new Side(
      agenda,
      prng,
      (message) => this.#deliver(message),
      () => this.turns,
      around.obeyed,
    );
    this.#watch = around.watch(this);
    this.kernel = new FakeKernel(
      {
        machine,
        thread: this.thread,
        witness: this.#watch,
        now: () => agenda.now,
        wake: () => this.#wake(),
        sideWord: () => this.side.word,
      },
      prng,
      around.boot,
    );
    agenda.after(between(prng, 0.1, 5), () => {
      if (this.hasEnded) return;
      this.#run(() => {
        this.core = around.program.openCore(
          this.kernel,
          start,
          (message) => this.#posted(message),
        );
        return true;
      });
    });
  }

  #posted(message: FromCore): void {
    this.#around.trace?.(`> ${JSON.stringify(message)}`);
    if (this.hasEnded) return;
    switch (message.type) {
      case "handedOver":
        return this.#handOver(message.state);
      case "keeps":
      case "prepared":
      case "armed":
      case "refuses":
      case "tookOver":
        return;
      default:
        this.#watch.posted(message);
        this.side.post(message);
    }
  }

  /** Another daemon is to take over, as long as it is told. */
  restart(takes: number): void {
    this.#handOverTakes = takes;
    this.side.send({ type: "handOver" });
  }

  /** Nobody serves for a moment, as if the thread stood still. */
  #handOver(state: string): void {
    const { agenda } = this.#around;
    const from = agenda.now;
    this.thread.pause(from + this.#handOverTakes);
    const look = (): void => {
      if (this.hasEnded) return;
      // Whatever keeps it longer keeps the new one as well.
      const { pausedUntil } = this.thread;
      if (pausedUntil > agenda.now) agenda.at(pausedUntil, look);
      else this.#relieve(state, from);
    };
    agenda.at(from + this.#handOverTakes, look);
  }

  #relieve(state: string, from: number): void {
    const { program, agenda } = this.#around;
    const old = this.core;
    if (old === null || old.part !== "handed_over") return;
    this.thread.wasLate(from, agenda.now);
    this.#wakeAt = Infinity;
    // A bug of the new one would be none of the old one's.
    this.thread.mend();
    this.#run(() => {
      const next = this.#handOverTakes >= TOO_LONG ? null : program.succeed(
        ...[old, state, this.kernel] as const,
        (message) => this.#posted(message),
      );
      this.core = next ?? old;
      this.#around.trace?.(this.core === old ? "goes on" : "is relieved");
      if (this.core === old) this.kernel.push({ type: "goOn" });
      return true;
    });
  }

  #deliver(message: ToCore): void {
    if (this.hasEnded) return;
    const { type } = message;
    if (type !== "wake" && type !== "read") {
      this.#around.trace?.(`< ${JSON.stringify(message)}`);
    }
    this.kernel.push(message);
  }

  /** Stand still, the side too. */
  pause(until: number): void {
    this.thread.pause(until);
    this.side.stall(until);
  }

  /** Wake up late until then. */
  delay(by: number, until: number): void {
    this.#lateBy = by;
    this.#lateUntil = until;
  }

  /** Nothing is wrong with it any more. */
  calm(): void {
    // Whoever has handed over is not run before it is known who serves.
    if (this.core?.part !== "handed_over") this.thread.resume();
    this.thread.mend();
    this.side.resume();
    this.#lateUntil = -Infinity;
    if (!this.hasEnded && !this.#busy && this.core !== null) this.#rest();
  }

  /** End it at once. */
  kill(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.thread.kill();
    this.kernel.close();
    this.side.close();
  }

  #wake(): void {
    if (this.#busy || this.hasEnded || this.core === null) return;
    this.#schedule(this.#around.agenda.now);
  }

  /** Have a turn at a time, or as much later as it is woken late. */
  #schedule(wanted: number): void {
    const { agenda, prng, lateness } = this.#around;
    const late = agenda.now < this.#lateUntil ? this.#lateBy : lateness;
    const time = wanted + between(prng, 0.003, late);
    if (time >= this.#wakeAt) return;
    this.#wantedAt = this.#wakeAt < Infinity
      ? Math.min(this.#wantedAt, wanted)
      : wanted;
    this.#wakeAt = time;
    agenda.at(time, () => this.#due(time));
  }

  #due(time: number): void {
    if (this.#wakeAt !== time || this.#busy || this.hasEnded) return;
    const { agenda, program } = this.#around;
    const { pausedUntil } = this.thread;
    if (agenda.now < pausedUntil) {
      this.#wakeAt = pausedUntil;
      agenda.at(pausedUntil, () => this.#due(pausedUntil));
      return;
    }
    this.#wakeAt = Infinity;
    this.thread.wasLate(this.#wantedAt, agenda.now);
    const { core } = this;
    if (core === null) return;
    const ready = this.#ready();
    this.#idleTurns = ready.size > 0 ? 0 : this.#idleTurns + 1;
    this.turnAt = agenda.now;
    if (this.#serves) this.turns++;
    this.#run(() => program.turn(core, ready));
  }

  #run(step: () => boolean): void {
    this.#busy = true;
    this.thread.beginTurn();
    try {
      if (!step()) return this.#end("stopped");
      if (this.#serves) this.#watch.turned();
      this.#rest();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#busy = false;
    }
  }

  #fail(error: unknown): void {
    const { name } = this.#around;
    if (error instanceof Violation) throw error.on(name);
    if (error instanceof Killed && this.hasEnded) return;
    const { core } = this;
    if (!(error instanceof SimulatedBug) || core === null) {
      throw new Violation("bug", `${error}`, { cause: error }).on(name);
    }
    try {
      this.#around.trace?.("a bug: last gasp");
      this.gasps = true;
      this.thread.beginTurn();
      this.#around.program.lastGasp(core);
    } catch (worse) {
      if (worse instanceof Killed) return;
      if (worse instanceof Violation) throw worse.on(name);
      throw new Violation("gasp", `${worse}`, { cause: worse }).on(name);
    }
    // The core goes on with the next step whatever happens: it was killed.
    if (this.hasEnded) return;
    this.#end("failed");
  }

  #end(how: "stopped" | "failed"): void {
    this.kill();
    this.#watch.ended(how);
  }

  get #serves(): boolean {
    return this.core?.part === "serves";
  }

  #ready(): Set<number> {
    return this.#serves ? this.kernel.ready() : this.kernel.orders();
  }

  /** Wait for the next deadline, or for what there is to read. */
  #rest(): void {
    if (this.hasEnded || this.core === null) return;
    const { agenda, program, boot } = this.#around;
    const { now } = agenda;
    if (this.#ready().size > 0) return this.#schedule(now);
    const wakeAt = program.wakeAt(this.core) - boot;
    if (Number.isNaN(wakeAt)) throw new Violation("wake", "at no time");
    if (wakeAt > now) this.#idleTurns = 0;
    if (this.#idleTurns > MAX_IDLE_TURNS) {
      throw new Violation("spin", `${MAX_IDLE_TURNS} turns without a wait`);
    }
    if (wakeAt < Infinity) this.#schedule(Math.max(now, wakeAt));
  }
}
