/**
 * Words of other programs, keepalived's before all, and of other habits: what
 * they are called here.
 *
 * @module
 */

/** Where keepalived's words are explained, and where they all are. */
const MIGRATING = "docs/migrating.md";

/** keepalived's words that are one key of the same section here. */
const KEEPALIVED_KEYS: Readonly<Record<string, string>> = {
  vrrp_instance: "vrrp_instances",
  vrrp_sync_group: "sync_groups",
  vrrp_script: "health_checkers",
  global_defs: "global",
  advert_int: "advert_interval",
  virtual_ipaddress: "virtual_ips",
  virtual_ipaddresses: "virtual_ips",
  virtual_ipaddress_excluded: "excluded_virtual_ips",
  unicast_peer: "unicast_peers",
  unicast_src_ip: "source_address",
  mcast_src_ip: "source_address",
  track_interface: "track_interfaces",
  track_script: "track_scripts",
  track_process: "track_processes",
  track_file: "track_files",
  vrrp_startup_delay: "startup_delay",
  vrrp_version: "version",
  group: "instances",
};

/** keepalived's words that are something else here. */
const KEEPALIVED_WORDS: Readonly<Record<string, string>> = {
  nopreempt: "write preempt: false",
  authentication: "write auth_type and auth_pass in the instance itself",
  garp_master_repeat: "write garp: { repeat: … }",
  garp_master_delay: "write garp: { delay: … }",
  garp_master_refresh: "write garp: { refresh: … }",
  garp_master_refresh_repeat: "remove it, a refresh is one packet an address",
  garp_lower_prio_repeat: "write garp: { repeat: … }",
  garp_lower_prio_delay: "write garp: { delay: … }",
  vrrp_garp_interval: "write garp: { interval: … } in each instance",
  v3_checksum_as_v2: "remove it, checksum: auto finds out",
  native_ipv6: "remove it, IPv6 adverts are not supported by this version",
  use_vmac: "remove it, the interface's own MAC address is used",
  use_ipvlan: "remove it, the interface's own MAC address is used",
  strict_mode: "remove it, addresses accept packets, no rule is added",
  vrrp_strict: "remove it, addresses accept packets, no rule is added",
  accept: "remove it, addresses accept packets",
  dont_track_primary: "remove it, the interface is always tracked",
  smtp_alert: "remove it, with notifications.email all instances mail",
  virtual_routes: "set routes by a notify script",
  virtual_rules: "set rules by a notify script",
  virtual_server: "remove it, that part stays with keepalived",
  real_server: "remove it, that part stays with keepalived",
  notification_email_from: "write notifications: { email: { from: … } }",
  smtp_server: "write notifications: { email: { smtp: { host: … } } }",
  enable_script_security: "remove it, root's scripts are always checked",
  vrrp_priority: "write realtime: true in global",
  vrrp_rt_priority: "write realtime: true in global",
  vrrp_no_swap: "write realtime: true in global",
  dynamic_interfaces: "remove it, alived waits for interfaces",
  script_user: "write it in global, for all scripts",
  init_fail: "remove it, the first result counts at once",
};

/** Names that others have for a key of the same section. */
const HABITS: Readonly<Record<string, string>> = {
  instances: "vrrp_instances",
  vrrp: "vrrp_instances",
  checks: "health_checkers",
  health_checks: "health_checkers",
  scripts: "health_checkers",
  groups: "sync_groups",
  router: "virtual_router_id",
  router_id: "virtual_router_id",
  vrid: "virtual_router_id",
  vr_id: "virtual_router_id",
  id: "virtual_router_id",
  prio: "priority",
  interval: "advert_interval",
  dev: "interface",
  device: "interface",
  iface: "interface",
  nic: "interface",
  vip: "virtual_ips",
  vips: "virtual_ips",
  virtual_ip: "virtual_ips",
  addresses: "virtual_ips",
  peers: "unicast_peers",
  source_ip: "source_address",
  src_ip: "source_address",
  password: "auth_pass",
  command: "script",
  ip: "address",
  ip_address: "address",
  members: "instances",
  uri: "url",
  target: "host",
  hostname: "host",
  server: "host",
  cmd: "script",
  exec: "script",
  status: "expected_status",
  expected_code: "expected_status",
  status_code: "expected_status",
  username: "user",
  password_path: "password_file",
  loglevel: "log",
  log_level: "log",
  smtp_host: "smtp",
};

/** What a key that is not known is meant to be. */
export interface ForeignKey {
  /** The key of the same section that stands for it, or null. */
  readonly key: string | null;
  /** The end of a message, with what to write. */
  readonly hint: string;
}

/**
 * What a key that is not known is here, when it is a word of keepalived or a
 * name that others have for one.
 *
 * @param key The key, as it stands in the file.
 * @param known The keys of the section that it stands in.
 */
export function foreignKey(
  key: string,
  known: readonly string[],
): ForeignKey | null {
  const same = wordOf(KEEPALIVED_KEYS, key);
  if (same !== null && known.includes(same)) {
    return { key: same, hint: keepalivedHint(`write ${same}`) };
  }
  const other = wordOf(KEEPALIVED_WORDS, key);
  if (other !== null) return { key: null, hint: keepalivedHint(other) };
  const habit = wordOf(HABITS, key);
  return habit === null || !known.includes(habit)
    ? null
    : { key: habit, hint: ` (did you mean "${habit}"?)` };
}

function keepalivedHint(mend: string): string {
  return `, but keepalived's: ${mend} (see ${MIGRATING})`;
}

function wordOf(
  words: Readonly<Record<string, string>>,
  key: string,
): string | null {
  return Object.hasOwn(words, key) ? words[key] ?? null : null;
}

const BLOCK =
  /^(?:global_defs|vrrp_(?:instance|sync_group|script|track_process|track_file)|virtual_server(?:_group)?|static_\w+)\b[^:\n]*?(?:\{|$)/m;

/**
 * Say that a text is a configuration of keepalived, when it is one.
 *
 * @param text A text that is not what alived takes.
 * @returns The mistake, at the first block, or null.
 */
export function keepalivedProblem(
  text: string,
): {
  readonly line: number;
  readonly column: 1;
  readonly length: number;
  readonly problem: string;
} | null {
  const match = BLOCK.exec(text);
  return match === null ? null : {
    line: text.slice(0, match.index).split("\n").length,
    column: 1,
    length: match[0].length,
    problem: "is a configuration of keepalived, and alived reads YAML: " +
      `${MIGRATING} has what corresponds`,
  };
}
