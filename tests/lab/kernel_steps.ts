/**
 * What the tests of `kernel/linux` do inside a host.
 *
 * @module
 */

import { Channel } from "../../src/kernel/linux/channel.ts";
import { LinuxKernel } from "../../src/kernel/linux/kernel.ts";
import { LinkEvents } from "../../src/kernel/linux/link_events.ts";
import { changeAddresses } from "../../src/kernel/linux/address_changes.ts";
import {
  RouteSocket,
  type RouteSocketSizes,
} from "../../src/kernel/linux/route_socket.ts";
import {
  type AddressChange,
  Failure,
  type LinkNews,
} from "../../src/kernel/port.ts";
import { dumpAddresses } from "../../src/wire/rtnetlink.ts";
import type { LinkAddress } from "../../src/wire/rtnetlink_parse.ts";

/** The machine, with a record in a directory that is there. */
export function openKernel(recordPath = "/run/record"): LinuxKernel {
  const channel = new Channel();
  const channelFd = channel.receiverFd;
  return new LinuxKernel({
    ...{ channelFd, recordPath, serviceManager: null, signalFd: null },
    sideWord: new Int32Array(new SharedArrayBuffer(4)),
  });
}

/** Index of a link. */
export function indexOf(name: string): number {
  return Number(Deno.readTextFileSync(`/sys/class/net/${name}/ifindex`));
}

/** Changes of `count` addresses `10.…/32` of a link. */
export function changesOf(
  op: AddressChange["op"],
  count: number,
  index: number,
): readonly AddressChange[] {
  return Array.from({ length: count }, (_, i) => ({
    op,
    address: {
      index,
      address: `10.1.${i >> 8}.${i & 255}`,
      prefix: 32,
      scope: 0,
      label: null,
      lifetimeSeconds: null,
      preferred: false,
    },
  }));
}

/** How often each thing was answered; `null` is success. */
export function countsOf(
  results: readonly (Failure | null)[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const words = result === null
      ? "done"
      : `${result.code}${result.unanswered ? " unanswered" : ""}`;
    counts[words] = (counts[words] ?? 0) + 1;
  }
  return counts;
}

/** How many of the addresses of {@linkcode changesOf} a dump has. */
function countIn(route: RouteSocket): number {
  return route.dump((sequence) => dumpAddresses("ipv4", sequence))
    .filter((message) =>
      message.type === "address" && message.address.address.startsWith("10.1.")
    ).length;
}

/** Read events until there are none. */
function drain(read: () => LinkNews): Record<string, number> {
  const counts: Record<string, number> = {};
  for (;;) {
    const news = read();
    if (news === "empty") return counts;
    if (news instanceof Failure) throw new Error(news.message);
    const kinds = news === "overrun" ? [news] : news.map(({ type }) => type);
    for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  }
}

/** Add, renew and remove many addresses, and see what the kernel says. */
export function changeMany({ count }: { count: number }): unknown {
  using kernel = openKernel();
  const index = indexOf("eth0");
  drain(() => kernel.links.read());
  const change = (op: AddressChange["op"], to = index): unknown =>
    countsOf(kernel.changeAddresses(changesOf(op, count, to)));
  const held = (): number => {
    const dump = kernel.links.dump();
    if (dump instanceof Failure) throw new Error(dump.message);
    return dump.filter((body) =>
      body.type === "address" && body.address.address.startsWith("10.1.") &&
      body.address.protocol === 112
    ).length;
  };
  return {
    add: change("add"),
    events: drain(() => kernel.links.read()),
    held: held(),
    addAgain: change("add"),
    renew: change("renew"),
    heldStill: held(),
    remove: change("remove"),
    removeAgain: change("remove"),
    elsewhere: change("add", 9999),
    heldAtLast: held(),
  };
}

/**
 * Addresses that are there already are added with a socket whose buffers are
 * small.
 */
export function changeWithSmallBuffers(
  { count, sizes }: { count: number; sizes: Partial<RouteSocketSizes> },
): unknown {
  using route = new RouteSocket(sizes);
  using judge = new RouteSocket();
  const index = indexOf("eth0");
  const rounds = [];
  for (let round = 0; round < 3; round++) {
    changeAddresses(judge, changesOf("add", count, index));
    const add = changeAddresses(route, changesOf("add", count, index));
    const held = countIn(judge);
    const seen = countIn(route);
    changeAddresses(judge, changesOf("remove", count, index));
    rounds.push({ add: countsOf(add), held, seen });
  }
  return rounds;
}

