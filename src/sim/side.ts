/**
 * The side of a daemon as far as the core sees it: reads what is posted, says
 * so, sends messages, and may stand still.
 *
 * @module
 */

import type {
  FromCore,
  Obeyed,
  ToCore,
  Transition,
} from "../daemon/messages.ts";
import type { StateName } from "../vrrp/state.ts";
import type { Agenda } from "./agenda.ts";
import { between, type Prng } from "./prng.ts";
import { Violation } from "./rules/violation.ts";

/** Messages that may wait to be read. */
const MAX_UNREAD = 5000;
/** Milliseconds between two looks at the core. */
const LOOK = 2500;

/** One side. */
export class Side {
  readonly #agenda: Agenda;
  readonly #prng: Prng;
  readonly #deliver: (message: ToCore) => void;
  readonly #turns: () => number;
  readonly #obeyed: (id: number, outcomes: readonly Obeyed[]) => void;
  #unread: FromCore[] = [];
  #outbox: ToCore[] = [];
  #read = 0;
  #reading = false;
  #stalledUntil = -Infinity;
  #closed = false;
  /** Turns of the core that it has seen. */
  #seen = 0;
  /** Changed while it lives. */
  word = 0;
  readonly #states = new Map<string, StateName>();
  /** Whether the core said that it has started. */
  ready = false;
  /** Whether the core said that it ended as asked. */
  stopped = false;

  /**
   * @param deliver Gives a message to the core.
   * @param turns How many turns the core has taken.
   * @param obeyed Hears what became of an order.
   */
  constructor(
    agenda: Agenda,
    prng: Prng,
    deliver: (message: ToCore) => void,
    turns: () => number,
    obeyed: (id: number, outcomes: readonly Obeyed[]) => void,
  ) {
    this.#agenda = agenda;
    this.#prng = prng;
    this.#deliver = deliver;
    this.#turns = turns;
    this.#obeyed = obeyed;
    this.#lookLater();
  }

  /** What it was told last of an instance. */
  stateOf(instance: string): StateName | undefined {
    return this.#states.get(instance);
  }

  /** Whether it has read all that was posted, and sent all that it wanted. */
  get idle(): boolean {
    return this.#unread.length === 0 && this.#outbox.length === 0;
  }

  /** The core posts a message. */
  post(message: FromCore): void {
    // Lines are many, and strings at most.
    const isLine = message.type === "log";
    this.#unread.push(isLine ? message : structuredClone(message));
    if (this.#unread.length > MAX_UNREAD) {
      throw new Violation("unread", `${MAX_UNREAD} messages wait to be read`);
    }
    this.#readSoon();
  }

  /** Send a message to the core. */
  send(message: ToCore): void {
    this.#outbox.push(message);
    if (this.#outbox.length === 1) this.#sendSoon();
  }

  /** Stand still until then. */
  stall(until: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, until);
  }

  /** Go on. */
  resume(): void {
    if (this.#stalledUntil === -Infinity) return;
    this.#stalledUntil = -Infinity;
    this.#sendSoon();
    this.#readSoon();
  }

  /** The daemon has ended. */
  close(): void {
    this.#closed = true;
  }

  #lookLater(): void {
    this.#agenda.after(LOOK, () => {
      if (this.#closed) return;
      if (this.#agenda.now >= this.#stalledUntil) this.#look();
      this.#lookLater();
    });
  }

  /** A core that takes turns is not woken. */
  #look(): void {
    this.word++;
    const turns = this.#turns();
    if (turns === this.#seen) this.send({ type: "wake" });
    this.#seen = turns;
  }

  /** When it does next what takes it so long at most. */
  #soon(most: number): number {
    const { now } = this.#agenda;
    return Math.max(now, this.#stalledUntil) + between(this.#prng, 0.02, most);
  }

  #sendSoon(): void {
    this.#agenda.at(this.#soon(0.5), () => {
      if (this.#closed || this.#outbox.length === 0) return;
      if (this.#agenda.now < this.#stalledUntil) return this.#sendSoon();
      for (const message of this.#outbox.splice(0)) this.#deliver(message);
    });
  }

  #readSoon(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#agenda.at(this.#soon(1), () => {
      this.#reading = false;
      if (this.#agenda.now < this.#stalledUntil) return this.#readSoon();
      const messages = this.#unread.splice(0);
      for (const message of messages) this.#hear(message);
      this.#read += messages.length;
      if (this.#closed || messages.length === 0) return;
      this.send({ type: "read", count: this.#read });
    });
  }

  #hear(message: FromCore): void {
    switch (message.type) {
      case "ready":
        if (this.ready) throw new Violation("ready", "told twice");
        this.ready = true;
        return;
      case "transition":
        this.#follow(message.transition);
        return;
      case "obeyed":
        this.#obeyed(message.id, message.outcomes);
        return;
      case "stopped":
        this.stopped = true;
        return;
      default:
        return;
    }
  }

  /** Transitions form a chain, and what is missing of it is counted. */
  #follow({ instance, from, to, missed }: Transition): void {
    const known = this.#states.get(instance) ?? "INIT";
    this.#states.set(instance, to);
    if (missed > 0 || known === from) return;
    throw new Violation(
      "told",
      `"${instance}" goes from ${from} to ${to}, but was ${known} before`,
    );
  }
}
