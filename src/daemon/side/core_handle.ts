/**
 * The side's hold on the core: starts it, sends to it, hears from it and
 * notices when its loop does not turn any more.
 *
 * @module
 */

import type { CheckVerdict } from "../../health/check.ts";
import { SyscallError } from "../../kernel/attempt.ts";
import { Channel } from "../../kernel/linux/channel.ts";
import type { LogLevel } from "../../log/level.ts";
import type {
  FromCore,
  Order,
  RelayMessage,
  Reload,
  ToCore,
  WorkerStart,
} from "../messages.ts";
import { CoreQueue } from "./core_queue.ts";
import type { CoreLoss } from "./give_up.ts";
import { type OrderAnswer, Orders } from "./orders.ts";
import {
  type CoreAnswer,
  type CoreSilence,
  StatusQuestion,
} from "./status_question.ts";

/** Milliseconds until a message that found no room is sent again. */
const RETRY = 1;
/** Messages read from the core after which it is told at once. */
const READ_STEP = 256;
/** Milliseconds between two looks at the core. */
const STEP = 2500;
/** Looks without a sign of life after which the core counts as hung. */
const MAX_SILENT = 2;
/**
 * As many before its loop turns: a slow machine takes long to load its code and
 * to rehearse the takeover.
 */
const MAX_STARTING = 24;
/** Milliseconds between two looks at a core that stops. */
const STOP_STEP = 100;
/** Milliseconds between two signs of life for one that has: it waits 300. */
const LIFE_STEP = 50;

/** The thread that the core runs in: a Worker. */
export type CoreWorker = Pick<Worker, "postMessage" | "onmessage" | "onerror">;

/** The way to the core: a `Channel`. */
export interface CoreChannel extends Disposable {
  /** Descriptor of the receiving end. */
  readonly receiverFd: number;
  /**
   * Send a message.
   *
   * @returns False when there is no room for it now.
   * @throws {SyscallError} When it cannot be sent.
   */
  send(message: ToCore): boolean;
}

/** What the core tells of its own accord. */
export type CoreNews = Exclude<
  FromCore,
  { readonly type: "status" | "obeyed" }
>;

/** Who is told of the core. */
export interface CoreListener {
  /** Called with each message from the core that is no answer. */
  heard(message: CoreNews): void;
  /** Called with each look at the core, which was not given up. */
  looked(): void;
  /**
   * Called at most once, when the core does not show itself any more or has
   * failed outside its loop. Nothing is heard of it afterwards.
   */
  hung(loss: CoreLoss): void;
  /** Called when a message of a kind could not be sent and was dropped. */
  dropped(what: ToCore["type"], failure: SyscallError): void;
}

