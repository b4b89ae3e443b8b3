/**
 * Runs the code of a takeover before it is needed: V8 compiles functions when
 * they are first called, which would cost the first takeover some
 * milliseconds. A core of its own takes over, serves and stops on a machine
 * that is none, in no time.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type {
  AdvertReceiver,
  AdvertSender,
  Kernel,
} from "../../kernel/port.ts";
import { IFF_RUNNING, IFF_UP } from "../../wire/rtnetlink.ts";
import type { NetlinkBody } from "../../wire/rtnetlink_parse.ts";
import type { CoreStart } from "../messages.ts";
import { openCore, wakeAt } from "./core.ts";
import { stop } from "./lifecycle.ts";
import { turn } from "./turn.ts";

/** Turns that it takes. */
const TURNS = 24;

/** What an instance serves there, whatever it serves here. */
const VIP = {
  interface: null,
  scope: "global",
  label: null,
  track: true,
  preferred: false,
} as const;

/** Rehearse a takeover by the first instance. */
export function rehearse(settings: CoreStart): void {
  const [first] = settings.instances;
  if (first === undefined) return;
  const instance: InstanceSettings = {
    ...first,
    interface: "none",
    sourceAddress: null,
    trackers: [],
    virtualIps: [{ ...VIP, address: "192.0.2.2", prefix: 32 }],
    excludedVirtualIps: [{ ...VIP, address: "2001:db8::2", prefix: 128 }],
  };
  const clock = { now: 0 };
  const core = openCore(nowhere(clock), {
    ...settings,
    instances: [{ ...instance, priority: Math.min(instance.priority, 254) }],
    syncGroups: [],
    startupDelay: 0,
    realtime: false,
    watchdog: null,
  }, () => {});
  for (let count = 0; count < TURNS; count++) {
    clock.now = Math.max(clock.now, wakeAt(core));
    turn(core, new Set([0]));
  }
  stop(core, clock.now);
}

/** A machine with one link, on which nothing is heard. */
function nowhere(clock: { readonly now: number }): Kernel {
  const none = (): null => null;
  const port: AdvertReceiver & AdvertSender = {
    id: 0,
    receive: () => [],
    send: none,
    close: () => {},
  };
  return {
    now: () => clock.now,
    wallClock: () => 0,
    keepsProtocol: true,
    links: { id: 0, read: () => "empty", dump: () => LINK },
    record: { read: none, write: none },
    channel: { id: 0, receive: () => undefined },
    signals: { id: -1, take: () => undefined },
    sideWord: () => 0,
    complain: () => {},
    changeAddresses: (changes) => changes.map(none),
    sendFrame: none,
    openReceiver: () => port,
    openSender: () => port,
    readSysctl: () => "1",
    writeSysctl: none,
    feedWatchdog: () => {},
    becomeRealtime: () => [],
  };
}

/** Documentation addresses (RFC 5737, RFC 3849). */
const LINK: readonly NetlinkBody[] = [
  {
    type: "link",
    link: {
      index: 1,
      name: "none",
      flags: IFF_UP | IFF_RUNNING,
      mac: "02:00:00:00:00:01",
      mtu: 1500,
      operState: 6,
      master: null,
    },
  },
  {
    type: "address",
    address: {
      index: 1,
      family: "ipv4",
      address: "192.0.2.1",
      prefix: 24,
      scope: 0,
      flags: 0,
      protocol: null,
    },
  },
];
