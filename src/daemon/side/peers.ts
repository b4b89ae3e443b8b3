/**
 * Other hosts, by what they say of themselves. It is shown with its age, and
 * the election knows nothing of it.
 *
 * @module
 */

import * as v from "valibot";
import type { PeerStatus } from "../../control/snapshot.ts";
import { STATE_NAMES } from "../../control/snapshot.ts";
import { oneLine } from "../../log/one_line.ts";

/** Milliseconds from one question to the next. */
const SELDOM = 30_000;
/** The same while somebody looks. */
const OFTEN = 2_000;
/** Milliseconds after a look in which somebody counts as looking. */
const LOOKING = 10_000;
/** Instances of a host that are shown. */
const MOST_INSTANCES = 10_000;

const NAME = v.pipe(
  v.string(),
  v.regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,64}$/u),
);
const NUMBER = v.pipe(v.number(), v.finite());
const INSTANCE = v.object({
  name: NAME,
  vrid: NUMBER,
  family: v.picklist(["ipv4", "ipv6"]),
  state: v.picklist(STATE_NAMES),
  priority: v.object({ effective: NUMBER }),
  drained: v.nullish(v.unknown()),
});
/** All that is used of an answer; whatever else there is is passed over. */
const ANSWER = v.object({
  host: v.pipe(v.string(), v.regex(/^\P{C}{1,255}$/u)),
  instances: v.pipe(v.array(v.unknown()), v.maxLength(MOST_INSTANCES)),
});

/** Asks a host; rejects when there is no answer that can be used. */
export type AskPeer = (url: string) => Promise<unknown>;

interface Peer {
  readonly url: string;
  host: string | null;
  /** When it answered last, by the monotonic clock, or null. */
  fetched: number | null;
  error: string | null;
  instances: PeerStatus["instances"];
  isAsked: boolean;
}

/** The other hosts. */
export class Peers {
  readonly #ask: AskPeer;
  readonly #now: () => number;
  #peers: readonly Peer[] = [];
  #looked = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer ends. */
  #due = Infinity;

  /** @param now Milliseconds of a monotonic clock. */
  constructor(ask: AskPeer = askByHttp, now = () => performance.now()) {
    this.#ask = ask;
    this.#now = now;
  }

  /** Ask these from now on; what is known of those that stay is kept. */
  update(urls: readonly string[]): void {
    const known = new Map(this.#peers.map((peer) => [peer.url, peer]));
    const isNew = urls.some((url) => !known.has(url));
    this.#peers = urls.map((url) => known.get(url) ?? newPeer(url));
    if (urls.length === 0) this.stop();
    else if (isNew) this.#askAll();
  }

  /** Somebody looks: ask more often for a while. */
  look(): void {
    const now = this.#now();
    this.#looked = now;
    if (this.#peers.length > 0 && this.#due > now + OFTEN) this.#wait(OFTEN);
  }

  /** What is known of each, in the order of the configuration. */
  get statuses(): readonly PeerStatus[] {
    const now = this.#now();
    return this.#peers.map(({ url, host, fetched, error, instances }) => ({
      ...{ url, host, error, instances },
      fetched_seconds_ago: fetched === null
        ? null
        : Number(((now - fetched) / 1000).toFixed(3)),
    }));
  }

  /** Ask no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#due = this.#now() + milliseconds;
    this.#timer = setTimeout(() => this.#askAll(), milliseconds);
  }

  #askAll(): void {
    const isLookedAt = this.#now() - this.#looked < LOOKING;
    this.#wait(isLookedAt ? OFTEN : SELDOM);
    for (const peer of this.#peers) void this.#askOne(peer);
  }

  async #askOne(peer: Peer): Promise<void> {
    if (peer.isAsked) return;
    peer.isAsked = true;
    try {
      const { host, instances } = understand(await this.#ask(peer.url));
      Object.assign(peer, { host, instances, error: null });
      peer.fetched = this.#now();
    } catch (error) {
      // What it said before stays, with its age.
      peer.error = oneLine(error instanceof Error ? error.message : `${error}`);
    }
    peer.isAsked = false;
  }
}

function newPeer(url: string): Peer {
  return {
    ...{ url, host: null, fetched: null, error: null, instances: [] },
    isAsked: false,
  };
}

/** @throws {Error} When it is no status. */
function understand(
  answer: unknown,
): Pick<PeerStatus, "instances"> & { readonly host: string } {
  const { success, output } = v.safeParse(ANSWER, answer);
  if (!success) throw new Error("It answers, but not as alived does");
  // A newer release may have states that are not known here.
  const instances = output.instances.flatMap((one) => {
    const { success, output } = v.safeParse(INSTANCE, one);
    if (!success) return [];
    const { name, vrid, family, state, priority, drained } = output;
    return [{
      ...{ name, vrid, family, state },
      effective: priority.effective,
      drained: (drained ?? null) !== null,
    }];
  });
  return { host: output.host, instances };
}

/** What it takes is loaded when there is somebody to ask. */
async function askByHttp(url: string): Promise<unknown> {
  const { askPeer } = await import("./ask_peer.ts");
  return await askPeer(url);
}
