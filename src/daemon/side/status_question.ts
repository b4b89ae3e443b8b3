/**
 * Asks the core what is so, part after part. Who asks while a question is on
 * its way gets the answer to that one; a core that does not answer is never
 * answered for.
 *
 * @module
 */

import type { CoreFacts, InstanceFacts } from "../core_status.ts";
import type { FromCore, ToCore } from "../messages.ts";

/**
 * Milliseconds in which an answer has come. A core that has much to do and
 * answers part after part gets as much again for the last ones.
 */
const LIMIT = 500;
/**
 * Looks at the core in that time: after a pause of the whole process it gets
 * its turn before it counts as silent.
 */
const LOOKS = 2;
/** Milliseconds for which an answer is as good as a new one. */
const REUSE = 100;

/** What the core said of itself. */
export interface CoreAnswer {
  /** The whole, as of the last part. */
  readonly whole: CoreFacts;
  /** All instances, in the order that they run in. */
  readonly instances: readonly InstanceFacts[];
  /** Milliseconds from the question to the whole answer. */
  readonly took: number;
}

/** The core does not answer. */
export interface CoreSilence {
  /** Milliseconds for which a question has waited. */
  readonly silentFor: number;
}

/** What a question needs. */
export interface QuestionContext {
  /** Sends a question; the last one was answered, or was not sent. */
  readonly send: (question: Extract<ToCore, { type: "status" }>) => void;
  /** Reloads that were sent to the core. */
  readonly reloads: () => number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Milliseconds in which an answer has come; default: 500. */
  readonly limit?: number;
}

/** A question on its way. */
interface Question {
  readonly id: number;
  /** When the first part was asked for. */
  readonly beganAt: number;
  /** When the part that is awaited was. */
  askedAt: number;
  /** What the parts before it said. */
  instances: InstanceFacts[];
  looks: number;
  /** Nobody waits for it any more. */
  isLate: boolean;
}

/** Asks one question at a time. */
export class StatusQuestion {
  readonly #context: QuestionContext;
  readonly #limit: number;
  #id = 0;
  #question: Question | null = null;
  #waiting: ((answer: CoreAnswer | CoreSilence) => void)[] = [];
  #answer: { readonly what: CoreAnswer; readonly at: number } | null = null;
  #closedAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Nothing is asked yet. */
  constructor(context: QuestionContext) {
    this.#context = context;
    this.#limit = context.limit ?? LIMIT;
  }

  /** Ask, or join who asked just now. */
  ask(): Promise<CoreAnswer | CoreSilence> {
    const now = this.#context.now();
    if (this.#closedAt !== null) {
      return Promise.resolve({ silentFor: now - this.#closedAt });
    }
    const { what, at } = this.#answer ?? { what: null, at: -Infinity };
    if (what !== null && now - at < REUSE) return Promise.resolve(what);
    // What is asked now would lie behind what is not answered.
    if (this.#question?.isLate) {
      return Promise.resolve({ silentFor: now - this.#question.askedAt });
    }
    const { promise, resolve } = Promise.withResolvers<
      CoreAnswer | CoreSilence
    >();
    this.#waiting.push(resolve);
    if (this.#question === null) this.#begin();
    return promise;
  }

  /** The core was told to change: what it said before is no answer. */
  forget(): void {
    this.#answer = null;
  }

  /** The core said something. */
  hear({ id, status }: Extract<FromCore, { type: "status" }>): void {
    const question = this.#question;
    if (question?.id !== id) return;
    const now = this.#context.now();
    // So old an answer tells what was.
    if (question.isLate || now - question.askedAt > this.#limit) {
      return this.#again();
    }
    if (now - question.beganAt < this.#limit) question.looks = 0;
    if (status.reloads !== this.#context.reloads()) {
      // It was of other instances, and the numbers count them no more.
      question.instances = [];
      return this.#askFor(question, 0);
    }
    const { instances, next, ...whole } = status;
    question.instances.push(...instances);
    if (next !== null) return this.#askFor(question, next);
    this.#end(question, whole, now);
  }

  /** The question could not be sent. */
  lost(): void {
    const question = this.#question;
    if (question === null) return;
    this.#question = null;
    this.#giveUp(question);
  }

  /** The core has ended. */
  close(): void {
    const question = this.#question;
    this.#closedAt ??= question?.askedAt ?? this.#context.now();
    this.#question = null;
    if (question !== null) this.#giveUp(question);
  }

  /** That question is answered; who waits still wants to know what is so. */
  #again(): void {
    clearTimeout(this.#timer);
    this.#question = null;
    if (this.#waiting.length > 0) this.#begin();
  }

  #begin(): void {
    const { now } = this.#context;
    this.#question = {
      ...{ id: ++this.#id, beganAt: now(), askedAt: now() },
      ...{ instances: [], looks: 0, isLate: false },
    };
    this.#lookLater();
    this.#askFor(this.#question, 0);
  }

  #askFor(question: Question, from: number): void {
    question.askedAt = this.#context.now();
    this.#context.send({ type: "status", id: question.id, from });
  }

  #end({ beganAt, instances }: Question, whole: CoreFacts, at: number): void {
    clearTimeout(this.#timer);
    this.#question = null;
    const what = { whole, instances, took: at - beganAt };
    this.#answer = { what, at };
    this.#resolve(what);
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => this.#look(), this.#limit / LOOKS);
  }

  #look(): void {
    const question = this.#question;
    if (question === null) return;
    question.looks++;
    if (question.looks < LOOKS) return this.#lookLater();
    question.isLate = true;
    this.#giveUp(question);
  }

  #giveUp({ askedAt }: Question): void {
    clearTimeout(this.#timer);
    this.#resolve({ silentFor: this.#context.now() - askedAt });
  }

  #resolve(answer: CoreAnswer | CoreSilence): void {
    for (const resolve of this.#waiting.splice(0)) resolve(answer);
  }
}

/** Whether the core answered. */
export function hasAnswered(
  answer: CoreAnswer | CoreSilence,
): answer is CoreAnswer {
  return "whole" in answer;
}
