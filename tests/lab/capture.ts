/**
 * What was on the segment and when: written by dumpcap with the kernel's
 * timestamps, decoded by tshark, which is nobody's own code here.
 *
 * @module
 */

import type { Lab } from "./lab.ts";
import { type Program, run } from "./program.ts";
import { sleep } from "./wait.ts";

/** What every captured packet has. */
interface Packet {
  /** Milliseconds since the epoch, with microseconds. */
  readonly time: number;
  /** MAC address that sent it. */
  readonly mac: string;
  /** IP address that sent it. */
  readonly source: string;
  /** IP address it was sent to. */
  readonly destination: string;
}

/** A VRRP advert, as tshark reads it. */
export interface AdvertPacket extends Packet {
  readonly version: number;
  readonly vrid: number;
  readonly priority: number;
  /** Milliseconds between adverts, as the packet says. */
  readonly interval: number;
  readonly addresses: readonly string[];
  /** Whether tshark found the checksum right. */
  readonly checksumGood: boolean;
  readonly ttl: number;
  /** Type of service, 0xc0 is network control. */
  readonly tos: number;
}

/** An ARP packet; `source` is the sender's and `destination` the target's IP. */
export interface ArpPacket extends Packet {
  /** Whether it announces the sender's own address. */
  readonly gratuitous: boolean;
  /** 1 is a request, 2 a reply. */
  readonly operation: number;
}

/** Everything captured, in order of time. */
export interface Packets {
  readonly adverts: readonly AdvertPacket[];
  readonly arps: readonly ArpPacket[];
}

/** How the capture is decoded. */
export interface DecodeOptions {
  /** Check VRRPv3 checksums without a pseudo-header, as RFC 9568 has them. */
  readonly messageOnly?: boolean;
}

const FIELDS = [
  "frame.time_epoch",
  "eth.src",
  "ip.src",
  "ip.dst",
  "ip.ttl",
  "ip.dsfield",
  "vrrp.version",
  "vrrp.virt_rtr_id",
  "vrrp.prio",
  "vrrp.adver_int",
  "vrrp.short_adver_int",
  "vrrp.ip_addr",
  "vrrp.checksum.status",
  "arp.opcode",
  "arp.isgratuitous",
  "arp.src.proto_ipv4",
  "arp.dst.proto_ipv4",
] as const;

type Fields = Readonly<Record<typeof FIELDS[number], string>>;

/** A running capture on the segment. */
export class Capture {
  readonly #program: Program;
  readonly #file: string;

  private constructor(program: Program, file: string) {
    this.#program = program;
    this.#file = file;
  }

  /**
   * Start to capture; every packet sent after this is seen.
   *
   * @param filter pcap's own words for the packets that are wanted.
   */
  static async start(
    lab: Lab,
    { filter = "ip proto 112 or arp" }: { readonly filter?: string } = {},
  ): Promise<Capture> {
    const file = `${lab.directory}/${crypto.randomUUID()}.pcap`;
    const program = lab.spawn([
      ...["dumpcap", "-q", "-P", "-i", "br0", "-f", filter, "-w", file],
    ]);
    await program.waitFor((line) => line.startsWith("File:"), {
      what: "the capture runs",
    });
    return new Capture(program, file);
  }

  /** Stop capturing and decode everything. */
  async stop({ messageOnly = false }: DecodeOptions = {}): Promise<Packets> {
    // The kernel keeps packets back for up to a quarter of a second.
    await sleep(600);
    await this.#program.stop("SIGINT");
    const preference = `vrrp.v3_checksum_as_in_v2:${
      messageOnly ? "TRUE" : "FALSE"
    }`;
    const text = await run([
      ...["tshark", "-n", "-r", this.#file, "-o", preference],
      ...["-T", "fields", "-E", "separator=|", "-E", "aggregator=,"],
      ...FIELDS.flatMap((field) => ["-e", field]),
    ]);
    const packets = text.split("\n").filter((line) => line !== "")
      .map(fieldsOf);
    return {
      adverts: packets.filter((packet) => packet["vrrp.version"] !== "")
        .map(advertOf),
      arps: packets.filter((packet) => packet["arp.opcode"] !== "").map(arpOf),
    };
  }
}

function fieldsOf(line: string): Fields {
  const values = line.split("|");
  return Object.fromEntries(
    FIELDS.map((field, i) => [field, values[i] ?? ""]),
  ) as Fields;
}

function truthy(value: string): boolean {
  return value === "1" || value === "True" || value === "Good";
}

function advertOf(fields: Fields): AdvertPacket {
  const seconds = fields["vrrp.adver_int"];
  return {
    time: Number(fields["frame.time_epoch"]) * 1_000,
    mac: fields["eth.src"],
    source: fields["ip.src"],
    destination: fields["ip.dst"],
    version: Number(fields["vrrp.version"]),
    vrid: Number(fields["vrrp.virt_rtr_id"]),
    priority: Number(fields["vrrp.prio"]),
    interval: seconds === ""
      ? Number(fields["vrrp.short_adver_int"]) * 10
      : Number(seconds) * 1_000,
    addresses: fields["vrrp.ip_addr"].split(",").filter((ip) => ip !== ""),
    checksumGood: truthy(fields["vrrp.checksum.status"]),
    ttl: Number(fields["ip.ttl"]),
    tos: Number(fields["ip.dsfield"]),
  };
}

function arpOf(fields: Fields): ArpPacket {
  return {
    time: Number(fields["frame.time_epoch"]) * 1_000,
    mac: fields["eth.src"],
    source: fields["arp.src.proto_ipv4"],
    destination: fields["arp.dst.proto_ipv4"],
    gratuitous: truthy(fields["arp.isgratuitous"]),
    operation: Number(fields["arp.opcode"]),
  };
}
