/**
 * One entry of `vrrp_instances`: the rules that several keys keep together, and
 * its way to {@link InstanceSettings}.
 *
 * @module
 */

import * as v from "valibot";
import { familyOf } from "../../wire/address.ts";
import type { InstanceSettings, VirtualIp } from "../settings/instance.ts";
import { intervalProblem } from "./advert_interval.ts";
import { about } from "./editor.ts";
import { instanceKeys } from "./instance_keys.ts";
import { notifyScripts } from "./notify.ts";
import { type PlacedTracker, placedTrackers } from "./trackers.ts";

/** A sound entry of `vrrp_instances`. */
export interface InstanceEntry {
  /** The instance. */
  readonly settings: InstanceSettings;
  /** Its trackers, with their places in the entry. */
  readonly trackers: readonly PlacedTracker[];
}

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
    about("VRRP instance", "A virtual router of this host"),
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
