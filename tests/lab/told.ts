/**
 * What a log shows of an event besides its facts.
 *
 * @module
 */

import {
  type EventOf,
  levelOf,
  type LogEvent,
  sentenceOf,
} from "../../src/log/catalogue.ts";
import type { LogLevel } from "../../src/log/level.ts";

/** An event as tests look at it. */
export interface Told {
  /** Its name. */
  readonly event: string;
  /** How much it matters. */
  readonly level: LogLevel;
  /** What a person reads. */
  readonly message: string;
  /** Name of the instance that it is about, or absent. */
  readonly instance?: string | undefined;
  /** When it happened, or absent. */
  readonly time?: number | undefined;
}

/** An event with its level and its sentence. */
export function told(event: LogEvent): Told {
  return { ...event, level: levelOf(event), message: sentenceOf(event) };
}

/** The events of a name among others. */
export function eventsNamed<Name extends LogEvent["event"]>(
  name: Name,
  events: readonly LogEvent[],
): (EventOf<Name> & Told)[] {
  return events
    .filter((event): event is LogEvent & EventOf<Name> => event.event === name)
    .map((event) => ({ ...event, ...told(event) }));
}
