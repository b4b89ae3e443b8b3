/**
 * The matrix of the state machine, one file for each state: what every input
 * does, with the exact next state and the exact actions in order.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { step } from "../../src/vrrp/router.ts";
import type {
  Action,
  Backup,
  Input,
  Master,
  RouterConfig,
  RouterState,
} from "../../src/vrrp/state.ts";
import { ALONE, LINK_DOWN, LINK_UP, MASTER, V2 } from "./vrrp_example.ts";

/** One cell of the matrix. */
export interface Cell {
  /** What the state does. */
  readonly name: string;
  /** Version 2, priority 100 when absent. */
  readonly config?: RouterConfig;
  /** State before. */
  readonly state: RouterState;
  /** What happens. */
  readonly input: Input;
  /** When, in milliseconds; 20,000 when absent. */
  readonly at?: number;
  /** State after; "same" is the very object that went in. */
  readonly next: RouterState | "same";
  /** None when absent. */
  readonly actions?: readonly Action[];
}

/** A fault, and its end. */
export const DOWN: Input = {
  type: "fault",
  cause: "link",
  reason: LINK_DOWN,
};
/** See {@linkcode DOWN}. */
export const UP: Input = { type: "recover", cause: "link", reason: LINK_UP };
/** The kernel refuses an address. */
export const NO: Input = { type: "addressRefused", failure: "no permission" };
/** BACKUP from 20,000 on. */
export const STARTED: Backup = { ...ALONE, heardAt: 20_000 };
/** MASTER from 20,000 on. */
export const PROMOTED: Master = promotedAt(20_000);

/** MASTER from a moment on. */
export function promotedAt(now: number): Master {
  return {
    ...MASTER,
    advertAt: now,
    announcedAt: now,
    burstAt: now,
    announceAgainAt: now + 5000,
  };
}

/** Make a test of each cell. */
export function testCells(cells: readonly Cell[]): void {
  for (const cell of cells) {
    const { name, config = V2, state, input, at = 20_000 } = cell;
    Deno.test(`step() ${input.type}: ${name}`, () => {
      const result = step(config, state, input, at);
      deepStrictEqual(result.actions, cell.actions ?? []);
      if (cell.next === "same") strictEqual(result.state, state);
      else deepStrictEqual(result.state, cell.next);
    });
  }
}
