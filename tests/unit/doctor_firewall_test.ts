import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { checkFirewall } from "../../src/doctor/firewall.ts";
import { readIptables } from "../../src/doctor/iptables.ts";
import { readNftables } from "../../src/doctor/nftables.ts";
import {
  type Chain,
  type Drop,
  findDrops,
  type TestPacket,
} from "../../src/doctor/packet_filter.ts";
import { target } from "./doctor_target.ts";

/** From a neighbour in 192.0.2.0/24. */
const IN: TestPacket = {
  family: "ip",
  direction: "in",
  link: "eth0",
  source: { address: "192.0.2.1", prefix: 24 },
  destination: { address: "224.0.0.18", prefix: 32 },
};
const OUT: TestPacket = {
  ...IN,
  direction: "out",
  source: { address: "192.0.2.1", prefix: 32 },
};

/** What `iptables-save` prints for these rules of the filter table. */
function saved(...lines: string[]): string {
  return ["*filter", ...lines, "COMMIT", ""].join("\n");
}

function iptables(packet: TestPacket, ...lines: string[]): readonly Drop[] {
  return findDrops(readIptables(saved(...lines), packet));
}

const OPEN = [":INPUT ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]"];
const CLOSED = [":INPUT DROP [0:0]", ":OUTPUT ACCEPT [0:0]"];

