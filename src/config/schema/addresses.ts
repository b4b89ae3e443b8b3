/**
 * Addresses that an instance holds, sends from and sends to.
 *
 * @module
 */

import * as v from "valibot";
import { parsePrefixed, type Prefixed } from "../../wire/address.ts";
import type { UnicastPeer, VirtualIp } from "../settings/instance.ts";
import { unusableKind, virtualIpProblem } from "../virtual_ip.ts";
import { about, shared, writtenAs } from "./editor.ts";
import {
  flag,
  list,
  must,
  oneOf,
  section,
  shortOrLong,
  soundItems,
  uniqueList,
  whole,
} from "./values.ts";
import { linkName } from "./words.ts";

const mustBePrefixed = must(
  "an address or address/prefix",
  (input) => typeof input === "string" ? addressHint(input) : "",
);

function addressHint(text: string): string {
  if (/\s(?:dev|label|scope|brd)\s/.test(text)) {
    return ": write { address: …, interface: …, label: …, scope: … }";
  }
  const [, hint = ""] = ADDRESS_HINTS.find(([form]) => form.test(text)) ?? [];
  return hint;
}

/** What is meant by a text that is no address, and how it is written. */
const ADDRESS_HINTS: readonly (readonly [RegExp, string])[] = [
  [/\/\d+\./, ": a netmask is written as its length, such as /24"],
  [/,$/, ": remove the comma"],
  [/^[\d.]+ +\/|\/ +\d+$/, ": remove the space"],
  [/^[\d.]+\\\d+$/, ": write / before the prefix"],
  [/^\d+(?:,\d+){3}(?:\/|$)/, ": write dots in place of the commas"],
  [/^\d+(?:\.\d+){3}-/, ": write each address on its own"],
  [/^[\d.]+\/(?:3[3-9]|[4-9]\d|\d{3,})$/, ": a prefix of IPv4 is at most 32"],
  [/^(?:\d+\.)*0\d/, ": write its numbers without a 0 in front"],
  [/^(?!\$)[a-z][\w-]*(?:\.[\w-]+)*$/i, ": names are not looked up here"],
];

/** Addresses as editors know them; {@linkcode parsePrefixed} is exact. */
const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const IPV4 = String.raw`${BYTE}(?:\.${BYTE}){3}`;
const IPV6 = String.raw`[\dA-Fa-f]*:[\dA-Fa-f:.]*`;
const PREFIX_4 = String.raw`/(?:3[0-2]|[12]?\d)`;
const PREFIX_6 = String.raw`/(?:12[0-8]|1[01]\d|[1-9]?\d)`;
const ADDRESS = `^(?:${IPV4}|${IPV6})$`;
const PREFIXED = `^(?:${IPV4}(?:${PREFIX_4})?|${IPV6}(?:${PREFIX_6})?)$`;

const prefixed: v.GenericSchema<unknown, Prefixed> = v.pipe(
  v.string(mustBePrefixed),
  writtenAs(PREFIXED, "an address, or one with a prefix as 192.0.2.100/24"),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const ip = parsePrefixed(dataset.value);
    const message = ip === null
      ? mustBePrefixed({ input: dataset.value })
      : prefixedProblem(ip);
    if (ip !== null && message === null) return ip;
    addIssue({ message: message ?? "" });
    return NEVER;
  }),
);

function prefixedProblem(ip: Prefixed): string | null {
  if (ip.prefix === 0) {
    return "/0 makes all addresses neighbours: write the prefix of the " +
      "network, such as /24";
  }
  const kind = unusableKind(ip);
  return kind === null ? null : `${ip.address} is ${kind}: no host can hold it`;
}

const label: v.GenericSchema<unknown, string> = v.pipe(
  v.string(must("a label of 1 to 15 bytes without white space")),
  v.regex(
    /^[^\s\p{C}]+$/u,
    must("a label of 1 to 15 bytes without white space"),
  ),
  v.maxBytes(15, must("a label of 1 to 15 bytes without white space")),
);

/** What is said of an address that is given without a map. */
const PLAIN: Omit<VirtualIp, keyof Prefixed> = {
  interface: null,
  scope: "global",
  label: null,
  track: true,
  preferred: false,
};

