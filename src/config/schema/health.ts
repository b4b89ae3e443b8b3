/**
 * One entry of `health_checkers`.
 *
 * @module
 */

import * as v from "valibot";
import type { CheckSettings, Probe } from "../settings/check.ts";
import { isMap } from "../issue.ts";
import { about, cases, written } from "./editor.ts";
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
      name: v.pipe(
        name(),
        about(
          "Name of the check",
          "Unique name, which track_scripts refers to",
        ),
      ),
      type: v.pipe(
        oneOf(types),
        about(
          "Type of check",
          "What the check does; config holds what that type needs",
          {
            tcp: "Connects to a TCP port",
            http: "Asks for an http or https URL",
            https: "Asks for an https URL",
            ping: "Sends an ICMP echo request",
            script: "Runs a command; exit status 0 is success",
            dns: "Asks a name server",
            file:
              "Looks at a file: whether it exists, its age, the number in it",
            process: "Looks for processes",
          },
        ),
      ),
      interval: v.optional(
        v.pipe(
          duration("from 10ms to 24h", (ms) => ms >= 10 && ms <= DAY),
          about("Interval", "Time from one check to the next, 10ms to 24h"),
        ),
        "3s",
      ),
      timeout: v.pipe(
        v.nullish(
          duration("from 10ms to 24h", (ms) => ms >= 10 && ms <= DAY),
          null,
        ),
        about(
          "Timeout",
          "Time after which a check has failed, 10ms to 24h; by " +
            "default 2s, or the interval when that is less",
        ),
      ),
      rise: v.optional(
        v.pipe(
          whole(1, 1000),
          about(
            "Rise",
            "Successes in a row that make a failing check healthy, 1 to " +
              "1000; the first result counts at once",
          ),
        ),
        2,
      ),
      fall: v.optional(
        v.pipe(
          whole(1, 1000),
          about(
            "Fall",
            "Failures in a row that make a healthy check failing, 1 to " +
              "1000; the first result counts at once",
          ),
        ),
        2,
      ),
      config: v.pipe(
        v.nullish(config, {}),
        about("What to check", "What the type of check needs"),
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
const unknownChecker = checker(
  TYPES,
  v.pipe(v.any(), written({ type: "object" })),
);

/** Schema of one entry of `health_checkers`. */
export const checkerSchema: v.GenericSchema<unknown, CheckSettings> = v.pipe(
  formOf(
    [...checkers.values()],
    (input) => checkers.get(isMap(input) ? input.type : null) ?? unknownChecker,
  ),
  cases("type", "config", unknownChecker, probes),
  about("Health checker", "A check with its rhythm"),
);
