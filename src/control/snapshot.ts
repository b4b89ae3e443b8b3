/**
 * What a daemon says of itself: the one schema of `GET /v1/status`,
 * `alived status --json` and the first line of a watch. Readers ignore what
 * they do not know; within one number of `schema` keys are only added, and
 * words may come to a list of words.
 *
 * Times are RFC 3339 in UTC with milliseconds, spans are seconds as numbers.
 * What is not known is null, never absent. Lists are in the order of the
 * configuration. Nothing secret is in it.
 *
 * @module
 */

import * as v from "valibot";

/** Number of the schema. */
export const SCHEMA = 1;

const TIME = v.string();
const SECONDS = v.number();
const COUNT = v.number();
const NAME = v.string();
const STATES = ["INIT", "BACKUP", "MASTER", "FAULT"] as const;
const STATE = v.picklist(STATES);
const WORD = v.string();

/** Names of the states. */
export const STATE_NAMES: readonly State[] = STATES;

/** An order to serve no more, or only when nobody else does. */
const DRAIN = v.object({
  /** Since when. */
  since: TIME,
  /** Until when, or null for until it is resumed. */
  until: v.nullable(TIME),
  /** Who asked, as the client said; nobody has verified it. */
  by: v.nullable(v.string()),
  /** Why, in the operator's words. */
  reason: v.nullable(v.string()),
  /** Whether it still serves, with priority 1, when nobody else does. */
  last_resort: v.boolean(),
});

const TERM = v.object({
  /** `check` or `interface`. */
  kind: WORD,
  /** Name of what is watched. */
  tracker: NAME,
  weight: v.number(),
  reverse: v.boolean(),
  /** Null while nothing is known. */
  up: v.nullable(v.boolean()),
  /** A number that scales the weight, or null. */
  value: v.nullable(v.number()),
  /** What it adds now. */
  term: v.number(),
  /** Whether it means FAULT now. */
  fault: v.boolean(),
  /** Why it is down, in words, or null. */
  detail: v.nullable(v.string()),
});

const FAULT = v.object({
  /** What it comes from: `operator`, `interface`, `tracker check web` … */
  cause: v.string(),
  /** What is wrong, in words. */
  reason: v.string(),
});

const HEARD = v.object({
  address: v.string(),
  /** In its last advert; 0 when it resigned. */
  priority: COUNT,
  last_seconds_ago: SECONDS,
  /** Adverts accepted from it. */
  adverts: COUNT,
  /** Names of what is not as configured here: `address_list` … */
  mismatch: v.array(WORD),
});

const VIP = v.object({
  /** Address and prefix. */
  address: v.string(),
  interface: NAME,
  /** Whether it is held without being advertised. */
  excluded: v.boolean(),
  /** Whether this host has it now. */
  held: v.boolean(),
  /** `alived`, `other` when somebody else added it, null when not held. */
  owner: v.nullable(v.picklist(["alived", "other"])),
  /** What it lives without being renewed, or null for ever. */
  lease_seconds: v.nullable(SECONDS),
});

const COUNTERS = v.object({
  adverts_sent: COUNT,
  adverts_received: COUNT,
  send_errors: COUNT,
  priority_zero_sent: COUNT,
  priority_zero_received: COUNT,
  became_master: COUNT,
  released_master: COUNT,
  /** Changes of state by the new state. */
  transitions: v.record(STATE, COUNT),
  /** Frames that announced addresses. */
  announcements_sent: COUNT,
  /** Adverts of another master heard while master. */
  losing_adverts: COUNT,
  addresses_repaired: COUNT,
  address_list_mismatch: COUNT,
  stalls: COUNT,
  /** Datagrams not used, by reason: every reason, also those at 0. */
  dropped: v.record(WORD, COUNT),
});

const INSTANCE = v.object({
  name: NAME,
  interface: NAME,
  vrid: COUNT,
  /** `ipv4` or `ipv6`. */
  family: WORD,
  /** Version of VRRP. */
  version: COUNT,
  /** Name of its sync group, or null. */
  group: v.nullable(NAME),
  state: STATE,
  /** Since when it is in this state. */
  since: TIME,
  /** Why, in words; null before the first change. */
  reason: v.nullable(v.string()),
  /** The same in one word. */
  cause: v.nullable(WORD),
  /** The state before, or null. */
  previous: v.nullable(STATE),
  priority: v.object({
    base: COUNT,
    effective: COUNT,
    /** All trackers, also those that add nothing. */
    terms: v.array(TERM),
  }),
  faults: v.array(FAULT),
  drained: v.nullable(DRAIN),
  /** Whether it handed over and does not preempt until resumed. */
  yielded: v.boolean(),
  /** Own address of its adverts, or null while there is none. */
  source: v.nullable(v.string()),
  /** `multicast` or `unicast`. */
  transport: WORD,
  /** Unicast peers. */
  peers_configured: v.array(v.string()),
  advert_interval_seconds: SECONDS,
  /** From the first announcement as master to the second; 0 for none. */
  garp_delay_seconds: SECONDS,
  skew_seconds: SECONDS,
  master_down_seconds: SECONDS,
  next_advert_in_seconds: v.nullable(SECONDS),
  /** When a backup takes over unless it hears somebody. */
  master_down_in_seconds: v.nullable(SECONDS),
  preempt: v.boolean(),
  /** What is left of `preempt_delay`, or null when it does not run. */
  preempt_in_seconds: v.nullable(SECONDS),
  /** Form of the checksum that is sent (version 3, IPv4). */
  checksum: v.nullable(WORD),
  /** `NONE`, `PASS`. */
  auth: WORD,
  /** The master as far as this host knows, or null. */
  master: v.nullable(v.object({
    address: v.nullable(v.string()),
    priority: COUNT,
    self: v.boolean(),
  })),
  /** Other hosts by their adverts, the newest 16. Backups are silent. */
  heard: v.array(HEARD),
  vips: v.array(VIP),
  counters: COUNTERS,
});

