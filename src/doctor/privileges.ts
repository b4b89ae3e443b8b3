/**
 * Whether this process may do what VRRP needs.
 *
 * @module
 */

import { missingCapabilities } from "../kernel/process.ts";
import { type CheckResult, failure, ok } from "./check_result.ts";

/** What this process may do. */
export interface Privileges {
  /** CAP_NET_RAW: hear and send adverts and ARP. */
  readonly raw: boolean;
  /** CAP_NET_ADMIN: add addresses, read the firewall. */
  readonly admin: boolean;
}

/** Read the capabilities in effect, which root may lack and others may have. */
export function readPrivileges(): Privileges {
  const missing = missingCapabilities();
  return {
    raw: !missing.includes("CAP_NET_RAW"),
    admin: !missing.includes("CAP_NET_ADMIN"),
  };
}

/** Words for what is missing, such as `needs CAP_NET_RAW`. */
export function lacking(privileges: Privileges, ...needed: string[]): string {
  const has = new Map([
    ["CAP_NET_RAW", privileges.raw],
    ["CAP_NET_ADMIN", privileges.admin],
  ]);
  const missing = needed.filter((name) => has.get(name) === false);
  return `needs ${missing.join(" and ")}`;
}

/** Judge them. */
export function checkPrivileges(privileges: Privileges): CheckResult {
  const { raw, admin } = privileges;
  if (raw && admin) {
    return ok("privileges", "CAP_NET_ADMIN and CAP_NET_RAW are in effect");
  }
  const missing = [
    ...admin ? [] : ["CAP_NET_ADMIN (add addresses, read the firewall)"],
    ...raw ? [] : ["CAP_NET_RAW (hear and send adverts and ARP)"],
  ];
  return failure(
    "privileges",
    `not in effect: ${missing.join(", ")}`,
    "run as root, or grant both: setcap cap_net_admin,cap_net_raw=ep on the " +
      "binary, AmbientCapabilities= in a unit, --cap-add for a container",
  );
}