/** Events that overrun a small queue, and what comes after. */
export function overrun({ count }: { count: number }): unknown {
  const watched: string[] = [];
  using events = new LinkEvents({
    add: () => watched.push("add"),
    remove: () => watched.push("remove"),
  }, 32_768);
  using kernel = openKernel();
  const { id } = events;
  const index = indexOf("eth0");
  kernel.changeAddresses(changesOf("add", count, index));
  const first = events.read();
  const rest = drain(() => events.read());
  const dump = kernel.links.dump();
  const held = dump instanceof Failure
    ? 0
    : dump.filter((body) =>
      body.type === "address" && body.address.address.startsWith("10.1.")
    ).length;
  kernel.changeAddresses(changesOf("remove", 3, index));
  const after = drain(() => events.read());
  return {
    first,
    lost: (rest.address ?? 0) < count,
    overrunAgain: rest.overrun ?? 0,
    held,
    after,
    sameSocket: id === events.id,
    watched: [...watched],
  };
}

/** What the dump says of the addresses of eth0 that alived added. */
export function addBothFamilies(): unknown {
  using kernel = openKernel();
  const base = {
    index: indexOf("eth0"),
    scope: 0,
    label: null,
    lifetimeSeconds: null,
    preferred: false,
  };
  const changes: AddressChange[] = [
    { ...base, address: "10.1.0.1", prefix: 24, label: "eth0:v", scope: 253 },
    { ...base, address: "10.1.0.2", prefix: 32, lifetimeSeconds: 100 },
    { ...base, address: "2001:db8::1", prefix: 64 },
    { ...base, address: "2001:db8::2", prefix: 128, preferred: true },
    { ...base, address: "2001:db8::3", prefix: 128, lifetimeSeconds: 100 },
  ].map((address) => ({ op: "add", address }));
  const results = kernel.changeAddresses(changes);
  const wrong: AddressChange[] = [
    { op: "remove", address: { ...base, address: "10.1.0.1", prefix: 32 } },
    {
      op: "add",
      address: { ...base, address: "10.1.9.1", prefix: 32, index: 9999 },
    },
  ];
  const refused = kernel.changeAddresses(wrong);
  const dump = kernel.links.dump();
  if (dump instanceof Failure) throw new Error(dump.message);
  const added: LinkAddress[] = dump.flatMap((body) =>
    body.type === "address" && body.address.protocol === 112
      ? [body.address]
      : []
  );
  return {
    results,
    refused: refused.map((failure) =>
      failure && `${failure.operation}: ${failure.code}`
    ),
    added: added.map(({ address, prefix, scope, flags }) =>
      `${address}/${prefix} scope ${scope} flags 0x${flags.toString(16)}`
    ),
    links: dump.flatMap((body) => body.type === "link" ? [body.link.name] : []),
  };
}

/** Addresses in front of those that stay, and those that stay. */
const MOVING = 200;
const STAYING = 1000;

/** Move addresses from the front of the kernel's list to its end, for ever. */
export function rotate(): never {
  using route = new RouteSocket();
  const index = indexOf("eth0");
  const all = changesOf("add", MOVING + STAYING, index);
  changeAddresses(route, all);
  const moving = all.slice(0, MOVING)
    .map((change): AddressChange[] => [{ ...change, op: "remove" }, change]);
  Deno.stdout.writeSync(new TextEncoder().encode("rotating\n"));
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0;; i++) {
    changeAddresses(route, moving[i % MOVING] ?? []);
    Atomics.wait(pause, 0, 0, 2);
  }
}

/** Dump while they move, and see whether those that stay are all there. */
export function dumpOften({ count }: { count: number }): unknown {
  using kernel = openKernel();
  const staying = new Set(
    changesOf("add", MOVING + STAYING, 0).slice(MOVING)
      .map(({ address }) => address.address),
  );
  let whole = 0;
  let wrong = 0;
  const refused: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const dump = kernel.links.dump();
    if (dump instanceof Failure) {
      refused[dump.message] = (refused[dump.message] ?? 0) + 1;
      continue;
    }
    whole++;
    const found = dump.flatMap((body) =>
      body.type === "address" && staying.has(body.address.address)
        ? [body.address.address]
        : []
    );
    if (found.length !== STAYING || new Set(found).size !== STAYING) wrong++;
  }
  return { whole, wrong, refused };
}

/** Add an address to `eth0` as an alived does, and know nothing of it. */
export function leaveBehind({ address }: { address: string }): unknown {
  using route = new RouteSocket();
  const [change] = changesOf("add", 1, indexOf("eth0"));
  if (change === undefined) return null;
  const left = { ...change.address, address, prefix: 24 };
  return countsOf(changeAddresses(route, [{ op: "add", address: left }]));
}
