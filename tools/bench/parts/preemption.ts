/**
 * A better host comes back and takes over from one that lives.
 *
 * @module
 */

import { Pinger } from "../../../tests/lab/pinger.ts";
import { VIP } from "../../../tests/lab/router.ts";
import { sleep } from "../../../tests/lab/wait.ts";
import { atMost, type Part, type Row } from "../part.ts";
import { FAST, openSegment } from "../segment.ts";

const LOST: Row = {
  name: "preemption by a better host, v3 10 ms: pings of 2 ms lost",
  ...{ unit: "", goal: atMost(0) },
};

/** Milliseconds that are watched after it took over. */
const AFTERWARDS = 500;

/** What a client notices of it. */
export const PREEMPTION: Part = {
  name: "preemption",
  rows: [LOST],
  measure: async (contender) => {
    await using segment = await openSegment();
    const { lab, a, b, recording } = segment;
    const client = await lab.host("client", "192.0.2.3/24");
    await contender.start(b, { ...FAST, priority: 100 });
    await recording.waitFor(({ address }) => address === b.address, {
      what: "the worse host",
    });
    const pinger = new Pinger(client, VIP);
    await pinger.answered();
    await contender.start(a, { ...FAST, priority: 200 });
    await recording.waitFor(({ address }) => address === a.address, {
      what: "the better host",
    });
    await sleep(AFTERWARDS);
    const { outages } = await pinger.stop();
    const first = recording.frames().find(({ kind, address }) =>
      kind === "advert" && address === a.address
    );
    // Before that its start takes the cores of this machine from the worse one,
    // which has its own where they are two machines.
    const lost = outages
      .filter(({ to }) => to >= (first?.time ?? -Infinity))
      .reduce((sum, { lost }) => sum + lost, 0);
    return [[LOST, lost]];
  },
};
