// Numbers that only the kernel and other hosts can prove wrong.

import { strictEqual } from "node:assert/strict";
import { ARPOP_REPLY, ARPOP_REQUEST, ETH_P_ARP } from "../../src/wire/arp.ts";
import { VRRP_TOS } from "../../src/wire/ipv4.ts";
import * as rtnetlink from "../../src/wire/rtnetlink.ts";

Deno.test("the numbers of ARP are those of RFC 826", () => {
  strictEqual(ETH_P_ARP, 2054);
  strictEqual(ARPOP_REQUEST, 1);
  strictEqual(ARPOP_REPLY, 2);
});

Deno.test("adverts are network control, DSCP 48", () => {
  strictEqual(VRRP_TOS, 48 * 4);
});

Deno.test("the groups of rtnetlink are those of linux/rtnetlink.h", () => {
  strictEqual(rtnetlink.RTMGRP_LINK, 1);
  strictEqual(rtnetlink.RTMGRP_IPV4_IFADDR, 16);
  strictEqual(rtnetlink.RTMGRP_IPV6_IFADDR, 256);
});

Deno.test("the scopes and flags of addresses are those of the kernel", () => {
  strictEqual(rtnetlink.RT_SCOPE_UNIVERSE, 0);
  strictEqual(rtnetlink.RT_SCOPE_LINK, 253);
  strictEqual(rtnetlink.RT_SCOPE_HOST, 254);
  strictEqual(rtnetlink.IFA_F_SECONDARY, 1);
});

Deno.test("the flags of links are those of linux/if.h", () => {
  strictEqual(rtnetlink.IFF_UP, 1);
  strictEqual(rtnetlink.IFF_LOOPBACK, 8);
  strictEqual(rtnetlink.IFF_RUNNING, 64);
  strictEqual(rtnetlink.IFF_NOARP, 128);
  strictEqual(rtnetlink.IFF_MULTICAST, 4096);
  strictEqual(rtnetlink.IFF_LOWER_UP, 65536);
});
