import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Settings } from "../../src/config/settings.ts";
import { issuesOf, load, warningsOf } from "./config_host.ts";

/** A configuration with these keys in its global section. */
function file(keys: string): string {
  return `global: { ${keys} }
vrrp_instances:
  - name: VI_1
    interface: eth0
    virtual_router_id: 51
    virtual_ips: [192.0.2.100/24]
`;
}

/** What a file says of how the daemon is asked. */
function control(
  keys: string,
): Pick<Settings["global"], "controlSocket" | "http" | "peers"> | undefined {
  const { global } = load(file(keys)).settings ?? {};
  if (global === undefined) return undefined;
  const { controlSocket, http, peers } = global;
  return { controlSocket, http, peers };
}

/** Keys, and the sockets that they make. */
const SOCKETS: readonly (readonly [string, unknown])[] = [
  ["", { path: null, status: null }],
  ["control_socket: ", { path: null, status: null }],
  ["control_socket: {}", { path: null, status: null }],
  ["control_socket: off", null],
  ["control_socket: false", null],
  ["control_socket: /a/b", { path: "/a/b", status: null }],
  ["control_socket: { path: /a/b }", { path: "/a/b", status: null }],
  ["control_socket: { status_path: /a/c }", {
    path: null,
    status: { path: "/a/c", group: null },
  }],
  ["control_socket: { group: keepers }", {
    path: null,
    status: { path: null, group: { name: "keepers", gid: 9 } },
  }],
];

for (const [keys, socket] of SOCKETS) {
  Deno.test(`"${keys}" makes the sockets that it says`, () => {
    deepStrictEqual(control(keys)?.controlSocket, socket);
  });
}

Deno.test("a listener is on the loopback unless the file says where", () => {
  strictEqual(control("")?.http, null);
  strictEqual(control("http: ")?.http, null);
  const http = { allowedHosts: [], keepalivedMetrics: false };
  const at = (keys: string): unknown => control(keys)?.http;
  deepStrictEqual(at("http: {}"), {
    ...{ ...http, listen: { address: "127.0.0.1", port: 9650 } },
  });
  deepStrictEqual(at("http: { listen: localhost:80 }"), {
    ...{ ...http, listen: { address: "127.0.0.1", port: 80 } },
  });
  deepStrictEqual(at('http: { listen: "[::]:65535" }'), {
    ...{ ...http, listen: { address: "::", port: 65535 } },
  });
});

/** Keys, and what is said of them. */
const MISTAKES: readonly (readonly [string, readonly string[]])[] = [
  ["control_socket: on", [
    '1:27 global.control_socket: must be off, or an absolute path, not "on"',
  ]],
  ["control_socket: 7", [
    "1:27 global.control_socket: must be off, or an absolute path, not 7",
  ]],
  ["control_socket: run/a.sock", [
    "1:27 global.control_socket: must be off, or an absolute path, not " +
    '"run/a.sock"',
  ]],
  [`control_socket: /${"a".repeat(107)}`, [
    "1:27 global.control_socket: must be a path of at most 107 bytes: a " +
    "socket has no more",
  ]],
  [`control_socket: { path: /${"a".repeat(107)} }`, [
    "1:35 global.control_socket.path: must be a path of at most 107 bytes: a " +
    "socket has no more",
  ]],
  ["control_socket: { path: /a, status_path: /a }", [
    "1:52 global.control_socket.status_path: must be another path than that " +
    "of the control socket",
  ]],
  ["control_socket: { group: nobodies }", [
    "1:36 global.control_socket.group: is no group here",
  ]],
  ["control_socket: { pth: /a }", [
    '1:29 global.control_socket.pth: is not a known key (did you mean "path"?)',
  ]],
  ["http: { listen: 9650 }", [
    "1:27 global.http.listen: must be an address and a port such as " +
    "127.0.0.1:9650 or [::1]:9650, not 9650: write 127.0.0.1:9650 for this " +
    "host alone, 0.0.0.0:9650 for all",
  ]],
  ['http: { listen: ":80" }', [
    "1:27 global.http.listen: must be an address and a port such as " +
    '127.0.0.1:9650 or [::1]:9650, not ":80": write 127.0.0.1:80 for this ' +
    "host alone, 0.0.0.0:80 for all",
  ]],
  ["http: { listen: node1:80 }", [
    "1:27 global.http.listen: must be an address and a port such as " +
    '127.0.0.1:9650 or [::1]:9650, not "node1:80"',
  ]],
  ["http: { listen: 127.0.0.1:70000 }", [
    "1:27 global.http.listen: must be an address and a port such as " +
    '127.0.0.1:9650 or [::1]:9650, not "127.0.0.1:70000"',
  ]],
  ["http: { allowed_hosts: [a.example:80] }", [
    "1:35 global.http.allowed_hosts[0]: must be a host name or an address, " +
    'without a port, not "a.example:80"',
  ]],
  ["peers: [http://u:p@a]", [
    "1:19 global.peers[0]: must be a URL without a user, a query and a " +
    "fragment: it is shown to all who ask",
  ]],
  ["peers: [ftp://a]", [
    "1:19 global.peers[0]: must be a URL that begins with http:// or https://",
  ]],
  ['peers: ["http://a:80/", "http://A"]', [
    '1:35 global.peers[1]: "http://a" is in this list already',
  ]],
  [
    `peers: [${Array.from({ length: 17 }, (_, i) => `http://a${i}`).join()}]`,
    ["1:18 global.peers: names 17 hosts: at most 16 can be asked"],
  ],
];

for (const [keys, issues] of MISTAKES) {
  Deno.test(`"${keys.slice(0, 50)}" is told with its place`, () => {
    deepStrictEqual(issuesOf(file(keys)), issues);
  });
}

Deno.test("a listener that other hosts reach is a warning", () => {
  const warned = (listen: string): readonly string[] =>
    warningsOf(file(`http: { listen: "${listen}" }`));
  for (const own of ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80"]) {
    deepStrictEqual(warned(own), []);
  }
  for (const open of ["0.0.0.0:80", "192.0.2.1:80", "[::]:80"]) {
    deepStrictEqual(warned(open), [
      "1:27 global.http.listen: other hosts can read states, addresses and " +
      "priorities here: let a firewall choose which, or listen on 127.0.0.1",
    ]);
  }
});