/** A core, started or about to be. */
export class CoreHandle {
  readonly #worker: CoreWorker;
  readonly #channel: CoreChannel;
  readonly #listener: CoreListener;
  readonly #queue = new CoreQueue();
  readonly #outcomes = new Map<ToCore, (sent: boolean) => void>();
  readonly #orders = new Orders({
    send: (order) => !this.#ended && this.#send(order),
    withdraw: (id) => this.#queue.withdraw(id),
  });
  readonly #step: number;
  /** Changed while this side lives, for the core to see. */
  readonly #life = new Int32Array(new SharedArrayBuffer(4));
  /** Changed by the core with each turn, for this side to see. */
  readonly #turns = new Int32Array(new SharedArrayBuffer(4));
  readonly #question = new StatusQuestion({
    send: (question) => this.#send(question),
    reloads: () => this.#reloads,
    now: () => performance.now(),
  });
  #reloads = 0;
  #seen = 0;
  #read = 0;
  #told = 0;
  // Counted in looks, not by the clock: after a pause of the whole process the
  // core gets its turn before it is judged.
  #silent = 0;
  #ended = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param worker Does nothing before `start()`.
   * @param step Milliseconds between two looks at the core.
   */
  constructor(
    worker: CoreWorker,
    channel: CoreChannel,
    listener: CoreListener,
    step = STEP,
  ) {
    this.#worker = worker;
    this.#channel = channel;
    this.#listener = listener;
    this.#step = step;
    worker.onmessage = ({ data }: MessageEvent<FromCore>): void =>
      this.#hear(data);
    worker.onerror = (event): void => {
      event.preventDefault();
      const { message: error } = event;
      this.#giveUp({ what: "failed", patience: 0, error });
    };
  }

  /** Start the loop. */
  start(start: Omit<WorkerStart, "channelFd" | "sideWord" | "turns">): void {
    if (this.#ended) return;
    this.#worker.postMessage({
      ...start,
      channelFd: this.#channel.receiverFd,
      sideWord: this.#life,
      turns: this.#turns,
    });
    this.#timer = setInterval(() => this.#look(), this.#step);
  }

  /**
   * Give it another configuration. A reload must be sent before the next one
   * is made: it says what differs.
   *
   * @returns Whether it was sent; false when it cannot be, or the core stops.
   */
  reload(message: Reload): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (this.#queue.push(message)) this.#outcomes.set(message, resolve);
    else resolve(false);
    this.#drain();
    return promise;
  }

  /**
   * Ask it what is so. All who ask within 100 ms get the same answer.
   *
   * @returns When it has answered, or after 500 ms without an answer.
   */
  askStatus(): Promise<CoreAnswer | CoreSilence> {
    return this.#question.ask();
  }

  /**
   * Have instances obey an operator.
   *
   * @param instances Names; a sync group obeys as a whole.
   * @returns What became of it for each that it concerned, or null when the
   *   core did not answer within 500 ms: then it has not obeyed and will not.
   */
  operate(order: Order, instances: readonly string[]): Promise<OrderAnswer> {
    return this.#orders.give({ order, instances });
  }

  /** Have events of this level and above told, until the next reload. */
  setLogLevel(level: LogLevel): void {
    this.#send({ type: "logLevel", level });
  }

  /** Tell what is known of a health check. */
  tell({ check, up, value, detail }: CheckVerdict): void {
    const why = up === false ? detail : null;
    this.#send({ type: "verdict", check, up, value, detail: why });
  }

  /** Tell it of a hand-over. */
  relay(message: RelayMessage): void {
    this.#send(message);
  }

  /**
   * Stop everything in order.
   *
   * @param patience Milliseconds without a sign of life after which the core
   *   counts as hung.
   */
  stop(patience: number): void {
    if (this.#ended) return;
    clearInterval(this.#timer);
    this.#silent = 0;
    this.#send({ type: "stop" });
    this.#settleAll();
    this.#timer = setInterval(() => {
      if (++this.#silent * STOP_STEP < patience) return;
      this.#giveUp({ what: "not_stopped", patience, error: null });
    }, STOP_STEP);
  }

  /** Whether the loop has ended, or was given up. */
  get hasStopped(): boolean {
    return this.#ended;
  }

  /** Hear and send no more. */
  close(): void {
    this.#end();
    this.#channel[Symbol.dispose]();
  }

  #hear(message: FromCore): void {
    if (this.#ended) return;
    // Anything that it says is a sign of life: a core whose loop does not come
    // to its channel falls silent, for it is not told what was read.
    this.#silent = 0;
    // A core that has stopped waits while this side reads what it said last.
    this.#showLife();
    this.#read++;
    if (message.type === "stopped" || message.type === "failed") {
      this.#end();
      // Its thread ends the process of a side that is dead.
      this.#timer = setInterval(() => this.#showLife(), LIFE_STEP);
    } else if (this.#read % READ_STEP === 0) this.#tellRead();
    if (message.type === "status") this.#question.hear(message);
    else if (message.type === "obeyed") {
      this.#orders.answered(message.id, message.outcomes);
    } else this.#listener.heard(message);
  }

  #showLife(): void {
    Atomics.add(this.#life, 0, 1);
  }

  // A message would wake a core that sleeps between two adverts.
  #look(): void {
    this.#showLife();
    const turns = Atomics.load(this.#turns, 0);
    this.#silent = turns === this.#seen ? this.#silent + 1 : 0;
    this.#seen = turns;
    const most = turns === 0 ? MAX_STARTING : MAX_SILENT;
    if (this.#silent >= most) {
      const patience = most * this.#step;
      this.#giveUp({ what: "silent", patience, error: null });
      return;
    }
    if (this.#read !== this.#told) this.#tellRead();
    if (this.#silent > 0) this.#send({ type: "wake" });
    this.#listener.looked();
  }

  #tellRead(): void {
    this.#told = this.#read;
    this.#send({ type: "read", count: this.#read });
  }

  /** @returns Whether it waits to be sent, or was; false after a stop. */
  #send(message: ToCore): boolean {
    const waits = this.#queue.push(message);
    this.#drain();
    return waits;
  }

  // The kernel queues only a few messages (net.unix.max_dgram_qlen), and a
  // burst of verdicts comes faster than the core wakes up.
  #drain(): void {
    clearTimeout(this.#retry);
    for (
      let message;
      !this.#ended && (message = this.#queue.first()) !== undefined;
    ) {
      const failure = this.#trySending(message);
      if (failure === "full") {
        this.#retry = setTimeout(() => this.#drain(), RETRY);
        return;
      }
      this.#queue.shift();
      if (message.type === "reload" && failure === null) this.#reloads++;
      if (message.type !== "status") this.#question.forget();
      this.#outcomes.get(message)?.(failure === null);
      this.#outcomes.delete(message);
      if (failure !== null) this.#drop(message, failure);
    }
  }

  #trySending(message: ToCore): SyscallError | "full" | null {
    try {
      return this.#channel.send(message) ? null : "full";
    } catch (error) {
      if (error instanceof SyscallError) return error;
      throw error;
    }
  }

  #drop({ type }: ToCore, failure: SyscallError): void {
    if (type === "status") this.#question.lost();
    // The loop has ended; what it posted last is on its way.
    if (failure.code === "EPIPE") return;
    this.#listener.dropped(type, failure);
  }

  /** Nothing that waits for an answer gets one. */
  #settleAll(): void {
    for (const resolve of this.#outcomes.values()) resolve(false);
    this.#outcomes.clear();
    this.#orders.abandon();
  }

  #giveUp(loss: CoreLoss): void {
    if (this.#ended) return;
    this.#end();
    this.#listener.hung(loss);
  }

  #end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    this.#settleAll();
    this.#question.close();
  }
}

/** Load the core's isolate; it does nothing before `start()`. */
export function loadCore(listener: CoreListener): CoreHandle {
  const worker = new Worker(new URL("../core_worker.ts", import.meta.url), {
    type: "module",
  });
  return new CoreHandle(worker, new Channel(), listener);
}
