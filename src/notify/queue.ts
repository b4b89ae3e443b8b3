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
export interface Queue<Item> {
  /** Add an item; it starts now or later. */
  push(key: string, item: Item): void;
  /** How many run and how many wait. */
  size(): { readonly running: number; readonly waiting: number };
  /** Wait until none runs and none waits. */
  idle(): Promise<void>;
  /** End what runs while a newer one of its key waits. */
  hurry(): void;
  /** Drop what waits and what is pushed from now on, and end what runs. */
  close(): void;
}

/** Make an empty queue. */
export function createQueue<Item>(
  { concurrency, run, onDrop }: QueueOptions<Item>,
): Queue<Item> {
  const waiting = new Map<string, Item>();
  const running = new Map<string, AbortController>();
  let ended: PromiseWithResolvers<void> | null = null;
  let closed = false;

  function startWaiting(): void {
    for (const [key, item] of waiting) {
      if (running.size >= concurrency) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      void start(key, item);
    }
    if (running.size === 0) {
      ended?.resolve();
      ended = null;
    }
  }

  async function start(key: string, item: Item): Promise<void> {
    const controller = new AbortController();
    running.set(key, controller);
    await run(item, {
      signal: controller.signal,
      overtaken: () => waiting.has(key),
    });
    running.delete(key);
    startWaiting();
  }

  return {
    push(key, item): void {
      if (closed) return onDrop(item, null);
      const older = waiting.get(key);
      waiting.set(key, item);
      if (older !== undefined) onDrop(older, item);
      startWaiting();
    },
    size: () => ({ running: running.size, waiting: waiting.size }),
    async idle(): Promise<void> {
      if (running.size === 0) return;
      ended ??= Promise.withResolvers();
      await ended.promise;
    },
    hurry(): void {
      for (const [key, controller] of running) {
        if (waiting.has(key)) controller.abort();
      }
    },
    close(): void {
      closed = true;
      for (const item of waiting.values()) onDrop(item, null);
      waiting.clear();
      for (const controller of running.values()) controller.abort();
    },
  };
}
