/**
 * Goes the way of a takeover before it is needed: V8 compiles functions when
 * they are first called, and drops what was not called for a time, which would
 * cost the takeover some milliseconds. A core of its own takes over and yields,
 * in no time. Its calls go to the real machine, but to a link that is none:
 * they are refused, and nothing comes of them. Its settings have the shape of
 * those that came from the side: V8 remembers where properties lie by the way
 * that an object was made.
 *
 * @module
 */

import type {
  InstanceSettings,
  VirtualIp,
} from "../../config/settings/instance.ts";
import {
  type AdvertReceiver,
  type AdvertSender,
  type Datagram,
  Failure,
  type Kernel,
} from "../../kernel/port.ts";
import { ipBytes, VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import { IFF_RUNNING, IFF_UP } from "../../wire/rtnetlink.ts";
import type { NetlinkBody } from "../../wire/rtnetlink_parse.ts";
import { emitAdvert } from "../../wire/vrrp.ts";
import type { CoreStart } from "../messages.ts";
import { type Core, openCore, stateOf, wakeAt } from "./core.ts";
import { turn } from "./turn.ts";

/** Turns at one moment; it takes two or three. */
const MOST_TURNS = 8;
/** Moments until it serves; each step of getting ready is one. */
const MOST_WAKES = 32;
/** No link has this index, the last one that there could be. */
const NOWHERE = 0x7fff_ffff;
/** Where a socket that may not broadcast cannot send to. */
const NOBODY = ipBytes("255.255.255.255");
/** Documentation addresses (RFC 5737, RFC 3849). */
const OWN = "192.0.2.1";
const PEER = "192.0.2.254";
const PORT_ID = 0;
const PORT: ReadonlySet<number> = new Set([PORT_ID]);
const NOTHING: ReadonlySet<number> = new Set();

const VIP: VirtualIp = {
  address: "192.0.2.3",
  prefix: 32,
  interface: null,
  scope: "global",
  label: null,
  track: true,
  preferred: false,
};

/** An instance where the daemon has none. */
const INSTANCE: InstanceSettings = {
  name: "none",
  interface: "none",
  family: "ipv4",
  version: 3,
  virtualRouterId: 3,
  priority: 100,
  advertInterval: 1000,
  preempt: true,
  preemptDelay: 0,
  password: null,
  checksum: "auto",
  downTimerAdverts: 3,
  linkUpDelay: 0,
  linkDownDelay: 0,
  unicastPeers: [],
  sourceAddress: null,
  virtualIps: [VIP],
  excludedVirtualIps: [],
  garp: { repeat: 2, delay: 0, refresh: 0, interval: 0 },
  higherPriorityAdvert: false,
  trackers: [],
  notify: { byState: {}, any: null },
};

/** The settings of a daemon, of an instance that is alone and nowhere. */
function rehearsed(settings: CoreStart): CoreStart {
  const like = settings.instances[0] ?? INSTANCE;
  const vip = { ...like.virtualIps[0] ?? VIP, interface: null, label: null };
  const instance: InstanceSettings = {
    ...like,
    ...{ name: "none", interface: "none", family: "ipv4" },
    ...{ virtualRouterId: 3, priority: 100, advertInterval: 1000 },
    ...{ preempt: true, preemptDelay: 0, password: null },
    ...{ linkUpDelay: 0, linkDownDelay: 0, trackers: [] },
    ...{ unicastPeers: [], sourceAddress: null },
    virtualIps: [{ ...vip, address: "192.0.2.3", prefix: 32 }],
    excludedVirtualIps: [{ ...vip, address: "2001:db8::3", prefix: 128 }],
    garp: { ...like.garp, repeat: 2, delay: 0, refresh: 0, interval: 0 },
  };
  return {
    ...settings,
    ...{ instances: [instance], syncGroups: [], vipLeaseSeconds: null },
    ...{ logLevel: "info", startupDelay: 0, realtime: false, watchdog: null },
    drains: {},
  };
}

/**
 * A rehearsal on a machine.
 *
 * @param settings What the core started with.
 * @returns Takes over and yields, each time that it is called.
 */
export function newRehearsal(
  kernel: Kernel,
  settings: CoreStart,
): () => void {
  const stage: Stage = { now: 0, heard: [] };
  const start = rehearsed(settings);
  const core = openCore(nowhere(kernel, stage), start, () => {});
  const [instance = INSTANCE] = start.instances;
  const better = betterAdvert(instance);
  const settle = (): void => {
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      if (wakeAt(core) > stage.now) return;
      turn(core, NOTHING);
    }
  };
  return (): void => {
    settle();
    // As in earnest, it is woken before the takeover is due, and when it is.
    for (let count = 0; count < MOST_WAKES && !serves(core); count++) {
      stage.now = wakeAt(core);
      settle();
    }
    stage.heard.push({ ...better, at: stage.now });
    turn(core, PORT);
    settle();
    core.outbox.acknowledge(Infinity);
  };
}

function serves(core: Core): boolean {
  return stateOf(core, "none")?.name === "MASTER";
}

/** What the core is made to believe. */
interface Stage {
  now: number;
  /** Datagrams that are still to be heard. */
  readonly heard: Datagram[];
}

/** The advert of a better router, whenever it comes. */
function betterAdvert(
  { version, virtualRouterId, virtualIps }: InstanceSettings,
): Omit<Datagram, "at"> {
  const destination = VRRP_GROUP_IPV4;
  const payload = emitAdvert({
    ...{ version, virtualRouterId, priority: 255, interval: 1000 },
    addresses: virtualIps.map(({ address }) => address),
  }, {
    ...{ password: null, checksumForm: "message" },
    ...{ source: PEER, destination },
  });
  return { payload, source: PEER, destination, hopLimit: 255 };
}

/** The machine with one link, which is none. */
function nowhere(kernel: Kernel, stage: Stage): Kernel {
  const none = (): null => null;
  const receiver: AdvertReceiver = {
    id: PORT_ID,
    receive: () => stage.heard.splice(0),
    close: () => {},
  };
  return {
    now: () => stage.now,
    wallClock: () => kernel.wallClock(),
    keepsProtocol: true,
    links: { id: -1, read: () => "empty", dump: () => LINK },
    record: { read: none, write: none },
    channel: { id: -1, receive: () => undefined },
    signals: { id: -1, take: () => undefined },
    // The side lives.
    sideWord: () => stage.now,
    complain: () => {},
    changeAddresses: (changes) => {
      kernel.changeAddresses(changes);
      return changes.map(none);
    },
    getReady: (addresses) => kernel.getReady(addresses),
    sendFrames: (frames) => {
      kernel.sendFrames(frames);
      return frames.map(none);
    },
    openReceiver: () => receiver,
    openSender: () => mutedSender(kernel),
    readSysctl: () => "1",
    writeSysctl: none,
    feedWatchdog: () => {},
    becomeRealtime: () => [],
  };
}

/** A sender of which nothing leaves. */
function mutedSender(kernel: Kernel): AdvertSender {
  const sender = kernel.openSender({ index: 1, name: "lo" }, "ipv4");
  return {
    ready: (payload, source) => {
      if (sender instanceof Failure) return () => null;
      const send = sender.ready(payload, source, NOBODY);
      return () => {
        send();
        return null;
      };
    },
    close: () => {},
  };
}

const LINK: readonly NetlinkBody[] = [
  {
    type: "link",
    link: {
      index: NOWHERE,
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
      index: NOWHERE,
      family: "ipv4",
      address: OWN,
      prefix: 24,
      scope: 0,
      flags: 0,
      protocol: null,
    },
  },
];
