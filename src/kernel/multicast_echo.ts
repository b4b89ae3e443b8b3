/**
 * Sends a packet to the VRRP group that comes back to this host and goes
 * nowhere else.
 *
 * @module
 */

import { cString } from "../../ffi/libc.ts";
import {
  AF_INET,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  ipMreqn,
  IPPROTO_IP,
  openSocket,
  send,
  setOption,
  SO_BINDTODEVICE,
  SOCK_RAW,
  sockaddrIn,
  SOL_SOCKET,
} from "../../ffi/socket.ts";
import { ipBytes, VRRP_GROUP_IPV4 } from "../wire/address.ts";
import { IPPROTO_VRRP } from "../wire/ipv4.ts";
import type { LinkRef } from "./port.ts";

const IP_MULTICAST_TTL = 33;

/**
 * Send `payload` to the VRRP group with TTL 0, which does not leave the host
 * (RFC 1112 §6.1), looped back to those who joined the group here.
 *
 * @param payload What no router takes for an advert.
 * @throws {SyscallError} EPERM from a firewall or without CAP_NET_RAW.
 */
export function sendMulticastEcho(
  link: LinkRef,
  payload: Uint8Array<ArrayBuffer>,
): void {
  using socket = openSocket(
    AF_INET,
    SOCK_RAW,
    IPPROTO_VRRP,
    "open a socket for multicast",
  );
  setOption(socket, SOL_SOCKET, SO_BINDTODEVICE, cString(link.name));
  const out = ipMreqn(new Uint8Array(4), link.index);
  setOption(socket, IPPROTO_IP, IP_MULTICAST_IF, out);
  setOption(socket, IPPROTO_IP, IP_MULTICAST_TTL, 0);
  setOption(socket, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
  const group = sockaddrIn(ipBytes(VRRP_GROUP_IPV4));
  send(socket, payload, group, "send to 224.0.0.18");
}
