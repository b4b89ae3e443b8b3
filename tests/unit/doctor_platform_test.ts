import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { checkPlatform, detectPlatform } from "../../src/doctor/platform.ts";

/** Where `alived install` writes it. */
const GUIDE = "/usr/local/share/doc/alived/COMPATIBILITY.md";

/** Files of a host by their paths. */
type Files = Readonly<Record<string, string>>;

/** Make a root directory of these files for as long as `use` takes. */
function withRoot<T>(files: Files, use: (root: string) => T): T {
  const root = Deno.makeTempDirSync();
  try {
    for (const [path, text] of Object.entries(files)) {
      Deno.mkdirSync(dirname(root + path), { recursive: true });
      Deno.writeTextFileSync(root + path, text);
    }
    return use(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

function dmi(fields: Files): Files {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([name, text]) => [`/sys/class/dmi/id/${name}`, `${text}\n`]),
  );
}

/** What is there, and the anchor in the guide. */
const MACHINES: readonly (readonly [string, Files, string])[] = [
  ["a server", dmi({ sys_vendor: "Dell Inc." }), "physical"],
  ["nothing at all", {}, "physical"],
  ["QEMU", dmi({ sys_vendor: "QEMU", bios_vendor: "SeaBIOS" }), "kvm"],
  ["Red Hat's KVM", dmi({ sys_vendor: "Red Hat", product_name: "KVM" }), "kvm"],
  ["Xen", dmi({ sys_vendor: "Xen", product_name: "HVM domU" }), "kvm"],
  [
    "VMware",
    dmi({ sys_vendor: "VMware, Inc.", product_name: "VMware7,1" }),
    "vmware",
  ],
  [
    "VirtualBox",
    dmi({ sys_vendor: "innotek GmbH", product_name: "VirtualBox" }),
    "virtualbox",
  ],
  [
    "Hyper-V",
    dmi({
      sys_vendor: "Microsoft Corporation",
      product_name: "Virtual Machine",
    }),
    "hyper-v",
  ],
  [
    "a notebook of Microsoft",
    dmi({ sys_vendor: "Microsoft Corporation", product_name: "Surface Pro" }),
    "physical",
  ],
  [
    "Azure",
    dmi({
      sys_vendor: "Microsoft Corporation",
      product_name: "Virtual Machine",
      chassis_asset_tag: "7783-7084-3265-9085-8269-3286-77",
    }),
    "azure",
  ],
  ["EC2", dmi({ sys_vendor: "Amazon EC2", product_name: "m5.large" }), "aws"],
  [
    "EC2 on Xen",
    dmi({ sys_vendor: "Xen", bios_version: "4.11.amazon" }),
    "aws",
  ],
  [
    "Google Cloud",
    dmi({ sys_vendor: "Google", product_name: "Google Compute Engine" }),
    "google-cloud",
  ],
  [
    "OpenStack",
    dmi({
      sys_vendor: "OpenStack Foundation",
      product_name: "OpenStack Nova",
    }),
    "other-clouds",
  ],
  [
    "Oracle's cloud",
    dmi({ sys_vendor: "QEMU", chassis_asset_tag: "OracleCloud.com" }),
    "other-clouds",
  ],
  [
    "a Proxmox host",
    {
      ...dmi({ sys_vendor: "Supermicro" }),
      "/proc/sys/kernel/osrelease": "6.8.12-4-pve\n",
    },
    "proxmox",
  ],
  [
    "a guest without DMI",
    { "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu sse2 hypervisor lm\n" },
    "kvm",
  ],
  [
    "a processor without a hypervisor",
    { "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu sse2 lm\n" },
    "physical",
  ],
];

for (const [what, files, anchor] of MACHINES) {
  Deno.test(`detectPlatform() sees ${what}`, () => {
    const platform = withRoot(files, detectPlatform);
    strictEqual(platform.anchor, anchor);
    strictEqual(platform.container, null);
  });
}

const CONTAINERS: readonly (readonly [string, Files, string])[] = [
  ["a file of docker", { "/.dockerenv": "" }, "docker"],
  ["a file of podman", { "/run/.containerenv": "" }, "podman"],
  ["systemd's note", { "/run/systemd/container": "lxc\n" }, "lxc"],
  [
    "the environment of process 1",
    { "/proc/1/environ": "PATH=/bin\0container=lxc\0TERM=linux\0" },
    "lxc",
  ],
  [
    "control groups",
    { "/proc/1/cgroup": "0::/kubepods.slice/kubepods-pod1.slice\n" },
    "kubepods",
  ],
];

for (const [what, files, container] of CONTAINERS) {
  Deno.test(`detectPlatform() sees a container by ${what}`, () => {
    strictEqual(withRoot(files, detectPlatform).container, container);
  });
}

Deno.test("detectPlatform() takes the groups of a machine for no container", () => {
  const files = { "/proc/1/cgroup": "0::/init.scope\n" };
  strictEqual(withRoot(files, detectPlatform).container, null);
});

Deno.test("checkPlatform() warns of a cloud and of a container", () => {
  const files = {
    ...dmi({ sys_vendor: "Amazon EC2" }),
    "/.dockerenv": "",
  };
  deepStrictEqual(
    checkPlatform(withRoot(files, detectPlatform)).map((one) => [
      ...[one.id, one.status, one.advice],
    ]),
    [
      [
        ...["platform", "warning"],
        `see ${GUIDE}#aws (which "alived install" writes) for what works ` +
        "there instead",
      ],
      [
        ...["container", "warning"],
        "it needs the host's network and both capabilities: see " +
        `${GUIDE}#containers (which "alived install" writes)`,
      ],
    ],
  );
});

Deno.test("checkPlatform() names the guide that is installed", () => {
  const [platform] = checkPlatform(
    withRoot({ [GUIDE]: "## Physical" }, detectPlatform),
  );
  strictEqual(platform?.found, `physical machine, see ${GUIDE}#physical`);
});

Deno.test("checkPlatform() has nothing against a server", () => {
  deepStrictEqual(
    checkPlatform(withRoot({}, detectPlatform)).map(({ status, found }) => [
      ...[status, found],
    ]),
    [
      [
        "ok",
        `physical machine, see ${GUIDE}#physical (which "alived install" ` +
        "writes)",
      ],
      ["ok", "not in a container"],
    ],
  );
});
