/**
 * What the tests of `kernel/linux` do inside a host with its sockets and files.
 *
 * @module
 */

import { libc } from "../../ffi/libc.ts";
import {
  AF_UNIX,
  bind,
  openSocket,
  SOCK_STREAM,
  sockaddrUn,
} from "../../ffi/socket.ts";
import { ArpProber } from "../../src/kernel/arp_probe.ts";
import { lockNamespace } from "../../src/kernel/namespace_lock.ts";
import {
  type AdvertReceiver,
  type AdvertSender,
  Failure,
} from "../../src/kernel/port.ts";
import { rescueRecorded } from "../../src/kernel/rescue.ts";
import { changesOf, indexOf, openKernel } from "./kernel_steps.ts";

const RLIMIT_NOFILE = 7;

/** Write a line that the test waits for. */
function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function ip(...args: readonly string[]): void {
  const { success } = new Deno.Command("ip", { args: [...args] }).outputSync();
  if (!success) throw new Error(`ip ${args.join(" ")} failed`);
}

/** What came of a call, in a word. */
function wordOf(result: unknown): string {
  return result instanceof Failure ? result.code : "done";
}

function opened<T>(result: T | Failure): T {
  if (result instanceof Failure) throw new Error(result.message);
  return result;
}

/** Set how many descriptors there may be; the most that was allowed at last. */
function openLimit(): (count: number) => void {
  const { symbols } = Deno.dlopen("libc.so.6", {
    // int getrlimit(int resource, struct rlimit *limit)
    getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
    // int setrlimit(int resource, const struct rlimit *limit)
    setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  });
  const limit = new BigUint64Array(2);
  symbols.getrlimit(RLIMIT_NOFILE, limit);
  return (count) => {
    limit[0] = BigInt(count);
    if (symbols.setrlimit(RLIMIT_NOFILE, limit) !== 0) {
      throw new Error("Cannot set the limit");
    }
  };
}

/** Everything while the process may open no descriptor, and after. */
export function beOutOfDescriptors(): unknown {
  using kernel = openKernel();
  const index = indexOf("eth0");
  const link = { index, name: "eth0" };
  const limit = openLimit();
  const frame = new Uint8Array(60);
  const all = (): Record<string, string> => {
    const receiver = kernel.openReceiver(link, "ipv4");
    const sender = kernel.openSender(link, "ipv4");
    for (const part of [receiver, sender]) {
      if (!(part instanceof Failure)) part.close();
    }
    return {
      receiver: wordOf(receiver),
      sender: wordOf(sender),
      frame: wordOf(kernel.sendFrames([{ index, bytes: frame }])[0]),
      record: wordOf(kernel.record.write("text")),
      readRecord: wordOf(kernel.record.read()),
      readSysctl: wordOf(kernel.readSysctl("net/ipv4/ip_forward")),
      writeSysctl: wordOf(kernel.writeSysctl("net/ipv4/ip_forward", "0")),
      changes: wordOf(kernel.changeAddresses(changesOf("add", 1, index))[0]),
      remove: wordOf(kernel.changeAddresses(changesOf("remove", 1, index))[0]),
      dump: wordOf(kernel.links.dump()),
    };
  };
  limit(3);
  const poor = all();
  // As after an error of the socket itself.
  libc.close(kernel.links.id);
  const gone = [kernel.links.read(), kernel.links.read()].map(wordOf);
  const { id: none } = kernel.links;
  limit(1024);
  const back = kernel.links.read();
  const { id } = kernel.links;
  const rich = all();
  const ready = kernel.wait(kernel.now() + 10_000, false);
  const news = kernel.links.read();
  return {
    poor,
    gone,
    none,
    back,
    rich,
    awake: ready.has(id),
    news: Array.isArray(news) ? news.map(({ type }) => type) : news,
  };
}

/** A record in a file system that gets full. */
export function fillRecord(): unknown {
  const mount = new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"],
  }).outputSync();
  if (!mount.success) throw new Error("Cannot mount a tmpfs");
  using kernel = openKernel("/mnt/alived/record");
  const { record } = kernel;
  const old = "a".repeat(30_000);
  const results = [record.write(old), record.write("b".repeat(60_000))];
  const kept = record.read() === old;
  const files = [...Deno.readDirSync("/mnt/alived")].map(({ name }) => name);
  Deno.removeSync("/mnt/alived/record");
  return {
    results: results.map((failure) => failure?.message ?? null),
    kept,
    files,
    later: record.write("b".repeat(60_000)),
  };
}

