/**
 * Everything that the core holds, and how it speaks to the side.
 *
 * @module
 */

import { HeldAddresses } from "../../kernel/linux/addresses.ts";
import type {
  AdvertReceiver,
  AdvertSender,
} from "../../kernel/linux/adverts.ts";
import { Announcer } from "../../kernel/linux/announce.ts";
import { ChannelReceiver } from "../../kernel/linux/channel.ts";
import { LinkTable } from "../../kernel/linux/links.ts";
import { Reactor } from "../../kernel/linux/reactor.ts";
import { RouteSocket } from "../../kernel/linux/route_socket.ts";
import { PromoteSecondaries } from "../../kernel/linux/sysctl.ts";
import { ServiceManager } from "../../kernel/service_manager.ts";
import { type Engine, newEngine } from "../../vrrp/engine.ts";
import type { Verdict } from "../../vrrp/priority.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { type Counters, type Instance, newCounters } from "./instance.ts";
import type { LogEvent } from "../../log/log.ts";
import type { CoreSettings, CoreStart, FromCore } from "../messages.ts";

/** A link that adverts are heard on. */
export interface Port {
  /** Its socket. */
  readonly receiver: AdvertReceiver;
  /** Name of the link. */
  readonly link: string;
  /** The instances that hear by it, by VRID. */
  readonly instances: Map<number, Instance>;
  /** Datagrams that belong to none of them. */
  readonly counters: Counters;
  /** What was logged already. */
  readonly reported: Set<string>;
}

/** When the core does what belongs to no instance; Infinity for never. */
export interface Chores {
  /** Start the instances, after the startup delay. */
  startAt: number;
  /** Renew the lease of the addresses. */
  renewAt: number;
  /** Feed the service manager's watchdog. */
  feedAt: number;
}

/** The core. */
export interface Core {
  /** The pure state machines. */
  readonly engine: Engine;
  /** The instances by name. */
  readonly instances: Map<string, Instance>;
  /** Where the core waits. */
  readonly reactor: Reactor;
  /** Messages from the side. */
  readonly channel: ChannelReceiver;
  /** The host's links and addresses. */
  readonly links: LinkTable;
  /** The addresses that this daemon added. */
  readonly addresses: HeldAddresses;
  /** Sends gratuitous ARP. */
  readonly announcer: Announcer;
  /** The setting that keeps the host's own addresses. */
  readonly promote: PromoteSecondaries;
  /** Where adverts are heard, by index of the link. */
  readonly ports: Map<number, Port>;
  /** Where adverts are sent, by index of the link. */
  readonly senders: Map<number, AdvertSender>;
  /** What is known of health checks and links, by `causeOf()`. */
  readonly verdicts: Map<string, Verdict>;
  /** Settings of the whole. */
  settings: CoreSettings;
  /** What is done when its time has come, by kind. */
  readonly chores: Chores;
  /** The service manager, or null. */
  readonly serviceManager: ServiceManager | null;
  /** Milliseconds in which its watchdog must be fed, or null. */
  readonly watchdog: number | null;
  /** Speaks to the side. */
  readonly post: (message: FromCore) => void;
}

/**
 * Open what the core needs before any instance runs.
 *
 * @throws {SyscallError} When the kernel refuses, such as EPERM.
 */
export function openCore(
  start: CoreStart,
  post: (message: FromCore) => void,
): Core {
  const route = new RouteSocket();
  const reactor = new Reactor();
  const links = new LinkTable(route);
  const channel = new ChannelReceiver(start.channelFd);
  reactor.add(links.fd);
  reactor.add(channel.fd);
  return {
    engine: newEngine(),
    instances: new Map(),
    reactor,
    channel,
    links,
    addresses: new HeldAddresses(route, start.recordPath),
    announcer: new Announcer(),
    promote: new PromoteSecondaries(),
    ports: new Map(),
    senders: new Map(),
    verdicts: new Map(),
    settings: start,
    chores: { startAt: Infinity, renewAt: Infinity, feedAt: Infinity },
    serviceManager: start.serviceManager === null
      ? null
      : new ServiceManager(start.serviceManager),
    watchdog: start.serviceManager?.watchdog ?? null,
    post,
  };
}

/** The state of an instance's virtual router. */
export function stateOf(
  core: Core,
  instance: Instance,
): RouterState | undefined {
  return core.engine.routers.get(instance.settings.name)?.state;
}

/** A port that has heard nothing yet. */
export function newPort(receiver: AdvertReceiver, link: string): Port {
  return {
    receiver,
    link,
    instances: new Map(),
    counters: newCounters(),
    reported: new Set(),
  };
}

/** Log an event with the time that it has now. */
export function log(core: Core, event: LogEvent): void {
  core.post({ type: "log", event: { ...event, time: Date.now() } });
}
