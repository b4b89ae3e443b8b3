/**
 * Changes of the kernel's addresses in few calls.
 *
 * @module
 */

import { ALIVED_PROTOCOL } from "../link_condition.ts";
import { linkName } from "../../../ffi/link_name.ts";
import { SyscallError } from "../../../ffi/libc.ts";
import {
  addAddress,
  type AddAddressRequest,
  numbered,
  removeAddress,
  renewAddress,
} from "../../wire/rtnetlink.ts";
import type { AddressChange, Failure, HeldAddress } from "../port.ts";
import { failureOf } from "./failure.ts";
import type { Answer, Request, RouteSocket } from "./route_socket.ts";

/** The lifetime of an address that does not expire. */
const FOREVER = 0xffff_ffff;

/**
 * Change addresses in order.
 *
 * @returns For each change null or why it was not made.
 */
export function changeAddresses(
  route: RouteSocket,
  changes: readonly AddressChange[],
): readonly (Failure | null)[] {
  const answers = route.request(changes.map(requestOf));
  const links = new Map<number, string>();
  return changes.map((change, i) => {
    const answer = answers[i];
    if (answer === undefined || answer.errno === 0) return null;
    const { index } = change.address;
    const link = links.get(index) ?? wordsFor(index);
    links.set(index, link);
    return failed(change, link, answer);
  });
}

function requestOf({ op, address }: AddressChange): Request {
  switch (op) {
    case "add":
      return (sequence) => numbered(additionOf(address), sequence);
    case "renew":
      return (sequence) => renewAddress(wanted(address), sequence);
    case "remove":
      return (sequence) => removeAddress(address, sequence);
  }
}

/** The request to add each address, as it was made first. */
const ADDITIONS = new WeakMap<HeldAddress, Uint8Array<ArrayBuffer>>();

/** The request to add an address, made once; its sequence number is open. */
export function additionOf(address: HeldAddress): Uint8Array<ArrayBuffer> {
  const known = ADDITIONS.get(address);
  if (known !== undefined) return known;
  const request = addAddress(wanted(address), 0);
  ADDITIONS.set(address, request);
  return request;
}

function wanted(held: HeldAddress): AddAddressRequest {
  const { index, address, prefix, scope, label, preferred } = held;
  return {
    ...{ index, address, prefix, scope, preferred },
    ...label === null ? {} : { label },
    protocol: ALIVED_PROTOCOL,
    lifetime: held.lifetimeSeconds ?? FOREVER,
  };
}

/** A link in words; its name is asked for only when something failed. */
function wordsFor(index: number): string {
  const name = linkName(index);
  return name === null ? `link ${index}` : `"${name}"`;
}

const WORDS = { add: "to", renew: "on", remove: "from" } as const;

function failed(
  { op, address: { address, prefix } }: AddressChange,
  link: string,
  { errno, message, unanswered }: Answer,
): Failure {
  const operation = `${op} ${address}/${prefix} ${WORDS[op]} ${link}`;
  const error = new SyscallError(operation, errno, message ?? undefined);
  return failureOf(error, unanswered);
}
