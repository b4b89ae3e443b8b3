/**
 * One entry of `vrrp_instances`: its keys in snake_case, their defaults and
 * ranges, the rules that several keys keep together, and its way to
 * {@link InstanceSettings}.
 *
 * @module
 */

import * as v from "valibot";
import { familyOf } from "../../wire/address.ts";
import { formatDuration } from "../duration.ts";
import type { InstanceSettings } from "../settings.ts";
import { UNUSED_INSTANCE_KEYS } from "./unused.ts";
import {
  duration,
  flag,
  linkName,
  name,
  oneOf,
  password,
  section,
  virtualIps,
  whole,
} from "./values.ts";

const HOUR = 3_600_000;

const garp = section({
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
      v.description("Time between later bursts, 0s for none, 1s to 24h"),
    ),
    "60s",
  ),
});

const instanceKeys = section({
  name: v.pipe(name(), v.description("Unique name of the instance")),
  interface: v.pipe(
    linkName(),
    v.description("Link that adverts are sent and heard on"),
  ),
  state: v.optional(
    v.pipe(
      oneOf(["BACKUP", "MASTER"]),
      v.description("Has no effect: every instance listens first"),
    ),
    "BACKUP",
  ),
  version: v.optional(
    v.pipe(oneOf([2, 3]), v.description("VRRP version")),
    2,
  ),
  virtual_router_id: v.pipe(
    whole(1, 255),
    v.description("VRID, the same on all hosts, 1 to 255"),
  ),
  priority: v.optional(
    v.pipe(
      whole(1, 255),
      v.description("1 to 255, the highest is master; 255 owns the addresses"),
    ),
    100,
  ),
  advert_interval: v.optional(
    v.pipe(
      duration("such as 1s or 250ms"),
      v.description("Version 2: whole seconds to 255s; 3: 10ms to 40.95s"),
    ),
    "1s",
  ),
  preempt: v.optional(
    v.pipe(flag(), v.description("Take over from a master of less priority")),
    true,
  ),
  auth_type: v.optional(
    v.pipe(
      oneOf(["NONE", "PASS"], {
        AH: "AH authentication is not supported: use PASS or NONE",
      }),
      v.description("Authentication; PASS only in version 2"),
    ),
    "NONE",
  ),
  auth_pass: v.optional(
    v.pipe(password(), v.description("Password of PASS, at most 8 bytes used")),
  ),
  checksum: v.optional(
    v.pipe(
      oneOf(["auto", "rfc9568", "pseudo_header"]),
      v.description("IPv4 checksum of version 3"),
    ),
    "auto",
  ),
  down_timer_adverts: v.optional(
    v.pipe(
      whole(1, 100),
      v.description("Missed adverts that make a master dead, 1 to 100"),
    ),
    3,
  ),
  virtual_ips: v.pipe(
    virtualIps(),
    v.description("Addresses to hold: address or address/prefix"),
  ),
  garp: v.pipe(v.nullish(garp, {}), v.description("Gratuitous ARP")),
  ...UNUSED_INSTANCE_KEYS,
});

type InstanceKeys = v.InferOutput<typeof instanceKeys>;
type IntervalKeys = Pick<InstanceKeys, "version" | "advert_interval">;

/** Schema of one entry of `vrrp_instances`. */
export const instanceSchema: v.GenericSchema<unknown, InstanceSettings> = v
  .pipe(
    instanceKeys,
    v.forward(
      v.partialCheck(
        [["version"], ["advert_interval"]],
        ({ version, advert_interval }) =>
          intervalProblem(version, advert_interval) === null,
        ({ input }: v.PartialCheckIssue<IntervalKeys>) =>
          intervalProblem(input.version, input.advert_interval) ?? "",
      ),
      ["advert_interval"],
    ),
    v.forward(
      v.partialCheck(
        [["version"], ["auth_type"]],
        ({ version, auth_type }) => version === 2 || auth_type === "NONE",
        "PASS is not part of version 3: use NONE, or version: 2",
      ),
      ["auth_type"],
    ),
    v.forward(
      v.partialCheck(
        [["version"], ["auth_type"], ["auth_pass"]],
        ({ version, auth_type, auth_pass }) =>
          version === 3 || auth_type === "NONE" || auth_pass !== undefined,
        "PASS needs a password: add auth_pass",
      ),
      ["auth_type"],
    ),
    v.forward(
      v.partialCheck(
        [["version"], ["auth_type"], ["auth_pass"]],
        ({ version, auth_type, auth_pass }) =>
          version === 3 || auth_type === "PASS" || auth_pass === undefined,
        "has no effect without PASS: add auth_type: PASS, or remove it",
      ),
      ["auth_pass"],
    ),
    v.forward(
      v.partialCheck(
        [["version"], ["auth_pass"]],
        ({ version, auth_pass }) => version === 2 || auth_pass === undefined,
        "is not part of version 3: remove it",
      ),
      ["auth_pass"],
    ),
    v.forward(
      v.partialCheck(
        [["version"], ["checksum"]],
        ({ version, checksum }) => version === 3 || checksum === "auto",
        "has no effect in version 2: remove it, or use version: 3",
      ),
      ["checksum"],
    ),
    v.forward(
      v.partialCheck(
        [["priority"], ["preempt"]],
        ({ priority, preempt }) => priority < 255 || preempt,
        "must be true with priority 255: an owner always preempts",
      ),
      ["preempt"],
    ),
    v.transform(toInstance),
  );

/** RFC 3768 §5.3.7 counts seconds in a byte, RFC 9568 §5.2.7 12 bits of cs. */
function intervalProblem(version: 2 | 3, milliseconds: number): string | null {
  const text = formatDuration(milliseconds);
  if (version === 3) {
    return milliseconds >= 10 && milliseconds <= 40_950 &&
        milliseconds % 10 === 0
      ? null
      : `must be 10ms to 40.95s in steps of 10ms, not ${text}`;
  }
  if (milliseconds % 1000 !== 0) {
    return `must be whole seconds in version 2, not ${text}: ` +
      "version: 3 takes 10ms to 40.95s";
  }
  return milliseconds >= 1000 && milliseconds <= 255_000
    ? null
    : `must be 1s to 255s in version 2, not ${text}`;
}

/** Bytes of a password that an advert carries (RFC 2338 §5.3.6.2). */
export const PASSWORD_BYTES = 8;

function toInstance(keys: InstanceKeys): InstanceSettings {
  return {
    name: keys.name,
    interface: keys.interface,
    family: familyOf(keys.virtual_ips[0]?.address ?? ""),
    version: keys.version,
    virtualRouterId: keys.virtual_router_id,
    priority: keys.priority,
    advertInterval: keys.advert_interval,
    preempt: keys.preempt,
    password: keys.auth_pass?.slice(0, PASSWORD_BYTES) ?? null,
    checksum: keys.checksum,
    downTimerAdverts: keys.down_timer_adverts,
    virtualIps: keys.virtual_ips,
    garp: keys.garp,
  };
}
