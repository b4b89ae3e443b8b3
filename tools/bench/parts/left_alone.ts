/**
 * A fast master and its backup that are left alone.
 *
 * @module
 */

import { sleep } from "../../../tests/lab/wait.ts";
import { captured, window } from "../crowd.ts";
import { atMost, type Part, type Row } from "../part.ts";
import { FAST, openSegment } from "../segment.ts";
import { gaps } from "../statistics.ts";

const FALSE: Row = {
  name: "left alone, v3 10 ms: false takeovers",
  ...{ unit: "", goal: atMost(0) },
};
const LONGEST: Row = {
  ...{ name: "left alone, v3 10 ms: longest gap between adverts", unit: "ms" },
};

/** Whether the backup takes over from a master that lives. */
export const LEFT_ALONE: Part = {
  ...{ name: "left alone", rows: [FALSE, LONGEST] },
  measure: async (contender, { counted }) => {
    await using segment = await openSegment();
    const { a, b, recording } = segment;
    await contender.start(a, { ...FAST, priority: 200 });
    await recording.waitFor(({ address }) => address === a.address, {
      what: "a master",
    });
    await contender.start(b, { ...FAST, priority: 100 });
    await sleep(1_000);
    const [from, to] = await window(counted);
    await captured();
    const adverts = recording.frames().filter(({ kind, time }) =>
      kind === "advert" && time >= from && time < to
    );
    const takeovers = adverts.filter(({ address }, i) =>
      address === b.address && adverts[i - 1]?.address === a.address
    );
    const times = adverts.filter(({ address }) => address === a.address)
      .map(({ time }) => time);
    return [[FALSE, takeovers.length], [LONGEST, Math.max(...gaps(times))]];
  },
};
