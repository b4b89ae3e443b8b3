/**
 * A few seconds on one interface: who has the virtual addresses (ARP), whether
 * multicast comes back, and which routers advertise.
 *
 * @module
 */

import { ArpProber } from "../kernel/arp_probe.ts";
import { attempt, SyscallError } from "../kernel/attempt.ts";
import { Eavesdropper } from "../kernel/eavesdropper.ts";
import { sendMulticastEcho } from "../kernel/multicast_echo.ts";
import { Ipv4Receiver } from "../kernel/linux/adverts_ipv4.ts";
import { Failure } from "../kernel/port.ts";
import type { ArpPacket } from "../wire/arp.ts";
import { isEcho, newEcho } from "../wire/echo.ts";
import { overhear, type Overheard } from "../wire/overheard.ts";
import { pause } from "./pause.ts";
import type { Target } from "./target.ts";

/** A router that was heard. */
export interface Speaker {
  /** Its latest advert. */
  readonly advert: Overheard;
  /** Whether a VRRP socket got an advert of it, past any firewall. */
  readonly delivered: boolean;
}

/** What was seen and heard. */
export interface Observation {
  /** The first refusal of the kernel, or null; what follows may be partial. */
  readonly problem: SyscallError | null;
  /** What the kernel said to sending multicast, or null. */
  readonly refusal: SyscallError | null;
  /** Whether the multicast came back. */
  readonly echoed: boolean;
  /** Routers heard, one for each source, VRID and version. */
  readonly speakers: readonly Speaker[];
  /** VIP → MAC address of the other host that claims it by ARP. */
  readonly holders: ReadonlyMap<string, string>;
}

/** Milliseconds that an observation takes. */
export const OBSERVE_FOR = 3000;

const POLL = 20;
// RFC 5227 §1.1: PROBE_NUM, and the wait after the last is more than a second.
const PROBES = 3;
const PROBE_SPACING = 300;
const NO_ADDRESS = "0.0.0.0";

/**
 * Observe one interface.
 *
 * @param signal Ends it early.
 */
export async function observe(
  target: Target,
  signal: AbortSignal,
): Promise<Observation> {
  const seen = new Seen(target);
  try {
    await watch(target, seen, signal);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return { ...seen.result(), problem: error };
  }
  return seen.result();
}

async function watch(
  { link, source, vips }: Target,
  seen: Seen,
  signal: AbortSignal,
): Promise<void> {
  const { index, mac } = link;
  using wire = new Eavesdropper(index);
  using sockets = new DisposableStack();
  const receiver = new Ipv4Receiver(link, { add: () => {}, remove: () => {} });
  sockets.defer(() => receiver.close());
  using prober = mac === null ? null : new ArpProber({ index, mac });
  if (source !== null) {
    seen.refusal = attempt(() => sendMulticastEcho(link, seen.echo));
  }
  const start = performance.now();
  let probes = 0;
  while (performance.now() - start < OBSERVE_FOR && !signal.aborted) {
    if (
      probes < PROBES && performance.now() - start >= probes * PROBE_SPACING
    ) {
      for (const { address } of vips) prober?.send(address);
      probes++;
    }
    await pause(POLL, signal);
    // In this order: what was on the wire has reached the receiver by then.
    for (const packet of wire.receive()) seen.onWire(packet);
    const datagrams = receiver.receive();
    for (const datagram of datagrams instanceof Failure ? [] : datagrams) {
      if (datagram !== null) seen.delivered(datagram);
    }
    for (const packet of prober?.receive() ?? []) seen.arp(packet);
  }
}

/** Collects what is seen. */
class Seen {
  /** What is sent to the group; the rest of it is this process's own. */
  readonly echo = newEcho();
  refusal: SyscallError | null = null;
  readonly #own: ReadonlySet<string>;
  readonly #vips: ReadonlySet<string>;
  readonly #heard = new Map<string, Overheard>();
  readonly #delivered = new Set<string>();
  readonly #holders = new Map<string, string>();
  #echoed = false;

  constructor({ present, vips }: Target) {
    this.#own = new Set(present.map(({ address }) => address));
    this.#vips = new Set(vips.map(({ address }) => address));
  }

  onWire(packet: Uint8Array): void {
    const advert = overhear(packet);
    if (advert === null || this.#own.has(advert.source)) return;
    const { source, virtualRouterId, version } = advert;
    this.#heard.set(`${source} ${virtualRouterId} ${version}`, advert);
  }

  delivered(
    datagram: {
      readonly payload: Uint8Array;
      readonly source: string;
      readonly hopLimit: number;
    },
  ): void {
    const { payload, source, hopLimit } = datagram;
    this.#delivered.add(source);
    this.#echoed ||= isEcho(payload, hopLimit) &&
      payload.every((byte, i) => byte === this.echo[i]);
  }

  arp({ senderAddress, senderMac, targetAddress }: ArpPacket): void {
    // A probe for the same address is a claim too (RFC 5227 §2.1.1).
    const claimed = senderAddress === NO_ADDRESS
      ? targetAddress
      : senderAddress;
    if (this.#vips.has(claimed)) this.#holders.set(claimed, senderMac);
  }

  result(): Observation {
    return {
      problem: null,
      refusal: this.refusal,
      echoed: this.#echoed,
      speakers: [...this.#heard.values()].map((advert) => ({
        advert,
        // Only IPv4 has a VRRP socket here.
        delivered: advert.family === "ipv6" ||
          this.#delivered.has(advert.source),
      })),
      holders: this.#holders,
    };
  }
}
