/**
 * Addresses that a daemon which was killed left behind: removed before the
 * sockets open, so that no stale one answers; an owner takes its own over.
 *
 * @module
 */

import type { LinkRef } from "../../kernel/linux/adverts.ts";
import type { LinkAddress } from "../../wire/rtnetlink_parse.ts";
import { type Core, log } from "./core_state.ts";
import type { Instance } from "./instance.ts";
import { allVirtualIps, carrierOf } from "./serve.ts";

/** Remove what was left behind, or adopt it for its owner. */
export function cleanUp(core: Core): void {
  const instanceOf = (
    { index, address }: LinkAddress,
  ): Instance | undefined =>
    core.instances.values().find(({ settings }) =>
      allVirtualIps(settings).some((vip) =>
        vip.address === address &&
        core.links.byIndex(index)?.name === carrierOf(settings, vip)
      )
    );
  const leftOvers = core.addresses.leftOvers(
    core.links.allAddresses(),
    (address) => instanceOf(address) !== undefined,
  );
  for (const leftOver of leftOvers) {
    const link = core.links.byIndex(leftOver.index);
    if (link === undefined) continue;
    const instance = instanceOf(leftOver);
    core.addresses.adopt(link, leftOver);
    if (instance?.settings.priority === 255) {
      report(core, link, leftOver, "Took over");
    } else {
      core.addresses.remove(link.index, [leftOver.address]);
      report(core, link, leftOver, "Removed");
    }
  }
}

function report(
  core: Core,
  link: LinkRef,
  { address, prefix }: LinkAddress,
  done: string,
): void {
  log(core, {
    level: "warning",
    event: "left_over",
    message: `${done} ${address}/${prefix} on "${link.name}", ` +
      "left behind by a daemon that was killed",
    interface: link.name,
    address,
  });
}
