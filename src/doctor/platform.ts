/**
 * What this host is made of: machine, hypervisor, cloud, container. Read from
 * files, never asked of the network.
 *
 * @module
 */

import { type CheckResult, ok, warning } from "./check_result.ts";
import { exists, readText } from "./files.ts";

/** What is at the bottom, and where the compatibility guide speaks of it. */
export interface Platform {
  /** In words. */
  readonly name: string;
  /** Anchor in the compatibility guide. */
  readonly anchor: string;
  /** Whether its network is a cloud's. */
  readonly cloud: boolean;
  /** The container runtime that this process is in, or null. */
  readonly container: string | null;
  /** Whether the compatibility guide is installed. */
  readonly hasGuide: boolean;
}

/** Where `alived install` puts the compatibility guide. */
export const INSTALLED_GUIDE = "/usr/local/share/doc/alived/COMPATIBILITY.md";
const AZURE_ASSET_TAG = "7783-7084-3265-9085-8269-3286-77";
const DMI_FIELDS = [
  ...["sys_vendor", "product_name", "product_version", "board_vendor"],
  ...["bios_vendor", "bios_version", "chassis_asset_tag"],
];

type Known = Omit<Platform, "container" | "hasGuide">;

/** Words in the DMI fields and what they stand for; the first that is there. */
const VENDORS: readonly (readonly [RegExp, Known])[] = [
  [/\bamazon\b/i, cloud("Amazon EC2", "aws")],
  [new RegExp(AZURE_ASSET_TAG), cloud("Microsoft Azure", "azure")],
  [/\bgoogle\b/i, cloud("Google Cloud", "google-cloud")],
  ...([
    ...["Alibaba Cloud", "DigitalOcean", "Exoscale", "Hetzner", "Huawei Cloud"],
    ...["Linode", "OpenStack", "OracleCloud", "Scaleway", "Tencent Cloud"],
    ...["UpCloud", "Vultr"],
  ].map((name) =>
    [new RegExp(name, "i"), cloud(name, "other-clouds")] as const
  )),
  [/\bvmware\b/i, machine("VMware virtual machine", "vmware")],
  [/virtualbox|innotek/i, machine("VirtualBox virtual machine", "virtualbox")],
  [
    /microsoft.*virtual machine/is,
    machine("Hyper-V virtual machine", "hyper-v"),
  ],
  [/\b(qemu|kvm|bochs|seabios)\b/i, machine("KVM virtual machine", "kvm")],
  [/\bxen\b/i, machine("Xen virtual machine", "kvm")],
];

/** Words in the control groups of process 1 and the runtime they stand for. */
const CONTAINER_GROUP = /\b(docker|kubepods|libpod|containerd|lxc|garden)\b/;

/**
 * Tell what this host is made of.
 *
 * @param root Directory that stands for `/`, without a slash at its end.
 */
export function detectPlatform(root = ""): Platform {
  const container = detectContainer(root);
  const hasGuide = exists(root + INSTALLED_GUIDE);
  return { ...detectMachine(root), container, hasGuide };
}

function detectMachine(root: string): Known {
  const dmi = DMI_FIELDS
    .map((field) => readText(`${root}/sys/class/dmi/id/${field}`).trim())
    .join("\n");
  const vendor = VENDORS.find(([words]) => words.test(dmi))?.[1];
  if (vendor !== undefined) return vendor;
  const release = readText(`${root}/proc/sys/kernel/osrelease`);
  if (/-pve\b/.test(release)) {
    return machine("Proxmox host", "proxmox");
  }
  if (/microsoft/i.test(release)) {
    return machine("WSL virtual machine", "hyper-v");
  }
  // x86 processors show their guests that there is a hypervisor.
  return /^flags\s*:.*\bhypervisor\b/m.test(readText(`${root}/proc/cpuinfo`))
    ? machine("virtual machine of an unnamed kind", "kvm")
    : machine("physical machine", "physical");
}

function detectContainer(root: string): string | null {
  const named = readText(`${root}/run/systemd/container`).trim() ||
    /(?:^|\0)container=([^\0]+)/.exec(readText(`${root}/proc/1/environ`))?.[1];
  if (named) return named;
  if (exists(`${root}/.dockerenv`)) return "docker";
  if (exists(`${root}/run/.containerenv`)) return "podman";
  return CONTAINER_GROUP.exec(readText(`${root}/proc/1/cgroup`))?.[1] ?? null;
}

/** Judge it. */
export function checkPlatform(platform: Platform): readonly CheckResult[] {
  const { name, anchor, cloud, container, hasGuide } = platform;
  const sectionOf = (anchor: string): string =>
    `${INSTALLED_GUIDE}#${anchor}` +
    (hasGuide ? "" : ' (which "alived install" writes)');
  const section = sectionOf(anchor);
  return [
    cloud
      ? warning(
        "platform",
        `${name}: its network carries neither multicast nor gratuitous ARP ` +
          "unless set up to",
        `see ${section} for what works there instead`,
      )
      : ok("platform", `${name}, see ${section}`),
    container === null ? ok("container", "not in a container") : warning(
      "container",
      `in a container (${container})`,
      "it needs the host's network and both capabilities: see " +
        sectionOf("containers"),
    ),
  ];
}

function cloud(name: string, anchor: string): Known {
  return { name, anchor, cloud: true };
}

function machine(name: string, anchor: string): Known {
  return { name, anchor, cloud: false };
}
