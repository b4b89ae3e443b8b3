/**
 * Things to do in order, of which only the newest matters: for each key one
 * runs at a time and at most one waits. An older one that waits gives way to a
 * newer one in its place in the queue.
 *
 * @module
 */

/** What something that runs may ask. */
export interface Turn {
  /** Aborted when it must end. */
  readonly signal: AbortSignal;
  /** Whether a newer one of the same key waits: trying again is pointless. */
  overtaken(): boolean;
}

/** How a queue does its work. */
export interface QueueOptions<Item> {
  /** How many run at a time, over all keys. */
  readonly concurrency: number;
  /** Do it. Must not reject. */
  readonly run: (item: Item, turn: Turn) => Promise<void>;
  /**
   * Hear of an item that will not run.
   *
   * @param newer The one that took its place; null when the queue was closed.
   */
  readonly onDrop: (item: Item, newer: Item | null) => void;
}

/** A queue. */
export class Queue<Item> {
  readonly #options: QueueOptions<Item>;
  readonly #waiting = new Map<string, Item>();
  readonly #running = new Map<string, AbortController>();
  #ended: PromiseWithResolvers<void> | null = null;
  #closed = false;

  /** Make an empty queue. */
  constructor(options: QueueOptions<Item>) {
    this.#options = options;
  }

  /** How many run and how many wait. */
  get size(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running.size, waiting: this.#waiting.size };
  }

  /** Add an item; it starts now or later. */
  push(key: string, item: Item): void {
    if (this.#closed) return this.#options.onDrop(item, null);
    const older = this.#waiting.get(key);
    this.#waiting.set(key, item);
    if (older !== undefined) this.#options.onDrop(older, item);
    this.#startWaiting();
  }

  /** Wait until none runs and none waits. */
  async idle(): Promise<void> {
    if (this.#running.size === 0) return;
    this.#ended ??= Promise.withResolvers();
    await this.#ended.promise;
  }

  /** End what runs while a newer one of its key waits. */
  hurry(): void {
    for (const [key, controller] of this.#running) {
      if (this.#waiting.has(key)) controller.abort();
    }
  }

  /** Drop what waits and what is pushed from now on, and end what runs. */
  close(): void {
    this.#closed = true;
    for (const item of this.#waiting.values()) this.#options.onDrop(item, null);
    this.#waiting.clear();
    for (const controller of this.#running.values()) controller.abort();
  }

  #startWaiting(): void {
    for (const [key, item] of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      void this.#start(key, item);
    }
    if (this.#running.size === 0) {
      this.#ended?.resolve();
      this.#ended = null;
    }
  }

  async #start(key: string, item: Item): Promise<void> {
    const controller = new AbortController();
    this.#running.set(key, controller);
    await this.#options.run(item, {
      signal: controller.signal,
      overtaken: () => this.#waiting.has(key),
    });
    this.#running.delete(key);
    this.#startWaiting();
  }
}
