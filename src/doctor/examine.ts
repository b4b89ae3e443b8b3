/**
 * The doctor: is this host fit for VRRP? It looks, listens and probes; the one
 * thing that it changes, an address that nobody has, is undone at once.
 *
 * @module
 */

import type { GlobalSettings } from "../config/settings/global.ts";
import type { InstanceSettings } from "../config/settings/instance.ts";
import { readLinks } from "../kernel/link_snapshot.ts";
import { linkFault } from "../kernel/link_condition.ts";
import { lockHolder } from "../kernel/namespace_lock.ts";
import { RouteSocket } from "../kernel/linux/route_socket.ts";
import { type CheckResult, skipped } from "./check_result.ts";
import { checkClock, watchClock } from "./clock.ts";
import { checkCompetitors, findCompetitors } from "./competitors.ts";
import { readText } from "./files.ts";
import { checkFirewall, readRuleSets } from "./firewall.ts";
import { absentInterface, checkInterface } from "./interface.ts";
import { checkMulticast, checkSpeakers } from "./multicast.ts";
import { checkNetworkManager } from "./network_manager.ts";
import { type Observation, observe, OBSERVE_FOR } from "./observation.ts";
import { checkPlatform, detectPlatform } from "./platform.ts";
import {
  checkPrivileges,
  lacking,
  type Privileges,
  readPrivileges,
} from "./privileges.ts";
import { checkService } from "./service.ts";
import { checkHostSysctls, checkLinkSysctls } from "./sysctls.ts";
import { chooseTargets, defaultRouteLink, type Target } from "./target.ts";
import { checkVips } from "./vip.ts";

export { TestRequestError } from "./target.ts";

/** What to examine. */
export interface ExamineOptions {
  /** Name of the interface, if one was given. */
  readonly interface: string | undefined;
  /** `VIP/PREFIX`, if one was given. */
  readonly vip: string | undefined;
  /** The instances of the configuration, if there is one. */
  readonly instances: readonly InstanceSettings[];
  /** Its `global` section, or null. */
  readonly global: GlobalSettings | null;
  /** Ends it early, with nothing left behind. */
  readonly signal: AbortSignal;
  /** Gets every result as soon as it is there. */
  readonly report: (result: CheckResult) => void;
}

/**
 * Make all checks, in about three seconds.
 *
 * @throws {TestRequestError} For an interface or a VIP that cannot be tested,
 *   before anything is touched.
 */
export async function examine(options: ExamineOptions): Promise<void> {
  const { report, signal } = options;
  using route = new RouteSocket();
  const host = readLinks(route);
  const { targets, absent } = chooseTargets(
    options,
    host,
    defaultRouteLink(readText("/proc/net/route")),
  );
  const privileges = readPrivileges();
  // Before the sockets of this process are open.
  const competitors = findCompetitors();
  const later = Promise.all([
    readRuleSets(),
    watchClock(OBSERVE_FOR, signal),
    ...targets.map((target) => observeIfUp(target, privileges, signal)),
  ]);

  report(checkPrivileges(privileges));
  checkService(options.global).forEach(report);
  checkPlatform(detectPlatform()).forEach(report);
  report(checkCompetitors(competitors, lockHolder()?.pid ?? null));
  absent.map(absentInterface).forEach(report);
  for (const target of targets) {
    checkInterface(target).forEach(report);
    report(checkNetworkManager(target.link));
    checkLinkSysctls(target, host).forEach(report);
  }
  checkHostSysctls().forEach(report);

  const [ruleSets, clock, ...observations] = await later;
  if (signal.aborted) return;
  for (const [i, target] of targets.entries()) {
    const observation = observations[i] ?? null;
    report(checkFirewall(target, observation, ruleSets));
    checkSegment(target, privileges, observation).forEach(report);
    checkVips(target, { host, route, privileges, competitors, observation })
      .forEach(report);
  }
  checkClock(clock).forEach(report);
}

async function observeIfUp(
  target: Target,
  privileges: Privileges,
  signal: AbortSignal,
): Promise<Observation | null> {
  const { link } = target;
  const isUp = linkFault(link.name, link) === null;
  return isUp && privileges.raw ? await observe(target, signal) : null;
}

function checkSegment(
  target: Target,
  privileges: Privileges,
  observation: Observation | null,
): readonly CheckResult[] {
  if (observation !== null) {
    return [
      checkMulticast(target, observation),
      checkSpeakers(target, observation),
    ];
  }
  const why = privileges.raw
    ? `"${target.link.name}" is not up`
    : lacking(privileges, "CAP_NET_RAW");
  return [
    skipped("multicast", `multicast was not tried: ${why}`),
    skipped("speakers", `other VRRP routers were not listened for: ${why}`),
  ];
}
