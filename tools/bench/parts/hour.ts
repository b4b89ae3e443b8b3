/**
 * What an hour changes: the takeover of a backup that had nothing to do, and
 * the memory of one that had much to do.
 *
 * @module
 */

import { sleep } from "../../../tests/lab/wait.ts";
import type { Setup } from "../contender.ts";
import { crowdSetup, startMasters } from "../crowd.ts";
import { atMost, type Part, type Row, timesKeepalived } from "../part.ts";
import { memoryMib } from "../process.ts";
import { startUnderstudy } from "../play.ts";
import { openSegment } from "../segment.ts";
import { takeoversOfPlay } from "../takeover_times.ts";
import { V2 } from "./takeover.ts";

const LATE: Row = {
  name: "takeover after an hour as backup, v2 1 s: advert after its deadline",
  ...{ unit: "ms", goal: timesKeepalived(0.5) },
};
const ANNOUNCED: Row = {
  name: "takeover after an hour as backup, v2 1 s: " +
    "first announcement after that advert",
  ...{ unit: "ms", goal: timesKeepalived(0.8) },
};
const IDLE_GROWTH: Row = {
  name: "an hour as backup, v2 1 s: RSS that it cost",
  ...{ unit: "MiB", goal: atMost(2) },
};
const BUSY_GROWTH: Row = {
  name: "an hour of 250 × 10 ms: RSS that it cost the master",
  ...{ unit: "MiB", goal: atMost(5) },
};

/** Backups of one master: as many first takeovers. */
const BACKUPS = 5;
/** Milliseconds until memory is what it is. */
const SETTLING = 60_000;

/** The takeover of backups that had nothing to do for an hour. */
export const IDLE_HOUR: Part = {
  name: "hour as backup",
  rows: [LATE, ANNOUNCED, IDLE_GROWTH],
  measure: async (contender, { hour }) => {
    await using segment = await openSegment();
    const { lab, a, recording } = segment;
    const interval = V2.setup.interval;
    const adverts = Math.ceil(hour / interval);
    const backups = [];
    for (let i = 0; i < BACKUPS; i++) {
      const host = await lab.host(`b${i}`, `192.0.2.${10 + i}/24`);
      const router = {
        vrid: 51 + i,
        link: "eth0",
        vips: [`10.9.0.${i + 1}/32`],
      };
      const setup: Setup = { ...V2.setup, routers: [router] };
      // One after the other, so that they do not disturb each other.
      const act = { adverts: adverts + i * 10, resigns: false, pause: 10_000 };
      const cast = { a, recording, contender };
      const { running, play } = await startUnderstudy(cast, host, setup, [act]);
      backups.push({ host, router, running, played: play() });
    }
    await sleep(Math.min(SETTLING, hour / 2));
    const pids = backups.flatMap(({ running }) => running.pids);
    const before = await memoryMib(pids);
    await backups[0]?.played;
    const growth = (await memoryMib(pids) - before) / BACKUPS;
    await Promise.all(backups.map(({ played }) => played));
    return [
      [IDLE_GROWTH, growth],
      ...backups.flatMap(({ host, router: { vrid } }, i) => {
        const [takeover] = takeoversOfPlay(recording.frames(), {
          ...{ master: a.address, backup: host.address, vrid },
          ...{ masterDown: V2.masterDown, skew: V2.skew, adverts: 5 },
          vips: [`10.9.0.${i + 1}`],
        }, 1);
        return [
          [LATE, takeover?.late ?? NaN] as const,
          [ANNOUNCED, takeover?.announced ?? NaN] as const,
        ];
      }),
    ];
  },
};

/** The memory of many fast masters. */
export const BUSY_HOUR: Part = {
  name: "hour of 250 × 10 ms",
  rows: [BUSY_GROWTH],
  measure: async (contender, { hour }) => {
    await using segment = await openSegment();
    const { a, b, recording } = segment;
    const crowd = { count: 250, interval: 10 };
    const master = await startMasters(contender, a, crowd, recording);
    // An hour of records is more than a gibibyte.
    await recording.stop();
    await contender.start(b, crowdSetup(crowd, 100));
    await sleep(Math.min(SETTLING, hour / 2));
    const before = await memoryMib(master.pids);
    await sleep(hour);
    return [[BUSY_GROWTH, await memoryMib(master.pids) - before]];
  },
};
