/**
 * Announcements come in bursts that are a second apart, whatever the others on
 * the LAN do; and whoever becomes master, or gets another MAC address, sends
 * one.
 *
 * @module
 */

import type { GarpSettings } from "../../config/settings/instance.ts";
import { Violation } from "./violation.ts";

const SECOND = 1000;
/** Milliseconds that a frame of a paced burst may be later than it should. */
const ROUNDING = 2;
/** Milliseconds for everything else. */
const SLACK = 500;

/** Announcements of one host, by address. */
export class AnnounceRule {
  readonly #announced = new Map<string, number[]>();
  readonly #excused = new Map<string, number[]>();
  #macs: number[] = [];
  readonly #owed = new Map<string, number>();

  /** An address was added, which may be announced for itself. */
  added(address: string, now: number): void {
    const times = this.#excused.get(address) ?? [];
    this.#excused.set(address, since(times, now - 2 * SECOND));
    this.#excused.get(address)?.push(now);
  }

  /**
   * A link has another MAC address, which is announced at once, or an operator
   * made another virtual router of an instance.
   */
  anew(now: number): void {
    this.#macs = [...since(this.#macs, now - 2 * SECOND), now];
  }

  /** Whether anything is owed. */
  get isOwed(): boolean {
    return this.#owed.size > 0;
  }

  /** Addresses must be announced from now on. */
  owe(addresses: readonly string[], now: number): void {
    for (const address of addresses) this.#owed.set(address, now);
  }

  /** An instance is master no more, or other things are wrong. */
  excuse(addresses: readonly string[]): void {
    for (const address of addresses) this.#owed.delete(address);
  }

  /**
   * What is owed was announced in time: a burst may be put off by a second.
   *
   * @param excused Milliseconds in which the daemon could not do it.
   */
  check(
    addresses: readonly string[],
    { interval }: GarpSettings,
    now: number,
    excused: (since: number) => number,
  ): void {
    const paced = addresses.length * (interval + ROUNDING);
    for (const address of addresses) {
      const owed = this.#owed.get(address);
      if (owed === undefined || now < owed + SECOND + paced + SLACK) continue;
      if (now < owed + SECOND + paced + SLACK + excused(owed)) continue;
      throw new Violation(
        "silent",
        `${address} is not announced ${(now - owed).toFixed(0)} ms after it ` +
          "should have been",
      );
    }
  }

  /** An address is announced. */
  announce(address: string, { repeat }: GarpSettings, now: number): void {
    const times = since(this.#announced.get(address) ?? [], now - SECOND);
    times.push(now);
    this.#announced.set(address, times);
    this.#owed.delete(address);
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
