/**
 * Runs the code of a takeover once before it is needed: V8 compiles functions
 * when they are first called, which would cost the first takeover some
 * milliseconds. Nothing here reaches the network or an existing link.
 *
 * @module
 */

import { attempt } from "../../kernel/attempt.ts";
import {
  advance,
  configure,
  earliestDeadline,
  expire,
  newEngine,
} from "../../vrrp/engine.ts";
import { VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import { emitIpv4, IPPROTO_VRRP, VRRP_TOS, VRRP_TTL } from "../../wire/ipv4.ts";
import { emitAdvert, parseAdvert } from "../../wire/vrrp.ts";
import type { Core } from "./core_state.ts";
import type { Instance } from "./instance.ts";

/** No link has this index: the kernel refuses what is asked of it. */
const NO_LINK = { index: 0x7fff_ffff, name: "none" };
/** Documentation addresses (RFC 5737). */
const SOURCE = "192.0.2.1";
const ADDRESS = "192.0.2.2";
const RUNS = 3;

/** Rehearse a takeover by an instance. */
export function rehearse(core: Core, { settings }: Instance): void {
  const link = { ...NO_LINK, mac: new Uint8Array(6), router: false };
  const burst = { repeat: 1, interval: 0 };
  for (let run = 0; run < RUNS; run++) {
    elect(settings);
    exchange(settings);
    attempt(() =>
      core.addresses.add(NO_LINK, [{ address: ADDRESS, prefix: 32 }])
    );
    attempt(() => core.announcer.announce("none", link, [ADDRESS], burst, 0));
  }
}

/** A virtual router that nobody sees starts, takes over and stops. */
function elect(settings: Instance["settings"]): void {
  const engine = newEngine();
  configure(engine, "none", {
    ...settings,
    priority: 100,
    higherPriorityAdvert: false,
  });
  advance(engine, "none", { type: "startup" }, 0);
  const interval = settings.advertInterval;
  const advert = {
    type: "advert",
    source: SOURCE,
    priority: 0,
    interval,
  } as const;
  advance(engine, "none", advert, 0);
  const deadline = earliestDeadline(engine);
  expire(engine, 0, deadline);
  expire(engine, 0, deadline + interval);
  advance(engine, "none", { type: "shutdown" }, deadline + interval);
}

/** An advert is written and read. */
function exchange(settings: Instance["settings"]): void {
  const { version, family, advertInterval: interval, password } = settings;
  const destination = VRRP_GROUP_IPV4;
  const addresses = [ADDRESS];
  const payload = emitAdvert(
    { version, virtualRouterId: 1, priority: 1, interval, addresses },
    { password, checksumForm: "pseudo_header", source: SOURCE, destination },
  );
  const header = {
    ...{ source: SOURCE, destination, id: 0 },
    ...{ ttl: VRRP_TTL, tos: VRRP_TOS, protocol: IPPROTO_VRRP },
  };
  emitIpv4(header, payload);
  const origin = { source: SOURCE, destination, hopLimit: VRRP_TTL };
  parseAdvert(payload, origin, {
    ...{ family, version, password, interval, multicast: true },
    ...{ minHopLimit: VRRP_TTL, mayBeEmpty: false, checksum: "auto" },
  });
}
