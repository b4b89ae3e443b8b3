/**
 * Whether a virtual address is free, and whether this host can hold it.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../kernel/link_condition.ts";
import { FrameSender } from "../kernel/linux/frame_sender.ts";
import { SyscallError } from "../kernel/attempt.ts";
import { type LinkSnapshot, readLinks } from "../kernel/link_snapshot.ts";
import type { RouteSocket } from "../kernel/linux/route_socket.ts";
import { familyOf, parseMac, type Prefixed } from "../wire/address.ts";
import { gratuitousArp } from "../wire/arp.ts";
import { neighborAdvert } from "../wire/ndp.ts";
import type { Overheard } from "../wire/overheard.ts";
import { addAddress, removeAddress } from "../wire/rtnetlink.ts";
import {
  type CheckResult,
  failure,
  ok,
  skipped,
  warning,
} from "./check_result.ts";
import { type Competitor, listCompetitors } from "./competitors.ts";
import { runsArp } from "./interface.ts";
import type { Observation } from "./observation.ts";
import { lacking, type Privileges } from "./privileges.ts";
import { inSubnet, prefixed, type Target } from "./target.ts";

const USE = "vip.use";
const HOLD = "vip.hold";

/** What is known of this host when its virtual addresses are judged. */
export interface VipContext {
  /** The host's links and addresses. */
  readonly host: LinkSnapshot;
  /** Socket for requests. */
  readonly route: RouteSocket;
  /** What this process may do. */
  readonly privileges: Privileges;
  /** Other services that move addresses. */
  readonly competitors: readonly Competitor[];
  /** What the segment showed, or null when it could not be observed. */
  readonly observation: Observation | null;
}

/**
 * Check every virtual address of a target. One that nobody has is added,
 * announced and removed again before this returns; any other is left alone.
 */
export function checkVips(
  target: Target,
  context: VipContext,
): readonly CheckResult[] {
  return target.vips.flatMap((vip) => {
    const { result, free } = checkUse(target, vip, context);
    return free ? [result, checkHolding(target, vip, context)] : [result];
  });
}

/** Who has a virtual address, and whether that is certainly nobody. */
interface Use {
  readonly result: CheckResult;
  readonly free: boolean;
}

function isHere({ address }: Prefixed, { addresses }: LinkSnapshot): boolean {
  return addresses.some((present) => present.address === address);
}

function checkUse(target: Target, vip: Prefixed, context: VipContext): Use {
  const { link, own } = target;
  const { host, privileges, observation } = context;
  const name = prefixed(vip);
  if (isHere(vip, host)) return taken(checkPresent(target, vip, context));
  if (observation === null || observation.problem !== null) {
    const why = observation?.problem?.message ??
      (privileges.raw
        ? `"${link.name}" is not up`
        : lacking(privileges, "CAP_NET_RAW"));
    return taken(
      skipped(USE, `whether ${name} is in use was not asked: ${why}`),
    );
  }
  const master = observation.speakers.find(({ advert }) =>
    advert.addresses.includes(vip.address)
  )?.advert;
  if (master !== undefined) return taken(checkMaster(target, vip, master));
  const mac = observation.holders.get(vip.address);
  if (mac !== undefined) {
    return taken(failure(
      USE,
      `${name} is in use: ${mac} claims it by ARP`,
      "choose an address that no host has, or take it off that host",
    ));
  }
  if (!runsArp(link)) {
    return taken(skipped(
      USE,
      `whether ${name} is in use cannot be asked: "${link.name}" has no ARP`,
    ));
  }
  if (!own.some((address) => inSubnet(vip.address, address))) {
    return taken(warning(
      USE,
      `${name} is in no subnet of "${link.name}", nobody answers for it`,
      "hosts reach it only by a route that leads here",
    ));
  }
  const free = ok(USE, `${name} is free: nobody answered three ARP probes`);
  return { result: free, free: true };
}

function taken(result: CheckResult): Use {
  return { result, free: false };
}

/** For an address that this host has. */
function checkPresent(
  { link }: Target,
  vip: Prefixed,
  { host, competitors }: VipContext,
): CheckResult {
  const here = host.addresses.find(({ address }) => address === vip.address);
  const at = host.links.find(({ index }) => index === here?.index);
  const found = `${prefixed(vip)} is on "${at?.name}" of this host already, ` +
    "left alone";
  if (competitors.length > 0 && at?.index === link.index) {
    return ok(USE, `${found}: ${listCompetitors(competitors)} runs here`);
  }
  return warning(
    USE,
    found,
    "no service here is seen to hold it: if it is a left-over, remove it " +
      `with ip address del ${prefixed(here ?? vip)} dev ${at?.name}`,
  );
}

/** For an address that a router on the segment advertises. */
function checkMaster(
  { instances }: Target,
  vip: Prefixed,
  { source, virtualRouterId }: Overheard,
): CheckResult {
  const found = `${prefixed(vip)} is held by ${source}, ` +
    `master of VRID ${virtualRouterId}`;
  return instances.some((one) => one.virtualRouterId === virtualRouterId)
    ? ok(USE, `${found}, as configured; left alone`)
    : warning(
      USE,
      found,
      `right if this host is to join virtual router ${virtualRouterId}; else ` +
        "choose another address",
    );
}

function checkHolding(
  target: Target,
  vip: Prefixed,
  context: VipContext,
): CheckResult {
  const { link } = target;
  const { privileges, competitors } = context;
  const name = prefixed(vip);
  if (!privileges.admin) {
    const why = lacking(privileges, "CAP_NET_ADMIN");
    return skipped(HOLD, `${name} was not added: ${why}`);
  }
  if (competitors.length > 0) {
    return skipped(
      HOLD,
      `${name} was not added: ${listCompetitors(competitors)} may add it`,
    );
  }
  const mac = link.mac === null ? null : parseMac(link.mac);
  try {
    return hold(target, vip, mac, context.route);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return failure(
      HOLD,
      error.message,
      "see to what the kernel says: alived does the same as MASTER",
    );
  }
}

/** Nothing is waited for here, so that no signal comes between. */
function hold(
  { link }: Target,
  vip: Prefixed,
  mac: Uint8Array | null,
  route: RouteSocket,
): CheckResult {
  const name = prefixed(vip);
  const request = { index: link.index, ...vip, protocol: ALIVED_PROTOCOL };
  using frames = new FrameSender();
  demand(route, `add ${name}`, (sequence) => addAddress(request, sequence));
  let seen = false;
  try {
    seen = isHere(vip, readLinks(route));
    if (mac !== null) {
      const bytes = announcement(mac, vip.address);
      frames.send([{ index: link.index, bytes }]);
    }
  } finally {
    demand(
      route,
      `remove ${name} from "${link.name}" again`,
      (sequence) => removeAddress(request, sequence),
    );
  }
  return seen
    ? ok(
      HOLD,
      `${name} was added to "${link.name}", announced and removed again`,
    )
    : failure(
      HOLD,
      `${name} was added to "${link.name}" and was not there`,
      "find out what removes addresses on this host",
    );
}

function announcement(
  mac: Uint8Array,
  address: string,
): Uint8Array<ArrayBuffer> {
  return familyOf(address) === "ipv4"
    ? gratuitousArp(mac, address)
    : neighborAdvert(mac, address, false);
}

function demand(
  route: RouteSocket,
  operation: string,
  request: (sequence: number) => Uint8Array<ArrayBuffer>,
): void {
  const { errno, message } = route.request([request])[0] ??
    { errno: 0, message: null };
  if (errno === 0) return;
  throw new SyscallError(operation, errno, message ?? undefined);
}
