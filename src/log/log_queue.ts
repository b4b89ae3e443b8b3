/**
 * Lines on their way to a reader that may stall. A line that finds the queue
 * full, or whose write fails, is lost and counted; nothing here ever waits for
 * the reader or throws because of it.
 *
 * @module
 */

/** How many lines wait at most; one batch more is with the reader. */
const QUEUE_LINES = 1000;

/** How many lines are written at once. */
const BATCH_LINES = 100;

/** Where the lines go: `Deno.stderr`, or a test's own. */
export interface LineStream {
  /** Write some of the bytes: resolves to how many, at least one. */
  write(bytes: Uint8Array): Promise<number>;
}

interface Entry {
  readonly line: string;
  /** Lines that are lost when this one is. */
  readonly worth: number;
  /** Whether it tells of these, which were lost before. */
  readonly tellsOfLost: boolean;
}

/** An open queue. */
export class LineQueue {
  readonly #stream: LineStream;
  readonly #lostLine: (count: number) => string;
  readonly #encoder = new TextEncoder();
  readonly #waiting: Entry[] = [];
  #lost = 0;
  #lostInAll = 0;
  #draining = false;
  #drained = Promise.resolve();

  /**
   * Open a queue.
   *
   * @param stream Gets whole batches of lines, one write at a time.
   * @param lostLine The line that says, where they are missing, that so many
   *   lines were lost.
   */
  constructor(stream: LineStream, lostLine: (count: number) => string) {
    this.#stream = stream;
    this.#lostLine = lostLine;
  }

  /** Lines that were lost since the start. */
  get lost(): number {
    return this.#lostInAll;
  }

  /**
   * Take one line; it is written in its turn.
   *
   * @param line Without its line feed.
   */
  push(line: string): void {
    if (this.#waiting.length >= QUEUE_LINES) {
      this.#lost++;
      this.#lostInAll++;
      return;
    }
    this.#reportLost();
    this.#waiting.push({ line, worth: 1, tellsOfLost: false });
    this.#start();
  }

  /**
   * Wait until everything is written or a write has failed.
   *
   * @param timeout Milliseconds to wait at most.
   */
  async flush(timeout: number): Promise<void> {
    this.#start();
    const expired = Promise.withResolvers<void>();
    const timer = setTimeout(expired.resolve, timeout);
    await Promise.race([this.#drained, expired.promise]);
    clearTimeout(timer);
  }

  #start(): void {
    if (!this.#draining && this.#waiting.length > 0) {
      this.#drained = this.#drain();
    }
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_LINES);
      const text = batch.map(({ line }) => `${line}\n`).join("");
      try {
        await this.#write(this.#encoder.encode(text));
      } catch {
        // The next line tries again: without one there is nothing to say.
        for (const { worth, tellsOfLost } of batch) {
          this.#lost += worth;
          if (!tellsOfLost) this.#lostInAll++;
        }
        break;
      }
      if (this.#waiting.length === 0) this.#reportLost();
    }
    this.#draining = false;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      rest = rest.subarray(await this.#stream.write(rest));
    }
  }

  #reportLost(): void {
    if (this.#lost === 0) return;
    this.#waiting.push({
      line: this.#lostLine(this.#lost),
      worth: this.#lost,
      tellsOfLost: true,
    });
    this.#lost = 0;
  }
}
