/**
 * Configurations that are hard on a reader: almost 1 MiB, or a few lines that
 * stand for much.
 *
 * @module
 */

const SIZE = 1024 * 1024 - 64;

const ONE = "vrrp_instances:\n" +
  "- { name: a, interface: eth0, virtual_router_id: 1 }\n";

/** A head, as many pieces as there is room for, and a tail. */
function fill(head: string, piece: (i: number) => string, tail = ""): string {
  const pieces = [head];
  let length = head.length + tail.length;
  for (let i = 0;; i++) {
    const next = piece(i);
    length += next.length;
    if (length > SIZE) return pieces.join("") + tail;
    pieces.push(next);
  }
}

/** Some pieces. */
function some(count: number, piece: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => piece(i)).join("");
}

function inInstance(key: string, item: (i: number) => string): string {
  const head = ONE.replace(" }\n", `, ${key}: [`);
  return fill(head, item, "] }\n");
}

function checkers(count: number, config: (i: number) => string): string {
  const entries = some(count, (i) => `- { name: c${i}, ${config(i)} }\n`);
  return `${ONE}health_checkers:\n${entries}`;
}

function instances(count: number, keys: (i: number) => string): string {
  return "vrrp_instances:\n" + some(count, (i) => `- { ${keys(i)} }\n`);
}

function sound(i: number): string {
  return `name: a${i}, interface: e${i >> 7}, ` +
    `virtual_router_id: ${i % 255 + 1}`;
}

/** Each aliases the one before ten times. */
function laughs(): string {
  const lists = some(9, (i) => {
    const items = Array(10).fill(`*a${i}`).join(", ");
    return `k${i + 1}: &a${i + 1} [${items}]\n`;
  });
  return `${ONE}k0: &a0 [x, x]\n${lists}`;
}

