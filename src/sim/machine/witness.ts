/**
 * Who sees what a daemon asks of its kernel, to hold it to the rules.
 *
 * @module
 */

import type { FromCore } from "../../daemon/messages.ts";
import type { HeldAddress } from "../../kernel/port.ts";
import type { KernelAddress } from "./address_table.ts";
import type { Announcement, Packet } from "../lan.ts";
import type { SimLink } from "./machine.ts";

/** Sees the calls of one daemon. */
export interface Witness {
  /**
   * An advert is sent, or would be if the kernel did not refuse.
   *
   * @param link The link, or undefined when it is gone.
   * @param opened Name of the link when the socket was opened.
   */
  sent(
    link: SimLink | undefined,
    packet: Packet,
    done: boolean,
    opened: string,
  ): void;
  /**
   * An advert was given to the daemon.
   *
   * @param link Name of the link when the socket was opened.
   * @param at When it came, as the daemon was told.
   */
  read(link: string, packet: Packet, at: number): void;
  /** A message of the side was given to it. */
  received(message: unknown): void;
  /**
   * A frame leaves by a link.
   *
   * @param told What it announces, or null when it is another frame.
   */
  announced(link: SimLink, told: Announcement | null): void;
  /** An address is about to be added. */
  adds(link: SimLink, address: HeldAddress): void;
  /** An address is about to be removed. */
  removes(link: SimLink, address: KernelAddress): void;
  /** The record was written, or was not. */
  recorded(done: boolean): void;
  /** The daemon told its side something. */
  posted(message: FromCore): void;
  /** The watchdog was fed. */
  fed(): void;
}
