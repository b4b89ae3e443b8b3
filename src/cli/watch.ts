/**
 * `alived watch`: what happens, as it happens. A terminal shows the status,
 * drawn again with every event; whoever reads a pipe gets a line an event.
 *
 * @module
 */

import * as v from "valibot";
import { statusSchema } from "../control/snapshot.ts";
import { askStatus } from "./ask_status.ts";
import { ControlClient, parseAnswer } from "./control_client.ts";
import { ControlError, EXIT } from "./control_error.ts";
import { wrap } from "./layout.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";
import { viewOf } from "./status.ts";
import { lookOfLines, lookOfOutput } from "./terminal.ts";
import { beginningLines, watchLines } from "./views/events_view.ts";
import { type Look, shaded } from "./views/style.ts";

/** Options of `alived watch`. */
export interface WatchOptions extends Reach {
  /** Name of an instance, if only that is of interest. */
  readonly instance: string | undefined;
  /** Whether to print what the daemon says as it says it. */
  readonly json: boolean;
}

const FACTS = v.looseObject({ instance: v.nullish(v.string()) });
/** Home, and from there on all empty. */
const CLEAR = "\x1b[H\x1b[J";
/** Milliseconds between two drawings, at least and at most. */
const PACE = { least: 500, most: 2000 } as const;
/** Events below the status. */
const MOST_EVENTS = 8;
const MISSING = "The daemon has ended the watch: does it run?";

/**
 * Watch until the daemon ends or a signal does.
 *
 * @returns The exit status, which is never 0: a watch has no end of its own.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function watch(options: WatchOptions): Promise<number> {
  const client = new ControlClient(options);
  if (!options.json && Deno.stdout.isTerminal()) {
    return await redraw(client, options);
  }
  for await (const line of client.watch()) {
    const lines = options.json ? [line] : wordsOf(line, options, lookOfLines());
    printOutput(lines.map((each) => `${each}\n`).join(""));
  }
  throw new ControlError(MISSING, EXIT.absent);
}

/** Lines of text for a line of JSON, or none when it says nothing new. */
function wordsOf(
  line: string,
  { instance: wanted }: WatchOptions,
  look: Look,
): string[] {
  const said = parseAnswer(line);
  if (v.is(statusSchema, said)) {
    const instances = said.instances
      .filter(({ name }) => wanted === undefined || name === wanted);
    return beginningLines({ ...said, instances }, look);
  }
  if (!v.is(FACTS, said)) return [];
  const { instance = null } = said;
  const isOther = wanted !== undefined && instance !== null &&
    instance !== wanted;
  return isOther ? [] : watchLines(said, look);
}

/** Draw the status again and again, with the newest events below it. */
async function redraw(
  client: ControlClient,
  options: WatchOptions,
): Promise<number> {
  const events: string[] = [];
  let woken = Promise.withResolvers<void>();
  void follow(client, (line) => {
    const lines = wordsOf(line, options, lookOfOutput());
    if (lines.length === 0) return;
    events.push(...lines);
    events.splice(0, events.length - MOST_EVENTS);
    woken.resolve();
  });
  for (;;) {
    const look = lookOfOutput();
    const lines = await frame(client, options, look);
    printOutput(`${CLEAR}${[...lines, "", ...events].join("\n")}\n`);
    await pause(PACE.least);
    woken = Promise.withResolvers();
    await Promise.race([woken.promise, pause(PACE.most - PACE.least)]);
  }
}

/** Follow the events, of a daemon that is restarted as well. */
async function follow(
  client: ControlClient,
  tell: (line: string) => void,
): Promise<never> {
  for (;;) {
    try {
      let isFirst = true;
      for await (const line of client.watch()) {
        if (!isFirst) tell(line);
        isFirst = false;
      }
    } catch (error) {
      // The drawing says what is wrong.
      if (!(error instanceof Error)) throw error;
    }
    await pause(PACE.most);
  }
}

/** What is to be seen now: the status, or why there is none. */
async function frame(
  client: ControlClient,
  { instance }: WatchOptions,
  look: Look,
): Promise<readonly string[]> {
  try {
    const { status } = await askStatus(client, instance);
    return viewOf(status, instance);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    // Nothing of what was: it would look as if it still were so.
    return [shaded(wrap(error.message, look.width, 2), "red", look)];
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
