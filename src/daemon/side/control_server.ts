/**
 * All that the daemon listens on for those who ask: opened, opened again when
 * that failed, and changed by a reload. It never matters to the addresses.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import { equal } from "../../config/diff.ts";
import type { Log } from "../../log/log.ts";
import {
  type Handle,
  type OpenSocket,
  openSocket,
  type Place,
  placeName,
} from "./control_socket.ts";

/** Milliseconds until what failed is tried again: 1, 2, 4 … 60 s. */
const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;

/** Keys of the configuration that say where. */
export type ControlKeys = Pick<Settings["global"], "controlSocket" | "http">;

/** What it is made with. */
export interface ControlServerParts {
  /** Absolute path of the run directory. */
  readonly runDirectory: string;
  readonly log: Pick<Log, "log">;
  readonly handle: Handle;
  /** Ends the streams: a socket with an open one is never closed. */
  readonly endStreams: () => void;
  /** Opens one; for tests. */
  readonly open?: typeof openSocket;
}

interface Listener {
  readonly place: Place;
  socket: OpenSocket | null;
  /** What was said of it last. */
  said: string | null;
  retry: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The sockets. */
export class ControlServer {
  readonly #parts: ControlServerParts;
  readonly #open: typeof openSocket;
  #listeners: readonly Listener[] = [];
  /** One change after the other. */
  #changed: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: ControlServerParts) {
    this.#parts = parts;
    this.#open = parts.open ?? openSocket;
  }

  /**
   * Listen where a configuration says; what is the same stays open.
   *
   * @returns When all was tried once. Never rejected.
   */
  update(keys: ControlKeys): Promise<void> {
    this.#changed = this.#changed.then(() => this.#apply(keys));
    return this.#changed;
  }

  /** Listen no more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#changed = this.#changed.then(async () => {
      if (this.#listeners.length > 0) this.#parts.endStreams();
      await this.#closeAll(this.#listeners);
      this.#listeners = [];
    });
    return this.#changed;
  }

  async #apply(keys: ControlKeys): Promise<void> {
    if (this.#closed) return;
    const places = placesOf(keys, this.#parts.runDirectory);
    const isWanted = ({ place }: Listener): boolean =>
      places.some((wanted) => equal(wanted, place));
    const kept = this.#listeners.filter(isWanted);
    const gone = this.#listeners.filter((each) => !isWanted(each));
    if (gone.length > 0) this.#parts.endStreams();
    await this.#closeAll(gone);
    const fresh = places
      .filter((place) => !kept.some((each) => equal(each.place, place)))
      .map((place): Listener => ({
        ...{ place, socket: null, said: null, retry: FIRST_RETRY },
        timer: undefined,
      }));
    this.#listeners = [...kept, ...fresh];
    for (const listener of fresh) await this.#listen(listener);
  }

  async #listen(listener: Listener): Promise<void> {
    const { log, handle } = this.#parts;
    const where = placeName(listener.place);
    try {
      listener.socket = await this.#open(listener.place, handle);
      log.log({ event: "control_open", where });
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause);
      if (error !== listener.said) {
        log.log({ event: "control_failed", where, error });
      }
      listener.said = error;
      listener.timer = setTimeout(() => this.#again(listener), listener.retry);
      listener.retry = Math.min(2 * listener.retry, LAST_RETRY);
    }
  }

  #again(listener: Listener): void {
    this.#changed = this.#changed.then(async () => {
      if (this.#listeners.includes(listener)) await this.#listen(listener);
    });
  }

  async #closeAll(listeners: readonly Listener[]): Promise<void> {
    for (const { timer } of listeners) clearTimeout(timer);
    await Promise.all(listeners.map(({ socket }) => socket?.close()));
  }
}

/** The places that a configuration names. */
export function placesOf(
  { controlSocket, http }: ControlKeys,
  runDirectory: string,
): readonly Place[] {
  const places: Place[] = [];
  if (controlSocket !== null) {
    const path = controlSocket.path ?? `${runDirectory}/control.sock`;
    places.push({ door: "control", path, group: null });
    const { status } = controlSocket;
    if (status !== null) {
      const beside = path.slice(0, path.lastIndexOf("/"));
      places.push({
        door: "status",
        path: status.path ?? `${beside}/status.sock`,
        group: status.group,
      });
    }
  }
  if (http !== null) places.push({ door: "tcp", ...http.listen });
  return places;
}
