// Why an instance is in FAULT, and what is well again when it is no more.

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const WEB = {
  watch: { type: "check", name: "web" },
  ...{ weight: 0, reverse: false },
} as const;

/** What was said of each change after the start. */
function reasons(fake: FakeCore): readonly string[] {
  return fake.logged("transition").slice(1).map(({ message }) => message);
}

/** A core in BACKUP. */
function started(changes: Partial<InstanceSettings> = {}): FakeCore {
  return new FakeCore([{ ...INSTANCE, ...changes }]);
}

/** The health check has a verdict. */
function verdict(
  fake: FakeCore,
  up: boolean | null,
  detail: string | null,
): void {
  fake.tell({ type: "verdict", check: "web", up, value: null, detail });
}

/** Another configuration of the instance. */
function reload(fake: FakeCore, changes: Partial<InstanceSettings>): void {
  fake.tell({
    type: "reload",
    ...{ removed: [], restarted: [], added: [] },
    changed: [{ ...INSTANCE, ...changes }],
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
  });
}

Deno.test("a comparison of priorities says what trackers made of the own one", () => {
  const link = {
    watch: { type: "interface", name: "eth1" },
    ...{ weight: 5, reverse: false },
  } as const;
  const fake = started({ trackers: [{ ...WEB, weight: -30 }, link] });
  verdict(fake, false, "HTTP 503");
  fake.run(4000);
  fake.machine.hear(2, forgeAdvert({ priority: 90 }));
  fake.settle();
  verdict(fake, true, null);
  for (const at of [5000, 6000, 7000]) {
    fake.run(at);
    fake.machine.hear(2, forgeAdvert({ priority: 90 }));
    fake.settle();
  }
  fake.run(9000);
  const [, yields, preempts] = reasons(fake);
  strictEqual(
    yields,
    "MASTER → BACKUP: 192.0.2.251 has priority 90, more than our 75 " +
      '(100 configured, check "web" -30, interface "eth1" +5)',
  );
  match(
    preempts ?? "",
    /: 192\.0\.2\.251 has priority 90, less than our 105 \(100 configured, interface "eth1" \+5\)$/,
  );
});

Deno.test("a comparison of priorities that are as configured says no more", () => {
  const fake = started({ trackers: [{ ...WEB, weight: -30 }] });
  fake.run(4000);
  fake.machine.hear(2, forgeAdvert({ priority: 190 }));
  fake.settle();
  strictEqual(
    reasons(fake).at(-1),
    "MASTER → BACKUP: 192.0.2.251 has priority 190, more than our 100",
  );
});

Deno.test("a link says how it is, and that it is up again", () => {
  for (const [flags, words] of [[0, "is down"], [1, "has no carrier"]]) {
    const fake = started();
    fake.machine.putLink(2, "eth0", { flags: Number(flags) });
    fake.settle();
    fake.machine.putLink(2, "eth0");
    fake.settle();
    deepStrictEqual(reasons(fake), [
      `BACKUP → FAULT: interface "eth0" ${words}`,
      'FAULT → BACKUP: interface "eth0" is up again',
    ]);
  }
});

Deno.test("a check says why it fails, in its own words, and passes again", () => {
  const fake = started({ trackers: [WEB] });
  verdict(fake, false, "HTTP 503");
  verdict(fake, true, null);
  verdict(fake, false, "No answer within 1000 ms");
  verdict(fake, null, null);
  deepStrictEqual(reasons(fake), [
    'BACKUP → FAULT: check "web" is down: HTTP 503',
    'FAULT → BACKUP: check "web" passes again',
    'BACKUP → FAULT: check "web" is down: No answer within 1000 ms',
    'FAULT → BACKUP: check "web" has no verdict',
  ]);
});

Deno.test("a check that a reload takes away or gives a weight is not said to pass", () => {
  for (const trackers of [[], [{ ...WEB, weight: -10 }]]) {
    const fake = started({ trackers: [WEB] });
    verdict(fake, false, "HTTP 503");
    reload(fake, { trackers });
    deepStrictEqual(reasons(fake), [
      'BACKUP → FAULT: check "web" is down: HTTP 503',
      'FAULT → BACKUP: check "web" no longer causes FAULT',
    ]);
  }
});

Deno.test("a link that a reload makes needless is not said to be up", () => {
  const other = vip("10.0.0.1/24", { interface: "eth1" });
  const fake = started({ excludedVirtualIps: [other] });
  fake.machine.putLink(3, "eth1", { flags: 0 });
  fake.settle();
  reload(fake, {});
  deepStrictEqual(reasons(fake), [
    'BACKUP → FAULT: interface "eth1" is down (it carries 10.0.0.1)',
    'FAULT → BACKUP: interface "eth1" no longer causes FAULT',
  ]);
});

Deno.test("an address to send from is missing, and is there", () => {
  const fake = started();
  fake.machine.removeAddress(2, "192.0.2.9/24");
  fake.settle();
  fake.machine.putAddress(2, "192.0.2.8/24");
  fake.settle();
  deepStrictEqual(reasons(fake), [
    'BACKUP → FAULT: interface "eth0" has no IPv4 address of its own',
    'FAULT → BACKUP: interface "eth0" has an address to send adverts from',
  ]);
});

Deno.test("links that cannot be listed are not said to be missing", () => {
  const machine = twoLinks();
  machine.refuse = (call) => call === "dump" ? failing("EMFILE", 24) : null;
  const link = { ...WEB, watch: { type: "interface", name: "eth1" } } as const;
  const fake = new FakeCore([{ ...INSTANCE, trackers: [link] }], {}, machine);
  machine.refuse = () => null;
  fake.run(2000);
  deepStrictEqual(
    fake.logged("transition").map(({ message }) => message),
    [
      "INIT → FAULT: links and addresses cannot be listed",
      "FAULT → BACKUP: links and addresses can be listed again",
    ],
  );
});

Deno.test("refused addresses are tried again, and nothing is said to be well", () => {
  const fake = started();
  fake.machine.refuse = (call) =>
    call === "change" ? failing("EPERM", 1) : null;
  fake.run(5000);
  deepStrictEqual(reasons(fake), [
    "BACKUP → MASTER: heard no master for 3.609 s",
    "MASTER → FAULT: Cannot do it: EPERM",
    "FAULT → BACKUP: tries again to hold the addresses",
  ]);
});
