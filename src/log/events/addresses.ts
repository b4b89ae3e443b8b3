/**
 * Events of the addresses that this daemon adds and removes.
 *
 * @module
 */

import { counted, listed } from "../words.ts";
import { define } from "./define.ts";

/** Some of the addresses of an instance. */
interface Addresses {
  readonly instance: string;
  readonly count: number;
  readonly addresses: readonly string[];
}

const ADDRESSES = {
  instance: "name of the instance",
  count: "number of addresses",
  addresses: "the first eight of them, with their prefixes",
};

const EXAMPLE: Addresses = {
  ...{ instance: "VI_1", count: 1, addresses: ["192.0.2.100/24"] },
};

function named({ count, addresses }: Omit<Addresses, "instance">): string {
  const what = counted(count, "address", "addresses");
  return `${what}: ${listed(addresses, count)}`;
}

/** Events of addresses. */
export const ADDRESS_EVENTS = {
  addresses_added: define<Addresses>({
    level: "info",
    say: (some) => `Added ${named(some)}`,
    fields: ADDRESSES,
    example: EXAMPLE,
    when: "An instance holds addresses that it did not hold before: one line " +
      "for a takeover.",
  }),
  addresses_announced: define<Addresses & { readonly repeat: number }>({
    level: "info",
    say: ({ repeat, ...some }) =>
      `Announces ${named(some)} (${counted(repeat, "time")} each)`,
    fields: { ...ADDRESSES, repeat: "frames for each address" },
    example: { ...EXAMPLE, repeat: 5 },
    when: "A new master tells the neighbours where its addresses are now.",
  }),
  addresses_removed: define<Addresses>({
    level: "info",
    say: (some) => `Removed ${named(some)}`,
    fields: ADDRESSES,
    example: EXAMPLE,
    when: "An instance holds addresses no more: one line for a release.",
  }),
  address_stuck: define<{
    readonly instance: string;
    readonly address: string;
    readonly error: string;
  }>({
    level: "error",
    say: ({ error }) => error,
    fields: {
      instance: "name of the instance, empty for what was left behind",
      address: "the address",
      error: "what the kernel refused, in words",
    },
    example: {
      instance: "VI_1",
      address: "192.0.2.100",
      error: "Cannot remove 192.0.2.100/24: Operation not permitted (EPERM)",
    },
    when: "An address cannot be removed or replaced now; it is tried again.",
    remedy: "Two hosts may answer for the address: remove it by hand.",
  }),
  address_foreign: define<{
    readonly instance: string;
    readonly address: string;
    readonly interface: string;
  }>({
    level: "warning",
    say: ({ address, interface: link }) =>
      `${address} was on "${link}" before; it serves, and alived will not ` +
      "remove it",
    fields: {
      instance: "name of the instance",
      address: "the address",
      interface: "name of the interface that has it",
    },
    example: { instance: "VI_1", address: "192.0.2.100", interface: "eth0" },
    when: "A virtual address was there before this daemon added it.",
    remedy: "Take it out of the configuration of the host: as a backup it " +
      "would answer too.",
  }),
  address_lost: define<{
    readonly instance: string;
    readonly addresses: readonly string[];
    readonly repairs: number;
    readonly cause: "link_down" | "others";
  }>({
    level: {
      of: ({ cause }) => cause === "link_down" ? "info" : "warning",
      words: "warning; info where the link went down",
    },
    say: ({ addresses, repairs, cause }) => {
      const what = listed(addresses);
      const who = cause === "link_down"
        ? `The kernel removed ${what} when the link went down`
        : `Somebody else removed ${what}`;
      return `${who}; put back and announced (${
        counted(repairs, "time")
      } so far)`;
    },
    fields: {
      instance: "name of the instance",
      addresses: "addresses with their prefixes",
      cause: "link_down for the kernel, when the link went down; else others",
      repairs: "times that addresses of it were put back since its start",
    },
    example: {
      instance: "VI_1",
      addresses: ["192.0.2.100/24"],
      cause: "others",
      repairs: 1,
    },
    when: "Addresses of a master are gone; once in 10 s.",
    remedy: "Find the program that manages the interface as well.",
  }),
  stray_address: define<{
    readonly instance: string;
    readonly address: string;
    readonly prefix: number;
    readonly interface: string;
  }>({
    level: "warning",
    say: ({ address, prefix, interface: link }) =>
      `${address}/${prefix} of ours was left on "${link}"`,
    fields: {
      instance: "name of the instance",
      address: "the address",
      prefix: "its prefix length",
      interface: "name of the interface that has it",
    },
    example: {
      instance: "VI_1",
      address: "192.0.2.100",
      prefix: 24,
      interface: "eth0",
    },
    when:
      "An address that carries alived's mark is found where none is held: " +
      "it is removed, or kept by a master.",
  }),
  left_over: define<{
    readonly interface: string;
    readonly address: string;
    readonly prefix: number;
    readonly isKept: boolean;
  }>({
    level: "warning",
    say: ({ interface: link, address, prefix, isKept }) =>
      `${isKept ? "Took over" : "Removed"} ${address}/${prefix} on ` +
      `"${link}", left behind by a daemon that was killed`,
    fields: {
      interface: "name of the interface",
      address: "the address",
      prefix: "its prefix length",
      isKept: "whether the owner of the address keeps it",
    },
    example: {
      interface: "eth0",
      address: "192.0.2.100",
      prefix: 24,
      isKept: false,
    },
    when: "The daemon before this one was killed while it was master.",
    remedy: "Find out who killed it.",
  }),
  lease: define<{ readonly code: string; readonly error: string }>({
    level: "warning",
    say: ({ error }) => error,
    fields: {
      code: "name of the error, such as ENOMEM",
      error: "the same in words",
    },
    example: {
      code: "ENOMEM",
      error: "Cannot renew 192.0.2.100/24: Cannot allocate memory (ENOMEM)",
    },
    when: "The lifetime of an address cannot be renewed; each error once in " +
      "60 s.",
    remedy: "When vip_lease is over the kernel removes the address.",
  }),
  slow_call: define<{ readonly took: number; readonly count: number }>({
    level: "warning",
    say: ({ took, count }) =>
      `The kernel took ${took.toFixed(0)} ms to change ` +
      counted(count, "address", "addresses"),
    fields: {
      took: "milliseconds",
      count: "addresses that were changed",
    },
    example: { took: 312, count: 200 },
    when: "One call to change addresses took 250 ms or more.",
    remedy: "The host is overloaded, or has very many addresses.",
  }),
  record: define<{
    readonly result: "written" | "write_failed" | "read_failed";
    readonly error: string | null;
  }>({
    level: {
      of: ({ result }) => result === "written" ? "info" : "warning",
      words: "warning, and info when it is written again",
    },
    say: ({ result, error }) => {
      switch (result) {
        case "written":
          return "The record of addresses can be written again";
        case "read_failed":
          return `${error}: taken for an empty record`;
        case "write_failed":
          return `${error}: serving all the same; if this process is ` +
            "killed, the next one may not know all that is left of it";
      }
    },
    fields: {
      result: "write_failed, written after such a failure, or read_failed",
      error: "what the kernel refused, in words, or null",
    },
    example: { result: "written", error: null },
    when: "The record in the run directory cannot be read or written; or can " +
      "be written again.",
    remedy: "Look at the space and the rights of the run directory.",
  }),
  rescue: define<{
    readonly done: "resigned" | "removed" | "restored" | "failed";
    readonly resignedFor?: string;
    readonly interface?: string;
    readonly address?: string;
    readonly prefix?: number;
    readonly setting?: string;
    readonly error?: string;
  }>({
    level: {
      of: ({ done }) => done === "failed" ? "error" : "warning",
      words: "error for a failure, else warning",
    },
    say: ({ done, resignedFor, address, prefix, ...others }) => {
      const { setting, interface: link, error } = others;
      switch (done) {
        case "resigned":
          return `Resigned for "${resignedFor}", left behind`;
        case "removed":
          return `Removed ${address}/${prefix} from "${link}", left behind`;
        case "restored":
          return `Restored ${setting} on "${link}", left behind`;
        case "failed":
          return `${error}`;
      }
    },
    fields: {
      done: "resigned, removed, restored, or failed",
      resignedFor: "name of the instance that a last advert was sent for",
      interface: "name of the interface",
      address: "the address that was removed",
      prefix: "its prefix length",
      setting: "the setting of the interface that has its value again",
      error: "what could not be done, in words",
    },
    example: {
      done: "removed",
      interface: "eth0",
      address: "192.0.2.100",
      prefix: 24,
    },
    when: "What a dead core, or a dead daemon before this one, held is undone.",
    remedy: "After a failure: look for the address on this host, and remove " +
      "it by hand.",
  }),
};
