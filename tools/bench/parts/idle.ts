/**
 * What one instance costs that has nothing to do.
 *
 * @module
 */

import { sleep } from "../../../tests/lab/wait.ts";
import { atMost, type Part, type Row } from "../part.ts";
import { cpuTime, memoryMib } from "../process.ts";
import { openSegment, SLOW } from "../segment.ts";

const ROWS = {
  master: {
    name: "idle, v2 1 s: CPU of the master",
    ...{ unit: "% of a core", goal: atMost(0.06) },
  },
  backup: {
    name: "idle, v2 1 s: CPU of the backup",
    ...{ unit: "% of a core", goal: atMost(0.06) },
  },
  memory: {
    name: "idle, v2 1 s: RSS of the master",
    ...{ unit: "MiB", goal: atMost(72) },
  },
} satisfies Record<string, Row>;

/** A master and its backup. */
export const IDLE: Part = {
  name: "idle",
  rows: Object.values(ROWS),
  measure: async (contender, { idleSettling, idle }) => {
    await using segment = await openSegment();
    const { a, b, recording } = segment;
    const master = await contender.start(a, { ...SLOW, priority: 200 });
    await recording.waitFor(({ address }) => address === a.address, {
      what: "a master",
    });
    const backup = await contender.start(b, { ...SLOW, priority: 100 });
    await sleep(idleSettling);
    const start = performance.now();
    const used = [await cpuTime(master.pids), await cpuTime(backup.pids)];
    await sleep(idle);
    const now = [await cpuTime(master.pids), await cpuTime(backup.pids)];
    const duration = performance.now() - start;
    const [ofMaster = NaN, ofBackup = NaN] = now.map((time, i) =>
      (time - (used[i] ?? NaN)) * 100 / duration
    );
    return [
      [ROWS.master, ofMaster],
      [ROWS.backup, ofBackup],
      [ROWS.memory, await memoryMib(master.pids)],
    ];
  },
};
