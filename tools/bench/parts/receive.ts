/**
 * What an advert costs a backup of CPU on its way from the socket to the state
 * machine, without the kernel: 250 masters that say the same again, read by the
 * real core in batches.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import type { Port } from "../../../src/daemon/core/core.ts";
import { readPort } from "../../../src/daemon/core/receive.ts";
import type { Datagram } from "../../../src/kernel/port.ts";
import { FakeCore, INSTANCE, vip } from "../../../tests/lab/fake_core.ts";
import { forgeAdvert } from "../../../tests/lab/forge_advert.ts";
import type { Part, Row } from "../part.ts";

const COUNT = 250;
/** Datagrams that one read gives. */
const BATCH = 10;
/** Adverts of each master in one round. */
const TIMES = 400;
const ROUNDS = 15;

/** By turns from so many masters of one virtual router. */
const MASTERS: readonly (readonly [masters: number, row: Row])[] = [
  [1, { name: "advert received, the same again", unit: "µs" }],
  [2, { name: "advert received, from two masters by turns", unit: "µs" }],
];

/** Sent again it came later. */
interface Mutable extends Omit<Datagram, "at"> {
  at: number;
}

/** What is read costs so much. */
export const RECEIVE: Part = {
  name: "adverts received",
  rows: MASTERS.map(([, row]) => row),
  alivedAlone: true,
  measure: () =>
    Promise.resolve(
      MASTERS.map(([masters, row]) => [row, ...costs(masters)] as const),
    ),
};

/** Microseconds of CPU for each advert, in one round each. */
function costs(masters: number): number[] {
  const fake = new FakeCore(
    Array.from({ length: COUNT }, (_, i) => ({
      ...{ ...INSTANCE, name: `VI_${i}`, virtualRouterId: i + 1 },
      ...{ advertInterval: 10, virtualIps: [vip(`10.0.${i}.1/32`)] },
    })),
  );
  const [known] = fake.core.ports.values();
  if (known === undefined) throw new Error("The core listens to nobody");
  const read: Mutable[][] = [];
  const port: Port = {
    ...known,
    receiver: { ...known.receiver, receive: () => read.pop() ?? [] },
  };
  const adverts = [0, 1].map((time) =>
    Array.from({ length: COUNT }, (_, i): Mutable =>
      forgeAdvert({
        ...{ vrid: i + 1, interval: 10, addresses: [`10.0.${i}.1`] },
        source: `192.0.2.${251 + time % masters}`,
      }))
  );
  const rounds = Array.from({ length: ROUNDS }, () => {
    const began = spent();
    for (let time = 0; time < TIMES; time++) {
      const all = adverts[time % 2] ?? [];
      for (let at = 0; at < COUNT; at += BATCH) {
        read.push(all.slice(at, at + BATCH));
      }
      fake.machine.time += 10;
      for (const advert of all) advert.at = fake.machine.time - 0.1;
      while (read.length > 0) readPort(fake.core, port);
    }
    return (spent() - began) / (TIMES * COUNT);
  });
  // In the first one it is compiled.
  return rounds.slice(1);
}

/** Microseconds of CPU so far: others may be busy. */
function spent(): number {
  const { user, system } = cpuUsage();
  return user + system;
}
