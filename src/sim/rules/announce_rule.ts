/**
 * Announcements come in bursts that are a second apart, whatever the others on
 * the LAN do.
 *
 * @module
 */

import type { GarpSettings } from "../../config/settings/instance.ts";
import { Violation } from "./violation.ts";

const SECOND = 1000;

/** Announcements of one host, by address. */
export class AnnounceRule {
  readonly #announced = new Map<string, number[]>();
  readonly #excused = new Map<string, number[]>();
  #macs: number[] = [];

  /** An address was added, which may be announced for itself. */
  added(address: string, now: number): void {
    const times = this.#excused.get(address) ?? [];
    this.#excused.set(address, since(times, now - 2 * SECOND));
    this.#excused.get(address)?.push(now);
  }

  /** A link has another MAC address, which is announced at once. */
  otherMac(now: number): void {
    this.#macs = [...since(this.#macs, now - 2 * SECOND), now];
  }

  /** An address is announced. */
  announce(address: string, { repeat }: GarpSettings, now: number): void {
    const times = since(this.#announced.get(address) ?? [], now - SECOND);
    times.push(now);
    this.#announced.set(address, times);
    const excuses = since(this.#macs, now - 2 * SECOND).length +
      since(this.#excused.get(address) ?? [], now - 2 * SECOND).length;
    // The end of one burst, the next, and a refresh.
    const most = 2 * repeat + 2 + excuses * repeat;
    if (times.length <= most) return;
    throw new Violation(
      "announced",
      `${address} announced ${times.length} times within a second`,
    );
  }
}

function since(times: readonly number[], from: number): number[] {
  return times.filter((time) => time > from);
}
