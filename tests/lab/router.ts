/**
 * One virtual router in the words of both programs, so that they can stand in
 * for each other in tests and measurements.
 *
 * @module
 */

/** What a test says about its virtual router; the rest is the default. */
export interface RouterOptions {
  /** 1 to 255, 100 unless told. */
  readonly priority?: number;
  /** 2 unless told. */
  readonly version?: 2 | 3;
  /** Seconds between adverts, 1 unless told. */
  readonly interval?: number;
  /** 1 to 255, 51 unless told. */
  readonly vrid?: number;
  /** Addresses with prefixes, `192.0.2.100/24` unless told. */
  readonly vips?: readonly string[];
  /** VRRPv2 password; none unless told. */
  readonly password?: string;
  /** Whether to take over from a worse live master; true unless told. */
  readonly preempt?: boolean;
  /** Which v3 checksum form alived is pinned to; its default unless told. */
  readonly checksum?: "rfc9568" | "pseudo_header";
}

/** The address that tests share between hosts. */
export const VIP = "192.0.2.100";

/** Name of the one instance of the configurations below. */
export const INSTANCE = "VI_1";

/** Configuration for alived; logs JSON from debug level up. */
export function alivedYaml(options: RouterOptions = {}): string {
  const { priority = 100, version = 2, interval = 1, vrid = 51 } = options;
  const { vips = [`${VIP}/24`], password, preempt = true } = options;
  return [
    "global:",
    "  log: { level: debug, format: json }",
    "vrrp_instances:",
    `  - name: ${INSTANCE}`,
    "    interface: eth0",
    "    state: BACKUP",
    `    version: ${version}`,
    `    virtual_router_id: ${vrid}`,
    `    priority: ${priority}`,
    `    advert_interval: ${interval}`,
    `    preempt: ${preempt}`,
    ...password === undefined
      ? []
      : ["    auth_type: PASS", `    auth_pass: ${password}`],
    ...options.checksum === undefined
      ? []
      : [`    checksum: ${options.checksum}`],
    `    virtual_ips: [${vips.join(", ")}]`,
    "",
  ].join("\n");
}

/** Configuration for keepalived, which has v3 checksums of one form only. */
export function keepalivedConf(options: RouterOptions = {}): string {
  const { priority = 100, version = 2, interval = 1, vrid = 51 } = options;
  const { vips = [`${VIP}/24`], password, preempt = true } = options;
  return [
    "global_defs {",
    "  router_id lab",
    `  vrrp_version ${version}`,
    "}",
    `vrrp_instance ${INSTANCE} {`,
    `  state ${priority === 255 ? "MASTER" : "BACKUP"}`,
    "  interface eth0",
    `  virtual_router_id ${vrid}`,
    `  priority ${priority}`,
    `  advert_int ${interval}`,
    ...preempt ? [] : ["  nopreempt"],
    ...password === undefined ? [] : [
      "  authentication {",
      "    auth_type PASS",
      `    auth_pass ${password}`,
      "  }",
    ],
    "  virtual_ipaddress {",
    ...vips.map((vip) => `    ${vip} dev eth0`),
    "  }",
    "}",
    "",
  ].join("\n");
}
