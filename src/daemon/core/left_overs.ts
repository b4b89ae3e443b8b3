/**
 * What a daemon which was killed left behind. Addresses are removed before the
 * sockets open, so that no stale one answers; an owner takes its own over.
 * Settings of links are those of the host again when this daemon stops.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../../kernel/link_condition.ts";
import type { LinkAddress } from "../../wire/rtnetlink_parse.ts";
import { type Core, log } from "./core.ts";
import { heldAddress } from "./hold.ts";
import { virtualIpOn } from "./instance.ts";
import { addressKey, type RecordedSysctl } from "../../kernel/held_record.ts";

/** A lifetime that no address has. */
const UNKNOWN = -1;
/** Nobody's: what it holds is removed. */
const NOBODY = "";

/**
 * Take what was left behind into the ledger: as that of its owner, or as
 * nobody's, to be removed. On kernels that keep IFA_PROTO an address must carry
 * ours, whatever the record says; on older ones the record alone decides. Done
 * once, when the links can be read for the first time.
 */
export function cleanUp(core: Core): void {
  const { links, ledger, work, kernel, leftBehind: left } = core;
  if (left === null) return;
  core.leftBehind = null;
  const recorded = new Set(left.addresses.map(addressKey));
  if (left.boot === core.boot) adoptSysctls(core, left.sysctls);
  for (const address of links.allAddresses()) {
    const link = links.byIndex(address.index)?.name;
    if (link === undefined) continue;
    const isRecorded = recorded.has(addressKey(address));
    const instance = core.instances.values().find(({ settings }) =>
      virtualIpOn(settings, address.address, link) !== undefined
    );
    const isOurs = kernel.keepsProtocol
      ? address.protocol === ALIVED_PROTOCOL &&
        (isRecorded || instance !== undefined)
      : isRecorded;
    if (!isOurs) continue;
    const vip = instance?.settings.priority === 255
      ? virtualIpOn(instance.settings, address.address, link)
      : undefined;
    if (instance !== undefined && vip?.prefix === address.prefix) {
      // Its lifetime is that of the last daemon: renewed when it is held.
      ledger.put({
        owner: instance.settings.name,
        ours: true,
        address: {
          ...heldAddress(core, vip, address.index),
          scope: address.scope,
          lifetimeSeconds: UNKNOWN,
        },
      });
      report(core, link, address, true);
      continue;
    }
    const { index, prefix, scope } = address;
    ledger.put({
      owner: NOBODY,
      ours: true,
      address: {
        ...{ index, address: address.address, prefix, scope },
        ...{ label: null, lifetimeSeconds: null, preferred: false },
      },
    });
    work.touch(NOBODY);
    report(core, link, address, false);
  }
}

function adoptSysctls(
  { links, sysctls }: Core,
  left: readonly RecordedSysctl[],
): void {
  for (const one of left) {
    const name = links.byIndex(one.index)?.name;
    if (name !== undefined) sysctls.adopt(one, name);
  }
}

function report(
  core: Core,
  link: string,
  { address, prefix }: LinkAddress,
  isKept: boolean,
): void {
  log(core, { event: "left_over", interface: link, address, prefix, isKept });
}
