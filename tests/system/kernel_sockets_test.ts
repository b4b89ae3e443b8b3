/**
 * Sockets and files of a real kernel: what they carry, and what is said when
 * descriptors, space or a link are missing.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Lab } from "../lab/lab.ts";
import { resultIn, runStep, startStep } from "../lab/step.ts";

const MODULE = new URL("../lab/kernel_socket_steps.ts", import.meta.url);

async function onHost(name: string, argument?: unknown): Promise<unknown> {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  return await runStep(host, { module: MODULE, name }, argument);
}

Deno.test("without descriptors calls are refused, and served once there are some", async () => {
  // These have their sockets already.
  const open = { changes: "done", remove: "done", dump: "done" };
  deepStrictEqual(await onHost("beOutOfDescriptors"), {
    poor: {
      receiver: "EMFILE",
      sender: "EMFILE",
      frame: "EMFILE",
      record: "EMFILE",
      readRecord: "EMFILE",
      readSysctl: "EMFILE",
      writeSysctl: "EMFILE",
      ...open,
    },
    gone: ["EMFILE", "EMFILE"],
    none: -1,
    back: "overrun",
    rich: {
      receiver: "done",
      sender: "done",
      frame: "done",
      record: "done",
      readRecord: "done",
      readSysctl: "done",
      writeSysctl: "done",
      ...open,
    },
    awake: true,
    news: ["address"],
  });
});

Deno.test("a full file system keeps the record of before", async () => {
  deepStrictEqual(await onHost("fillRecord"), {
    results: [
      null,
      'Cannot write "/mnt/alived/record.new": No space left on device (ENOSPC)',
    ],
    kept: true,
    files: ["record"],
    later: null,
  });
});

Deno.test("a link that goes down or away is told by what is refused", async () => {
  const done = { frame: "done", advert: "done", receive: "done" };
  const noIpv6 = "Cannot open a socket for adverts over IPv6: " +
    "Address family not supported by protocol (EAFNOSUPPORT)";
  deepStrictEqual(await onHost("loseLink"), {
    up: done,
    down: {
      frame: "Cannot send a frame: Network is down (ENETDOWN)",
      advert: "Cannot send an advert: Network is unreachable (ENETUNREACH)",
      receive: "done",
    },
    upAgain: done,
    gone: {
      frame: "Cannot send a frame: No such device or address (ENXIO)",
      advert: "Cannot send an advert: No such device (ENODEV)",
      receive: "done",
    },
    again: [
      'Cannot bind a socket to "gone0": No such device (ENODEV)',
      'Cannot bind a socket to "gone0": No such device (ENODEV)',
      'Cannot join the group on "eth0": No such device (ENODEV)',
      noIpv6,
      noIpv6,
    ],
    waited: false,
  });
});

/** A gratuitous ARP of 02:00:00:00:00:07 for 192.0.2.100. */
const ARP = [
  ...[255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 7, 8, 6],
  ...[0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 7, 192, 0, 2, 100],
  ...[255, 255, 255, 255, 255, 255, 192, 0, 2, 100],
];

Deno.test("adverts and frames arrive as they were sent", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  await lab.batch(["link set dev a mtu 4000", "link set dev b mtu 4000"]);
  for (const host of [a, b]) {
    await host.exec("ip", "link", "set", "eth0", "mtu", "4000");
  }
  const name = "hear";
  const hearer = startStep(b, { module: MODULE, name }, { count: 4 });
  await hearer.waitFor((line) => line === "listening");
  // With its header the first is as long as a buffer, the next longer by one.
  const argument = { frame: ARP, lengths: [2028, 2029, 3981] };
  const talk = { module: MODULE, name: "talk" };
  deepStrictEqual(await runStep(a, talk, argument), [
    ...["ENXIO", null, "ENXIO", null],
    ...[null, null, null, null, "EMSGSIZE"],
  ]);
  await hearer.ended;
  const from = { at: true, source: "192.0.2.1", hopLimit: 255 };
  const toGroup = { ...from, destination: "224.0.0.18" };
  deepStrictEqual(resultIn(hearer.lines), {
    heard: [
      { ...toGroup, payload: [0x31, 1, 100], length: 3 },
      {
        ...from,
        destination: "192.0.2.2",
        payload: [0x31, 2, 100],
        length: 3,
      },
      { ...toGroup, payload: [0, 0, 0, 0], length: 2028 },
      null,
    ],
    arp: "02:00:00:00:00:07",
  });
});

