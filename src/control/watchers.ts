/**
 * Those who watch: a stream each, with a queue that has an end. Who does not
 * read misses events and is told how many; who does not read for a minute is
 * let go.
 *
 * @module
 */

import { SECURITY_HEADERS } from "./answer.ts";
import type { DaemonPort, WatchEvent } from "./daemon_port.ts";
import type { Status } from "./snapshot.ts";

/** Watchers at one time. */
export const MOST_WATCHERS = 32;
/** Events that wait for one reader. */
export const MOST_WAITING = 256;
/** Milliseconds between two heartbeats. */
const HEARTBEAT = 5000;
/** Heartbeats in a row at which nothing was read: a minute. */
const MOST_STUCK = 12;

/** How a stream is written: lines of JSON, or server-sent events. */
export type WatchFormat = "ndjson" | "sse";

/** What a line says beside its number. */
type Line =
  | WatchEvent
  /** The core answers, or has not for so long. */
  | {
    readonly type: "heartbeat";
    readonly time: string;
    readonly core: {
      readonly answers: boolean;
      readonly silent_seconds: number | null;
    };
  }
  /** So many events were not told. */
  | { readonly type: "gap"; readonly time: string; readonly missed: number };

/** The way to the daemon that watching takes. */
type Watched = Pick<DaemonPort, "status" | "watch">;

/** A line in both formats, each made once for all who get it. */
interface Written {
  readonly seq: number;
  readonly in: (format: WatchFormat) => Uint8Array;
}

const ENCODER = new TextEncoder();

/** All who watch. */
export class Watchers {
  readonly #daemon: Watched;
  readonly #heartbeat: number;
  readonly #all = new Set<Watcher>();
  #stop: (() => void) | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #seq = 0;
  #dropped = 0;

  /** @param heartbeat Milliseconds between two heartbeats. */
  constructor(daemon: Watched, heartbeat = HEARTBEAT) {
    this.#daemon = daemon;
    this.#heartbeat = heartbeat;
  }

  /** How many watch, and how many were let go because they did not read. */
  get counts(): Status["watchers"] {
    return { present: this.#all.size, dropped: this.#dropped };
  }

  /**
   * Let one more watch.
   *
   * @param first What it is told first.
   * @returns Null when there are too many already.
   */
  open(format: WatchFormat, first: Status): Response | null {
    if (this.#all.size >= MOST_WATCHERS) return null;
    const data = JSON.stringify(first);
    const text = format === "sse"
      ? `retry: 2000\n\n${sse(this.#seq, "snapshot", data)}`
      : `${data}\n`;
    const watcher = new Watcher(
      format,
      ENCODER.encode(text),
      () => this.#remove(watcher),
    );
    this.#all.add(watcher);
    if (this.#all.size === 1) this.#begin();
    return new Response(watcher.stream, {
      headers: {
        ...SECURITY_HEADERS,
        "Content-Type": format === "sse"
          ? "text/event-stream; charset=utf-8"
          : "application/x-ndjson; charset=utf-8",
        // nginx would gather events otherwise.
        "X-Accel-Buffering": "no",
      },
    });
  }

  /** End all streams: a server with an open one never shuts down. */
  closeAll(): void {
    for (const watcher of [...this.#all]) watcher.end();
  }

  #begin(): void {
    this.#stop = this.#daemon.watch((event) => this.#tell(event));
    this.#timer = setInterval(() => void this.#beat(), this.#heartbeat);
  }

  #tell(line: Line): void {
    const written = write(++this.#seq, line);
    for (const watcher of this.#all) watcher.tell(written);
  }

  #remove(watcher: Watcher): void {
    if (!this.#all.delete(watcher) || this.#all.size > 0) return;
    this.#stop?.();
    this.#stop = null;
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    const answer = await this.#daemon.status();
    for (const watcher of [...this.#all]) {
      if (watcher.stuckFor() < MOST_STUCK) continue;
      this.#dropped++;
      watcher.end();
    }
    if (this.#all.size === 0) return;
    const silentFor = answer.answers ? null : answer.silentSeconds;
    this.#tell({
      type: "heartbeat",
      time: new Date().toISOString(),
      core: { answers: answer.answers, silent_seconds: silentFor },
    });
    if (answer.answers) this.#renew(answer.status);
  }

  /** A page has no other way to a newer status. */
  #renew(status: Status): void {
    const pages = [...this.#all].filter(({ format }) => format === "sse");
    if (pages.length === 0) return;
    const data = JSON.stringify(status);
    const bytes = ENCODER.encode(sse(this.#seq, "snapshot", data));
    for (const page of pages) page.renew(bytes);
  }
}

class Watcher {
  readonly format: WatchFormat;
  readonly stream: ReadableStream<Uint8Array>;
  readonly #ended: () => void;
  #queue: Uint8Array[] = [];
  #missed = 0;
  /** Number of the last line that was missed. */
  #lastMissed = 0;
  /** Heartbeats since something was read last. */
  #stuck = 0;
  /** Whether the reader waits. */
  #wanted = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(format: WatchFormat, first: Uint8Array, ended: () => void) {
    this.format = format;
    this.#ended = ended;
    this.#queue.push(first);
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller): void => void (this.#controller = controller),
      pull: (): void => this.#pull(),
      cancel: (): void => this.#forget(),
    }, { highWaterMark: 0 });
  }

  tell(line: Written): void {
    if (this.#queue.length >= MOST_WAITING) {
      this.#missed++;
      this.#lastMissed = line.seq;
    } else this.#push(line.in(this.format));
  }

  /** Give it a newer status, unless it has not read what it was told. */
  renew(bytes: Uint8Array): void {
    if (this.#stuck === 0) this.#push(bytes);
  }

  /** @returns Heartbeats in a row at which nothing had been read. */
  stuckFor(): number {
    this.#stuck = this.#queue.length === 0 ? 0 : this.#stuck + 1;
    return this.#stuck;
  }

  end(): void {
    if (this.#controller === null) return;
    // Whoever waits reads the end; whoever does not has it before him.
    this.#controller.close();
    this.#forget();
  }

  #push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    if (this.#wanted) this.#pull();
  }

  #pull(): void {
    this.#stuck = 0;
    this.#wanted = this.#queue.length === 0;
    if (this.#wanted) return;
    if (this.#missed > 0) this.#queue.push(this.#gap());
    const bytes = joined(this.#queue);
    this.#queue = [];
    this.#controller?.enqueue(bytes);
  }

  #gap(): Uint8Array {
    const missed = this.#missed;
    this.#missed = 0;
    const time = new Date().toISOString();
    return write(this.#lastMissed, { type: "gap", time, missed })
      .in(this.format);
  }

  #forget(): void {
    this.#controller = null;
    this.#queue = [];
    this.#ended();
  }
}

function write(seq: number, line: Line): Written {
  const data = JSON.stringify({ seq, ...line });
  let ndjson: Uint8Array | undefined;
  let page: Uint8Array | undefined;
  return {
    seq,
    in: (format) =>
      format === "sse"
        ? page ??= ENCODER.encode(sse(seq, line.type, data))
        : ndjson ??= ENCODER.encode(`${data}\n`),
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function sse(id: number, event: string, data: string): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
