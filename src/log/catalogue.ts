/**
 * All events that this program can tell of. Code gives facts; what a person
 * reads, and how much it matters, is made of them here and nowhere else. Names
 * and fields are for programs: they stay, and more may come.
 *
 * @module
 */

import { ADDRESS_EVENTS } from "./events/addresses.ts";
import { ADVERT_EVENTS } from "./events/adverts.ts";
import { CONTROL_EVENTS } from "./events/control.ts";
import { CONFIGURATION_EVENTS } from "./events/configuration.ts";
import { DAEMON_EVENTS } from "./events/daemon.ts";
import type { EventDefinition } from "./events/define.ts";
import { ELECTION_EVENTS } from "./events/election.ts";
import { HOST_EVENTS } from "./events/host.ts";
import { OPERATOR_EVENTS } from "./events/operator.ts";
import { SERVICE_EVENTS } from "./events/services.ts";
import { STATE_EVENTS } from "./events/state.ts";
import type { LogLevel } from "./level.ts";

/** The events by what they are about, each with its heading. */
export const CHAPTERS = {
  "The election": ELECTION_EVENTS,
  "What operators order": OPERATOR_EVENTS,
  "Adverts and announcements": ADVERT_EVENTS,
  "Addresses": ADDRESS_EVENTS,
  "The host": HOST_EVENTS,
  "Checks and notifications": SERVICE_EVENTS,
  "The daemon": DAEMON_EVENTS,
  "The configuration": CONFIGURATION_EVENTS,
  "The control socket": CONTROL_EVENTS,
  "States and counters": STATE_EVENTS,
} as const;

const EVENTS = {
  ...ELECTION_EVENTS,
  ...OPERATOR_EVENTS,
  ...ADVERT_EVENTS,
  ...ADDRESS_EVENTS,
  ...HOST_EVENTS,
  ...SERVICE_EVENTS,
  ...DAEMON_EVENTS,
  ...CONFIGURATION_EVENTS,
  ...CONTROL_EVENTS,
  ...STATE_EVENTS,
};

/** What happened, in one word that programs can look for. */
export type EventName = keyof typeof EVENTS;

type FieldsOf<Name extends EventName> = (typeof EVENTS)[Name] extends
  EventDefinition<infer Fields> ? Fields : never;

/** One event of a name, with its facts: plain data. */
export type EventOf<Name extends EventName> =
  & { readonly event: Name }
  & FieldsOf<Name>
  & {
    /** When it happened in milliseconds since 1970 UTC; default: now. */
    readonly time?: number;
  };

/** One event: plain data that one isolate can post to the other. */
export type LogEvent = { [Name in EventName]: EventOf<Name> }[EventName];

/** How much an event matters. */
export function levelOf(event: LogEvent): LogLevel {
  const { level } = definitionOf(event);
  return typeof level === "string" ? level : level.of(event);
}

/** What a person reads of an event, without the name of the instance. */
export function sentenceOf(event: LogEvent): string {
  return definitionOf(event).say(event);
}

/** The definition of an event takes the fields that this very event has. */
function definitionOf({ event }: LogEvent): EventDefinition<LogEvent> {
  return EVENTS[event] as unknown as EventDefinition<LogEvent>;
}
