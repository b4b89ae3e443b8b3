/**
 * The signals that the core acts upon, out of the pipe of `kernel/signals.ts`.
 *
 * @module
 */

import { readSignal } from "../../../ffi/signal_pipe.ts";
import type { SignalName, SignalSource } from "../port.ts";

/** Their numbers, the same on all architectures. */
const NAMES: Readonly<Record<number, SignalName>> = {
  2: "SIGINT",
  3: "SIGQUIT",
  12: "SIGUSR2",
  15: "SIGTERM",
};

/** Reads signals. */
export class PipedSignals implements SignalSource {
  /** The descriptor to wait for, or -1 when there is none. */
  readonly id: number;

  /** @param fd The reading end of the pipe, or null when there is none. */
  constructor(fd: number | null) {
    this.id = fd ?? -1;
  }

  /** Take one signal, or undefined when there is none. */
  take(): SignalName | undefined {
    for (;;) {
      const signal = readSignal(this.id);
      if (signal === null) return undefined;
      const name = NAMES[signal];
      if (name !== undefined) return name;
    }
  }
}
