import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { diffInstances } from "../../src/config/diff.ts";
import type { Settings } from "../../src/config/settings.ts";
import { reportReload } from "../../src/daemon/side/reload_report.ts";
import { told } from "../lab/told.ts";
import { settingsOf } from "./side_settings.ts";

/** What is said of a reload, with the instance as the text formats put it. */
function lines(before: Settings, after: Settings): string[] {
  const diff = diffInstances(before.instances, after.instances);
  return reportReload(before, after, diff).map(told).map(
    ({ instance, message }) =>
      instance === undefined ? message : `${instance} ${message}`,
  );
}

/** What is said of one instance whose keys change. */
function changed(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): string | undefined {
  return lines(settingsOf([before]), settingsOf([after]))[1];
}

Deno.test("a reload names what goes, starts again, changes and comes", () => {
  const before = settingsOf([{}, {}, {}, {}]);
  const after = settingsOf([
    { name: "VI_1", priority: 150 },
    { name: "VI_2", virtual_router_id: 99 },
    { name: "VI_3" },
    { name: "VI_5", virtual_router_id: 55, virtual_ips: ["10.0.0.55"] },
  ]);
  deepStrictEqual(lines(before, after), [
    "Reloaded: 1 removed (VI_4), 1 restarted (VI_2), 1 changed (VI_1), " +
    "1 added (VI_5), 1 unchanged",
    "VI_4 Removed",
    "VI_2 Restarted: virtual_router_id 2 → 99",
    "VI_1 Changed: priority 100 → 150",
    "VI_5 Added",
  ]);
});

Deno.test("a reload without a change says so", () => {
  deepStrictEqual(lines(settingsOf([{}]), settingsOf([{}])), [
    "Reloaded: nothing changed",
  ]);
});

Deno.test("a reload names the sections that changed", () => {
  const sections = {
    global: { vip_lease: 5 },
    notifications: { email: { to: "a@example.com", from: "b@example.com" } },
  };
  deepStrictEqual(lines(settingsOf([{}]), settingsOf([{}], sections)), [
    "Reloaded: 1 unchanged; global, notifications changed",
    "Changed global: vip_lease none → 5",
    "Changed notifications: email changed",
  ]);
});

Deno.test("a reload names checks and groups, and what changed of them", () => {
  const sections = (
    interval: string,
    host: string,
    instances: readonly string[],
  ): Record<string, unknown> => ({
    global: { log: { level: interval === "5s" ? "info" : "debug" } },
    health_checkers: [
      { name: "web", type: "tcp", interval, config: { host, port: 80 } },
      { name: `only-${host}`, type: "tcp", config: { host, port: 81 } },
    ],
    sync_groups: [{ name: "G", instances }],
  });
  const instances = (host: string): Record<string, unknown>[] => [
    { track_scripts: ["web", `only-${host}`] },
    {},
    {},
  ];
  const before = settingsOf(
    instances("a"),
    sections("5s", "a", ["VI_1", "VI_2"]),
  );
  const after = settingsOf(
    instances("b"),
    sections("3s", "b", ["VI_1", "VI_3"]),
  );
  deepStrictEqual(lines(before, after).slice(2), [
    "Changed global: log.level info → debug",
    'Changed sync_groups "G": instances +VI_3 -VI_2',
    'Removed health_checkers "only-a"',
    'Changed health_checkers "web": interval 5s → 3s, host changed',
    'Added health_checkers "only-b"',
  ]);
});

Deno.test("programs are told the names of instances, eight of a kind", () => {
  const before = settingsOf([{}, {}]);
  const after = settingsOf([
    { priority: 150 },
    ...Array.from(
      { length: 11 },
      (_, i) => ({
        name: `N${i}`,
        virtual_ips: [`10.1.0.${i}`],
        virtual_router_id: i + 20,
      }),
    ),
  ]);
  const [event] = reportReload(
    before,
    after,
    diffInstances(before.instances, after.instances),
  );
  strictEqual(
    lines(before, after)[0],
    "Reloaded: 1 removed (VI_2), 1 changed (VI_1), " +
      "11 added (N0, N1, N2, N3, N4, N5, N6, N7 and 3 more)",
  );
  strictEqual(event?.event, "reload");
  deepStrictEqual("names" in event ? event.names : {}, {
    ...{ removed: ["VI_2"], restarted: [], changed: ["VI_1"] },
    added: ["N0", "N1", "N2", "N3", "N4", "N5", "N6", "N7"],
  });
});

Deno.test("durations, numbers, words and nothing have their old and new value", () => {
  strictEqual(
    changed(
      { advert_interval: 1, preempt_delay: "250ms", garp: { repeat: 5 } },
      {
        advert_interval: 2,
        preempt_delay: "1s",
        garp: { repeat: 2, refresh: 10 },
        source_address: "192.0.2.1",
      },
    )?.replace(/garp\.refresh \S+/, "garp.refresh as it was"),
    "VI_1 Changed: advert_interval 1s → 2s, preempt_delay 250ms → 1s, " +
      "source_address none → 192.0.2.1, " +
      "garp.repeat 5 → 2, garp.refresh as it was → 10s",
  );
  strictEqual(
    changed({}, { preempt: false }),
    "VI_1 Changed: preempt true → false",
  );
});

Deno.test("secrets are changed, and nothing more is said of them", () => {
  strictEqual(
    changed(
      { auth_type: "PASS", auth_pass: "old", notify: "/bin/true --token old" },
      { auth_type: "PASS", auth_pass: "new", notify: "/bin/true --token new" },
    ),
    "VI_1 Changed: auth_pass changed, notify changed",
  );
});

Deno.test("lists say what comes and what goes, four at most", () => {
  strictEqual(
    changed(
      { virtual_ips: ["10.0.0.1/24", "10.0.0.2/24"] },
      { virtual_ips: ["10.0.0.1/24", "10.0.0.2/32"] },
    ),
    "VI_1 Changed: virtual_ips +10.0.0.2/32 -10.0.0.2/24",
  );
  strictEqual(
    changed(
      { virtual_ips: ["10.0.0.1/24"] },
      { virtual_ips: [{ address: "10.0.0.1/24", scope: "link" }] },
    ),
    "VI_1 Changed: virtual_ips changed",
  );
  strictEqual(
    changed(
      { excluded_virtual_ips: [] },
      {
        excluded_virtual_ips: [11, 12, 13, 14, 15, 16].map((i) =>
          `10.0.0.${i}`
        ),
      },
    ),
    "VI_1 Changed: excluded_virtual_ips " +
      "+10.0.0.11/32 +10.0.0.12/32 +10.0.0.13/32 +10.0.0.14/32 and 2 more",
  );
  strictEqual(
    changed({}, { track_interfaces: ["eth1"] }),
    'VI_1 Changed: trackers +interface "eth1"',
  );
});

Deno.test("twenty instances have a line, the others a number", () => {
  const after = (count: number): string[] => {
    const before = settingsOf(Array.from({ length: 30 }, () => ({})));
    const keys = { priority: 150 };
    const next = Array.from({ length: 30 }, (_, i) => i < count ? keys : {});
    return lines(before, settingsOf(next));
  };
  strictEqual(after(20).length, 21);
  strictEqual(after(20).at(-1), "VI_20 Changed: priority 100 → 150");
  strictEqual(after(21).length, 22);
  strictEqual(after(21).at(-1), "And 1 more change");
  strictEqual(after(30).at(-1), "And 10 more changes");
});
