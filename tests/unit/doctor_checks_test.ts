import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { checkClock, type ClockRecord } from "../../src/doctor/clock.ts";
import {
  checkCompetitors,
  findCompetitors,
} from "../../src/doctor/competitors.ts";
import { checkInterface } from "../../src/doctor/interface.ts";
import { checkNetworkManager } from "../../src/doctor/network_manager.ts";
import { checkPrivileges } from "../../src/doctor/privileges.ts";
import { checkService } from "../../src/doctor/service.ts";
import { link, target } from "./doctor_target.ts";

/** Make a root directory of these files for as long as `use` takes. */
function withRoot<T>(
  files: Readonly<Record<string, string>>,
  use: (root: string) => T,
): T {
  const root = Deno.makeTempDirSync();
  try {
    for (const [path, text] of Object.entries(files)) {
      Deno.mkdirSync(dirname(root + path), { recursive: true });
      // What reads "-> x" is a link to x.
      if (text.startsWith("-> ")) Deno.symlinkSync(text.slice(3), root + path);
      else Deno.writeTextFileSync(root + path, text);
    }
    return use(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

const CALM: ClockRecord = {
  ...{ source: "tsc", watched: 3000, backwards: false, stall: 2, stolen: 0 },
};

const CLOCKS: readonly (readonly [string, Partial<ClockRecord>, string[]])[] = [
  ["an even clock", {}, ["ok", "ok"]],
  ["a clock that goes backwards", { backwards: true }, ["failure", "ok"]],
  ["a coarse clock", { source: "refined-jiffies" }, ["warning", "ok"]],
  ["a stall of 101 ms", { stall: 101 }, ["ok", "warning"]],
  ["a fifth of the time stolen", { stolen: 0.2 }, ["ok", "warning"]],
];

for (const [what, record, statuses] of CLOCKS) {
  Deno.test(`checkClock() judges ${what}`, () => {
    const results = checkClock({ ...CALM, ...record });
    deepStrictEqual(results.map(({ status }) => status), statuses);
  });
}

const KINDS: readonly (readonly [string, string[], string, RegExp])[] = [
  ["Ethernet", ["ifindex"], "ok", /Ethernet/],
  ["a bridge port", ["brport/state"], "failure", /port of a bridge/],
  ["a bond slave", ["bonding_slave/state"], "failure", /slave of a bond/],
  ["wireless", ["wireless/link"], "warning", /wireless/],
  ["newer wireless", ["phy80211/name"], "warning", /wireless/],
];

for (const [what, files, status, words] of KINDS) {
  Deno.test(`checkInterface() knows ${what}`, () => {
    const sysfs = Object.fromEntries(
      files.map((file) => [`/eth0/${file}`, ""]),
    );
    const result = withRoot(sysfs, (root) => checkInterface(target(), root))
      .find(({ id }) => id === "interface.kind");
    strictEqual(result?.status, status);
    match(result.found, words);
  });
}

Deno.test("checkInterface() knows a tunnel", () => {
  // UP, POINTOPOINT, RUNNING, NOARP, MULTICAST and LOWER_UP.
  const tunnel = { ...link(2, "tun0", 0x110d1), mac: null };
  const result = checkInterface(target({ link: tunnel }), "/nonexistent")
    .find(({ id }) => id === "interface.kind");
  strictEqual(result?.status, "failure");
  match(result.found, /tunnel/);
});

const NETWORKD = "/run/systemd/netif/links/2";
const DEVICES = "/run/NetworkManager/devices/2";
const NETWORK = "/etc/systemd/network/eth0.network";

const MANAGERS: readonly (readonly [
  string,
  Readonly<Record<string, string>>,
  string,
  RegExp,
])[] = [
  ["nobody", {}, "ok", /neither/],
  [
    "systemd-networkd that leaves it alone",
    { [NETWORKD]: "ADMIN_STATE=unmanaged\n" },
    "ok",
    /neither/,
  ],
  [
    "systemd-networkd",
    {
      [NETWORKD]: `ADMIN_STATE=configured\nNETWORK_FILE=${NETWORK}\n`,
      [NETWORK]: "[Network]\nDHCP=yes\n#KeepConfiguration=yes\n",
    },
    "warning",
    /removes VIPs/,
  ],
  [
    "systemd-networkd that keeps addresses",
    {
      [NETWORKD]: `ADMIN_STATE=configured\nNETWORK_FILE=${NETWORK}\n`,
      [NETWORK]: "[Network]\nKeepConfiguration = static\n",
    },
    "ok",
    /keeps VIPs/,
  ],
  [
    "systemd-networkd that keeps them by a drop-in",
    {
      [NETWORKD]: `ADMIN_STATE=configured\nNETWORK_FILE=${NETWORK}\n` +
        `NETWORK_FILE_DROPINS="/etc/a.conf:/etc/b.conf"\n`,
      [NETWORK]: "[Network]\n",
      "/etc/b.conf": "[Network]\nKeepConfiguration=yes\n",
    },
    "ok",
    /keeps VIPs/,
  ],
  [
    "systemd-networkd that keeps only what DHCP gave",
    {
      [NETWORKD]: `ADMIN_STATE=configured\nNETWORK_FILE=${NETWORK}\n`,
      [NETWORK]: "[Network]\nKeepConfiguration=dynamic\n",
    },
    "warning",
    /removes VIPs/,
  ],
  [
    "NetworkManager",
    { [DEVICES]: "[device]\nmanaged=true\n" },
    "warning",
    /NetworkManager manages "eth0"/,
  ],
  [
    "NetworkManager that leaves it alone",
    { [DEVICES]: "[device]\nmanaged=false\n" },
    "ok",
    /neither/,
  ],
];

for (const [what, files, status, words] of MANAGERS) {
  Deno.test(`checkNetworkManager() sees ${what}`, () => {
    const check = (root: string) => checkNetworkManager(link(2, "eth0"), root);
    const result = withRoot(files, check);
    strictEqual(result.status, status);
    match(result.found, words);
  });
}

/** A process as /proc shows it. */
function process(
  pid: number,
  command: string,
  { namespace = "net:[1]", comm = command.split("\0")[0] ?? "" } = {},
): Record<string, string> {
  return {
    [`/${pid}/cmdline`]: `${command}\0`,
    [`/${pid}/comm`]: `${comm}\n`,
    [`/${pid}/ns/net`]: `-> ${namespace}`,
  };
}

const PROC = { "/self/ns/net": "-> net:[1]" };

function competitors(files: Readonly<Record<string, string>>): string[] {
  return withRoot({ ...PROC, ...files }, findCompetitors)
    .map(({ name, pid }) => `${name} ${pid}`);
}

Deno.test("findCompetitors() knows services by name", () => {
  deepStrictEqual(
    competitors({
      ...process(30, "/usr/sbin/pacemakerd"),
      ...process(20, "/usr/sbin/keepalived\0-n"),
      ...process(40, "/usr/bin/go-alived\0run", { comm: "go-alived" }),
      ...process(50, "/usr/sbin/nginx\0-g"),
      ...process(60, "vi\0/etc/keepalived/keepalived.conf"),
    }),
    ["keepalived 20", "pacemakerd 30", "go-alived 40"],
  );
});

Deno.test("findCompetitors() leaves other network namespaces out", () => {
  const elsewhere = { namespace: "net:[2]" };
  deepStrictEqual(competitors(process(20, "keepalived", elsewhere)), []);
});

Deno.test("findCompetitors() counts what it may not look at, but for root", () => {
  const hidden = {
    ...PROC,
    "/20/cmdline": "keepalived\0",
    "/20/comm": "keepalived\n",
  };
  const found = (uid: number): number =>
    withRoot(hidden, (root) => findCompetitors(root, uid)).length;
  strictEqual(found(1000), 1);
  strictEqual(found(0), 0);
});

Deno.test("findCompetitors() knows which alived is a daemon", () => {
  deepStrictEqual(
    competitors({
      ...process(1000020, "/usr/local/bin/alived\0test"),
      ...process(1000021, "/usr/local/bin/alived\0check"),
      ...process(1000022, "/usr/local/bin/alived\0run"),
      ...process(1000023, "/usr/local/bin/alived\0-d"),
      ...process(1000024, "/usr/local/bin/alived"),
    }),
    ["alived 1000022", "alived 1000023", "alived 1000024"],
  );
});

Deno.test("findCompetitors() knows any program by its VRRP socket", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when " +
    "retrnsmt   uid  timeout inode ref pointer drops",
    "    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 " +
    "00000000     0        0 4001 2 0000000000000000 0",
    "  112: 00000000:0070 00000000:0000 07 00000000:00000000 00:00000000 " +
    "00000000     0        0 4002 2 0000000000000000 0",
    "",
  ].join("\n");
  deepStrictEqual(
    competitors({
      "/net/raw": table,
      ...process(1000020, "/usr/bin/ping"),
      "/1000020/fd/3": "-> socket:[4001]",
      ...process(1000021, "/opt/deno\0run\0main.ts", { comm: "deno" }),
      "/1000021/fd/9": "-> socket:[4002]",
    }),
    ["deno 1000021"],
  );
});

Deno.test("checkCompetitors() names every process", () => {
  const found = checkCompetitors([
    { name: "keepalived", pid: 20 },
    { name: "ucarp", pid: 30 },
    { name: "keepalived", pid: 21 },
  ], null);
  strictEqual(found.status, "warning");
  strictEqual(
    found.found,
    "running here: keepalived (pid 20, 21), ucarp (pid 30)",
  );
});

Deno.test("checkCompetitors() knows the service of this host", () => {
  const alived = { name: "alived", pid: 20 };
  const own = checkCompetitors([alived], 20);
  strictEqual(own.status, "ok");
  match(own.found, /^alived serves here \(pid 20\); no other /);
  const both = checkCompetitors([alived, { name: "ucarp", pid: 30 }], 20);
  strictEqual(both.status, "warning");
  strictEqual(
    both.found,
    "alived serves here (pid 20); running here: ucarp (pid 30)",
  );
});

Deno.test("checkPrivileges() names what is missing", () => {
  strictEqual(checkPrivileges({ raw: true, admin: true }).status, "ok");
  const { status, found } = checkPrivileges({ raw: false, admin: true });
  strictEqual(status, "failure");
  strictEqual(
    found,
    "not in effect: CAP_NET_RAW (hear and send adverts and ARP)",
  );
});

const UNIT = "/etc/systemd/system/alived.service";
const SHIPPED = Deno.readTextFileSync(
  new URL("../../deployment/alived.service", import.meta.url),
);
const DROP_INS = ["realtime.conf", "script_user.conf", "unprivileged.conf"];

/** Status and words of the service with these drop-ins in force. */
function service(
  settings: { readonly scriptUser?: boolean; readonly realtime?: boolean },
  inForce: readonly string[] = [],
): string[] {
  const files = Object.fromEntries(DROP_INS.map((name) => {
    const path = `${UNIT}.d/${name}${inForce.includes(name) ? "" : ".example"}`;
    const url = new URL(`../../deployment/${name}`, import.meta.url);
    return [path, Deno.readTextFileSync(url)];
  }));
  const { scriptUser = false, realtime = false } = settings;
  const global = {
    scriptUser: scriptUser ? { uid: 5, gid: 5 } : null,
    realtime,
  };
  return withRoot(
    { [UNIT]: SHIPPED, ...files },
    (root) => checkService(global, root),
  ).map(({ status, found, advice }) => `${status} ${found}; ${advice}`);
}

Deno.test("checkService() says which drop-in a configuration needs", () => {
  const asRoot = "ok the unit may do what is configured, as root";
  deepStrictEqual(service({}), [
    `${asRoot}; unprivileged.conf would do unless scripts need root; null`,
  ]);
  const copy = (name: string): string =>
    `cp ${UNIT}.d/${name}.conf.example ${UNIT}.d/${name}.conf, then ` +
    "systemctl daemon-reload and restart";
  deepStrictEqual(service({ scriptUser: true, realtime: true }), [
    "warning script_user is set, and the unit does not allow it: no script " +
    `can run; ${copy("script_user")}`,
    "warning realtime is set, and the unit does not allow it: it is not in " +
    `force; ${copy("realtime")}`,
  ]);
  deepStrictEqual(
    service(
      { scriptUser: true, realtime: true },
      ["script_user.conf", "realtime.conf"],
    ),
    [`${asRoot}; null`],
  );
  deepStrictEqual(service({}, ["unprivileged.conf"]), [
    "ok the unit may do what is configured, without root; null",
  ]);
  deepStrictEqual(service({ scriptUser: true }, ["unprivileged.conf"]), [
    'warning script_user is set, and the unit runs as "alived": no script ' +
    "can run; leave script_user out, or remove the drop-in with User=",
  ]);
});

Deno.test("checkService() says nothing without a unit or a configuration", () => {
  const global = { scriptUser: null, realtime: false };
  deepStrictEqual(withRoot({}, (root) => checkService(global, root)), []);
  deepStrictEqual(
    withRoot({ [UNIT]: SHIPPED }, (root) => checkService(null, root)),
    [],
  );
});
