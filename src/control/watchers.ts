/**
 * Those who watch: a stream each, with a queue that has an end. Who does not
 * read misses events and is told how many; who does not read for a minute is
 * let go.
 *
 * @module
 */

import { SECURITY_HEADERS } from "./answer.ts";
import type { DaemonPort, StatusAnswer, WatchEvent } from "./daemon_port.ts";
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

/** All who watch. */
export class Watchers {
  readonly #daemon: Watched;
  readonly #heartbeat: number;
  readonly #all = new Set<Watcher>();
  #stop: (() => void) | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
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
    const watcher = new Watcher(format, first, () => this.#remove(watcher));
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
    this.#stop = this.#daemon.watch((event) => {
      for (const watcher of this.#all) watcher.tell(event);
    });
    this.#timer = setInterval(() => void this.#beat(), this.#heartbeat);
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
      if (watcher.beat(answer) < MOST_STUCK) continue;
      this.#dropped++;
      watcher.end();
    }
  }
}

class Watcher {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #format: WatchFormat;
  readonly #ended: () => void;
  readonly #encoder = new TextEncoder();
  #queue: string[] = [];
  #missed = 0;
  #seq = 0;
  /** Heartbeats since something was read last. */
  #stuck = 0;
  /** Whether the reader waits. */
  #wanted = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(format: WatchFormat, first: Status, ended: () => void) {
    this.#format = format;
    this.#ended = ended;
    this.#queue.push(
      format === "sse"
        ? `retry: 2000\n\n${sse(0, "snapshot", JSON.stringify(first))}`
        : `${JSON.stringify(first)}\n`,
    );
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller): void => void (this.#controller = controller),
      pull: (): void => this.#pull(),
      cancel: (): void => this.#forget(),
    }, { highWaterMark: 0 });
  }

  tell(line: Line): void {
    if (this.#queue.length >= MOST_WAITING) {
      this.#missed++;
      return;
    }
    this.#push(this.#text(line));
  }

  /** @returns Heartbeats in a row at which nothing had been read. */
  beat(answer: StatusAnswer): number {
    this.#stuck = this.#queue.length === 0 ? 0 : this.#stuck + 1;
    const silentFor = answer.answers ? null : answer.silentSeconds;
    this.tell({
      type: "heartbeat",
      time: new Date().toISOString(),
      core: { answers: answer.answers, silent_seconds: silentFor },
    });
    // A page has no other way to a newer one.
    if (this.#format === "sse" && answer.answers && this.#stuck === 0) {
      const data = JSON.stringify(answer.status);
      this.#push(sse(++this.#seq, "snapshot", data));
    }
    return this.#stuck;
  }

  end(): void {
    if (this.#controller === null) return;
    // Whoever waits reads the end; whoever does not has it before him.
    this.#controller.close();
    this.#forget();
  }

  #push(text: string): void {
    this.#queue.push(text);
    if (this.#wanted) this.#pull();
  }

  #pull(): void {
    this.#stuck = 0;
    if (this.#queue.length === 0) {
      this.#wanted = true;
      return;
    }
    this.#wanted = false;
    if (this.#missed > 0) {
      const missed = this.#missed;
      this.#missed = 0;
      const time = new Date().toISOString();
      this.#queue.push(this.#text({ type: "gap", time, missed }));
    }
    const text = this.#queue.join("");
    this.#queue = [];
    this.#controller?.enqueue(this.#encoder.encode(text));
  }

  #forget(): void {
    this.#controller = null;
    this.#queue = [];
    this.#ended();
  }

  #text(line: Line): string {
    const seq = ++this.#seq;
    const data = JSON.stringify({ seq, ...line });
    return this.#format === "sse" ? sse(seq, line.type, data) : `${data}\n`;
  }
}

function sse(id: number, event: string, data: string): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
