import { ok, strictEqual } from "node:assert/strict";
import { withoutSecrets } from "../../src/cli/check_secrets.ts";
import { summary } from "../../src/cli/check_summary.ts";
import type { Settings } from "../../src/config/settings.ts";
import { load } from "./config_host.ts";

const TEXT = `
global:
  { vip_lease: 5s, startup_delay: 10s, realtime: true, script_user: keeper,
    control_socket: { group: keepers }, peers: ["http://192.0.2.2:9650"],
    http: { listen: "[::1]:80", allowed_hosts: [a.example], keepalived_metrics: yes } }
vrrp_instances:
  - name: VI_1
    interface: eth0
    virtual_router_id: 51
    auth_type: PASS
    auth_pass: geheim
    preempt_delay: 30s
    source_address: 192.0.2.1
    unicast_peers: [192.0.2.2, { address: 192.0.2.3, min_ttl: 254 }]
    virtual_ips: [192.0.2.100/24, { address: 192.0.2.101, interface: eth1 }]
    excluded_virtual_ips: [2001:db8::100/64]
    track_scripts: [web, { name: db, weight: 20 }, { name: load, weight: 2 }]
    track_interfaces: [eth1, { name: eth2, weight: -20, reverse: true }]
    track_processes: [nginx]
    track_files: [{ path: /run/alived/weight, weight: 1 }]
    notify: /etc/alived/notify.sh all
    notify_master: { shell: "echo up" }
  - name: VI_2
    interface: eth1
    virtual_router_id: 52
    preempt: false
    virtual_ips: [198.51.100.1]
sync_groups:
  - { name: G1, instances: [VI_1, VI_2], notify_fault: /bin/fault }
health_checkers:
  - name: web
    type: http
    config:
      url: http://u:geheim@192.0.2.9/health?key=geheim
      headers: { Authorization: geheim }
  - { name: db, type: tcp, interval: 1s, config: { host: db, port: 5432, send: geheim } }
  - { name: load, type: file, config: { path: /run/load, number: true } }
notifications:
  email: { to: a@example.com, from: b@example.com, smtp: { host: mail } }
  webhooks:
    - url: https://hooks.example/geheim
      headers: { Authorization: geheim }
      events: [MASTER, FAULT]
`;

function settings(): Settings {
  const { settings, issues } = load(TEXT);
  ok(settings !== null, JSON.stringify(issues));
  return settings;
}

Deno.test("summary() shows all that would run, and no secret", () => {
  strictEqual(
    summary("c.yaml", settings(), 80),
    `c.yaml: 2 instances

VI_1: VRRPv2 VRID 51 on eth0, priority 100
  VIPs      192.0.2.100/24, 192.0.2.101/32 on eth1
  excluded  2001:db8::100/64
  peers     192.0.2.2, 192.0.2.3 (TTL 254 or more)
  source    192.0.2.1
  auth      PASS ***
  preempt   yes, after 30s
  tracks    check web: -10 while down
            check db: +20 while up
            check load: +2 times the number
            interface eth1: FAULT while down
            interface eth2: -20 while up
            process nginx: FAULT while down
            number in /run/alived/weight: +1 times the number
  group     G1
  notify    all states: /etc/alived/notify.sh all
            MASTER: /bin/sh -c echo up
  timers    advert every 1s, skew time 609.375ms, master-down interval 3.609s

VI_2: VRRPv2 VRID 52 on eth1, priority 100
  VIPs     198.51.100.1/32
  source   primary address of eth1
  auth     none
  preempt  no
  group    G1
  timers   advert every 1s, skew time 609.375ms, master-down interval 3.609s

group G1: VI_1, VI_2
  notify  FAULT: /bin/fault

daemon
  start     after 10s
  lease     5s
  realtime  yes
  scripts   as user 7, group 8
  control   control.sock in the run directory
            status.sock beside it: status only, group keepers
  http      [::1]:80, metrics of keepalived too, as a.example
  asks      http://192.0.2.2:9650
  checks    web: GET http://192.0.2.9/health?***, every 3s, timeout 2s, rise 2,
            fall 2
            db: tcp db port 5432, every 1s, timeout 1s, rise 2, fall 2
            load: file /run/load, every 3s, timeout 2s, rise 2, fall 2
  mail      to a@example.com from b@example.com by mail:587 (starttls)
  webhooks  https://hooks.example/*** on MASTER, FAULT
`,
  );
});

Deno.test("summary() keeps to its width", () => {
  const lines = summary("c.yaml", settings(), 40).split("\n");
  const long = lines.filter((line) => line.length > 40);
  strictEqual(long.join("\n"), "");
});

Deno.test("withoutSecrets() leaves everything else", () => {
  const text = JSON.stringify(withoutSecrets(settings()));
  ok(!text.includes("geheim"), text);
  const { instances } = withoutSecrets(settings());
  strictEqual(instances[0]?.virtualRouterId, 51);
});