/** Addresses of every kind, and those that a rescue leaves. */
export function rescue(
  { record, forget }: { record: unknown; forget: boolean },
): unknown {
  using kernel = openKernel();
  const index = indexOf("eth0");
  const boot = opened(kernel.readSysctl("kernel/random/boot_id"));
  const promote = "net/ipv4/conf/eth0/promote_secondaries";
  kernel.writeSysctl(promote, "1");
  kernel.changeAddresses(changesOf("add", 3, index));
  ip("address", "add", "10.1.0.9/32", "dev", "eth0");
  const text = JSON.stringify(record).replaceAll('"INDEX"', String(index))
    .replaceAll("BOOT", boot);
  kernel.record.write(text);
  const options = { forget, virtualIps: new Set<string>() };
  const { problems, ...rescued } = rescueRecorded("/run/record", options);
  const dump = opened(kernel.links.dump());
  return {
    ...rescued,
    problems,
    there: dump.flatMap((body) =>
      body.type === "address" && body.address.family === "ipv4" &&
        body.address.index === index
        ? [body.address.address]
        : []
    ),
    promote: kernel.readSysctl(promote),
    record: kernel.record.read() === text ? "kept" : kernel.record.read(),
    again: rescueRecorded("/run/record", options),
    // Ours because it is configured, not ours, and unknown to everybody.
    configured: rescueRecorded("/run/no-record", {
      ...options,
      virtualIps: new Set(["10.1.0.1", "10.1.0.9"]),
    }),
    none: rescueRecorded("/run/no-record", options),
  };
}

/** Hear adverts and ARP on eth0 until `count` adverts have come. */
export function hear({ count }: { count: number }): unknown {
  using kernel = openKernel();
  const link = { index: indexOf("eth0"), name: "eth0" };
  const receiver: AdvertReceiver = opened(kernel.openReceiver(link, "ipv4"));
  const prober = new ArpProber({ index: link.index, mac: "" });
  say("listening");
  const heard: unknown[] = [];
  const patience = kernel.now() + 10_000;
  while (heard.length < count && kernel.now() < patience) {
    if (!kernel.wait(patience, false).has(receiver.id)) continue;
    for (const datagram of opened(receiver.receive())) {
      heard.push(
        datagram && {
          ...datagram,
          at: datagram.at <= kernel.now(),
          payload: [...datagram.payload.subarray(0, 4)],
          length: datagram.payload.length,
        },
      );
    }
  }
  // Behind it the kernels ask each other.
  const [arp] = prober.receive();
  receiver.close();
  receiver.close();
  prober[Symbol.dispose]();
  return { heard, arp: arp?.senderMac };
}

/** Sends itself adverts, and reads each a little later. */
export function stamp({ count }: { count: number }): unknown {
  using kernel = openKernel();
  const names = ["here0", "there0"] as const;
  ip("link", "add", names[0], "type", "veth", "peer", "name", names[1]);
  for (const name of names) ip("link", "set", name, "up");
  const [here, there] = names.map((name) => ({ name, index: indexOf(name) }));
  if (here === undefined || there === undefined) throw new Error("No links");
  const sender = opened(kernel.openSender(here, "ipv4"));
  const receiver = opened(kernel.openReceiver(there, "ipv4"));
  const payload = new Uint8Array([0x31, 1, 100]);
  const source = new Uint8Array([192, 0, 2, 7]);
  const group = new Uint8Array([224, 0, 0, 18]);
  const heard: unknown[] = [];
  const patience = kernel.now() + 30_000;
  while (heard.length < count && kernel.now() < patience) {
    // Nothing is on the way now, or it comes later.
    while (opened(receiver.receive()).length > 0);
    const sending = kernel.now();
    sender.ready(payload, source, group)();
    // The first ones are lost while the links are coming up, which is told too.
    const ready = kernel.wait(sending + 100, false);
    if (ready.has(kernel.links.id)) kernel.links.read();
    const later = kernel.now() + 0.5;
    while (kernel.now() < later);
    const reading = kernel.now();
    const [datagram] = opened(receiver.receive());
    if (datagram === undefined) continue;
    heard.push({ sending, at: datagram?.at, reading, read: kernel.now() });
  }
  receiver.close();
  sender.close();
  return heard;
}

