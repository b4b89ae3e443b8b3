/**
 * What it costs the core to say what is so, of 1,000 instances that each hear a
 * master: of its loop it takes a part at a time, with what it takes to copy
 * that for the side.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import type { CoreStatus } from "../../../src/daemon/core_status.ts";
import { coreStatus } from "../../../src/daemon/core/status.ts";
import { FakeCore, INSTANCE, vip } from "../../../tests/lab/fake_core.ts";
import { FakeMachine } from "../../../tests/lab/fake_machine.ts";
import { forgeAdvert } from "../../../tests/lab/forge_advert.ts";
import type { Part, Row } from "../part.ts";

const LINKS = 4;
const OF_LINK = 250;
/** Whole answers; in the first ones it is compiled. */
const ROUNDS = 20;
const WARM = 5;

const ROWS = {
  part: { name: "status of 1,000 instances: CPU of one part", unit: "µs" },
  whole: { name: "status of 1,000 instances: CPU of all parts", unit: "µs" },
  parts: { name: "status of 1,000 instances: parts", unit: "" },
} satisfies Record<string, Row>;

/** A status is asked for. */
export const STATUS: Part = {
  name: "status",
  rows: Object.values(ROWS),
  alivedAlone: true,
  measure: () => {
    const { core, machine } = hearing();
    const rounds = Array.from({ length: ROUNDS }, () => {
      const costs: number[] = [];
      for (let from: number | null = 0; from !== null;) {
        const began = spent();
        const part: CoreStatus = coreStatus(core, from, machine.now());
        structuredClone(part);
        costs.push(spent() - began);
        from = part.next;
      }
      return costs;
    }).slice(WARM);
    return Promise.resolve([
      [ROWS.part, ...rounds.flat()],
      [ROWS.whole, ...rounds.map((costs) => costs.reduce((a, b) => a + b))],
      [ROWS.parts, ...rounds.map(({ length }) => length)],
    ]);
  },
};

function hearing(): FakeCore {
  const machine = new FakeMachine();
  const instances = Array.from({ length: LINKS }, (_, link) => {
    const index = link + 2;
    machine.putLink(index, `eth${link}`);
    machine.putAddress(index, `10.${link}.255.9/16`);
    return Array.from({ length: OF_LINK }, (_, i) => ({
      ...{ ...INSTANCE, name: `VI_${link}_${i}`, interface: `eth${link}` },
      ...{ virtualRouterId: i + 1, virtualIps: [vip(`10.${link}.${i}.1/32`)] },
    }));
  }).flat();
  const fake = new FakeCore(instances, { logLevel: "error" }, machine);
  for (let link = 0; link < LINKS; link++) {
    for (let i = 0; i < OF_LINK; i++) {
      const addresses = [`10.${link}.${i}.1`];
      const source = `10.${link}.255.8`;
      machine.hear(link + 2, forgeAdvert({ vrid: i + 1, source, addresses }));
    }
  }
  fake.run(1000);
  return fake;
}

/** Microseconds of CPU so far: others may be busy. */
function spent(): number {
  const { user, system } = cpuUsage();
  return user + system;
}
