/**
 * The service manager that started this process: systemd, or what speaks like
 * it (sd_notify(3)).
 *
 * @module
 */

import type { Descriptor } from "../../ffi/libc.ts";
import {
  AF_UNIX,
  openSocket,
  send,
  SOCK_DGRAM,
  sockaddrUn,
} from "../../ffi/socket.ts";
import { attempt } from "./attempt.ts";

/** What the environment says of the service manager. */
export interface ServiceManagerSettings {
  /** NOTIFY_SOCKET. */
  readonly socket: string;
  /** Milliseconds in which the watchdog must be fed, or null for none. */
  readonly watchdog: number | null;
}

/**
 * Read the environment.
 *
 * @param get Gives a variable.
 * @param pid Of this process; a watchdog for another is none of ours.
 * @returns Null when no service manager listens.
 */
export function serviceManagerSettings(
  get: (name: string) => string | undefined,
  pid: number,
): ServiceManagerSettings | null {
  const socket = get("NOTIFY_SOCKET");
  if (socket === undefined || !/^[@/]./.test(socket)) return null;
  const microseconds = Number(get("WATCHDOG_USEC"));
  const ours = (get("WATCHDOG_PID") ?? String(pid)) === String(pid);
  const watchdog = ours && microseconds > 0 ? microseconds / 1000 : null;
  return { socket, watchdog };
}

/** Tells the service manager. */
export class ServiceManager implements Disposable {
  readonly #socket: Descriptor = openSocket(
    AF_UNIX,
    SOCK_DGRAM,
    0,
    "open a socket to the service manager",
  );
  readonly #address: Uint8Array<ArrayBuffer>;

  /** @param settings What the environment says. */
  constructor({ socket }: ServiceManagerSettings) {
    this.#address = sockaddrUn(socket);
  }

  /**
   * Send assignments such as `READY=1`. A service manager that does not listen
   * is not an error.
   */
  notify(...assignments: readonly string[]): void {
    const bytes = new TextEncoder().encode(assignments.join("\n"));
    attempt(() =>
      send(this.#socket, bytes, this.#address, "tell the service manager")
    );
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}