const eitherForm: v.GenericSchema<unknown, VirtualIp> = shortOrLong(
  v.pipe(
    prefixed,
    v.transform((ip) => (
      { ...ip, ...PLAIN }
    )),
  ),
  v.pipe(
    section({
      address: v.pipe(
        prefixed,
        about(
          "Address",
          "The address, with or without a prefix length; without one " +
            "it is /32 or /128",
        ),
      ),
      interface: v.pipe(
        v.nullish(linkName(), null),
        about(
          "Interface",
          "Interface that carries the address; by default that of the " +
            "instance",
        ),
      ),
      scope: v.optional(
        v.pipe(
          oneOf(["global", "link", "host"]),
          about("Scope", "Scope that the kernel gives the address (IPv4)", {
            global: "Valid everywhere",
            link: "Valid on this link only",
            host: "Valid on this host only",
          }),
        ),
        "global",
      ),
      label: v.pipe(
        v.nullish(label, null),
        about(
          "Label",
          "IPv4 label, as old tools show it; begins with the name of " +
            "the interface, such as eth1:web",
        ),
      ),
      track: v.optional(
        v.pipe(
          flag(),
          about(
            "Track its interface",
            "FAULT while the interface that carries the address is " +
              "missing or down",
          ),
        ),
        PLAIN.track,
      ),
      preferred: v.optional(
        v.pipe(
          flag(),
          about(
            "Preferred as source",
            "IPv6: the host may choose the address as the source of its " +
              "own connections",
          ),
        ),
        PLAIN.preferred,
      ),
    }),
    v.transform(({ address, ...rest }) => ({ ...address, ...rest })),
  ),
);

const virtualIp: v.GenericSchema<unknown, VirtualIp> = v.pipe(
  eitherForm,
  shared("virtual_ip"),
  about("Virtual IP", "An address that the master holds: text, or a map"),
);

/** Most virtual IPs in an advert, whose count is one byte. */
const MAX_VIRTUAL_IPS = 255;

/** `virtual_ips`: addresses that one instance can hold and advertise. */
export function virtualIps(): v.GenericSchema<unknown, readonly VirtualIp[]> {
  return v.pipe(
    list(virtualIp, "addresses"),
    v.maxLength(
      MAX_VIRTUAL_IPS,
      ({ input }) =>
        `holds ${input.length} addresses: an advert has room for ` +
        MAX_VIRTUAL_IPS,
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      const sound = soundItems<VirtualIp>(dataset);
      // Each is held against all before it: too many were refused above.
      if (sound.length > MAX_VIRTUAL_IPS) return;
      const input = dataset.value;
      const ips = sound.map(([, ip]) => ip);
      for (const [i, [key, value]] of sound.entries()) {
        const message = virtualIpProblem(value, ips.slice(0, i));
        if (message === null) continue;
        addIssue({
          message,
          path: [{ type: "unknown", origin: "value", input, key, value }],
        });
      }
    }),
  );
}

/** `excluded_virtual_ips`: addresses of any family that are not advertised. */
export function excludedVirtualIps(): v.GenericSchema<
  unknown,
  readonly VirtualIp[]
> {
  return uniqueList(virtualIp, "addresses", ({ address }) => address);
}

const mustBeAddress = must("an address", (input) => {
  const [, address, port, prefix] =
    /^(\d+(?:\.\d+){3})(?:(:\d+)|(\/\d+))$/.exec(String(input)) ?? [];
  if (address === undefined) return "";
  return port === undefined
    ? `: remove the prefix ${prefix}`
    : ": VRRP has no ports";
});

/** The address of a host that can be talked to. */
export function hostAddress(): v.GenericSchema<unknown, string> {
  return v.pipe(
    v.string(mustBeAddress),
    writtenAs(ADDRESS, "an address such as 192.0.2.1"),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const { value } = dataset;
      const ip = value.includes("/") ? null : parsePrefixed(value);
      const kind = ip === null ? null : unusableKind(ip);
      if (ip !== null && kind === null) return ip.address;
      addIssue({
        message: ip === null
          ? mustBeAddress({ input: value })
          : `${ip.address} is ${kind}: no host can hold it`,
      });
      return NEVER;
    }),
  );
}

const unicastPeer: v.GenericSchema<unknown, UnicastPeer> = shortOrLong(
  v.pipe(
    hostAddress(),
    v.transform((address) => ({ address, minTtl: 1 })),
  ),
  v.pipe(
    section({
      address: v.pipe(
        hostAddress(),
        about("Address", "Address of the peer"),
      ),
      min_ttl: v.optional(
        v.pipe(
          whole(1, 255),
          about(
            "Least TTL",
            "Adverts that arrive with less are ignored: 255 for a peer " +
              "on the same segment, 1 for one anywhere",
          ),
        ),
        1,
      ),
    }),
    v.transform(({ address, min_ttl }) => ({ address, minTtl: min_ttl })),
  ),
);

/** `unicast_peers`: the other routers, by address. */
export function unicastPeers(): v.GenericSchema<
  unknown,
  readonly UnicastPeer[]
> {
  return uniqueList(
    v.pipe(
      unicastPeer,
      about("Unicast peer", "Another router, by its address or as a map"),
    ),
    "peers",
    ({ address }) => address,
  );
}
