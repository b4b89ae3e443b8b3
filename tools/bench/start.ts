/**
 * How long alived takes to start.
 *
 * @module
 */

import { Alived, alivedCommand } from "../../tests/lab/alived.ts";
import { Lab } from "../../tests/lab/lab.ts";
import { run } from "../../tests/lab/program.ts";
import { now } from "../../tests/lab/wait.ts";
import { Watch } from "../../tests/lab/watch.ts";
import type { Figure } from "./figures.ts";

/** Time of `--help`, and from `run` to the first advert of an owner; once. */
export async function starts(): Promise<Figure[]> {
  const help = performance.now();
  await run(alivedCommand("--help"));
  const helped = performance.now() - help;

  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  const watch = await Watch.start(lab);
  const started = now();
  await Alived.start(host, { priority: 255 });
  const { time } = await watch.advertFrom(host.address);
  return [
    { name: "--help, ms", value: helped },
    { name: "run to the first advert of an owner, ms", value: time - started },
  ].map((figure) => ({ ...figure, contender: "alived" }));
}
