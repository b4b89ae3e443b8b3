/**
 * Runs the stories of many seeds, and makes those that fail shorter.
 *
 * @module
 */

import { DAEMON } from "../../src/sim/daemon.ts";
import { randomStory } from "../../src/sim/story/random_story.ts";
import { tell } from "../../src/sim/run.ts";
import { shrink } from "../../src/sim/story/shrink.ts";
import type { Story } from "../../src/sim/story/story.ts";
import { storyText } from "../../src/sim/story/story_text.ts";

/** A seed whose story fails. */
export interface Failing {
  /** The seed. */
  readonly seed: number;
  /** The property that does not hold, in one word. */
  readonly property: string;
  /** How. */
  readonly message: string;
}

/** Parts of a story that are tried to make it shorter. */
const TRIES = 400;

/** Run the story of a seed. */
export function runSeed(seed: number): Failing | null {
  const violation = tell(randomStory(seed), DAEMON, null);
  if (violation === null) return null;
  const { property, message, cause } = violation;
  const stack = cause instanceof Error ? `\n${cause.stack}` : "";
  return { seed, property, message: message + stack };
}

/**
 * Find a short story that fails as that of a seed does.
 *
 * @returns The command that tells it.
 */
export function shortened({ seed, property }: Failing): string {
  const fails = (story: Story): boolean =>
    tell(story, DAEMON, null)?.property === property;
  const kept = shrink(randomStory(seed), fails, TRIES);
  return `deno task sim --story ${storyText(seed, kept)} --trace`;
}
