/**
 * The one place where the core waits: for a descriptor to be readable or for
 * an absolute time, on the clock that everything else is told the time of.
 *
 * @module
 */

import { Epoll, readClock, Timer } from "../../../ffi/event.ts";
import { refusal } from "./failure.ts";

/** Descriptors to wait for and a deadline. */
export class Waiter implements Disposable {
  readonly #epoll = new Epoll();
  readonly #timer = new Timer();
  #deadline = Infinity;

  /** @throws {SyscallError} When the kernel refuses. */
  constructor() {
    this.#epoll.add(this.#timer.fd);
  }

  /**
   * Wake up when `fd` is readable.
   *
   * @throws {SyscallError} Such as ENOMEM.
   */
  add(fd: number): void {
    this.#epoll.add(fd);
  }

  /**
   * Wake up for `fd` no more; to be called before it is closed. One that is not
   * waited for is no error.
   */
  remove(fd: number): void {
    refusal(() => this.#epoll.remove(fd));
  }

  /**
   * Block this thread until something is readable or the deadline has passed;
   * do not block when it has already.
   *
   * @param deadline Milliseconds of {@linkcode readClock}: Infinity for none.
   * @returns The readable descriptors; none when the time is over, or when a
   *   signal came.
   */
  wait(deadline: number): ReadonlySet<number> {
    const overdue = deadline <= readClock();
    if (!overdue && deadline !== this.#deadline) {
      this.#timer.set(deadline);
      this.#deadline = deadline;
    }
    const ready = new Set(this.#epoll.wait(overdue ? 0 : -1));
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
