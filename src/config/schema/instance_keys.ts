/**
 * The keys of one entry of `vrrp_instances`, with their defaults and ranges.
 *
 * @module
 */

import * as v from "valibot";
import {
  excludedVirtualIps,
  hostAddress,
  unicastPeers,
  virtualIps,
} from "./addresses.ts";
import { about } from "./editor.ts";
import { garpSchema } from "./garp.ts";
import { notifyKeys } from "./notify.ts";
import { trackerKeys } from "./trackers.ts";
import { duration, flag, oneOf, section, whole } from "./values.ts";
import { linkName, name, password } from "./words.ts";

const HOUR = 3_600_000;

/** A wait of at most an hour. */
function wait(
  title: string,
  description: string,
): v.GenericSchema<unknown, number> {
  return v.optional(
    v.pipe(
      duration("from 0s to 1h", (ms) => ms <= HOUR),
      about(title, `${description}, 0s to 1h`),
    ),
    "0s",
  );
}

/** Schema of the keys, without the rules that several keep together. */
export const instanceKeys = section({
  name: v.pipe(
    name(),
    about(
      "Name of the instance",
      "Unique name, for the log, scripts and groups; no white space",
    ),
  ),
  interface: v.pipe(
    linkName(),
    about(
      "Interface",
      "Interface that adverts are sent and heard on, and that the " +
        "addresses are added to",
    ),
  ),
  state: v.optional(
    v.pipe(
      oneOf(["BACKUP", "MASTER"]),
      about(
        "State at start",
        "Has no effect: below priority 255 every host listens " +
          "first. For files of other programs",
        { BACKUP: "Listens first", MASTER: "Listens first, too" },
      ),
    ),
    "BACKUP",
  ),
  version: v.optional(
    v.pipe(
      oneOf([2, 3]),
      about("VRRP version", "Version of the protocol, the same on all hosts", {
        2: "RFC 3768; keepalived's default",
        3: "RFC 9568; intervals below a second",
      }),
    ),
    2,
  ),
  virtual_router_id: v.pipe(
    whole(1, 255),
    about(
      "VRID",
      "Virtual router ID, 1 to 255: the same on all hosts of this " +
        "address, and nobody else's on this network",
    ),
  ),
  priority: v.optional(
    v.pipe(
      whole(1, 255),
      about(
        "Priority",
        "1 to 255; the host with the highest is master. 255 is for " +
          "the one that owns the addresses",
      ),
    ),
    100,
  ),
  advert_interval: v.optional(
    v.pipe(
      duration("such as 1s or 250ms"),
      about(
        "Interval of adverts",
        "Time between adverts, the same on all hosts. Version 2: " +
          "whole seconds up to 255s; version 3: 10ms to 40.95s",
      ),
    ),
    "1s",
  ),
  preempt: v.optional(
    v.pipe(
      flag(),
      about(
        "Preempt",
        "Whether to take over from a live master of lower priority; " +
          "false is what keepalived calls nopreempt",
      ),
    ),
    true,
  ),
  preempt_delay: wait(
    "Delay before preempting",
    "Time to listen to a live master of lower priority before taking over",
  ),
  auth_type: v.optional(
    v.pipe(
      oneOf(["NONE", "PASS"], {
        AH: "AH authentication is not supported: use PASS or NONE",
      }),
      about(
        "Authentication",
        "Whether adverts carry a password, the same on all hosts; " +
          "in version 2 only",
        {
          NONE: "No password",
          PASS:
            "A password in clear text, which keeps out mistakes and not attackers",
        },
      ),
    ),
    "NONE",
  ),
  auth_pass: v.optional(
    v.pipe(
      password(),
      about(
        "Password",
        "Password of PASS, the same on all hosts: printable ASCII, " +
          "of which the first 8 characters are used",
      ),
    ),
  ),
  checksum: v.optional(
    v.pipe(
      oneOf(["auto", "rfc9568", "pseudo_header"]),
      about("Checksum", "What the IPv4 checksum of version 3 covers", {
        auto: "As peers send it; pseudo_header until one is heard",
        rfc9568: "The message alone",
        pseudo_header: "The addresses too: RFC 5798 and keepalived",
      }),
    ),
    "auto",
  ),
  down_timer_adverts: v.optional(
    v.pipe(
      whole(1, 100),
      about(
        "Missed adverts",
        "Adverts in a row that a dead master misses before this " +
          "host takes over, 1 to 100",
      ),
    ),
    3,
  ),
  link_up_delay: wait(
    "Delay before up",
    "Time for which the interface must be up before it counts as up",
  ),
  link_down_delay: wait(
    "Delay before down",
    "Time for which the interface must be down before it counts as down",
  ),
  unicast_peers: v.pipe(
    v.nullish(unicastPeers(), []),
    about(
      "Unicast peers",
      "Addresses of the other routers: adverts go to them instead " +
        "of to the multicast group, and are heard from them only",
    ),
  ),
  source_address: v.pipe(
    v.nullish(hostAddress(), null),
    about(
      "Source address",
      "Source of adverts; by default the primary address of the interface",
    ),
  ),
  virtual_ips: v.pipe(
    v.nullish(virtualIps(), []),
    about(
      "Virtual IPs",
      "Addresses that the master holds, the same on all hosts: up " +
        "to 255 IPv4 addresses",
    ),
  ),
  excluded_virtual_ips: v.pipe(
    v.nullish(excludedVirtualIps(), []),
    about(
      "Excluded virtual IPs",
      "Addresses that the master holds and adverts do not name: " +
        "IPv6 beside IPv4, or more than 255",
    ),
  ),
  garp: v.pipe(
    v.nullish(garpSchema, {}),
    about("Gratuitous ARP", "How neighbours are told where the addresses are"),
  ),
  higher_prio_send_advert: v.optional(
    v.pipe(
      flag(),
      about(
        "Last advert",
        "Whether a master that hears a better one sends one more " +
          "advert before it goes, for peers that announce their " +
          "addresses only then",
      ),
    ),
    false,
  ),
  ...trackerKeys,
  ...notifyKeys,
});
