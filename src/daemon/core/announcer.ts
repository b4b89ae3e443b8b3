/**
 * Announcements that wait for their time: which frame goes out next. No socket
 * in it.
 *
 * @module
 */

/** A frame and where it goes out. */
export interface Frame {
  /** Index of the link. */
  readonly index: number;
  /** Key of the address that it announces. */
  readonly key: string;
  /** The bytes of the Ethernet frame. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How a burst is sent. */
export interface BurstShape {
  /** Frames for each address. */
  readonly repeat: number;
  /** Milliseconds from one frame to the next on the link; 0 for none. */
  readonly interval: number;
}

/** Least milliseconds between two refreshing frames of this host: 50 a second. */
export const REFRESH_SPACING = 20;

interface Burst {
  readonly owner: string;
  readonly frames: readonly Frame[];
  readonly interval: number;
  readonly total: number;
  sent: number;
  at: number;
}

interface Refresh {
  readonly owner: string;
  readonly frames: Frame[];
}

/** The announcements of all instances. */
export class Announcer {
  // Whole rounds at once: each address of all bursts before any repetition.
  #rounds: Burst[] = [];
  #paced: Burst[] = [];
  #refreshes: Refresh[] = [];
  #refreshAt = -Infinity;

  /**
   * Announce every address, one round after the other, in place of what an
   * instance still announces on that link: with those first that were not
   * announced yet, so that bursts which come faster than one is over announce
   * all of them.
   *
   * @param owner Name of the instance.
   * @param index Index of the link that all frames go out by.
   * @param frames One for each address, by that link.
   */
  burst(
    owner: string,
    index: number,
    frames: readonly Frame[],
    { repeat, interval }: BurstShape,
    now: number,
  ): void {
    const isOther = (burst: Burst): boolean =>
      burst.owner !== owner || burst.frames[0]?.index !== index;
    const before = this.#paced.find((burst) => !isOther(burst));
    this.#rounds = this.#rounds.filter(isOther);
    this.#paced = this.#paced.filter(isOther);
    // What waits may have been made of another MAC address.
    this.#refreshes = this.#refreshes.filter((one) => one.owner !== owner);
    if (frames.length === 0) return;
    const burst: Burst = {
      owner,
      frames: before === undefined ? frames : goOn(before, frames),
      interval,
      total: repeat * frames.length,
      sent: 0,
      at: Math.max(now, before?.at ?? now),
    };
    (interval === 0 ? this.#rounds : this.#paced).push(burst);
  }

  /**
   * Announce every address once, in its turn among all that are refreshed; not
   * while the last refresh of this instance still waits.
   */
  refresh(owner: string, frames: readonly Frame[]): void {
    if (frames.length === 0) return;
    if (this.#refreshes.some((waiting) => waiting.owner === owner)) return;
    this.#refreshes.push({ owner, frames: [...frames] });
  }

  /** Whether a burst of an instance is under way on any link. */
  isBusy(owner: string): boolean {
    return this.#rounds.some((burst) => burst.owner === owner) ||
      this.#paced.some((burst) => burst.owner === owner);
  }

  /** Announce nothing more for an instance. */
  cancel(owner: string): void {
    const isOther = (waiting: { readonly owner: string }): boolean =>
      waiting.owner !== owner;
    this.#rounds = this.#rounds.filter(isOther);
    this.#paced = this.#paced.filter(isOther);
    this.#refreshes = this.#refreshes.filter(isOther);
  }

  /** When the next frame is to be sent; −Infinity for at once. */
  get dueAt(): number {
    if (this.#rounds.length > 0) return -Infinity;
    const refreshAt = this.#refreshes.length > 0 ? this.#refreshAt : Infinity;
    return this.#paced.reduce(
      (earliest, { at }) => Math.min(earliest, at),
      refreshAt,
    );
  }

  /** Take the next frame that is due, or null. */
  next(now: number): Frame | null {
    return this.#nextOfRounds() ?? this.#nextPaced(now) ??
      this.#nextRefresh(now);
  }

  #nextOfRounds(): Frame | null {
    const [burst] = this.#rounds;
    if (burst === undefined) return null;
    const frame = take(burst);
    if (burst.sent % burst.frames.length === 0) {
      this.#rounds.shift();
      if (burst.sent < burst.total) this.#rounds.push(burst);
    }
    return frame;
  }

  #nextPaced(now: number): Frame | null {
    for (const burst of this.#paced) {
      if (burst.at > now) continue;
      // Never faster than the interval, also after a pause.
      burst.at = now + burst.interval;
      const frame = take(burst);
      if (burst.sent >= burst.total) {
        this.#paced = this.#paced.filter((other) => other !== burst);
      }
      return frame;
    }
    return null;
  }

  #nextRefresh(now: number): Frame | null {
    const [first] = this.#refreshes;
    if (first === undefined || this.#refreshAt > now) return null;
    const frame = first.frames.shift() ?? null;
    if (first.frames.length === 0) this.#refreshes.shift();
    this.#refreshAt = now + REFRESH_SPACING;
    return frame;
  }
}

/** Frames in the order in which a burst that is replaced would go on. */
function goOn(
  { frames, sent }: Burst,
  next: readonly Frame[],
): readonly Frame[] {
  const done = frames.slice(0, sent % frames.length).map(({ key }) => key);
  const behind = new Set(done);
  return [
    ...next.filter(({ key }) => !behind.has(key)),
    ...next.filter(({ key }) => behind.has(key)),
  ];
}

function take(burst: Burst): Frame | null {
  const frame = burst.frames[burst.sent % burst.frames.length];
  burst.sent++;
  return frame ?? null;
}