const CHECK_RESULT = v.object({
  time: TIME,
  ok: v.boolean(),
  /** How long it took. */
  seconds: SECONDS,
  message: v.nullable(v.string()),
});

const CHECK = v.object({
  name: NAME,
  type: WORD,
  state: v.picklist(["unknown", "up", "down"]),
  /** Whether it runs at this moment. */
  running: v.boolean(),
  since: v.nullable(TIME),
  /** Results in a row that speak against the state. */
  streak: COUNT,
  rise: COUNT,
  fall: COUNT,
  interval_seconds: SECONDS,
  /** The last 20 results, the newest last. */
  history: v.array(CHECK_RESULT),
  /** Runs by result. */
  runs: v.object({ ok: COUNT, fail: COUNT, timeout: COUNT }),
  /** Instances that track it. */
  used_by: v.array(NAME),
});

const BUCKET = v.object({
  /** Seconds, upper bound included; null for all. */
  le: v.nullable(SECONDS),
  /** How many were at most so late. */
  count: COUNT,
});

const PEER = v.object({
  url: v.string(),
  /** Null before its first answer. */
  host: v.nullable(v.string()),
  fetched_seconds_ago: v.nullable(SECONDS),
  /** Why the last question was not answered, or null. */
  error: v.nullable(v.string()),
  instances: v.array(v.object({
    name: NAME,
    vrid: COUNT,
    family: WORD,
    state: STATE,
    effective: COUNT,
    drained: v.boolean(),
  })),
});

/** The schema of a status. */
export const statusSchema = v.object({
  schema: v.literal(SCHEMA),
  time: TIME,
  host: v.string(),
  router_id: v.string(),
  version: v.string(),
  /** The runtime, for example `deno 2.9.6`. */
  runtime: v.string(),
  pid: COUNT,
  started: TIME,
  config: v.object({
    path: v.string(),
    /** When the configuration in force was read. */
    loaded: TIME,
    /** Of its bytes, in hexadecimal digits. */
    sha256: v.string(),
    /** Whether the file is another one now; null when it cannot be read. */
    changed_on_disk: v.nullable(v.boolean()),
    /** Whether the last reload was applied. */
    last_reload_ok: v.boolean(),
    last_reload: TIME,
  }),
  core: v.object({
    answered_in_seconds: SECONDS,
    turns: COUNT,
    /** How late the core woke for what was due. */
    lateness: v.object({
      buckets: v.array(BUCKET),
      sum_seconds: SECONDS,
      max_seconds: SECONDS,
    }),
    stalls: COUNT,
    /** Calls to the kernel for addresses that took longer than 100 ms. */
    netlink_slow: COUNT,
    netlink_overruns: COUNT,
  }),
  process: v.object({
    resident_bytes: COUNT,
    cpu_seconds: SECONDS,
    open_fds: COUNT,
    max_fds: COUNT,
  }),
  log: v.object({ level: WORD, lines_lost: COUNT }),
  /** Whole seconds that the kernel keeps an address unrenewed; 0 for off. */
  lease_seconds: COUNT,
  instances: v.array(INSTANCE),
  groups: v.array(v.object({
    name: NAME,
    state: STATE,
    members: v.array(NAME),
  })),
  checks: v.array(CHECK),
  notifications: v.object({
    /** By kind: `script`, `email`, `webhook`. */
    kinds: v.array(v.object({
      kind: WORD,
      queued: COUNT,
      delivered: COUNT,
      failed: COUNT,
    })),
    /** What failed last, or null. */
    last_failure: v.nullable(v.object({ time: TIME, message: v.string() })),
  }),
  watchers: v.object({ present: COUNT, dropped: COUNT }),
  /** The other hosts, by what they said of themselves when asked last. */
  cluster: v.array(PEER),
});

/** A state of an instance. */
export type State = typeof STATES[number];
/** A whole status. */
export type Status = v.InferOutput<typeof statusSchema>;
/** One instance of it. */
export type InstanceStatus = Status["instances"][number];
/** A health check of it. */
export type CheckStatus = Status["checks"][number];
/** Another host of it. */
export type PeerStatus = Status["cluster"][number];
/** An order to serve no more. */
export type DrainStatus = NonNullable<InstanceStatus["drained"]>;
