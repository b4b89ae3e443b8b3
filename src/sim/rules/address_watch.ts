/**
 * Watches what one daemon does to addresses: what it adds is in the record
 * first, where the kernel keeps no mark, and what it removes is its own.
 *
 * @module
 */

import type { HeldAddress } from "../../kernel/port.ts";
import type { Host } from "../host.ts";
import type { KernelAddress } from "../machine/address_table.ts";
import type { Call } from "../machine/conditions.ts";
import type { SimLink } from "../machine/machine.ts";
import type { Process } from "../process.ts";
import { checkRecord, isRecorded } from "./record_rule.ts";
import { Violation } from "./violation.ts";

/** What is known of the daemon. */
interface Daemon {
  /** Whether calls of some kinds were refused lately. */
  refusedLately(...calls: readonly Call[]): boolean;
}

/** Addresses of one daemon. */
export class AddressWatch {
  readonly #daemon: Daemon;
  readonly #process: Process;
  readonly #host: Pick<Host, "machine" | "trace">;
  #recordFails = false;

  /** Watch a daemon on a host. */
  constructor(
    daemon: Daemon,
    process: Process,
    host: Pick<Host, "machine" | "trace">,
  ) {
    this.#daemon = daemon;
    this.#process = process;
    this.#host = host;
  }

  /** An address is about to be added. */
  adds(link: SimLink, address: HeldAddress): void {
    const what = `${address.address}/${address.prefix}`;
    if (link.addresses.find(address.address, address.prefix)) {
      this.#host.trace(`renews ${what} on ${link.name}`);
      return;
    }
    this.#host.trace(`adds ${what} to ${link.name}`);
    const { record, keepsProtocol } = this.#host.machine;
    if (keepsProtocol || this.#recordFails) return;
    if (isRecorded(record, address)) return;
    throw new Violation("record", `${what} is added and not in the record`);
  }

  /** An address is about to be removed. */
  removes(link: SimLink, known: KernelAddress): void {
    const what = `${known.address}/${known.prefix}`;
    this.#host.trace(`removes ${what} from ${link.name}`);
    const others = this.#host.machine.sysctls.promotes(link.name)
      ? []
      : link.addresses.dependants(known);
    // What somebody did to addresses of ours may lie unread.
    const seen = this.#process.kernel.sawAllEvents &&
      !this.#daemon.refusedLately("events", "dump");
    const bystander = others.find(({ owner }) => owner === "host");
    if (bystander && seen && !this.#daemon.refusedLately("sysctl")) {
      throw new Violation("bystander", `${what} takes ${bystander.address}`);
    }
    // At the start, and without a mark, the record decides; it may be old.
    const marked = this.#host.machine.keepsProtocol ||
      this.#process.core !== null;
    const mistaken = known.owner === "host" ||
      (known.owner === "foreign" && seen && marked);
    if (mistaken) {
      throw new Violation("thief", `removes ${what}, which is not ours`);
    }
  }

  /** The record was written, or was not. */
  recorded(done: boolean): void {
    this.#recordFails = !done;
    if (!done || this.#host.machine.keepsProtocol) return;
    checkRecord(this.#host.machine, this.#process.kernel);
  }
}