/** The texts by what they are, those first that once took the longest. */
export const NASTY_CONFIGURATIONS: Readonly<Record<string, () => string>> = {
  "60,000 unknown keys": () => ONE + some(60_000, (i) => `key${i}: 1\n`),
  "keys that stand twice": () => fill(ONE, () => "aaaaaaaaaaaa: 1\n"),
  "unknown keys of an instance": () =>
    "vrrp_instances:\n- name: a\n" + some(75_000, (i) => `  k${i}: 1\n`),
  "one huge list": () => inInstance("virtual_ips", (i) => `1.1.1.${i},`),
  "a list of excluded addresses": () =>
    inInstance("excluded_virtual_ips", (i) => `1.${i % 256}.1.1,`),
  "deep nesting": () => ONE + "x: " + "[".repeat(SIZE / 2),
  "aliases that multiply": laughs,
  "wide merges": () =>
    `w: &w {${some(20_000, (i) => `k${i}: 1, `)}}\n` +
    some(900, (i) => `m${i}: {<<: *w}\n`) + ONE,
  "bad escapes": () => `${ONE}x: "${"\\q".repeat(SIZE / 2 - 100)}"\n`,
  "quotes": () => fill(ONE, () => '"\n'),
  "tags": () => fill(`${ONE}x: [`, () => "!x yyyyyy,", "]\n"),

  "keys like a known one": () => fill(ONE, (i) => `vrrp_instance${i}: 1\n`),
  "unknown keys in 800 maps": () =>
    instances(800, (i) => `name: a${i}${some(99, (j) => `, priorit${j}: 1`)}`),
  "closed nesting": () => ONE + "x: " + "[".repeat(5e5) + "]".repeat(5e5),
  "nested maps": () => ONE + "x: " + "{a: ".repeat(SIZE / 4 - 100),
  "merge chain": () =>
    fill("m0: &m0 {x: 1}\n", (i) => `m${i + 1}: &m${i + 1} {<<: *m${i}}\n`),
  "aliases": () => fill(`${ONE}a: &a [x]\nb: [`, () => "*a,", "]\n"),
  "aliases of nothing": () => fill(`${ONE}b: [`, (i) => `*x${i},`, "]\n"),
  "anchors": () => fill(`${ONE}b: [`, (i) => `&a${i} x,`, "]\n"),
  "one big list in 30 instances": () =>
    `x: &x [${some(9000, (i) => `1.1.${i >> 8}.${i % 256},`)}]\n` +
    instances(30, (i) => `${sound(i)}, excluded_virtual_ips: *x`),
  "9,900 aliases of an instance": () =>
    `x: &x { name: a, interface: e, virtual_router_id: 1 }\n` +
    "vrrp_instances:\n" + "- *x\n".repeat(9900),
  "peers and excluded addresses": () =>
    instances(
      1,
      () =>
        `${sound(0)}, unicast_peers: [${
          some(9900, (i) => `2.1.${i >> 8}.${i % 256},`)
        }], excluded_virtual_ips: [${
          some(9900, (i) => `1.1.${i >> 8}.${i % 256},`)
        }]`,
    ),
  "empty instances": () => fill("vrrp_instances:\n", () => "-     {}\n"),
  "too many instances": () =>
    fill("vrrp_instances:\n", (i) => `- { ${sound(i)} }\n`),
  "10,000 instances": () => instances(10_000, sound),
  "10,000 bad instances": () =>
    instances(10_000, (i) => sound(i).replaceAll("e: ", "ee: ")),
  "instances of one name": () =>
    instances(10_000, () => "name: a, interface: e, virtual_router_id: 1"),
  "9,000 missing scripts": () =>
    instances(9000, (i) => `${sound(i)}, notify: /nowhere/${i}`),
  "2,000 patterns": () =>
    checkers(2000, (i) =>
      "type: http, config: " +
      `{ url: "http://a", matches: "(a?b?){70}${i}" }`),
  "2,000 patterns of classes": () =>
    checkers(2000, (i) =>
      "type: http, config: { url: 'http://a', " +
      `matches: '(?i)${"\\p{L}".repeat(9)}${i}' }`),
  "bad names of headers": () =>
    checkers(1, () =>
      "type: http, config: { url: 'http://a', headers: { " +
      `${some(60_000, (i) => `"h ${i}": v, `)} } }`),
  "unknown checkers": () =>
    checkers(2000, () => "type: ping, config: { host: a }") +
    "sync_groups:\n- { name: g, instances: [a, b], track_scripts: [" +
    `${some(9000, (i) => `d${i},`)}] }\n`,
  "groups of strangers": () =>
    instances(5000, sound) + "sync_groups:\n" +
    some(5000, (i) => `- { name: g${i}, instances: [a${i}, b${i}] }\n`),
  "a group of 9,000": () =>
    instances(9000, sound) + "sync_groups:\n- name: g\n  instances: [" +
    `${some(9000, (i) => `a${i},`)}]\n`,
  "recipients": () =>
    fill(
      `${ONE}notifications: { email: { to: [`,
      (i) => `a${i}@b, `,
      "] } }\n",
    ),
  "webhooks": () =>
    fill(
      `${ONE}notifications: { webhooks: [`,
      (i) => `{url: "http://a/${i}"}, `,
      "] }\n",
    ),
  "a long command": () =>
    ONE.replace(" }", `, notify: "/x ${"a ".repeat(SIZE / 2 - 100)}" }`),
  "a long name": () => ONE.replace("name: a", `name: ${"a".repeat(1e6)}`),
  "a long key": () => `${ONE}${"k".repeat(1e6)}: 1\n`,
  "a long duration": () =>
    `${ONE}global: { startup_delay: "${"1s".repeat(5e5)}" }\n`,
  "comments": () => fill(ONE, () => "#\n"),
  "tabs": () => fill(ONE, () => "\ta: 1\n"),
  "documents": () => fill(ONE, () => "---\n"),
  "directives": () => fill("", () => "%A b\n"),
  "anchors on anchors": () => fill(ONE, () => "&a "),
  "block scalars": () => fill(`${ONE}x:\n`, () => " - |\n"),
  "colons": () => ONE + ": ".repeat(SIZE / 2 - 100),
  "numbers": () => fill(`${ONE}x: [`, () => "0x1,", "]\n"),
};
