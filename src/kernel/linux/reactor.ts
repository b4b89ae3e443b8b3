/**
 * The one place where the core waits: for a descriptor to be readable or for
 * an absolute time, on the clock that everything else is told the time of.
 *
 * @module
 */

import { Epoll, readClock, Timer } from "../../../ffi/event.ts";

/**
 * The monotonic clock of the program; it counts while the host is suspended.
 *
 * @returns Milliseconds, with a fraction.
 */
export function now(): number {
  return readClock();
}

/** Descriptors to wait for and a deadline. */
export class Reactor implements Disposable {
  readonly #epoll = new Epoll();
  readonly #timer = new Timer();
  #deadline = Infinity;

  /** @throws {SyscallError} When the kernel refuses. */
  constructor() {
    this.#epoll.add(this.#timer.fd);
  }

  /** Wake up when `fd` is readable. */
  add(fd: number): void {
    this.#epoll.add(fd);
  }

  /** Wake up for `fd` no more; to be called before it is closed. */
  remove(fd: number): void {
    this.#epoll.remove(fd);
  }

  /**
   * Block this thread until something is readable or the deadline has passed.
   *
   * @param deadline Milliseconds of {@linkcode now}, or Infinity for none.
   * @returns The readable descriptors.
   */
  wait(deadline: number): ReadonlySet<number> {
    if (deadline !== this.#deadline) {
      this.#timer.set(deadline);
      this.#deadline = deadline;
    }
    const ready = new Set(this.#epoll.wait());
    if (ready.delete(this.#timer.fd)) {
      this.#timer.clear();
      this.#deadline = Infinity;
    }
    return ready;
  }

  /** Close both. */
  [Symbol.dispose](): void {
    this.#epoll[Symbol.dispose]();
    this.#timer[Symbol.dispose]();
  }
}
