/**
 * What is counted of an instance, or of a link.
 *
 * @module
 */

import type { DropReason } from "../../wire/drop_reason.ts";
import type { StateName } from "../../vrrp/state.ts";
import type { CounterStatus } from "../core_status.ts";

/** What was counted since the instance was started. */
export interface Counters {
  /** Adverts sent. */
  sent: number;
  /** Adverts that could not be sent. */
  sendErrors: number;
  /** Adverts heard and accepted. */
  received: number;
  /** Adverts of priority 0 sent. */
  zeroSent: number;
  /** Adverts of priority 0 heard and accepted. */
  zeroReceived: number;
  /** Changes of state by the new state. */
  readonly transitions: Record<StateName, number>;
  /** Changes of state from MASTER. */
  releasedMaster: number;
  /** Frames that announced addresses. */
  announcements: number;
  /** Adverts of another master that left this one master. */
  losingAdverts: number;
  /** Accepted adverts with another address list. */
  addressListMismatch: number;
  /** Addresses that somebody else removed and that were put back. */
  repairs: number;
  /** Deadlines that were missed because the loop stood still. */
  stalls: number;
  /** Datagrams not used, by reason. */
  readonly dropped: Partial<Record<DropReason, number>>;
}

/** Counters at zero. */
export function newCounters(): Counters {
  return {
    sent: 0,
    sendErrors: 0,
    received: 0,
    zeroSent: 0,
    zeroReceived: 0,
    transitions: { INIT: 0, BACKUP: 0, MASTER: 0, FAULT: 0 },
    releasedMaster: 0,
    announcements: 0,
    losingAdverts: 0,
    addressListMismatch: 0,
    repairs: 0,
    stalls: 0,
    dropped: {},
  };
}

/** Counters as they are now, which do not go on. */
export function counted(counters: Counters): CounterStatus {
  const { transitions, dropped } = counters;
  return {
    ...counters,
    transitions: { ...transitions },
    dropped: { ...dropped },
  };
}
