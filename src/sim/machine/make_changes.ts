/**
 * Changes of addresses as a simulated kernel makes them: in order, each with
 * its own fate.
 *
 * @module
 */

import type { AddressChange, Failure } from "../../kernel/port.ts";
import type { SocketHost } from "./advert_sockets.ts";
import type { Call } from "./conditions.ts";
import { type Prng, whole } from "../prng.ts";
import { refusal } from "./refusal.ts";

/** IFA_PROTO of addresses that alived adds. */
export const ALIVED_PROTOCOL = 112;

/** Who changes them, and where. */
export interface Changer {
  readonly host: SocketHost;
  readonly prng: Prng;
  /** The kernel as the daemon sees it. */
  readonly by: object;
}

type Fate = ReturnType<SocketHost["machine"]["conditions"]["fate"]>;

/**
 * Make changes in order.
 *
 * @param fate Takes the time of a call, and tells what becomes of it.
 */
export function makeChanges(
  changer: Changer,
  changes: readonly AddressChange[],
  fate: (call: Call) => Fate,
): readonly (Failure | null)[] {
  const { host: { machine }, prng } = changer;
  const results: (Failure | null)[] = [];
  for (const change of changes) {
    const { op, address: { address, index } } = change;
    const call = op === "remove" ? "remove" : "add";
    const link = machine.links.get(index);
    const where = link === undefined ? `link ${index}` : `"${link.name}"`;
    const what = `${op} ${address} ${op === "add" ? "to" : "on"} ${where}`;
    const trouble = fate(call);
    if (trouble?.unanswered) {
      // So are those behind it: the socket is opened anew.
      const rest = changes.slice(results.length);
      const done = whole(prng, 0, rest.length);
      for (const one of rest.slice(0, done)) makeChange(changer, one, what);
      for (const _ of rest) results.push(refusal(what, trouble.code, true));
      return results;
    }
    results.push(
      trouble === null
        ? makeChange(changer, change, what)
        : refusal(what, trouble.code),
    );
  }
  return results;
}

function makeChange(
  { host: { machine, witness, now }, by }: Changer,
  { op, address }: AddressChange,
  what: string,
): Failure | null {
  const link = machine.links.get(address.index);
  if (link === undefined) return refusal(what, "ENODEV");
  if (op === "remove") {
    const known = link.addresses.find(address.address, address.prefix);
    if (known === undefined) return refusal(what, "EADDRNOTAVAIL");
    witness.removes(link, known);
    machine.removeAddress(link, address.address, address.prefix);
    return null;
  }
  witness.adds(link, address);
  const renew = op === "renew";
  const problem = machine.addAddress(
    link,
    { ...address, protocol: ALIVED_PROTOCOL },
    "alived",
    { renew, by },
  );
  if (problem === null) return null;
  const { refusedAt } = machine.conditions;
  if (problem !== "EEXIST") refusedAt.add = now();
  return refusal(what, problem);
}
