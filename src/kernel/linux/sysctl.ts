/**
 * Kernel settings of a link that alived changes while it runs.
 *
 * @module
 */

import { SyscallError } from "../../../ffi/libc.ts";
import { readFile, writeFile } from "../../../ffi/file.ts";
import type { LinkRef } from "./adverts.ts";

/** Links whose `promote_secondaries` was turned on, by name. */
export class PromoteSecondaries {
  readonly #changed = new Set<string>();
  readonly #seen = new Set<number>();

  /**
   * Turn it on for a link, once. Without it, removing a VIP that is the
   * primary address of its subnet removes the host's own address there too.
   *
   * @returns True when it was off before; false when nothing had to be done.
   * @throws {SyscallError} Such as EROFS in a container.
   */
  enable({ index, name }: LinkRef): boolean {
    if (this.#seen.has(index)) return false;
    this.#seen.add(index);
    const path = settingPath(name);
    if (readFile(path).trim() !== "0") return false;
    writeFile(path, "1");
    this.#changed.add(name);
    return true;
  }

  /**
   * Turn it off again where it was.
   *
   * @returns The names of the links.
   */
  restore(): readonly string[] {
    const links = [...this.#changed];
    this.#changed.clear();
    return links.filter((link) => {
      try {
        writeFile(settingPath(link), "0");
        return true;
      } catch (error) {
        // The link may be gone, and its setting with it.
        if (error instanceof SyscallError) return false;
        throw error;
      }
    });
  }
}

/** Whether a link forwards IPv6. */
export function forwardsIpv6(link: string): boolean {
  try {
    const path = `/proc/sys/net/ipv6/conf/${link}/forwarding`;
    return readFile(path).trim() === "1";
  } catch (error) {
    // No IPv6 here.
    if (error instanceof SyscallError) return false;
    throw error;
  }
}

function settingPath(link: string): string {
  return `/proc/sys/net/ipv4/conf/${link}/promote_secondaries`;
}
