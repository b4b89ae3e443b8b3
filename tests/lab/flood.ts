/**
 * A flood of hostile frames of all kinds, from a host of the lab: adverts that
 * are wrong in every way, and what else a segment can carry. None of them is an
 * advert that anybody with a password could believe.
 *
 * @module
 */

import { happens, mulberry32, type Prng, whole } from "../../src/sim/prng.ts";
import { fromHex, noise, pickFrom, splice } from "../../tools/fuzz/bytes.ts";
import { joined, withChecksum } from "../../tools/fuzz/checksums.ts";
import { readCorpus } from "../../tools/fuzz/corpus.ts";
import { vrrp } from "../../tools/fuzz/targets/vrrp.ts";
import { withLength } from "../../tools/fuzz/targets/ipv4.ts";
import { forge, type ForgedAdvert } from "./injector.ts";
import type { Host } from "./lab.ts";
import { VIP } from "./router.ts";
import type { Volley } from "./send_frames.ts";

/** Password of those who are flooded. */
export const FLOODED_PASSWORD = "hidden77";

/** Frames that are made; a flood repeats them. */
const DIFFERENT = 10_000;
/** Longest frame behind the header of Ethernet, with 4 bytes to spare. */
const MAX_PACKET = 1_496;

/** Wrong in one way each, by the reason that they are to be counted for. */
const WRONG: Readonly<Record<string, Partial<ForgedAdvert>>> = {
  unknown_vrid: { vrid: 52 },
  hop_limit: { ttl: 254 },
  version: { version: 3 },
  type: { type: 2 },
  length: { length: 16 },
  checksum: { checksumError: 1 },
  auth_type: {},
  auth_data: { password: "hidden78" },
  interval: { interval: 2, password: FLOODED_PASSWORD },
  truncated: { length: 7 },
};

/** The reasons for which a flood is dropped. */
const REASONS: readonly string[] = Object.keys(WRONG);

const ETHERTYPE = { ipv4: [8, 0], arp: [8, 6], ipv6: [0x86, 0xdd] } as const;
const GROUP_MAC = [1, 0, 0x5e, 0, 0, 18];
const BROADCAST = Array(6).fill(0xff);
const OUR_MAC = [2, 0, 0, 0, 0, 0x66];

function frame(
  to: readonly number[],
  type: readonly number[],
  packet: ArrayLike<number>,
): Uint8Array {
  const header = Uint8Array.from([...to, ...OUR_MAC, ...type]);
  const cut = Uint8Array.from(packet).subarray(0, MAX_PACKET);
  return joined([header, cut]);
}

/** A datagram as its header says it is, to be sent to the group. */
function ip(datagram: Uint8Array): Uint8Array {
  const header = ((datagram[0] ?? 0) & 15) * 4;
  const sized = withLength(datagram.subarray(0, MAX_PACKET));
  const whole = withChecksum(sized.subarray(0, header), 10);
  return frame(GROUP_MAC, ETHERTYPE.ipv4, splice(sized, 0, header, whole));
}

function advert(changes: Partial<ForgedAdvert>): Uint8Array {
  const source = "192.0.2.66";
  return fromHex(forge({ source, priority: 254, ...changes }));
}

/** An ARP that says that we have an address. */
function announcement(address: string, chance: Prng): number[] {
  const ours = [...OUR_MAC, ...address.split(".").map(Number)];
  const operation = whole(chance, 1, 2);
  return [...[0, 1, 8, 0, 6, 4, 0, operation], ...ours, ...ours];
}

const IGMP = "46c000200000400001020000c0000242e000001694040000";

