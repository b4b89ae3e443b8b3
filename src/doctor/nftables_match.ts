/**
 * Conditions of nftables (libnftables-json(5)) for one packet. What is not
 * understood cannot be told, and is never taken for a match or for none.
 *
 * @module
 */

import { parsePrefixed, type Prefixed } from "../wire/address.ts";
import {
  type Answer,
  not,
  some,
  type TestPacket,
  within,
} from "./packet_filter.ts";

/** An object of the JSON: one key that names it, and what belongs to it. */
export type Json = Readonly<Record<string, unknown>>;

const LAYER_4: ReadonlySet<string> = new Set([
  ...["tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6", "igmp"],
  ...["ah", "esp", "comp"],
]);

/** Finds the elements of a named set. */
export type Look = (set: string) => readonly unknown[] | undefined;

/** What an expression is for the packet: values that stand for each other. */
export type Found = readonly string[] | Prefixed | number | null | "never";

/** Whether a match statement holds. */
export function matches(match: Json, packet: TestPacket, look: Look): Answer {
  const found = valueOf(object(match.left), packet);
  const answer = contains(match.right, found, look);
  switch (match.op) {
    case "==":
    case "in":
      return answer;
    case "!=":
      return found === "never" ? false : not(answer);
    case "<":
    case ">":
    case "<=":
    case ">=": {
      const { op, right } = match;
      if (typeof found !== "number" || typeof right !== "number") return null;
      return op === "<"
        ? found < right
        : op === ">"
        ? found > right
        : op === "<="
        ? found <= right
        : found >= right;
    }
    default:
      return null;
  }
}

/** What an expression is for the packet. */
export function valueOf(left: Json, packet: TestPacket): Found {
  const { family, direction, link } = packet;
  if ("meta" in left) {
    switch (object(left.meta).key) {
      case "l4proto":
        return ["vrrp", "112"];
      case "nfproto":
        return [family === "ip" ? "ipv4" : "ipv6"];
      case "protocol":
        return [family];
      case "iif":
      case "iifname":
        return direction === "in" ? [link] : "never";
      case "oif":
      case "oifname":
        return direction === "out" ? [link] : "never";
      case "pkttype":
        return direction === "in" ? ["multicast"] : null;
      default:
        return null;
    }
  }
  if ("ct" in left) {
    // Nothing ever answers an advert, so its connection stays new.
    return object(left.ct).key === "state" ? ["new"] : null;
  }
  if ("fib" in left) {
    const { result, flags } = object(left.fib);
    const of = [flags].flat();
    if (result === "type" && of.join() === "daddr") return ["multicast"];
    // There is a way back to a neighbour: the reverse path exists.
    return result === "oif" && of.includes("saddr") ? ["true"] : null;
  }
  if (!("payload" in left)) return null;
  const { protocol, field } = object(left.payload);
  if (LAYER_4.has(String(protocol))) return "never";
  if (protocol !== "ip" && protocol !== "ip6") return null;
  if (protocol !== family) return "never";
  switch (field) {
    case "protocol":
    case "nexthdr":
      return ["vrrp", "112"];
    case "daddr":
      return packet.destination;
    case "saddr":
      return packet.source;
    case "ttl":
    case "hoplimit":
      return 255;
    default:
      return null;
  }
}

/** Whether a right side holds what was found. */
export function contains(right: unknown, found: Found, look: Look): Answer {
  if (found === "never") return false;
  if (typeof right === "string" && right.startsWith("@")) {
    const members = look(right.slice(1));
    return members === undefined ? null : contains(members, found, look);
  }
  if (right === "*") return true;
  if (Array.isArray(right)) {
    return some(right.map((member) => contains(member, found, look)));
  }
  if (typeof right === "object" && right !== null) {
    const { set, prefix, elem } = object(right);
    if (set !== undefined) return contains(set, found, look);
    if (elem !== undefined) return contains(object(elem).val, found, look);
    if (prefix !== undefined) return inPrefix(object(prefix), found);
    return null;
  }
  if (found === null) return null;
  if (typeof found === "number") return right === found;
  const text = String(right);
  if ("prefix" in found) {
    const address = parsePrefixed(text);
    return address === null ? null : within(found, address);
  }
  // An interface name with a star stands for all that begin so.
  return text.endsWith("*")
    ? found.some((one) => one.startsWith(text.slice(0, -1)))
    : found.includes(text);
}

function inPrefix({ addr, len }: Json, found: Found): Answer {
  if (typeof found !== "object" || found === null || !("prefix" in found)) {
    return null;
  }
  const subnet = parsePrefixed(`${addr}/${len}`);
  return subnet === null ? null : within(found, subnet);
}

/** The value when it is an object, else one without keys. */
export function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? value as Json : {};
}

/** The value when it is a list, else an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
