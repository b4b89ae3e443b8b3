/**
 * One instance as the core runs it: its settings beside what was counted and
 * what was said of it.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { DropReason } from "../../wire/drop_reason.ts";
import type { ChecksumForm } from "../../wire/vrrp_checksum.ts";

/** Sources that are remembered for having been reported. */
const MAX_SOURCES = 16;

/** What was counted since the instance was started. */
export interface Counters {
  /** Adverts sent. */
  sent: number;
  /** Adverts that could not be sent. */
  sendErrors: number;
  /** Adverts heard and accepted. */
  received: number;
  /** Accepted adverts with another address list. */
  addressListMismatch: number;
  /** Addresses that somebody else removed and that were put back. */
  repairs: number;
  /** Deadlines that were missed because the loop stood still. */
  stalls: number;
  /** Datagrams not used, by reason. */
  readonly dropped: Partial<Record<DropReason, number>>;
}

/** An address that the kernel holds for an instance. */
export interface Served {
  /** Index of the link. */
  readonly index: number;
  /** The address. */
  readonly address: string;
}

/** One instance. */
export interface Instance {
  /** Settings in force. */
  settings: InstanceSettings;
  /** Link that adverts are sent by. */
  readonly sendLink: string;
  /** Link that adverts are heard on. */
  readonly receiveLink: string;
  /** Checksum form of the last accepted advert, sent where none is pinned. */
  checksumForm: ChecksumForm;
  /** VIPs that the kernel holds for it, whether this daemon added them or not. */
  serving: readonly Served[];
  /** What was counted. */
  readonly counters: Counters;
  /** What was logged already and is not again before the state changes. */
  readonly reported: Set<string>;
}

/** An instance that has counted nothing yet. */
export function newInstance(settings: InstanceSettings): Instance {
  return {
    settings,
    sendLink: settings.interface,
    receiveLink: settings.interface,
    // What peers of RFC 5798 verify; an RFC 9568 one is answered in its form.
    checksumForm: "pseudo_header",
    serving: [],
    counters: newCounters(),
    reported: new Set(),
  };
}

/** Counters at zero. */
export function newCounters(): Counters {
  return {
    sent: 0,
    sendErrors: 0,
    received: 0,
    addressListMismatch: 0,
    repairs: 0,
    stalls: 0,
    dropped: {},
  };
}

/**
 * Whether something is to be said now: once until the set is cleared, and of
 * at most 16 sources.
 */
export function firstTime(reported: Set<string>, what: string): boolean {
  if (reported.has(what) || reported.size >= MAX_SOURCES) return false;
  reported.add(what);
  return true;
}
