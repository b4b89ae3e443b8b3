/**
 * Makes a story that fails shorter: fewer things that happen, fewer hosts,
 * fewer instances, as long as the same property does not hold.
 *
 * @module
 */

import type { Cluster } from "./cluster.ts";
import type { Story } from "./story.ts";

/** What is kept of a story. */
export interface Selection {
  /** Numbers of entries. */
  readonly entries: readonly number[];
  /** Numbers of hosts. */
  readonly hosts: readonly number[];
  /** Numbers of instances. */
  readonly instances: readonly number[];
}

/** All of a story. */
export function wholeStory({ entries, cluster }: Story): Selection {
  return {
    entries: [...entries.keys()],
    hosts: cluster.hosts.map(({ number }) => number),
    instances: [...cluster.instances.keys()],
  };
}

/** Part of a story. What is left out of the cluster takes nothing along. */
export function select(story: Story, selection: Selection): Story {
  const entries = selection.entries.flatMap((i) => story.entries[i] ?? []);
  return {
    ...story,
    entries,
    cluster: selectCluster(story.cluster, selection),
  };
}

function selectCluster(
  cluster: Cluster,
  { hosts, instances }: Selection,
): Cluster {
  const kept = new Set(
    instances.flatMap((i) => cluster.instances[i]?.name ?? []),
  );
  return {
    ...cluster,
    hosts: cluster.hosts.filter(({ number }) => hosts.includes(number)),
    instances: cluster.instances.filter(({ name }) => kept.has(name)),
    groups: cluster.groups
      .map((group) => ({
        ...group,
        instances: group.instances.filter((name) => kept.has(name)),
      }))
      .filter((group) => group.instances.length > 1),
  };
}

/**
 * Find a small part of a story that fails as the whole does.
 *
 * @param fails Whether a part fails in the same way.
 * @param most Parts that are tried at most.
 */
export function shrink(
  story: Story,
  fails: (story: Story) => boolean,
  most: number,
): Selection {
  let tries = 0;
  let best = wholeStory(story);
  const attempt = (selection: Selection): boolean => {
    if (++tries > most || !fails(select(story, selection))) return false;
    best = selection;
    return true;
  };
  for (let size = -1; size !== sizeOf(best) && tries < most;) {
    size = sizeOf(best);
    for (const kind of ["hosts", "instances", "entries"] as const) {
      shorten(best[kind], (kept) => attempt({ ...best, [kind]: kept }));
    }
  }
  return best;
}

function sizeOf({ entries, hosts, instances }: Selection): number {
  return entries.length + hosts.length + instances.length;
}

/** Leave out halves, then quarters, down to one at a time. */
function shorten(
  all: readonly number[],
  keeps: (kept: readonly number[]) => boolean,
): void {
  let kept = all;
  for (let piece = kept.length; piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < kept.length;) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + piece)];
      if (keeps(rest)) kept = rest;
      else at += piece;
    }
  }
}
