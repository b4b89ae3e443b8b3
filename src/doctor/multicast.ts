/**
 * Whether multicast goes out and comes in, and who else speaks VRRP there.
 *
 * @module
 */

import type { InstanceSettings } from "../config/settings/instance.ts";
import { VRRP_TTL } from "../wire/ipv4.ts";
import { parseAdvert, sameAddresses } from "../wire/vrrp.ts";
import type { Overheard } from "../wire/overheard.ts";
import {
  type CheckResult,
  failure,
  ok,
  skipped,
  warning,
} from "./check_result.ts";
import { type Observation, OBSERVE_FOR, type Speaker } from "./observation.ts";
import type { Target } from "./target.ts";

const FIREWALL = "let protocol 112 in and out (see firewall)";

/** Judge what came back of the multicast that was sent. */
export function checkMulticast(
  { link, source }: Target,
  { problem, refusal, echoed }: Observation,
): CheckResult {
  const id = "multicast";
  if (problem !== null) {
    return failure(
      id,
      problem.message,
      "see to what the kernel says: adverts need the same sockets",
    );
  }
  if (source === null) {
    return skipped(
      id,
      `"${link.name}" has no IPv4 address to send from`,
      "see interface.address",
    );
  }
  if (refusal !== null) return failure(id, refusal.message, FIREWALL);
  if (echoed) {
    return ok(
      id,
      `sent to 224.0.0.18 on "${link.name}" and received (looped, TTL 0)`,
    );
  }
  return failure(
    id,
    `sent to 224.0.0.18 on "${link.name}" and not received`,
    FIREWALL,
  );
}

/** Judge the routers that were heard. */
export function checkSpeakers(
  { link, instances }: Target,
  { speakers }: Observation,
): CheckResult {
  const id = "speakers";
  const limit = `in ${OBSERVE_FOR / 1000} s on "${link.name}"`;
  if (speakers.length === 0) {
    return ok(
      id,
      `no VRRP router heard ${limit} (an advert slower than that is missed)`,
    );
  }
  const heard = `heard ${limit}: ${speakers.map(describe).join("; ")}`;
  const lost = speakers.find(({ delivered }) => !delivered);
  if (lost !== undefined) {
    return failure(
      id,
      `${heard}; those from ${lost.advert.source} arrive and do not reach ` +
        "a VRRP socket",
      `${FIREWALL}, and rp_filter`,
    );
  }
  const strange = speakers.flatMap(({ advert }) =>
    instances.map((instance) => strangeness(instance, advert))
      .filter((problem) => problem !== null)
  );
  if (strange.length > 0) {
    return warning(
      id,
      `${heard}; ${strange.join("; ")}`,
      "give the configured instance another VRID, or make both sides the same",
    );
  }
  return ok(id, heard);
}

function describe({ advert }: Speaker): string {
  const { virtualRouterId, source, version, priority } = advert;
  return `VRID ${virtualRouterId} from ${source} ` +
    `(VRRPv${version}, priority ${priority})`;
}

/** Why an advert with the VRID of an instance is none of its virtual router. */
function strangeness(
  instance: InstanceSettings,
  advert: Overheard,
): string | null {
  const { family, virtualRouterId } = instance;
  if (advert.family !== family || advert.virtualRouterId !== virtualRouterId) {
    return null;
  }
  const { payload } = advert;
  const expected = {
    ...{ family, version: instance.version, multicast: true },
    ...{ password: instance.password, interval: instance.advertInterval },
    checksum: instance.checksum,
    minHopLimit: VRRP_TTL,
    mayBeEmpty: instance.virtualIps.length === 0,
  };
  const received = parseAdvert(payload, advert, expected);
  const who =
    `${advert.source} uses VRID ${virtualRouterId} of "${instance.name}"`;
  if (typeof received === "string") {
    return `${who} with adverts that it drops (${received})`;
  }
  const vips = instance.virtualIps.map(({ address }) => address);
  return sameAddresses(received.advert.addresses, vips)
    ? null
    : `${who} for other addresses (${
      received.advert.addresses.join(", ") || "none"
    })`;
}
