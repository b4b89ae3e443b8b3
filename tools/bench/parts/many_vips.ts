/**
 * A takeover of many addresses: until the last of them is announced.
 *
 * @module
 */

import { type Part, type Row, timesKeepalived } from "../part.ts";
import { startUnderstudy } from "../play.ts";
import { manyRouters, openSegment, withoutPrefix } from "../segment.ts";
import { takeoversOfPlay } from "../takeover_times.ts";

/** An advert counts its addresses with a byte. */
const MOST = 250;
const SETUP = { version: 3, interval: 10, priority: 100 } as const;
const MASTER_DOWN = 36.093_75;
const SKEW = 6.093_75;
const ACT = { adverts: 100, resigns: false, pause: 1_000 };

/** The first takeover of so many addresses, of as few instances as can be. */
export function manyVipsPart(count: number): Part {
  const instances = Math.ceil(count / MOST);
  const row: Row = {
    name: `${count} VIPs of ${instances} × v3 10 ms: ` +
      "all announced once, after the deadline",
    ...{ unit: "ms", goal: timesKeepalived(1) },
  };
  return {
    ...{ name: `${count} VIPs`, rows: [row] },
    measure: async (contender) => {
      await using segment = await openSegment();
      const { a, b, recording } = segment;
      const routers = manyRouters(instances, { each: count / instances });
      const setup = { ...SETUP, routers };
      const cast = { a, recording, contender };
      const understudy = await startUnderstudy(cast, b, setup, [ACT]);
      await understudy.play();
      const times = routers.map(({ vrid, vips }) => {
        const [takeover] = takeoversOfPlay(recording.frames(), {
          ...{ master: a.address, backup: b.address, vrid },
          vips: vips.map(withoutPrefix),
          ...{ masterDown: MASTER_DOWN, skew: SKEW },
          adverts: ACT.adverts / 2,
        }, 1);
        return takeover?.allAnnounced ?? NaN;
      });
      return [[row, Math.max(...times)]];
    },
  };
}