/** Rounding of times that are made of two clocks. */
const ROUNDING = 1e-3;

Deno.test("an advert is told with the time when the kernel got it", async () => {
  const heard = await onHost("stamp", { count: 50 }) as readonly {
    sending: number;
    at: number;
    reading: number;
    read: number;
  }[];
  strictEqual(heard.length, 50);
  for (const { sending, at, read } of heard) {
    ok(at >= sending - ROUNDING, `${at} is before ${sending}`);
    ok(at <= read, `${at} is after ${read}`);
  }
  // One that is read late counts from the read: where that is not all of them.
  ok(heard.some(({ at, reading }) => at < reading));
});

const HELD = { index: "INDEX", link: "eth0", address: "10.1.0.0", prefix: 32 };
const RECORDED = [
  HELD,
  // Ours, but with another prefix.
  { ...HELD, address: "10.1.0.1", prefix: 24 },
  // Somebody else's.
  { ...HELD, address: "10.1.0.9" },
  // Nobody's.
  { ...HELD, address: "10.1.7.7" },
];
const NOTHING = {
  ...{ resigned: [], removed: [], restored: [], problems: [], left: 0 },
};
const REMOVED = {
  ...NOTHING,
  removed: [{ address: "10.1.0.0", prefix: 32, link: "eth0" }],
  there: ["192.0.2.1", "10.1.0.1", "10.1.0.2", "10.1.0.9"],
  promote: "1",
  record: "kept",
  again: NOTHING,
  // Ours because it is configured, not ours, and unknown to everybody.
  configured: {
    ...NOTHING,
    removed: [{ address: "10.1.0.1", prefix: 32, link: "eth0" }],
  },
  none: NOTHING,
};
const OLD_RECORDS = {
  "the record of the version before": { version: 1, addresses: RECORDED },
  "the bare list of before": RECORDED,
};

for (const [name, record] of Object.entries(OLD_RECORDS)) {
  Deno.test(`a rescue by ${name} removes what alived added, and no more`, async () => {
    const argument = { record, forget: false };
    deepStrictEqual(await onHost("rescue", argument), REMOVED);
  });
}

const ROUTER = {
  ...{ instance: "VI_1", version: 2, virtualRouterId: 51, interval: 1000 },
  ...{ password: "secret12", checksumForm: "message", index: "INDEX" },
  ...{ source: "192.0.2.1", destinations: ["224.0.0.18", "192.0.2.2"] },
  addresses: ["10.1.0.0"],
};
const PROMOTE = {
  ...{ index: "INDEX", link: "eth0", setting: "promote_secondaries" },
  before: "0",
};
const RECORD = {
  version: 2,
  boot: "BOOT",
  addresses: RECORDED.map((one) => ({ ...one, instance: "VI_1" })),
  routers: [
    ROUTER,
    // It holds nothing any more.
    { ...ROUTER, instance: "VI_2", virtualRouterId: 52 },
  ],
  sysctls: [
    PROMOTE,
    // Somebody has put it back, the link is gone.
    { ...PROMOTE, setting: "accept_local" },
    { ...PROMOTE, index: 999 },
  ],
};

Deno.test("a rescue resigns, removes, restores and forgets, each once", async () => {
  const argument = { record: RECORD, forget: true };
  deepStrictEqual(await onHost("rescue", argument), {
    ...REMOVED,
    resigned: ["VI_1"],
    restored: [{ link: "eth0", setting: "promote_secondaries" }],
    promote: "0",
    record: null,
  });
});

Deno.test("a rescue leaves the settings of another boot alone", async () => {
  const record = { ...RECORD, boot: "another", routers: [] };
  deepStrictEqual(await onHost("rescue", { record, forget: true }), {
    ...REMOVED,
    record: null,
  });
});

Deno.test("who has lost its own address does not resign from another", async () => {
  const routers = [{ ...ROUTER, source: "192.0.2.77" }];
  const record = { ...RECORD, routers, sysctls: [] };
  deepStrictEqual(await onHost("rescue", { record, forget: true }), {
    ...REMOVED,
    record: null,
  });
});
