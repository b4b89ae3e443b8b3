/**
 * The last word of a router whose core does not run any more.
 *
 * @module
 */

import { linkName } from "../../ffi/link_name.ts";
import { ipBytes } from "../wire/address.ts";
import type { LinkAddress } from "../wire/rtnetlink_parse.ts";
import { emitAdvert } from "../wire/vrrp.ts";
import { SyscallError } from "./attempt.ts";
import type { RecordedRouter } from "./held_record.ts";
import { Ipv4Sender } from "./linux/adverts_ipv4.ts";

/**
 * Tell the others that a router is no master any more: priority 0, after which
 * the next one waits for its skew time only (RFC 9568 §6.4.2).
 *
 * @param present The addresses of this host.
 * @param problems Takes what went wrong, in words.
 * @returns False when its link or its own address is gone, or nothing could be
 *   sent.
 */
export function resign(
  router: RecordedRouter,
  present: readonly LinkAddress[],
  problems: string[],
): boolean {
  const { index, source, destinations } = router;
  const { version, virtualRouterId, interval, addresses } = router;
  const name = linkName(index);
  const hasSource = present.some((one) =>
    one.index === index && one.address === source && one.family === "ipv4"
  );
  if (name === null || !hasSource) return false;
  const said = { version, virtualRouterId, interval, addresses, priority: 0 };
  const from = ipBytes(source);
  let sent = 0;
  try {
    const sender = new Ipv4Sender({ index, name });
    for (const destination of destinations) {
      const payload = emitAdvert(said, { ...router, destination });
      const failure = sender.ready(payload, from, ipBytes(destination))();
      if (failure === null) sent++;
      else problems.push(failure.message);
    }
    sender.close();
  } catch (error) {
    // What cannot be sent at all, or not by this process.
    if (!(error instanceof RangeError || error instanceof SyscallError)) {
      throw error;
    }
    problems.push(error.message);
  }
  return sent > 0;
}
