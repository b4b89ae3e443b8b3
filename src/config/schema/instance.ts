/**
 * One entry of `vrrp_instances`: its keys in snake_case, their defaults and
 * ranges, the rules that several keys keep together, and its way to
 * {@link InstanceSettings}.
 *
 * @module
 */

import * as v from "valibot";
import { familyOf } from "../../wire/address.ts";
import type { InstanceSettings, VirtualIp } from "../settings/instance.ts";
import {
  excludedVirtualIps,
  hostAddress,
  unicastPeers,
  virtualIps,
} from "./addresses.ts";
import { intervalProblem } from "./advert_interval.ts";
import { garpSchema } from "./garp.ts";
import { notifyKeys, notifyScripts } from "./notify.ts";
import { type PlacedTracker, placedTrackers, trackerKeys } from "./trackers.ts";
import { duration, flag, oneOf, section, whole } from "./values.ts";
import { linkName, name, password } from "./words.ts";

/** A sound entry of `vrrp_instances`. */
export interface InstanceEntry {
  /** The instance. */
  readonly settings: InstanceSettings;
  /** Its trackers, with their places in the entry. */
  readonly trackers: readonly PlacedTracker[];
}

const HOUR = 3_600_000;

/** A wait of at most an hour. */
function wait(description: string): v.GenericSchema<unknown, number> {
  return v.optional(
    v.pipe(
      duration("from 0s to 1h", (ms) => ms <= HOUR),
      v.description(`${description}, 0s to 1h`),
    ),
    "0s",
  );
}

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
  preempt_delay: wait("Time to listen to a master of less priority"),
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
  link_up_delay: wait("Time for which a link must be up"),
  link_down_delay: wait("Time for which a link must be down"),
  unicast_peers: v.pipe(
    v.nullish(unicastPeers(), []),
    v.description("Routers to send to in place of the multicast group"),
  ),
  source_address: v.pipe(
    v.nullish(hostAddress(), null),
    v.description("Source of adverts; null for the link's primary address"),
  ),
  virtual_ips: v.pipe(
    v.nullish(virtualIps(), []),
    v.description("Addresses to hold: address, address/prefix or a map"),
  ),
  excluded_virtual_ips: v.pipe(
    v.nullish(excludedVirtualIps(), []),
    v.description("Addresses to hold that are not advertised"),
  ),
  garp: v.pipe(v.nullish(garpSchema, {}), v.description("Gratuitous ARP")),
  higher_prio_send_advert: v.optional(
    v.pipe(flag(), v.description("Send one advert when a better is heard")),
    false,
  ),
  ...trackerKeys,
  ...notifyKeys,
});

type InstanceKeys = v.InferOutput<typeof instanceKeys>;
type IntervalKeys = Pick<InstanceKeys, "version" | "advert_interval">;

/** Schema of one entry of `vrrp_instances`. */
export const instanceSchema: v.GenericSchema<unknown, InstanceEntry> = v
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
    v.forward(
      v.partialCheck(
        [["priority"], ["preempt_delay"]],
        ({ priority, preempt_delay }) => priority < 255 || preempt_delay === 0,
        "must be 0s with priority 255: an owner does not wait",
      ),
      ["preempt_delay"],
    ),
    v.forward(
      v.partialCheck(
        [["preempt"], ["preempt_delay"]],
        ({ preempt, preempt_delay }) => preempt || preempt_delay === 0,
        "has no effect with preempt: false",
      ),
      ["preempt_delay"],
    ),
    v.transform(toEntry),
  );

/** Bytes of a password that an advert carries (RFC 2338 §5.3.6.2). */
export const PASSWORD_BYTES = 8;

function toEntry(keys: InstanceKeys): InstanceEntry {
  const trackers = placedTrackers(keys);
  /** The instance's own link goes without saying. */
  const onLink = (ip: VirtualIp): VirtualIp =>
    ip.interface === keys.interface ? { ...ip, interface: null } : ip;
  return {
    settings: {
      name: keys.name,
      interface: keys.interface,
      family: familyOf(keys.virtual_ips[0]?.address ?? ""),
      version: keys.version,
      virtualRouterId: keys.virtual_router_id,
      priority: keys.priority,
      advertInterval: keys.advert_interval,
      preempt: keys.preempt,
      preemptDelay: keys.preempt_delay,
      password: keys.auth_pass?.slice(0, PASSWORD_BYTES) ?? null,
      checksum: keys.checksum,
      downTimerAdverts: keys.down_timer_adverts,
      linkUpDelay: keys.link_up_delay,
      linkDownDelay: keys.link_down_delay,
      unicastPeers: keys.unicast_peers,
      sourceAddress: keys.source_address,
      virtualIps: keys.virtual_ips.map(onLink),
      excludedVirtualIps: keys.excluded_virtual_ips.map(onLink),
      garp: keys.garp,
      higherPriorityAdvert: keys.higher_prio_send_advert,
      trackers: trackers.map(({ settings }) => settings),
      notify: notifyScripts(keys),
    },
    trackers,
  };
}
