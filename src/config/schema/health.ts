/**
 * One entry of `health_checkers`.
 *
 * @module
 */

import * as v from "valibot";
import type { CheckSettings, Probe } from "../settings/check.ts";
import { isMap } from "../issue.ts";
import { probes } from "./probes.ts";
import { duration, formOf, oneOf, section, whole } from "./values.ts";
import { name } from "./words.ts";

const DAY = 86_400_000;
const DEFAULT_TIMEOUT = 2000;

const TYPES = [
  ...["tcp", "http", "https", "ping"] as const,
  ...["script", "dns", "file", "process"] as const,
];

/** An entry of one of these types, with what they have for `config`. */
function checker(
  types: readonly (typeof TYPES)[number][],
  config: v.GenericSchema<unknown, Probe>,
): v.GenericSchema<unknown, CheckSettings> {
  return v.pipe(
    section({
      name: v.pipe(name(), v.description("Unique name of the check")),
      type: v.pipe(oneOf(types), v.description("What the check does")),
      interval: v.optional(
        v.pipe(
          duration("from 10ms to 24h", (ms) => ms >= 10 && ms <= DAY),
          v.description("Time from one check to the next, 10ms to 24h"),
        ),
        "3s",
      ),
      timeout: v.pipe(
        v.nullish(
          duration("from 10ms to 24h", (ms) => ms >= 10 && ms <= DAY),
          null,
        ),
        v.description(
          "Time after which a check has failed, 10ms to 24h; " +
            "null for 2s, or the interval when that is less",
        ),
      ),
      rise: v.optional(
        v.pipe(
          whole(1, 1000),
          v.description("Successes in a row that make it healthy, 1 to 1000"),
        ),
        2,
      ),
      fall: v.optional(
        v.pipe(
          whole(1, 1000),
          v.description("Failures in a row that make it failing, 1 to 1000"),
        ),
        2,
      ),
      config: v.pipe(
        v.nullish(config, {}),
        v.description("What the type of check needs"),
      ),
    }),
    v.transform(({ timeout, config, type: _, ...keys }) => ({
      ...keys,
      timeout: timeout ?? Math.min(DEFAULT_TIMEOUT, keys.interval),
      probe: config,
    })),
  );
}

const checkers: ReadonlyMap<
  unknown,
  v.GenericSchema<unknown, CheckSettings>
> = new Map(TYPES.map((type) => [type, checker([type], probes[type])]));

/** An entry whose type is refused, so that its `config` never comes out. */
const unknownChecker = checker(TYPES, v.any());

/** Schema of one entry of `health_checkers`. */
export const checkerSchema: v.GenericSchema<unknown, CheckSettings> = formOf(
  [...checkers.values()],
  (input) => checkers.get(isMap(input) ? input.type : null) ?? unknownChecker,
);