/** What is no advert of one known reason: whatever comes of it is right. */
const OTHERS: readonly ((chance: Prng) => Uint8Array)[] = [
  mutated,
  mutated,
  mutated,
  // Options, fragments, a wrong checksum, a length beyond the end.
  () => ip(splice(splice(advert({}), 0, 1, [0x4f]), 20, 0, Array(40).fill(1))),
  (chance) => ip(splice(advert({}), 6, 2, [0x20 * whole(chance, 0, 1), 3])),
  () => splice(ip(advert({})), 24, 2, [0xba, 0xad]),
  (chance) => splice(ip(advert({})), 16, 2, [whole(chance, 0, 255), 255]),
  (chance) => ip(joined([advert({}), noise(chance, 1_400)])),
  (chance) => frame(BROADCAST, ETHERTYPE.arp, announcement(VIP, chance)),
  (chance) => frame(BROADCAST, ETHERTYPE.arp, noise(chance, 46)),
  (chance) => ip(joined([fromHex(IGMP), noise(chance, 8)])),
  (chance) => frame(GROUP_MAC, ETHERTYPE.ipv4, noise(chance, 60)),
  (chance) => frame(GROUP_MAC, ETHERTYPE.ipv6, noise(chance, 80)),
  (chance) => frame(BROADCAST, [...noise(chance, 2)], noise(chance, 50)),
];

const CORPUS = readCorpus(vrrp).map(({ input }) => input);

/** What fuzzing makes of adverts. */
function mutated(chance: Prng): Uint8Array {
  const nothing = new Uint8Array();
  let packet = pickFrom(chance, CORPUS) ?? nothing;
  for (let left = whole(chance, 1, 4); left > 0; left--) {
    const other = pickFrom(chance, CORPUS) ?? nothing;
    packet = vrrp.mutate(packet, chance, other);
  }
  return packet[0] === 0x60
    ? frame(GROUP_MAC, ETHERTYPE.ipv6, packet)
    : ip(packet);
}

/** A flood of frames, made and not sent yet. */
export class Flood {
  /** How many of the frames have one reason to be dropped, by that reason. */
  readonly #share = new Map<string, number>();
  readonly #file: string;

  /**
   * Make it.
   *
   * @param seed The same seed, the same flood.
   * @param directory Where its frames are written, for as long as it is used.
   */
  constructor(seed: number, directory: string) {
    const chance = mulberry32(seed);
    const frames = Array.from({ length: DIFFERENT }, () => {
      if (happens(chance, 0.5)) {
        return pickFrom(chance, OTHERS)?.(chance) ?? new Uint8Array();
      }
      const reason = pickFrom(chance, REASONS) ?? "";
      this.#share.set(reason, (this.#share.get(reason) ?? 0) + 1);
      return ip(advert(WRONG[reason] ?? {}));
    });
    this.#file = `${directory}/flood-${seed}`;
    Deno.writeFileSync(
      this.#file,
      joined(
        frames.flatMap((each) => [
          Uint8Array.of(each.length >> 8, each.length & 255),
          each,
        ]),
      ),
    );
  }

  /** How many of a number of frames have one reason to be dropped. */
  share(count: number): ReadonlyMap<string, number> {
    const times = count / DIFFERENT;
    return new Map(
      Array.from(this.#share, ([reason, one]) => [reason, one * times]),
    );
  }

  /**
   * Send it and wait until all is sent.
   *
   * @param count How many frames: a multiple of 10,000.
   * @param rate How many a second.
   */
  async send(
    host: Host,
    { count, rate }: { readonly count: number; readonly rate: number },
  ): Promise<void> {
    const volley: Volley = {
      ...{ file: this.#file, count, rate },
      index: await indexOf(host),
    };
    const script = new URL("send_frames.ts", import.meta.url).pathname;
    await host.exec(
      ...[Deno.execPath(), "run", "-A", "--no-prompt", script],
      JSON.stringify(volley),
    );
  }
}

async function indexOf(host: Host): Promise<number> {
  const text = await host.exec("ip", "-json", "link", "show", "dev", "eth0");
  const [link]: { readonly ifindex: number }[] = JSON.parse(text);
  return link?.ifindex ?? 0;
}
