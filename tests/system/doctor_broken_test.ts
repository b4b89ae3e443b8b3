/**
 * `alived test` on hosts where something is really broken, one thing each: the
 * report names it and the exit status follows.
 *
 * @module
 */

import { doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { alivedCommand } from "../lab/alived.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { alivedYaml, type RouterOptions, VIP } from "../lab/router.ts";
import { startStep } from "../lab/step.ts";
import { sleep } from "../lab/wait.ts";

interface Result {
  readonly id: string;
  readonly status: string;
  readonly found: string;
  readonly advice: string | null;
}

interface Case {
  /** What is broken. */
  readonly name: string;
  /** Break it; `b` is the neighbour. */
  readonly prepare: (a: Host, b: Host) => Promise<unknown>;
  /** Interface and VIP unless told. */
  readonly args?: readonly string[];
  /** Program to start it by. */
  readonly through?: readonly string[];
  /** The result that says so: its id, status, and words of its text. */
  readonly expect: readonly (readonly [string, string, RegExp])[];
  /** Exit status; 1 unless told. */
  readonly code?: number;
}

const ASK_FOR_EVER = {
  module: new URL("../lab/arp_steps.ts", import.meta.url),
  name: "askForEver",
};
const DEFAULT_ARGS = ["-i", "eth0", "-v", `${VIP}/24`];

function nft(host: Host, ...rules: string[]): Promise<string> {
  const script = ["add table inet lab", ...rules].join("; ");
  return host.exec("nft", script);
}

const IN = "add chain inet lab in { type filter hook input priority 0; }";
const OUT = "add chain inet lab out { type filter hook output priority 0; }";

/** Write a configuration for VRID 51 and give the arguments that read it. */
async function configure(host: Host, yaml: string): Promise<void> {
  await Deno.writeTextFile(`${host.directory}/config.yaml`, yaml, {
    mode: 0o600,
  });
}

async function indexOf(host: Host): Promise<string> {
  return (await host.exec("cat", "/sys/class/net/eth0/ifindex")).trim();
}

/** Start a keepalived and wait until it advertises. */
async function startMaster(host: Host, options: RouterOptions): Promise<void> {
  const keepalived = await startKeepalived(host, options);
  await keepalived.waitForLog("Entering MASTER STATE");
}

const CASES: readonly Case[] = [
  {
    name: "root without capabilities",
    prepare: () => Promise.resolve(),
    through: ["setpriv", "--bounding-set=-net_admin,-net_raw"],
    expect: [
      ["privileges", "failure", /CAP_NET_ADMIN .*, CAP_NET_RAW /],
      ["multicast", "skipped", /needs CAP_NET_RAW/],
      ["speakers", "skipped", /needs CAP_NET_RAW/],
      ["vip.use", "skipped", /needs CAP_NET_RAW/],
      ["firewall", "skipped", /nft says/],
    ],
  },
  {
    name: "no CAP_NET_ADMIN",
    prepare: () => Promise.resolve(),
    through: ["setpriv", "--bounding-set=-net_admin"],
    expect: [
      ["privileges", "failure", /CAP_NET_ADMIN/],
      ["vip.use", "ok", /free/],
      ["vip.hold", "skipped", /needs CAP_NET_ADMIN/],
    ],
  },
  {
    name: "an interface that is down",
    prepare: (a) => a.exec("ip", "link", "set", "eth0", "down"),
    expect: [
      ["interface", "failure", /"eth0" is down/],
      ["multicast", "skipped", /not up/],
      ["vip.use", "skipped", /not up/],
    ],
  },
  {
    name: "a cable that is out",
    prepare: (a) => a.plug(false),
    expect: [["interface", "failure", /"eth0" has no carrier/]],
  },
  {
    name: "an interface without an address",
    prepare: (a) => a.exec("ip", "address", "flush", "dev", "eth0"),
    expect: [
      ["interface.address", "failure", /no IPv4 address/],
      ["multicast", "skipped", /no IPv4 address/],
    ],
  },
  {
    name: "a small MTU",
    prepare: (a) => a.exec("ip", "link", "set", "eth0", "mtu", "600"),
    expect: [["interface.mtu", "warning", /MTU 600/]],
    code: 0,
  },
  {
    name: "an interface without multicast",
    prepare: (a) => a.exec("ip", "link", "set", "eth0", "multicast", "off"),
    expect: [["interface.multicast", "failure", /turned off/]],
  },
  {
    name: "the loopback device",
    prepare: () => Promise.resolve(),
    args: ["-i", "lo"],
    expect: [["interface.kind", "failure", /loopback/]],
  },
  {
    name: "a port of a bridge",
    prepare: async (a) => {
      await a.exec("ip", "link", "add", "br1", "type", "bridge");
      await a.exec("ip", "link", "set", "eth0", "master", "br1");
    },
    expect: [["interface.kind", "failure", /port of a bridge/]],
  },
  {
    name: "an interface of the configuration that is not there",
    prepare: (a) =>
      configure(a, alivedYaml().replace("interface: eth0", "interface: eth7")),
    args: ["-c", "config.yaml"],
    expect: [
      ["configuration", "ok", /VI_1 \(VRID 51\)/],
      ["interface", "failure", /"eth7" of the configuration does not exist/],
    ],
  },
  {
    name: "a VIP that another host has",
    prepare: (_, b) =>
      b.exec("ip", "address", "add", `${VIP}/24`, "dev", "eth0"),
    expect: [["vip.use", "failure", /in use: ([0-9a-f]{2}:){5}/]],
  },
  {
    name: "nftables that drop what comes in",
    prepare: (a) => nft(a, IN, "add rule inet lab in ip protocol 112 drop"),
    expect: [
      [
        "firewall",
        "failure",
        /do not pass on "eth0"; look at "ip protocol vrrp drop" of nftables chain "inet lab in"/,
      ],
      ["multicast", "failure", /sent to .* and not received/],
    ],
  },
  {
    name: "nftables that drop what goes out",
    prepare: (a) =>
      nft(a, OUT, "add rule inet lab out ip daddr 224.0.0.18 drop"),
    expect: [
      ["firewall", "failure", /do not leave by "eth0": .*EPERM/],
      ["multicast", "failure", /Cannot send to 224\.0\.0\.18: .*EPERM/],
    ],
  },
  {
    name: "nftables that drop the adverts of one neighbour",
    prepare: async (a, b) => {
      await nft(a, IN, "add rule inet lab in ip saddr 192.0.2.2 drop");
      await startMaster(b, { vrid: 77, interval: 1 });
    },
    expect: [
      ["firewall", "failure", /from 192\.0\.2\.2 arrive .*"ip saddr 192/],
      ["multicast", "ok", /received/],
      ["speakers", "failure", /VRID 77 .* do not reach a VRRP socket/],
    ],
  },
  {
    name: "a master elsewhere that holds the VIP",
    prepare: async (_, b) => {
      await startMaster(b, { vrid: 78, priority: 255 });
    },
    expect: [
      [
        "speakers",
        "ok",
        /VRID 78 from 192\.0\.2\.2 \(VRRPv2, priority 255\)/,
      ],
      ["vip.use", "warning", /held by 192\.0\.2\.2, master of VRID 78/],
    ],
    code: 0,
  },
  {
    name: "nothing, with a peer of the configured virtual router",
    prepare: async (a, b) => {
      await configure(a, alivedYaml());
      await startMaster(b, { priority: 255 });
    },
    args: ["-c", "config.yaml"],
    expect: [
      ["interface", "ok", /"eth0" \(from configuration\)/],
      ["speakers", "ok", /VRID 51 from 192\.0\.2\.2/],
      ["vip.use", "ok", /held by 192\.0\.2\.2, master of VRID 51, as conf/],
    ],
    code: 0,
  },
  {
    name: "keepalived on this host",
    // Master before it is looked at: its address comes with that.
    prepare: (a) => startMaster(a, { priority: 255, vips: ["192.0.2.101/24"] }),
    expect: [
      ["services", "warning", /keepalived \(pid \d+, \d+\)/],
      ["vip.hold", "skipped", /keepalived .* may add it/],
    ],
    code: 0,
  },
  {
    name: "a VRID that strangers use",
    prepare: async (a, b) => {
      await configure(a, alivedYaml({ password: "secret12" }));
      await startMaster(b, { priority: 255, password: "other" });
    },
    args: ["-c", "config.yaml"],
    expect: [
      [
        "speakers",
        "warning",
        /192\.0\.2\.2 uses VRID 51 of "VI_1" with .* drops \(auth_data\)/,
      ],
    ],
    code: 0,
  },
  {
    name: "sysctls that never answer ARP",
    prepare: (a) => a.sysctl("net/ipv4/conf/eth0/arp_ignore", "8"),
    expect: [["sysctl.arp_ignore", "failure", /arp_ignore is 8/]],
  },
  {
    name: "two interfaces in one subnet",
    prepare: async (a) => {
      await a.exec(
        ...["ip", "link", "add", "eth1", "type", "veth", "peer", "name", "p1"],
      );
      await a.exec("ip", "link", "set", "eth1", "up");
      await a.exec("ip", "address", "add", "192.0.2.9/24", "dev", "eth1");
      await a.sysctl("net/ipv4/conf/all/rp_filter", "1");
    },
    expect: [
      ["sysctl.arp_ignore", "warning", /"eth1" is in the same subnet/],
      ["sysctl.arp_announce", "warning", /"eth1"/],
      ["sysctl.rp_filter", "warning", /strict/],
    ],
    code: 0,
  },
  {
    name: "sysctls that cannot be set",
    prepare: (a) =>
      a.exec(
        ...["sh", "-c"],
        "mount --bind /proc/sys /proc/sys && " +
          "mount -o remount,bind,ro /proc/sys",
      ),
    expect: [
      ["sysctl.promote_secondaries", "warning", /cannot be set from here/],
    ],
    code: 0,
  },
  {
    name: "systemd-networkd in charge",
    prepare: async (a) => {
      const file = `/run/systemd/netif/links/${await indexOf(a)}`;
      await a.exec(
        ...["sh", "-c"],
        "mkdir -p /run/systemd/netif/links && " +
          `printf 'ADMIN_STATE=configured\\nNETWORK_FILE=/run/x.network\\n' > ${file}`,
      );
    },
    expect: [
      ["network_manager", "warning", /systemd-networkd manages "eth0"/],
    ],
    code: 0,
  },
  {
    name: "NetworkManager in charge",
    prepare: async (a) => {
      const file = `/run/NetworkManager/devices/${await indexOf(a)}`;
      await a.exec(
        ...["sh", "-c"],
        "mkdir -p /run/NetworkManager/devices && " +
          `printf '[device]\\nmanaged=true\\n' > ${file}`,
      );
    },
    expect: [
      ["network_manager", "warning", /NetworkManager manages "eth0"/],
    ],
    code: 0,
  },
];

/** Break one thing on a host of its own and test that. */
async function run(
  { prepare, args = DEFAULT_ARGS, through = [] }: Case,
): Promise<{ code: number; results: readonly Result[]; output: string }> {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  await prepare(a, b);
  const paths = args.map((arg) =>
    arg.endsWith(".yaml") ? `${a.directory}/${arg}` : arg
  );
  const before = await a.addresses();
  const doctor = a.spawn([
    ...through,
    ...alivedCommand("test", "--json", ...paths),
  ]);
  const { code } = await doctor.ended;
  strictEqual(`${await a.addresses()}`, `${before}`);
  const output = doctor.lines.join("\n");
  if (!output.startsWith("{")) return { code, results: [], output };
  const { checks, fit } = JSON.parse(output);
  strictEqual(fit, code === 0);
  return { code, results: checks, output };
}

Deno.test("alived test reports", async (t) => {
  // They wait for most of their time, so a few run side by side.
  const ended: PromiseSettledResult<Awaited<ReturnType<typeof run>>>[] = [];
  for (let i = 0; i < CASES.length; i += 6) {
    ended.push(...await Promise.allSettled(CASES.slice(i, i + 6).map(run)));
  }
  for (const [i, { name, expect, code = 1 }] of CASES.entries()) {
    await t.step(name, () => {
      const one = ended[i];
      if (one?.status !== "fulfilled") throw one?.reason;
      const { results, output, code: actual } = one.value;
      for (const [id, status, words] of expect) {
        const result = results.find((one) => one.id === id);
        strictEqual(result?.status, status, `${id} in ${output}`);
        match(result?.found ?? "", words);
        if (status !== "ok" && status !== "skipped") {
          match(result?.advice ?? "", /\w/);
        }
      }
      strictEqual(actual, code, output);
    });
  }
});

Deno.test("alived test does not try out an address that another host tries out", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  const other = startStep(b, ASK_FOR_EVER, { address: VIP });
  await other.waitFor((line) => line === "asking");
  const doctor = a.spawn(alivedCommand("test", ...DEFAULT_ARGS));
  strictEqual((await doctor.ended).code, 1);
  const text = doctor.lines.join("\n");
  match(text, /^✗ vip\.use .* claims it by ARP$/m);
  doesNotMatch(text, /vip\.hold/);
});

Deno.test("alived test reports a host that stands still", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const doctor = a.spawn(alivedCommand("test", "-i", "eth0"));
  await doctor.waitFor((line) => line.includes("sysctl.ip_forward"));
  await sleep(500);
  doctor.kill("SIGSTOP");
  await sleep(600);
  doctor.kill("SIGCONT");
  strictEqual((await doctor.ended).code, 0);
  const stall = /^⚠ stalls .*longest stall in \d+ s: (\d+)/m
    .exec(doctor.lines.join("\n"))?.[1];
  ok(Number(stall) >= 500, `${stall} ms`);
});