/** Say something in a frame, and in adverts to the group and to a host. */
export function talk(
  { frame, lengths }: {
    frame: readonly number[];
    lengths: readonly number[];
  },
): unknown {
  using kernel = openKernel();
  const link = { index: indexOf("eth0"), name: "eth0" };
  const sender: AdvertSender = opened(kernel.openSender(link, "ipv4"));
  const source = new Uint8Array([192, 0, 2, 1]);
  const group = new Uint8Array([224, 0, 0, 18]);
  const peer = new Uint8Array([192, 0, 2, 2]);
  const sent = [
    // Two of them to a link that is none.
    ...kernel.sendFrames(
      [0x7fff_ffff, link.index, 0x7fff_ffff, link.index].map((index) => ({
        index,
        bytes: new Uint8Array(frame),
      })),
    ),
    sender.ready(new Uint8Array([0x31, 1, 100]), source, group)(),
    sender.ready(new Uint8Array([0x31, 2, 100]), source, peer)(),
    ...lengths.map((length) =>
      sender.ready(new Uint8Array(length), source, group)()
    ),
  ].map((failure) => failure?.code ?? null);
  sender.close();
  return sent;
}

/** What is refused on a link that is down, and on one that is gone. */
export function loseLink(): unknown {
  using kernel = openKernel();
  const frame = new Uint8Array(60);
  const address = new Uint8Array([192, 0, 2, 1]);
  const group = new Uint8Array([224, 0, 0, 18]);
  ip("link", "add", "gone0", "type", "veth", "peer", "name", "gone1");
  ip("link", "set", "gone0", "up");
  ip("link", "set", "gone1", "up");
  const link = { index: indexOf("gone0"), name: "gone0" };
  const receiver = opened(kernel.openReceiver(link, "ipv4"));
  const sender = opened(kernel.openSender(link, "ipv4"));
  const attempts = (): Record<string, string> => ({
    frame: kernel.sendFrames([{ index: link.index, bytes: frame }])[0]
      ?.message ?? "done",
    advert: sender.ready(frame, address, group)()?.message ?? "done",
    receive: wordOf(receiver.receive()),
  });
  const up = attempts();
  ip("link", "set", "gone0", "down");
  const down = attempts();
  ip("link", "set", "gone0", "up");
  const upAgain = attempts();
  ip("link", "delete", "gone0");
  const gone = attempts();
  const { id } = receiver;
  receiver.close();
  sender.close();
  const again = [
    kernel.openReceiver(link, "ipv4"),
    kernel.openSender(link, "ipv4"),
    kernel.openReceiver({ ...link, name: "eth0" }, "ipv4"),
    kernel.openReceiver(link, "ipv6"),
    kernel.openSender(link, "ipv6"),
  ].map((result) => result instanceof Failure ? result.message : "done");
  return {
    up,
    down,
    upAgain,
    gone,
    again,
    waited: kernel.wait(0, false).has(id),
  };
}

/**
 * Take the lock of the namespace, say what came of it, and stay.
 *
 * @param beside Process that hands over to this one, or null.
 */
export function takeLock(beside: number | null): Promise<never> {
  say(JSON.stringify(lockNamespace(beside)));
  return stay();
}

/** Take names as another user, with or without listening, and stay. */
export function squat(
  { names, listening }: { names: readonly string[]; listening: boolean },
): Promise<never> {
  const { symbols } = Deno.dlopen("libc.so.6", {
    // int listen(int fd, int backlog)
    listen: { parameters: ["i32", "i32"], result: "i32" },
    // int setuid(uid_t uid)
    setuid: { parameters: ["u32"], result: "i32" },
  });
  symbols.setuid(65_534);
  for (const name of names) {
    const socket = openSocket(AF_UNIX, SOCK_STREAM, 0, "squat");
    bind(socket, sockaddrUn(name));
    if (listening) symbols.listen(socket.fd, 0);
  }
  say("squatting");
  return stay();
}

function stay(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 60_000));
}
