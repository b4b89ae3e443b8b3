/**
 * Waiting: epoll, a timer with absolute deadlines, and the clock they share.
 *
 * @module
 */

import { check, EINTR, lastErrno, libc } from "./libc.ts";

const CLOCK_REALTIME = 0;
const CLOCK_BOOTTIME = 7;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
const TFD_CLOEXEC = 0o2000000;
const TFD_NONBLOCK = 0o4000;
const TFD_TIMER_ABSTIME = 1;

// struct epoll_event { uint32_t events; epoll_data_t data; }, packed on x86-64
const EVENT_SIZE = { x86_64: 12, aarch64: 16 }[Deno.build.arch];
const DATA_OFFSET = { x86_64: 4, aarch64: 8 }[Deno.build.arch];
const MAX_EVENTS = 64;

// struct timespec { time_t tv_sec; long tv_nsec; }, 64 bits each: read by
// halves, which allocates nothing.
const timespec = new Uint32Array(4);

/**
 * Read CLOCK_BOOTTIME: monotonic, and it goes on while the host is suspended.
 *
 * @returns Milliseconds, with a fraction.
 */
export function readClock(): number {
  return read(CLOCK_BOOTTIME);
}

/**
 * Read CLOCK_REALTIME, which people and programs set.
 *
 * @returns Milliseconds since 1970 UTC, with a fraction.
 */
export function readWallClock(): number {
  return read(CLOCK_REALTIME);
}

function read(clock: number): number {
  check(libc.clock_gettime(clock, timespec), "read the clock");
  const seconds = (timespec[1] ?? 0) * 2 ** 32 + (timespec[0] ?? 0);
  return seconds * 1000 + (timespec[2] ?? 0) / 1e6;
}

/** A set of descriptors that are waited for. */
export class Epoll implements Disposable {
  readonly #fd: number;
  readonly #events = new Uint8Array(EVENT_SIZE * MAX_EVENTS);
  readonly #view = new DataView(this.#events.buffer);

  /** @throws {SyscallError} When the kernel refuses. */
  constructor() {
    this.#fd = check(libc.epoll_create1(EPOLL_CLOEXEC), "create an epoll");
  }

  /** Wait for `fd` to be readable from now on. */
  add(fd: number): void {
    const event = new Uint8Array(EVENT_SIZE);
    const view = new DataView(event.buffer);
    view.setUint32(0, EPOLLIN, true);
    view.setInt32(DATA_OFFSET, fd, true);
    check(
      libc.epoll_ctl(this.#fd, EPOLL_CTL_ADD, fd, event),
      "add to an epoll",
    );
  }

  /** Wait for `fd` no more. */
  remove(fd: number): void {
    const event = new Uint8Array(EVENT_SIZE);
    check(
      libc.epoll_ctl(this.#fd, EPOLL_CTL_DEL, fd, event),
      "remove from an epoll",
    );
  }

  /**
   * Block this thread until a descriptor is readable.
   *
   * @param timeout Milliseconds after which to return with none; -1 for never.
   * @returns The readable descriptors; none when a signal came.
   */
  wait(timeout = -1): readonly number[] {
    const count = libc.epoll_wait(
      this.#fd,
      this.#events,
      MAX_EVENTS,
      timeout,
    );
    if (count < 0) {
      if (lastErrno() === EINTR) return [];
      check(count, "wait for events");
    }
    return Array.from(
      { length: count },
      (_, i) => this.#view.getInt32(i * EVENT_SIZE + DATA_OFFSET, true),
    );
  }

  /** Close it. */
  [Symbol.dispose](): void {
    libc.close(this.#fd);
  }
}

/** A timer on the clock of {@linkcode readClock}. */
export class Timer implements Disposable {
  /** Readable when the time set has passed. */
  readonly fd: number;
  // struct itimerspec { struct timespec it_interval, it_value; }
  readonly #spec = new BigInt64Array(4);
  readonly #expirations = new BigUint64Array(1);

  /** @throws {SyscallError} When the kernel refuses. */
  constructor() {
    this.fd = check(
      libc.timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK),
      "create a timer",
    );
  }

  /**
   * Set the time, in place of the one set before.
   *
   * @param at Milliseconds of {@linkcode readClock}; Infinity for never.
   */
  set(at: number): void {
    // Rounded up, never early. A value of zero would disarm the timer.
    const nanoseconds = at === Infinity
      ? 0n
      : BigInt(Math.max(1, Math.ceil(at * 1e6)));
    this.#spec[2] = nanoseconds / 1_000_000_000n;
    this.#spec[3] = nanoseconds % 1_000_000_000n;
    check(
      libc.timerfd_settime(this.fd, TFD_TIMER_ABSTIME, this.#spec, null),
      "set a timer",
    );
  }

  /** Make it unreadable until its time passes again. */
  clear(): void {
    libc.read(this.fd, this.#expirations, 8n);
  }

  /** Close it. */
  [Symbol.dispose](): void {
    libc.close(this.fd);
  }
}
