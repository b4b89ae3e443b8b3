/**
 * A LAN segment: it loses, delays, doubles and reorders, and falls into parts.
 *
 * @module
 */

import { type Agenda, schedule } from "./agenda.ts";
import { between, type Prng } from "./prng.ts";
import type { Datagram } from "./world.ts";

/** Where an instance of a host is plugged in. */
export interface Port {
  /** Ports of one number hear each other. */
  part: number;
  /** Whether frames come and go. */
  up: boolean;
  /** Whether frames go but do not come. */
  deaf: boolean;
  /** Takes what arrives. */
  readonly receive: (datagram: Datagram) => void;
}

/** A segment and its condition. */
export interface Segment {
  /** All that are plugged in. */
  readonly ports: Port[];
  /** Chance of each delivery to fail, 0 to 1. */
  loss: number;
  /** Chance of each delivery to come twice, 0 to 1. */
  duplication: number;
  /** Longest time on the way, in milliseconds. */
  readonly maxDelay: number;
}

/** Send a datagram to every other port of the same part. */
export function transmit(
  segment: Segment,
  from: Port,
  datagram: Datagram,
  agenda: Agenda,
  prng: Prng,
): void {
  if (!from.up) return;
  for (const port of segment.ports) {
    if (port === from || port.part !== from.part) continue;
    if (prng() < segment.loss) continue;
    const copies = prng() < segment.duplication ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const arrival = agenda.now + between(prng, 0, segment.maxDelay);
      schedule(agenda, arrival, () => {
        if (port.up && !port.deaf) port.receive(datagram);
      });
    }
  }
}
