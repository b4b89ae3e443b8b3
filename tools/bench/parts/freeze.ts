/**
 * Many fast masters after all of the process stood still for a moment.
 *
 * @module
 */

import { sleep } from "../../../tests/lab/wait.ts";
import { captured, rhythm, startMasters, window } from "../crowd.ts";
import { atLeast, atMost, type Measured, type Part } from "../part.ts";
import { memoryMib } from "../process.ts";
import { openSegment } from "../segment.ts";

const CROWD = { count: 250, interval: 10 };
/** Milliseconds that the process stands still: more than a backup waits. */
const FROZEN = 100;
/** Milliseconds after that before adverts are counted. */
const RECOVERY = 2_000;

/** A program that never rests; it stays ordinary in a real-time bench. */
const NEIGHBOUR = ["chrt", "--other", "0", "sh", "-c", "while :; do :; done"];

/** On a machine that has nothing else to do, and on one that has. */
export const FREEZES: readonly Part[] = [
  freezePart("", null),
  freezePart(" beside a busy process", NEIGHBOUR),
];

/** @param neighbour A program that never rests. */
function freezePart(
  where: string,
  neighbour: readonly string[] | null,
): Part {
  const name = `${CROWD.count} × ${CROWD.interval} ms, ` +
    `frozen for ${FROZEN} ms${where}`;
  const sent = {
    name: `${name}: adverts sent from 2 s later on`,
    ...{ unit: "%", goal: atLeast(99), moreIsBetter: true },
  };
  const growth = {
    name: `${name}: RSS that this cost`,
    ...{ unit: "MiB", goal: atMost(5) },
  };
  return {
    ...{ name, rows: [sent, growth] },
    measure: async (contender, { settling, counted }) => {
      await using segment = await openSegment();
      const { lab, a, recording } = segment;
      if (neighbour !== null) lab.spawn(neighbour);
      const running = await startMasters(contender, a, CROWD, recording);
      await sleep(settling);
      const before = await memoryMib(running.pids);
      const pid = running.pids.at(-1) ?? NaN;
      Deno.kill(pid, "SIGSTOP");
      await sleep(FROZEN);
      Deno.kill(pid, "SIGCONT");
      await sleep(RECOVERY);
      const span = await window(counted);
      const after = await memoryMib(running.pids);
      await captured();
      const seen = rhythm(recording.adverts(a.address), CROWD, span);
      return [[sent, seen.sent], [growth, after - before]] satisfies Measured[];
    },
  };
}
