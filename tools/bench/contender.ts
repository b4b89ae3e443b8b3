/**
 * The two programs that are measured, behind one face.
 *
 * @module
 */

import { Alived } from "../../tests/lab/alived.ts";
import { startKeepalived } from "../../tests/lab/keepalived.ts";
import type { Host } from "../../tests/lab/lab.ts";
import type { RouterOptions } from "../../tests/lab/router.ts";

/** A program that can be measured. */
export interface Contender {
  readonly name: string;
  start(host: Host, options: RouterOptions): Promise<Running>;
}

/** It runs. */
export interface Running {
  /** Its process ids. */
  readonly pids: readonly number[];
  /** Kill it so that it can do nothing more. */
  crash(): Promise<void>;
  /** Stop it in order. */
  stop(): Promise<number>;
}

/** The program of this repository. */
export const ALIVED: Contender = {
  name: "alived",
  start: async (host, options) => {
    const running = await Alived.start(host, options);
    return {
      pids: [running.program.pid],
      crash: () => running.crash(),
      stop: () => running.stop(),
    };
  },
};

/** Debian's keepalived. */
export const KEEPALIVED: Contender = {
  name: "keepalived",
  start: async (host, options) => {
    const { program, child, crash, stop } = await startKeepalived(
      host,
      options,
    );
    return { pids: [program.pid, child], crash, stop };
  },
};

/** Both, in the order of the columns. */
export const CONTENDERS: readonly Contender[] = [ALIVED, KEEPALIVED];
