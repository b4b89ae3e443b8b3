/**
 * The one place where the core waits: for a descriptor to be readable or for
 * an absolute time, on the clock that everything else is told the time of.
 *
 * @module
 */

import { Epoll, readClock, Timer } from "../../../ffi/event.ts";
import { refusal } from "./failure.ts";

/**
 * Milliseconds before an exact deadline from which on the clock is watched: a
 * thread that sleeps is woken that much too late.
 */
const WATCH = 0.25;

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
   * @param isExact Whether to sleep a little less and watch the clock for the
   *   rest, at most 0.25 ms.
   * @returns The readable descriptors; none when the time is over, or when a
   *   signal came.
   */
  wait(deadline: number, isExact = false): ReadonlySet<number> {
    const wakeAt = isExact ? deadline - WATCH : deadline;
    const overdue = wakeAt <= readClock();
    if (!overdue && wakeAt !== this.#deadline) {
      this.#timer.set(wakeAt);
      this.#deadline = wakeAt;
    }
    const ready = new Set(this.#epoll.wait(overdue ? 0 : -1));
    const isOver = ready.delete(this.#timer.fd);
    if (isOver) {
      this.#timer.clear();
      this.#deadline = Infinity;
    }
    if (isExact && (isOver || overdue) && ready.size === 0) watch(deadline);
    return ready;
  }

  /** Close both. */
  [Symbol.dispose](): void {
    this.#epoll[Symbol.dispose]();
    this.#timer[Symbol.dispose]();
  }
}

/** Let the time pass without sleeping. */
function watch(deadline: number): void {
  while (readClock() < deadline);
}
