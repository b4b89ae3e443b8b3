/**
 * The `garp` section of an instance.
 *
 * @module
 */

import * as v from "valibot";
import type { GarpSettings } from "../settings/instance.ts";
import { duration, section, whole } from "./values.ts";

const HOUR = 3_600_000;

/** Schema of `garp`. */
export const garpSchema: v.GenericSchema<unknown, GarpSettings> = section({
  repeat: v.optional(
    v.pipe(
      whole(1, 100),
      v.description("Packets for each virtual IP in a burst, 1 to 100"),
    ),
    5,
  ),
  delay: v.optional(
    v.pipe(
      duration("from 0s to 1h", (ms) => ms <= HOUR),
      v.description("Time to the second burst, 0s for none, at most 1h"),
    ),
    "5s",
  ),
  refresh: v.optional(
    v.pipe(
      duration(
        "of 0s, or from 1s to 24h",
        (ms) => ms === 0 || (ms >= 1000 && ms <= 24 * HOUR),
      ),
      v.description("Time between later packets, 0s for none, 1s to 24h"),
    ),
    "4s",
  ),
  interval: v.optional(
    v.pipe(
      duration("from 0s to 1s", (ms) => ms <= 1000),
      v.description("Time between two packets on a link, 0s to 1s"),
    ),
    "0s",
  ),
});
