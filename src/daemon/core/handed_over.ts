/**
 * All that a core knows, as plain data: what one daemon hands over to the next.
 * Times are on the clock that both have.
 *
 * @module
 */

import type { LinkSysctl, RecordedSysctl } from "../../kernel/held_record.ts";
import type { HeldAddress } from "../../kernel/port.ts";
import type { Drain } from "../../vrrp/operator.ts";
import type { Verdict } from "../../vrrp/priority.ts";
import {
  among,
  flag,
  list,
  Misshapen,
  nullable,
  number,
  object,
  record,
  type Shape,
  text,
} from "../../vrrp/shape.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { reason } from "../../vrrp/reason_shape.ts";
import { routerState } from "../../vrrp/state_shape.ts";
import type { ChecksumForm } from "../../wire/vrrp_checksum.ts";
import { HAND_OVER } from "../messages.ts";
import type { Entry } from "./ledger.ts";
import type { TallyNumbers } from "./tally.ts";
import type { Debt } from "./announcer.ts";
import type { Entrance, Instance } from "./instance.ts";

/** Counters by name; some of them by reason. */
export type HandedCounters = Readonly<
  Record<string, number | Readonly<Record<string, number>>>
>;

/** One instance. */
export interface HandedInstance {
  /** Its name. */
  readonly name: string;
  /** State of its virtual router. */
  readonly state: RouterState;
  /** See {@linkcode Instance}. */
  readonly checksumForm: ChecksumForm;
  /** See {@linkcode Instance}. */
  readonly mute: { readonly since: number; readonly count: number } | null;
  /** See {@linkcode Instance}. */
  readonly toldMaster: Instance["toldMaster"];
  /** See {@linkcode Instance}. */
  readonly isAnnounced: boolean;
  /** See {@linkcode Instance}. */
  readonly untold: number;
  /** How it came into its state. */
  readonly entrance: Entrance;
  /** The other hosts that it heard, who spoke last first. */
  readonly hosts: readonly HandedHost[];
  /** What was counted. */
  readonly counters: HandedCounters;
}

/** Another host: the last advert of it that was accepted. */
export interface HandedHost {
  /** The VRRP message. */
  readonly payload: readonly number[];
  /** Source address. */
  readonly source: string;
  /** Destination address. */
  readonly destination: string;
  /** TTL or hop limit on arrival. */
  readonly hopLimit: number;
  /** When it came. */
  readonly at: number;
  /** Adverts of the host so far. */
  readonly adverts: number;
}

/** What belongs to no instance is counted by link and family. */
export interface HandedPort {
  /** Index of the link, and family. */
  readonly id: string;
  /** What was counted. */
  readonly counters: HandedCounters;
}

/** All of it. */
export interface HandedOver {
  /** {@linkcode HAND_OVER}. */
  readonly version: typeof HAND_OVER;
  /** Since when nothing was read or sent. */
  readonly at: number;
  /** The instances. */
  readonly instances: readonly HandedInstance[];
  /** What was counted of the whole. */
  readonly tally: TallyNumbers;
  /** The sockets' counters. */
  readonly ports: readonly HandedPort[];
  /** The addresses that serve. */
  readonly held: readonly Entry[];
  /** Announcements that are still to be sent. */
  readonly debts: readonly Debt[];
  /** Settings of links that were turned on. */
  readonly sysctls: readonly RecordedSysctl[];
  /** What is known of health checks, by name. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Orders to drain, by instance. */
  readonly drains: Readonly<Record<string, Drain>>;
  /** When the startup delay is over, or null. */
  readonly startAt: number | null;
  /** When the lease is renewed, or null. */
  readonly renewAt: number | null;
}

const byReason = record(number);

const counters: Shape<HandedCounters> = record((value) =>
  typeof value === "number" ? number(value) : byReason(value)
);

const heldAddress: Shape<HeldAddress> = object<HeldAddress>({
  index: number,
  address: text,
  prefix: number,
  scope: number,
  label: nullable(text),
  lifetimeSeconds: nullable(number),
  preferred: flag,
});

const handedOver: Shape<HandedOver> = object<HandedOver>({
  version: among(HAND_OVER),
  at: number,
  instances: list(object<HandedInstance>({
    name: text,
    state: routerState,
    checksumForm: among("message", "pseudo_header"),
    mute: nullable(
      object<NonNullable<HandedInstance["mute"]>>({
        since: number,
        count: number,
      }),
    ),
    toldMaster: nullable(
      object<NonNullable<Instance["toldMaster"]>>({
        address: text,
        priority: number,
        isTold: flag,
      }),
    ),
    isAnnounced: flag,
    untold: number,
    entrance: object<Entrance>({
      time: number,
      from: nullable(among("INIT", "BACKUP", "MASTER", "FAULT")),
      reason: nullable(reason),
    }),
    hosts: list(object<HandedHost>({
      payload: list(number),
      source: text,
      destination: text,
      hopLimit: number,
      at: number,
      adverts: number,
    })),
    counters,
  })),
  tally: object<TallyNumbers>({
    turns: number,
    stalls: number,
    netlinkSlow: number,
    netlinkOverruns: number,
  }),
  ports: list(object<HandedPort>({ id: text, counters })),
  held: list(object<Entry>({ address: heldAddress, owner: text, ours: flag })),
  debts: list(object<Debt>({
    owner: text,
    index: number,
    keys: list(text),
    total: number,
    sent: number,
    interval: number,
    dueAt: nullable(number),
    isRefresh: flag,
  })),
  sysctls: list(object<RecordedSysctl>({
    index: number,
    link: text,
    setting: among<LinkSysctl>("promote_secondaries", "accept_local"),
    before: text,
  })),
  verdicts: record(object<Verdict>({
    up: nullable(flag),
    value: nullable(number),
    detail: nullable(text),
  })),
  drains: record(object<Drain>({
    since: number,
    until: nullable(number),
    by: nullable(text),
    reason: nullable(text),
    lastResort: flag,
  })),
  startAt: nullable(number),
  renewAt: nullable(number),
});

/**
 * Read what was handed over.
 *
 * @returns Why it is not used, where it was cut off or is of another shape.
 */
export function readHandedOver(written: string): HandedOver | string {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return "what was handed over is not whole";
  }
  try {
    return handedOver(value);
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    return `of what was handed over ${error.message}`;
  }
}
