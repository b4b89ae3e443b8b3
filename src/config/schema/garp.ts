/**
 * The `garp` section of an instance.
 *
 * @module
 */

import * as v from "valibot";
import type { GarpSettings } from "../settings/instance.ts";
import { about } from "./editor.ts";
import { duration, section, whole } from "./values.ts";

const HOUR = 3_600_000;

/** Schema of `garp`. */
export const garpSchema: v.GenericSchema<unknown, GarpSettings> = section({
  repeat: v.optional(
    v.pipe(
      whole(1, 100),
      about(
        "Packets in a burst",
        "Gratuitous ARP packets for each address when this host " +
          "becomes master, 1 to 100",
      ),
    ),
    5,
  ),
  delay: v.optional(
    v.pipe(
      duration("from 0s to 1h", (ms) => ms <= HOUR),
      about(
        "Second burst",
        "Time from the first burst to the second, up to 1h; 0s for " +
          "no second one",
      ),
    ),
    "5s",
  ),
  refresh: v.optional(
    v.pipe(
      duration(
        "of 0s, or from 1s to 24h",
        (ms) => ms === 0 || (ms >= 1000 && ms <= 24 * HOUR),
      ),
      about(
        "Refresh",
        "Time between later packets for each address while master, " +
          "1s to 24h; 0s for none",
      ),
    ),
    "4s",
  ),
  interval: v.optional(
    v.pipe(
      duration("from 0s to 1s", (ms) => ms <= 1000),
      about(
        "Pause",
        "Time between two packets on an interface, 0s to 1s, for " +
          "switches that drop bursts",
      ),
    ),
    "0s",
  ),
});