const IPTABLES: readonly (readonly [string, readonly string[], string])[] = [
  ["no rule", OPEN, ""],
  ["a policy", CLOSED, "drops: its policy"],
  [
    "an accept in front of a policy",
    [...CLOSED, "-A INPUT -p vrrp -j ACCEPT"],
    "",
  ],
  ["an accept by number", [...CLOSED, "-A INPUT -p 112 -j ACCEPT"], ""],
  [
    "an accept of another protocol",
    [...CLOSED, "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT"],
    "drops: its policy",
  ],
  [
    "an accept of known connections",
    [
      ...CLOSED,
      "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ],
    "drops: its policy",
  ],
  [
    "an accept on another interface",
    [...CLOSED, "-A INPUT -i lo -j ACCEPT"],
    "drops: its policy",
  ],
  [
    "an accept on interfaces that begin so",
    [...CLOSED, "-A INPUT -i eth+ -j ACCEPT"],
    "",
  ],
  [
    "an accept of the own subnet",
    [...CLOSED, "-A INPUT -s 192.0.0.0/16 -j ACCEPT"],
    "",
  ],
  [
    "an accept of one neighbour",
    [...CLOSED, "-A INPUT -s 192.0.2.2/32 -p vrrp -j ACCEPT"],
    "may drop: its policy",
  ],
  [
    "a negated destination",
    [...CLOSED, "-A INPUT ! -d 224.0.0.0/8 -j ACCEPT"],
    "drops: its policy",
  ],
  [
    "a drop of the group",
    [...OPEN, "-A INPUT -d 224.0.0.18/32 -j DROP"],
    'drops: "-A INPUT -d 224.0.0.18/32 -j DROP"',
  ],
  [
    "a reject by type of address",
    [...OPEN, "-A INPUT -m addrtype --dst-type MULTICAST -j REJECT"],
    'drops: "-A INPUT -m addrtype --dst-type MULTICAST -j REJECT"',
  ],
  [
    "a condition that cannot be told",
    [...OPEN, "-A INPUT -m recent --rcheck --seconds 60 -j DROP"],
    'may drop: "-A INPUT -m recent --rcheck --seconds 60 -j DROP"',
  ],
  [
    "a comment that looks like options",
    [...OPEN, '-A INPUT -m comment --comment "a -j DROP" -p tcp -j DROP'],
    "",
  ],
  [
    "a chain that is jumped to",
    [...OPEN, ":web - [0:0]", "-A INPUT -j web", "-A web -p vrrp -j DROP"],
    'drops: "-A web -p vrrp -j DROP"',
  ],
  [
    "a return from a chain",
    [
      ...OPEN,
      ":web - [0:0]",
      "-A INPUT -j web",
      "-A web -j RETURN",
      "-A web -j DROP",
    ],
    "",
  ],
  [
    "a chain that is gone to",
    [...OPEN, ":web - [0:0]", "-A INPUT -g web", "-A INPUT -j DROP"],
    "",
  ],
  [
    "a target that decides nothing",
    [...OPEN, '-A INPUT -m limit --limit 5/min -j LOG --log-prefix "no: - "'],
    "",
  ],
];

function say(drops: readonly Drop[]): string {
  return drops
    .map(({ certain, by }) => `${certain ? "drops" : "may drop"}: ${by}`)
    .join("; ");
}

for (const [what, lines, expected] of IPTABLES) {
  Deno.test(`findDrops() follows ${what} of iptables`, () => {
    strictEqual(say(iptables(IN, ...lines)), expected);
  });
}

Deno.test("readIptables() takes the chains of the direction", () => {
  const lines = [":INPUT DROP [0:0]", ":OUTPUT DROP [0:0]"];
  deepStrictEqual(iptables(OUT, ...lines), [
    { by: "its policy", chain: "filter OUTPUT", certain: true },
  ]);
});

Deno.test("readIptables() reads the reverse path filter of firewalld", () => {
  const text = [
    "*raw",
    ":PREROUTING ACCEPT [0:0]",
    "-A PREROUTING -m rpfilter --validmark --invert -j DROP",
  ].join("\n");
  deepStrictEqual(findDrops(readIptables(text, IN)), []);
});

/** A ruleset of one table whose chain "input" has these rules. */
function ruleset(policy: string, ...rules: unknown[][]): string {
  const where = { family: "inet", table: "f", chain: "input" };
  return JSON.stringify({
    nftables: [
      { metainfo: { json_schema_version: 1 } },
      { table: { family: "inet", name: "f" } },
      {
        set: {
          ...{ family: "inet", table: "f", name: "peers", type: "ipv4_addr" },
          elem: ["10.0.0.1", { prefix: { addr: "192.0.2.0", len: 24 } }],
        },
      },
      {
        chain: {
          ...{ family: "inet", table: "f", name: "input", type: "filter" },
          ...{ hook: "input", prio: 0, policy },
        },
      },
      { chain: { family: "inet", table: "f", name: "sub" } },
      ...rules.map((expr, handle) => ({ rule: { ...where, handle, expr } })),
    ],
  });
}

function match(left: unknown, right: unknown, op = "=="): unknown {
  return { match: { op, left, right } };
}

const DROP = { drop: null };
const ACCEPT = { accept: null };
const L4 = { meta: { key: "l4proto" } };
const DADDR = { payload: { protocol: "ip", field: "daddr" } };
const SADDR = { payload: { protocol: "ip", field: "saddr" } };
const STATE = { ct: { key: "state" } };
const BY_0 = "rule 0 of chain input";

const NFTABLES: readonly (readonly [string, string, string])[] = [
  ["no rule", ruleset("accept"), ""],
  ["a policy", ruleset("drop"), "drops: its policy"],
  [
    "an accept in front of a policy",
    ruleset("drop", [match(L4, "vrrp"), { counter: {} }, ACCEPT]),
    "",
  ],
  [
    "a set of protocols",
    ruleset("drop", [match(L4, { set: ["tcp", 112] }), ACCEPT]),
    "",
  ],
  [
    "a named set of addresses",
    ruleset("drop", [match(SADDR, "@peers"), ACCEPT]),
    "",
  ],
  [
    "a drop by subnet",
    ruleset("accept", [
      match(DADDR, { prefix: { addr: "224.0.0.0", len: 4 } }),
      DROP,
    ]),
    `drops: ${BY_0}`,
  ],
  [
    "a drop by inequality",
    ruleset("accept", [match(DADDR, "224.0.0.18", "!="), DROP]),
    "",
  ],
  [
    "an accept of known connections",
    ruleset("drop", [match(STATE, ["established", "related"], "in"), ACCEPT]),
    "drops: its policy",
  ],
  [
    "a verdict map",
    ruleset("accept", [{
      vmap: {
        key: STATE,
        data: { set: [["established", ACCEPT], ["new", DROP]] },
      },
    }]),
    `drops: ${BY_0}`,
  ],
  [
    "a port, which VRRP has not",
    ruleset("accept", [
      match({ payload: { protocol: "udp", field: "dport" } }, 53, "!="),
      DROP,
    ]),
    "",
  ],
  [
    "a low TTL",
    ruleset("accept", [
      match({ payload: { protocol: "ip", field: "ttl" } }, 255, "<"),
      DROP,
    ]),
    "",
  ],
  [
    "a type of packet",
    ruleset("accept", [
      match({ meta: { key: "pkttype" } }, { set: ["broadcast", "multicast"] }),
      { reject: { type: "icmpx" } },
    ]),
    `drops: ${BY_0}`,
  ],
  [
    "the reverse path filter of firewalld",
    ruleset("accept", [
      match({ fib: { result: "oif", flags: ["saddr", "iif"] } }, false),
      DROP,
    ]),
    "",
  ],
  [
    "a limit, which cannot be told",
    ruleset("accept", [{ limit: { rate: 5, per: "second" } }, DROP]),
    `may drop: ${BY_0}`,
  ],
  [
    "a limited accept in front of a policy",
    ruleset("drop", [match(L4, "vrrp"), { limit: { rate: 5 } }, ACCEPT]),
    "may drop: its policy",
  ],
  [
    "a statement that is not known",
    ruleset("accept", [{ novelty: {} }, DROP]),
    `may drop: ${BY_0}`,
  ],
];

for (const [what, text, expected] of NFTABLES) {
  Deno.test(`findDrops() follows ${what} of nftables`, () => {
    strictEqual(say(findDrops(readNftables(text, IN))), expected);
  });
}

Deno.test("readNftables() leaves other interfaces and families alone", () => {
  const chain = (extra: unknown): string =>
    JSON.stringify({
      nftables: [{
        chain: {
          ...{ family: "netdev", table: "n", name: "i", hook: "ingress" },
          ...{ policy: "drop", ...extra as Record<string, unknown> },
        },
      }],
    });
  strictEqual(
    say(findDrops(readNftables(chain({ dev: "eth0" }), IN))),
    "drops: its policy",
  );
  strictEqual(say(findDrops(readNftables(chain({ dev: "eth1" }), IN))), "");
  const other = chain({ dev: "eth0", family: "bridge" });
  strictEqual(say(findDrops(readNftables(other, IN))), "");
});

Deno.test("findDrops() ends where chains jump in a circle", () => {
  const chain: Chain = {
    ...{ id: "a", name: "a", entry: { policy: "accept" } },
    rules: [{
      ...{ matches: true, verdict: { type: "jump", chain: "a" }, name: "1" },
    }],
  };
  deepStrictEqual(findDrops([chain]), []);
});

Deno.test("checkFirewall() reads the tables of iptables by its own tool", () => {
  const seenByNft = {
    nftables: [{
      chain: {
        ...{ family: "ip", table: "filter", name: "INPUT", hook: "input" },
        policy: "drop",
      },
    }],
  };
  const sets = {
    nftables: { text: JSON.stringify(seenByNft) },
    iptables: {
      text: "# Generated by iptables-save v1.8.9 (nf_tables)\n" +
        saved(...CLOSED, "-A INPUT -p vrrp -j ACCEPT"),
    },
    ip6tables: { text: saved(...CLOSED) },
  };
  deepStrictEqual(
    checkFirewall(target(), sets).map(({ id, status, advice }) => [
      ...[id, status, advice],
    ]),
    [
      ["firewall.nftables", "ok", null],
      [
        "firewall.iptables",
        "warning",
        "for IPv6 virtual routers: ip6tables -t filter -I INPUT -p 112 -j " +
        "ACCEPT (with ufw: in /etc/ufw/before.rules)",
      ],
    ],
  );
});

Deno.test("checkFirewall() says when there is no tool", () => {
  const none = { problem: null };
  const sets = { nftables: none, iptables: none, ip6tables: none };
  deepStrictEqual(checkFirewall(target(), sets), [{
    id: "firewall",
    status: "skipped",
    found: "neither nft nor iptables-save is installed: rules could not be " +
      "read",
    advice: null,
  }]);
});
