/**
 * A story of a seed, or a part of it, in one word: what a failure prints and
 * a command line takes.
 *
 * @module
 */

import { randomStory } from "./random_story.ts";
import { select, type Selection, wholeStory } from "./shrink.ts";
import type { Story } from "./story.ts";

/**
 * Write a part of the story of a seed.
 *
 * @returns Such as `17:3,5,8:0,2:1`: seed, entries, hosts, instances.
 */
export function storyText(
  seed: number,
  { entries, hosts, instances }: Selection,
): string {
  return [seed, entries, hosts, instances].join(":");
}

/**
 * Read what {@linkcode storyText} wrote; a seed alone is its whole story.
 *
 * @returns The story, or null when it is no such text.
 */
export function storyOf(text: string): Story | null {
  const [seed, ...lists] = text.split(":");
  if (!/^\d+$/.test(seed ?? "") || lists.length % 3 !== 0) return null;
  const story = randomStory(Number(seed));
  if (lists.length === 0) return story;
  if (!lists.every((list) => /^[\d,]*$/.test(list))) return null;
  const [entries = [], hosts = [], instances = []] = lists.map((list) =>
    list === "" ? [] : list.split(",").map(Number)
  );
  return select(story, { ...wholeStory(story), entries, hosts, instances });
}
