/**
 * A daemon without anything behind it, for tests of what is answered: it gives
 * the status that it is told, and writes down what it is ordered.
 *
 * @module
 */

import type {
  DaemonPort,
  Failover,
  Outcome,
  PastEvent,
  ReloadOutcome,
  RestartOutcome,
  Silence,
  StatusAnswer,
  WatchEvent,
} from "../../src/control/daemon_port.ts";
import type { Door } from "../../src/control/answer.ts";
import { handle } from "../../src/control/router.ts";
import type { InstanceStatus, Status } from "../../src/control/snapshot.ts";
import { Watchers } from "../../src/control/watchers.ts";

/** An instance as a master, with other values where they are given. */
export function instanceStatus(
  keys: Partial<InstanceStatus> = {},
): InstanceStatus {
  return {
    ...{ name: "VI_1", interface: "eth0", vrid: 51, family: "ipv4" },
    ...{ version: 2, group: null, state: "MASTER" },
    since: "2026-11-25T18:46:00.000Z",
    reason: "no advert for 3.609 s from 192.0.2.2",
    ...{ cause: "silence", previous: "BACKUP" },
    priority: { base: 150, effective: 140, terms: [] },
    ...{ faults: [], drained: null, yielded: false },
    ...{ source: "192.0.2.1", transport: "multicast", peers_configured: [] },
    ...{ advert_interval_seconds: 1, skew_seconds: 0.453125 },
    garp_delay_seconds: 5,
    master_down_seconds: 3.453125,
    ...{ next_advert_in_seconds: 0.61, master_down_in_seconds: null },
    ...{ preempt: true, preempt_in_seconds: null },
    ...{ checksum: null, auth: "NONE" },
    master: { address: "192.0.2.1", priority: 140, self: true },
    heard: [],
    vips: [{
      ...{ address: "192.0.2.100/24", interface: "eth0", excluded: false },
      ...{ held: true, owner: "alived", lease_seconds: null },
    }],
    counters: {
      ...{ adverts_sent: 9, adverts_received: 1, send_errors: 0 },
      ...{ priority_zero_sent: 0, priority_zero_received: 0 },
      ...{ became_master: 1, released_master: 0 },
      transitions: { INIT: 0, BACKUP: 1, MASTER: 1, FAULT: 0 },
      ...{ announcements_sent: 5, losing_adverts: 0, addresses_repaired: 0 },
      ...{ address_list_mismatch: 0, stalls: 0, dropped: {} },
    },
    ...keys,
  };
}

/** A status of some instances. */
export function statusOf(
  instances: readonly InstanceStatus[] = [instanceStatus()],
  keys: Partial<Status> = {},
): Status {
  return {
    ...{ schema: 1, time: "2026-11-25T21:00:00.123Z", host: "node1" },
    ...{ router_id: "node1", version: "0.2.0", runtime: "deno 2.9.6" },
    ...{ pid: 4711, started: "2026-11-20T08:00:00.000Z" },
    config: {
      ...{ path: "/etc/alived/config.yaml", sha256: "9f" },
      ...{ loaded: "2026-11-20T08:00:00.000Z", changed_on_disk: false },
      ...{ last_reload_ok: true, last_reload: "2026-11-20T08:00:00.000Z" },
    },
    core: {
      ...{ answered_in_seconds: 0.0004, turns: 12, stalls: 0 },
      lateness: { buckets: [], sum_seconds: 0, max_seconds: 0 },
      ...{ netlink_slow: 0, netlink_overruns: 0 },
    },
    process: {
      ...{ resident_bytes: 1, cpu_seconds: 1, open_fds: 9, max_fds: 1024 },
    },
    log: { level: "info", lines_lost: 0 },
    lease_seconds: 0,
    instances: [...instances],
    groups: [],
    checks: [],
    notifications: { kinds: [], last_failure: null },
    watchers: { present: 0, dropped: 0 },
    cluster: [],
    ...keys,
  };
}

/** The daemon, and a router in front of it. */
export class FakeDaemon implements DaemonPort {
  /** What it is told, in order. */
  readonly done: unknown[] = [];
  answer: StatusAnswer;
  outcomes: readonly Outcome[] | Silence = [];
  failovers: readonly Failover[] | Silence = [];
  reloads: ReloadOutcome = {
    ...{ ok: true, issues: [], added: [], removed: [], restarted: [] },
    changed: [],
  };
  restarts: RestartOutcome = { ok: true, pid: 4712 };
  past: readonly PastEvent[] = [];
  keepalivedMetrics = false;
  readonly listeners = new Set<(event: WatchEvent) => void>();
  readonly watchers: Watchers;
  readonly #instances: readonly string[];

  constructor(status: Status = statusOf(), heartbeat = 60_000) {
    this.answer = { answers: true, status };
    this.#instances = status.instances.map(({ name }) => name);
    this.watchers = new Watchers(this, heartbeat);
  }

  /** Its core is silent from now on. */
  silence(silentSeconds: number): void {
    this.answer = { answers: false, silentSeconds };
  }

  /** Ask it. */
  ask(request: Request, door: Door = "control"): Promise<Response> {
    return handle(request, door, {
      ...{ daemon: this, watchers: this.watchers },
      hosts: new Set(["localhost", "node1", "status.example.com"]),
      keepalivedMetrics: this.keepalivedMetrics,
      suggest: (word, known) => ` (not ${word} but ${known.join()})`,
    });
  }

  /** GET a path by the control socket. */
  get(path: string, init: RequestInit = {}): Promise<Response> {
    return this.ask(new Request(`http://localhost${path}`, init));
  }

  /** POST an order by the control socket. */
  post(path: string, body: unknown, door?: Door): Promise<Response> {
    return this.ask(
      new Request(`http://localhost${path}`, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
      door,
    );
  }

  /** Something happens. */
  tell(event: WatchEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  instances(): readonly string[] {
    return this.#instances;
  }

  status(): Promise<StatusAnswer> {
    return Promise.resolve(this.answer);
  }

  drain(order: unknown): Promise<readonly Outcome[] | Silence> {
    this.done.push(["drain", order]);
    return Promise.resolve(this.outcomes);
  }

  resume(
    instances: unknown,
    by: unknown,
  ): Promise<readonly Outcome[] | Silence> {
    this.done.push(["resume", instances, by]);
    return Promise.resolve(this.outcomes);
  }

  failover(
    instances: unknown,
    by: unknown,
  ): Promise<readonly Failover[] | Silence> {
    this.done.push(["failover", instances, by]);
    return Promise.resolve(this.failovers);
  }

  restart(): Promise<RestartOutcome> {
    this.done.push("restart");
    return Promise.resolve(this.restarts);
  }

  reload(dryRun: boolean): Promise<ReloadOutcome> {
    this.done.push(["reload", dryRun]);
    return Promise.resolve(this.reloads);
  }

  setLogLevel(level: unknown, duration: unknown): void {
    this.done.push(["logLevel", level, duration]);
  }

  events(limit: number, instance: string | null): readonly PastEvent[] {
    this.done.push(["events", limit, instance]);
    return this.past;
  }

  watch(listener: (event: WatchEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  lookAtPeers(): void {
    this.done.push(["look"]);
  }
}
