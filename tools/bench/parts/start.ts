/**
 * How long it takes to start.
 *
 * @module
 */

import { atMost, type Part, type Row } from "../part.ts";
import { openSegment, SLOW } from "../segment.ts";

const ROW: Row = {
  name: "exec to the first advert of an owner",
  ...{ unit: "ms", goal: atMost(85) },
};

/** Says the time in seconds since the epoch and becomes the program. */
const STAMPED = ["bash", "-c", 'echo "exec $EPOCHREALTIME"; exec "$0" "$@"'];

/** From the moment at which the program is executed. */
export const START: Part = {
  name: "start",
  rows: [ROW],
  measure: async (contender) => {
    await using segment = await openSegment();
    const { a, recording } = segment;
    const { program } = await contender.start(a, { ...SLOW, priority: 255 }, {
      through: STAMPED,
    });
    const executed = await program.waitFor((line) =>
      /^exec \d+[.,]\d+$/.test(line) && line.replace(",", ".").slice(5)
    );
    const { time } = await recording.waitFor(
      ({ kind, address }) => kind === "advert" && address === a.address,
      { what: "the first advert" },
    );
    return [[ROW, time - Number(executed) * 1_000]];
  },
};
