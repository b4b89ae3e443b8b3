/**
 * What the kernel of a host tells about its addresses and neighbours, with the
 * time: `ip monitor`, which is nobody's own code here.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import type { Program } from "./program.ts";
import { type Patience, until } from "./wait.ts";

/** An address came, was changed or went. */
export interface AddressEvent {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Whether it went. */
  readonly gone: boolean;
  /** Name of the link. */
  readonly link: string;
  /** The address, without its prefix. */
  readonly address: string;
}

/** A neighbour is known by a MAC address. */
export interface NeighborEvent {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The neighbour. */
  readonly address: string;
  /** Its MAC address. */
  readonly mac: string;
}

const TIME = /^\[(\S{19})(\.\d+)\] /;
const ADDRESS = /\] (Deleted )?\d+: (\S+) +inet6? ([^\s/]+)\//;
const NEIGHBOR = /\] (\d\S+) dev \S+ lladdr (\S+)/;
const MARKERS = "127.9.";

/** A running `ip monitor`. */
export class Monitor {
  readonly #host: Host;
  readonly #program: Program;
  #markers = 0;

  private constructor(host: Host, program: Program) {
    this.#host = host;
    this.#program = program;
  }

  /** Start to listen; everything after this is heard. */
  static async start(host: Host): Promise<Monitor> {
    const program = host.spawn([
      ...["ip", "-ts", "-oneline", "monitor", "address", "neigh"],
    ]);
    const monitor = new Monitor(host, program);
    // It does not say when it listens.
    await monitor.catchUp();
    return monitor;
  }

  /** Wait until all that happened before this is heard. */
  async catchUp(): Promise<void> {
    const count = ++this.#markers;
    const marker = `${MARKERS}${count >> 8}.${count & 255}`;
    const onLoopback = [`${marker}/32`, "dev", "lo"];
    // It hears of this behind all else.
    await until(async () => {
      await this.#host.exec("ip", "address", "add", ...onLoopback);
      await this.#host.exec("ip", "address", "delete", ...onLoopback);
      return this.#program.lines.some((line) => line.includes(`${marker}/`));
    }, { what: "ip monitor" });
  }

  /** What was heard so far of one address, or of all. */
  addresses(address?: string): AddressEvent[] {
    return this.#program.lines.map(parseAddress).filter((event) =>
      event !== null && !event.address.startsWith(MARKERS) &&
      (address === undefined || event.address === address)
    ) as AddressEvent[];
  }

  /** What was heard so far of one neighbour. */
  neighbors(address: string): NeighborEvent[] {
    return this.#program.lines.map(parseNeighbor).filter((event) =>
      event?.address === address
    ) as NeighborEvent[];
  }

  /**
   * Wait until an address comes (false) or goes (true).
   *
   * @param after Milliseconds since the epoch that it has to be later than.
   */
  waitFor(
    address: string,
    gone: boolean,
    { after = 0, ...patience }: Patience & { readonly after?: number } = {},
  ): Promise<AddressEvent> {
    return this.#program.waitFor((line) => {
      const event = parseAddress(line);
      return event !== null && event.address === address &&
          event.gone === gone && event.time > after
        ? event
        : null;
    }, { what: `${address} ${gone ? "goes" : "comes"}`, ...patience });
  }
}

/** The time is that of this machine's zone, to the microsecond. */
function timeOf(line: string): number {
  const [, seconds = "", fraction = ""] = TIME.exec(line) ?? [];
  return Date.parse(seconds) + Number(fraction) * 1_000;
}

function parseAddress(line: string): AddressEvent | null {
  const [, gone, link = "", address] = ADDRESS.exec(line) ?? [];
  if (address === undefined) return null;
  return { time: timeOf(line), gone: gone !== undefined, link, address };
}

function parseNeighbor(line: string): NeighborEvent | null {
  const [, address, mac = ""] = NEIGHBOR.exec(line) ?? [];
  return address === undefined ? null : { time: timeOf(line), address, mac };
}
