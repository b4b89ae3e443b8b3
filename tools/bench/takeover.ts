/**
 * Takeovers as the segment and a client see them.
 *
 * @module
 */

import { type Host, Lab } from "../../tests/lab/lab.ts";
import { Pinger } from "../../tests/lab/pinger.ts";
import { type RouterOptions, VIP } from "../../tests/lab/router.ts";
import { now, sleep } from "../../tests/lab/wait.ts";
import { Watch } from "../../tests/lab/watch.ts";
import type { Contender } from "./contender.ts";
import type { Figure } from "./figures.ts";

/** Timers of one series. */
export interface Series {
  /** Before the names of its figures. */
  readonly title: string;
  readonly options: RouterOptions;
  /** Milliseconds until the backup believes that its master is dead. */
  readonly masterDown: number;
  /** Milliseconds that the backup waits after a resignation. */
  readonly skew: number;
}

const MASTER = 200;
const BACKUP = 100;

// (256 - 100) / 256 of a second and of an interval of 10 ms (RFC 3768 §6.1,
// RFC 9568 §6.1), and three intervals more.
/** VRRPv2 with a second between adverts. */
export const V2: Series = {
  title: "v2, 1 s",
  options: { version: 2, interval: 1 },
  masterDown: 3_609.375,
  skew: 609.375,
};

/** VRRPv3 with the shortest interval there is. */
export const V3: Series = {
  title: "v3, 10 ms",
  options: { version: 3, interval: 0.01 },
  masterDown: 36.093_75,
  skew: 6.093_75,
};

interface Segment extends AsyncDisposable {
  readonly a: Host;
  readonly b: Host;
  readonly client: Host;
  readonly watch: Watch;
}

async function openSegment(): Promise<Segment> {
  const lab = await Lab.open();
  return {
    a: await lab.host("a", "192.0.2.1/24"),
    b: await lab.host("b", "192.0.2.2/24"),
    client: await lab.host("client", "192.0.2.3/24"),
    watch: await Watch.start(lab),
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  };
}

/** The master dies, comes back and is stopped; once. */
export async function takeovers(
  contender: Contender,
  { title, options, masterDown, skew }: Series,
): Promise<Figure[]> {
  await using segment = await openSegment();
  const { a, b, client, watch } = segment;
  const figures: Figure[] = [];
  const add = (name: string, value: number): void => {
    figures.push({
      name: `${title}: ${name}`,
      contender: contender.name,
      value,
    });
  };
  const settle = 1_200 * (options.interval ?? 1);

  const master = await contender.start(a, { ...options, priority: MASTER });
  await watch.advertFrom(a.address);
  await contender.start(b, { ...options, priority: BACKUP });
  await sleep(settle + 800);

  await master.crash();
  // A machine that died does not answer any more either.
  await a.forgetAddresses();
  const died = watch.adverts(a.address).at(-1)?.time ?? NaN;
  const crashed = await watch.advertFrom(b.address, { after: died });
  add(
    "advert after master-down interval (SIGKILL), ms",
    crashed.time - died - masterDown,
  );
  add("gratuitous ARP after that advert, ms", await garpDelay(watch, crashed));

  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  await sleep(settle + 200);
  const asked = now();
  const again = await contender.start(a, { ...options, priority: MASTER });
  await watch.advertFrom(a.address, { after: asked });
  await sleep(settle + 200);
  const { outages } = await pinger.stop();
  add(
    "pings of 2 ms lost on preemption",
    outages.reduce((sum, { lost }) => sum + lost, 0),
  );

  const term = now();
  await again.stop();
  const resigned = watch.adverts(a.address)
    .find(({ time, priority }) => time > term && priority === 0)?.time ?? NaN;
  add("priority 0 after SIGTERM, ms", resigned - term);
  const stopped = await watch.advertFrom(b.address, { after: resigned });
  add(
    "advert after skew time (SIGTERM), ms",
    stopped.time - resigned - skew,
  );
  add("gratuitous ARP after that advert, ms", await garpDelay(watch, stopped));
  return figures;
}

async function garpDelay(
  watch: Watch,
  { mac, time }: { readonly mac: string; readonly time: number },
): Promise<number> {
  // Not before the advert, but keepalived may be that quick.
  return (await watch.garpFrom(mac, { after: time })).time - time;
}

/** What a backup and a master did that were left alone. */
export interface Undisturbed {
  /** How often the backup took over from the living master. */
  readonly takeovers: number;
  /** Milliseconds of the longest gap between adverts of the master. */
  readonly longestGap: number;
}

/**
 * Leave a master and a backup alone and see whether they notice.
 *
 * @param duration Milliseconds to count.
 */
export async function falseTakeovers(
  contender: Contender,
  { options }: Series,
  duration: number,
): Promise<Undisturbed> {
  await using segment = await openSegment();
  const { a, b, watch } = segment;
  await contender.start(a, { ...options, priority: MASTER });
  await watch.advertFrom(a.address);
  await contender.start(b, { ...options, priority: BACKUP });
  await sleep(1_000);
  const from = now();
  await sleep(duration);
  const adverts = watch.adverts().filter(({ time }) => time > from);
  const count =
    adverts.filter(({ address }, i) =>
      address === b.address && adverts[i - 1]?.address === a.address
    ).length;
  const own = adverts.filter(({ address }) => address === a.address);
  const gaps = own.slice(1).map(({ time }, i) => time - (own[i]?.time ?? 0));
  return { takeovers: count, longestGap: Math.max(...gaps) };
}
