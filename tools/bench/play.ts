/**
 * A master that is played, and backups that believe it.
 *
 * @module
 */

import { forge } from "../../tests/lab/injector.ts";
import type { Host } from "../../tests/lab/lab.ts";
import { until } from "../../tests/lab/wait.ts";
import type { Contender, Running, Setup } from "./contender.ts";
import type { Act, Play } from "./fake_master.ts";
import type { Recording } from "./recording.ts";
import { withoutPrefix } from "./segment.ts";

const PRIORITY = 200;

/** Who plays and who watches. */
export interface Cast {
  /** The host whose masters are played. */
  readonly a: Host;
  readonly recording: Recording;
  readonly contender: Contender;
}

/** A backup that waits for its master to die. */
export interface Understudy {
  readonly running: Running;
  /** Begin with the acts; resolves after the last. */
  play(): Promise<void>;
}

/**
 * Play the masters of a setup, start its backup beside them and wait until it
 * is one: so it has never been master before the first act ends.
 */
export async function startUnderstudy(
  { a, recording, contender }: Cast,
  b: Host,
  setup: Setup,
  acts: readonly Act[],
): Promise<Understudy> {
  const cue = `${a.directory}/${crypto.randomUUID()}.cue`;
  const script = new URL("fake_master.ts", import.meta.url).pathname;
  const program = a.spawn([
    ...[Deno.execPath(), "run", "-A", "--no-prompt", script],
    JSON.stringify(playOf(a.address, setup, cue, acts)),
  ]);
  const { vrid } = setup.routers[0] ?? {};
  await recording.waitFor(
    (frame) => frame.kind === "advert" && frame.vrid === vrid,
    { what: "the master" },
  );
  const running = await contender.start(b, setup);
  const count = setup.routers.length;
  await until(() => running.entered("BACKUP") >= count, { what: "a backup" });
  return {
    running,
    play: async () => {
      await Deno.writeTextFile(cue, "");
      const { success } = await program.ended;
      if (!success) throw new Error(program.lines.join("\n"));
    },
  };
}

function playOf(
  source: string,
  { version, interval, routers }: Setup,
  cue: string,
  acts: readonly Act[],
): Play {
  const forged = (priority: number): string[] =>
    routers.map(({ vrid, vips }) =>
      forge({
        ...{ source, version, vrid, priority },
        interval: interval / (version === 3 ? 10 : 1_000),
        addresses: vips.map(withoutPrefix),
      })
    );
  const [adverts, resignations] = [forged(PRIORITY), forged(0)];
  return { interval, adverts, resignations, cue, acts };
}
