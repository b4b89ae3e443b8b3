/**
 * The segment as it happens: adverts and announcements with the time that the
 * kernel saw them, for those who wait for one or measure when it came. What is
 * in an advert beyond that is for `Capture` and tshark.
 *
 * @module
 */

import type { Lab } from "./lab.ts";
import type { Program } from "./program.ts";
import { type Patience, until } from "./wait.ts";

/** An advert or an announcement of an address. */
export interface Sighting {
  readonly kind: "advert" | "garp";
  /** Milliseconds since the epoch, with microseconds. */
  readonly time: number;
  /** MAC address that sent it. */
  readonly mac: string;
  /** Source of the advert, or the address that is announced. */
  readonly address: string;
  /** Virtual router of an advert; 0 in an announcement. */
  readonly vrid: number;
  /** Priority in an advert; 0 in an announcement. */
  readonly priority: number;
}

/** What is waited for. */
interface Expectation extends Patience {
  /** Milliseconds since the epoch that it has to be later than. */
  readonly after?: number;
}

/** A running look at the bridge. */
export class Watch {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  /**
   * Start to watch; everything sent after this is seen.
   *
   * @param bridge That of the segment to watch; the first unless told.
   */
  static async start(lab: Lab, bridge = "br0"): Promise<Watch> {
    const script = new URL("sniff.ts", import.meta.url).pathname;
    const program = lab.spawn([
      ...[Deno.execPath(), "run", "-A", "--no-prompt", script, bridge],
    ]);
    await program.waitFor((line) => line === "listening");
    return new Watch(program);
  }

  /** Everything seen so far, in order of time. */
  sightings(): Sighting[] {
    return this.#program.lines.map(parseSighting).filter((one) => one !== null);
  }

  /** Adverts seen so far, from one source if that is given. */
  adverts(source?: string): Sighting[] {
    return this.sightings().filter(({ kind, address }) =>
      kind === "advert" && (source === undefined || address === source)
    );
  }

  /** Wait for the first advert from a source. */
  advertFrom(source: string, expected: Expectation = {}): Promise<Sighting> {
    return this.#waitFor(
      ({ kind, address }) => kind === "advert" && address === source,
      { what: `an advert from ${source}`, ...expected },
    );
  }

  /** Wait for the first announcement by a MAC address. */
  garpFrom(mac: string, expected: Expectation = {}): Promise<Sighting> {
    return this.#waitFor(
      (sighting) => sighting.kind === "garp" && sighting.mac === mac,
      { what: `a gratuitous ARP from ${mac}`, ...expected },
    );
  }

  /** Wait until the newest advert from a source is its last word. */
  resignationOf(source: string): Promise<Sighting> {
    return until(() => {
      const newest = this.adverts(source).at(-1);
      return newest?.priority === 0 && newest;
    }, { what: `priority 0 from ${source}` });
  }

  #waitFor(
    isIt: (sighting: Sighting) => boolean,
    { after = 0, ...patience }: Expectation,
  ): Promise<Sighting> {
    return this.#program.waitFor((line) => {
      const one = parseSighting(line);
      return one !== null && one.time > after && isIt(one) ? one : null;
    }, patience);
  }
}

/** Read a line of `sniff.ts`. */
function parseSighting(line: string): Sighting | null {
  const [seconds = "", hex] = line.split(" ");
  if (hex === undefined) return null;
  const bytes = (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  const quad = (at: number): string => bytes.slice(at, at + 4).join(".");
  const time = Number(seconds) * 1_000;
  const mac = (hex.slice(12, 24).match(/../g) ?? []).join(":");
  // Ethernet is 14 bytes and IPv4 as VRRP is sent 20; ARP has its addresses
  // 14 and 24 bytes behind its start.
  if (bytes[12] === 8 && bytes[13] === 0) {
    const vrid = bytes[14 + 20 + 1] ?? 0;
    const priority = bytes[14 + 20 + 2] ?? 0;
    const address = quad(14 + 12);
    return { kind: "advert", time, mac, address, vrid, priority };
  }
  const address = quad(14 + 14);
  if (address !== quad(14 + 24)) return null;
  return { kind: "garp", time, mac, address, vrid: 0, priority: 0 };
}
