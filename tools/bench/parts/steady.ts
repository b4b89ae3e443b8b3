/**
 * Many masters and their backups with nothing the matter.
 *
 * @module
 */

import { sleep } from "../../../tests/lab/wait.ts";
import {
  captured,
  type Crowd,
  crowdSetup,
  rhythm,
  startMasters,
  window,
} from "../crowd.ts";
import {
  atLeast,
  atMost,
  type Measured,
  type Part,
  type Row,
  timesKeepalived,
} from "../part.ts";
import { cpuTime, memoryMib } from "../process.ts";
import { openSegment } from "../segment.ts";

/** A rhythm of a second needs more time to be counted. */
const SLOW = 1_000;

interface Goals {
  /** Milliseconds that 99 of 100 gaps are not to exceed. */
  readonly gapP99: number;
  /** Times of keepalived's CPU. */
  readonly cpu: number;
  /** Whether to count adverts too, and CPU and memory by them. */
  readonly fast: boolean;
}

/** A crowd of each rhythm, and what is asked of it. */
export const STEADY: readonly Part[] = [
  steadyPart({ count: 250, interval: 10 }, {
    ...{ gapP99: 10.8, cpu: 0.5, fast: true },
  }),
  steadyPart({ count: 100, interval: 100 }, {
    ...{ gapP99: 101.5, cpu: 1, fast: false },
  }),
  steadyPart({ count: 255, interval: 1_000 }, {
    ...{ gapP99: 1_002, cpu: 1, fast: false },
  }),
];

function steadyPart(crowd: Crowd, { gapP99, cpu, fast }: Goals): Part {
  const { count, interval } = crowd;
  const name = `${count} × ${interval} ms`;
  const perSecond = count * 1_000 / interval;
  const unit = fast ? "µs" : "% of a core";
  const cpuName = fast ? "CPU per advert" : "CPU";
  const rows = {
    sent: {
      name: `${name}: adverts sent of ${perSecond}/s`,
      ...{ unit: "%", goal: atLeast(99.5), moreIsBetter: true },
    },
    gapP99: {
      name: `${name}: gap between adverts, p99`,
      ...{ unit: "ms", goal: atMost(gapP99) },
    },
    master: {
      name: `${name}: ${cpuName}, master`,
      ...{ unit, goal: timesKeepalived(cpu) },
    },
    backup: {
      name: `${name}: ${cpuName}, backup`,
      ...{ unit, goal: timesKeepalived(cpu) },
    },
    memory: {
      name: `${name}: RSS of the master`,
      ...{ unit: "MiB", goal: atMost(100) },
    },
  } satisfies Record<string, Row>;
  return {
    name,
    rows: Object.values(rows),
    measure: async (contender, { settling, counted }) => {
      await using segment = await openSegment();
      const { a, b, recording } = segment;
      const master = await startMasters(contender, a, crowd, recording);
      const backup = await contender.start(b, crowdSetup(crowd, 100));
      await sleep(settling);
      const used = await Promise.all([
        cpuTime(master.pids),
        cpuTime(backup.pids),
      ]);
      const span = await window(interval >= SLOW ? 2 * counted : counted);
      const [ofMaster = NaN, ofBackup = NaN] = (await Promise.all([
        cpuTime(master.pids),
        cpuTime(backup.pids),
      ])).map((now, i) => now - (used[i] ?? NaN));
      await captured();
      const seen = rhythm(recording.adverts(a.address), crowd, span);
      const duration = span[1] - span[0];
      // By the advert in µs, or in % of a core.
      const adverts = seen.sent / 100 * perSecond * duration / 1_000;
      const scale = fast ? 1_000 / adverts : 100 / duration;
      const measured: Measured[] = [
        [rows.gapP99, seen.gapP99],
        [rows.master, ofMaster * scale],
        [rows.backup, ofBackup * scale],
      ];
      if (!fast) return measured;
      const memory = await memoryMib(master.pids);
      return [[rows.sent, seen.sent], ...measured, [rows.memory, memory]];
    },
  };
}
