/**
 * Lines on their way to a reader that may stall. A line that finds the queue
 * full, or whose write fails, is lost and counted; nothing here ever waits for
 * the reader or throws because of it.
 *
 * @module
 */

/** How many lines wait at most; one batch more is with the reader. */
export const QUEUE_LINES = 1000;

/** How many lines are written at once. */
const BATCH_LINES = 100;

/** Where the lines go: `Deno.stderr`, or a test's own. */
export interface LineStream {
  /** Write some of the bytes: resolves to how many, at least one. */
  write(bytes: Uint8Array): Promise<number>;
}

/** An open queue. */
export interface LineQueue {
  /**
   * Take one line; it is written in its turn.
   *
   * @param line Without its line feed.
   */
  push(line: string): void;
  /**
   * Wait until everything is written or a write has failed.
   *
   * @param timeout Milliseconds to wait at most.
   */
  flush(timeout: number): Promise<void>;
}

interface Entry {
  readonly line: string;
  /** Lines that are lost when this one is. */
  readonly worth: number;
}

/**
 * Open a queue.
 *
 * @param stream Gets whole batches of lines, one write at a time.
 * @param lostLine The line that says, where they are missing, that so many
 *   lines were lost.
 */
export function openLineQueue(
  stream: LineStream,
  lostLine: (count: number) => string,
): LineQueue {
  const encoder = new TextEncoder();
  const waiting: Entry[] = [];
  let lost = 0;
  let draining = false;
  let drained = Promise.resolve();

  async function drain(): Promise<void> {
    draining = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH_LINES);
      const text = batch.map(({ line }) => `${line}\n`).join("");
      try {
        await writeAll(stream, encoder.encode(text));
      } catch {
        // The next line tries again: without one there is nothing to say.
        lost += batch.reduce((sum, { worth }) => sum + worth, 0);
        break;
      }
      if (waiting.length === 0) reportLost();
    }
    draining = false;
  }

  function reportLost(): void {
    if (lost === 0) return;
    waiting.push({ line: lostLine(lost), worth: lost });
    lost = 0;
  }

  function start(): void {
    if (!draining && waiting.length > 0) drained = drain();
  }

  return {
    push(line: string): void {
      if (waiting.length >= QUEUE_LINES) {
        lost += 1;
        return;
      }
      reportLost();
      waiting.push({ line, worth: 1 });
      start();
    },
    async flush(timeout: number): Promise<void> {
      start();
      const expired = Promise.withResolvers<void>();
      const timer = setTimeout(expired.resolve, timeout);
      await Promise.race([drained, expired.promise]);
      clearTimeout(timer);
    },
  };
}

async function writeAll(stream: LineStream, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) rest = rest.subarray(await stream.write(rest));
}
