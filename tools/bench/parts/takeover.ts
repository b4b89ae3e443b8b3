/**
 * How late a backup is when its master dies or resigns.
 *
 * @module
 */

import { VIP } from "../../../tests/lab/router.ts";
import type { Contender, Setup } from "../contender.ts";
import type { Act } from "../fake_master.ts";
import {
  type Measured,
  type Part,
  type Row,
  timesKeepalived,
} from "../part.ts";
import { startUnderstudy } from "../play.ts";
import { FAST, openSegment, SLOW } from "../segment.ts";
import { type Takeover, takeoversOfPlay } from "../takeover_times.ts";

/** Timers of one series. */
export interface Series {
  /** Before the names of its rows. */
  readonly title: string;
  readonly setup: Setup;
  /** Milliseconds from the last advert until the master is believed dead. */
  readonly masterDown: number;
  /** Milliseconds that the backup waits after a resignation. */
  readonly skew: number;
  /** Adverts before the first takeover, and before a later one. */
  readonly adverts: readonly [first: number, later: number];
}

// (256 - 100) / 256 of a second and of an interval of 10 ms (RFC 3768 §6.1,
// RFC 9568 §6.1), and three intervals more.
/** VRRPv2 with a second between adverts. */
export const V2: Series = {
  title: "takeover, v2 1 s",
  setup: { ...SLOW, priority: 100 },
  ...{ masterDown: 3_609.375, skew: 609.375, adverts: [3, 3] },
};

/** VRRPv3 with the shortest interval there is. */
export const V3: Series = {
  title: "takeover, v3 10 ms",
  setup: { ...FAST, priority: 100 },
  ...{ masterDown: 36.093_75, skew: 6.093_75, adverts: [150, 50] },
};

/** Milliseconds that a backup has to take over, besides its wait. */
const PATIENCE = 500;

/** What becomes of the master: it falls silent, or it resigns. */
const KINDS = ["SIGKILL", "SIGTERM"] as const;
type Kind = typeof KINDS[number];

/** Rows by kind, of the first takeover of a process and of later ones. */
type Rows = Record<Kind, Record<"first" | "later", TwoRows>>;
type TwoRows = readonly [late: Row, announced: Row];

/** First and later takeovers of both kinds. */
export function takeoverPart(series: Series): Part {
  const rows: Rows = {
    SIGKILL: rowsOfKind(series.title, "SIGKILL"),
    SIGTERM: rowsOfKind(series.title, "SIGTERM"),
  };
  return {
    name: series.title,
    rows: KINDS.flatMap((kind) => [...rows[kind].first, ...rows[kind].later]),
    measure: async (contender, { later }) => {
      const measured: Measured[] = [];
      for (const kind of KINDS) {
        const acts = actsOf(series, kind, later);
        const found = await inOneProcess(contender, series, acts);
        measured.push(...found.flatMap((one, i) => measuredOf(one, i, rows)));
      }
      return measured;
    },
  };
}

function rowsOfKind(title: string, kind: Kind): Rows[Kind] {
  const pair = (turn: string): TwoRows => {
    const name = `${title}, ${turn}, ${kind} of the master`;
    return [
      {
        name: `${name}: advert after its deadline`,
        ...{ unit: "ms", goal: timesKeepalived(0.5) },
      },
      {
        name: `${name}: first announcement after that advert`,
        ...{ unit: "ms", goal: timesKeepalived(0.8) },
      },
    ];
  };
  return { first: pair("first"), later: pair("later") };
}

function measuredOf(
  { resigned, late, announced }: Takeover,
  index: number,
  rows: Rows,
): Measured[] {
  const ofKind = rows[resigned ? "SIGTERM" : "SIGKILL"];
  const [lateRow, announcedRow] = index === 0 ? ofKind.first : ofKind.later;
  return [[lateRow, late], [announcedRow, announced]];
}

/** Lives of the master that end by turns in both ways, first in this one. */
function actsOf(
  { adverts: [first, others], masterDown, skew }: Series,
  kind: Kind,
  later: number,
): Act[] {
  return Array.from({ length: 1 + later }, (_, i) => {
    const resigns = (kind === "SIGTERM") === (i % 2 === 0);
    const wait = resigns ? skew : masterDown;
    return {
      ...{ adverts: i === 0 ? first : others, resigns },
      pause: Math.ceil(wait) + PATIENCE,
    };
  });
}

/** The takeovers of one process, as many as the master has lives. */
async function inOneProcess(
  contender: Contender,
  { setup, masterDown, skew, adverts: [, others] }: Series,
  acts: readonly Act[],
): Promise<Takeover[]> {
  await using segment = await openSegment();
  const { a, b, recording } = segment;
  const cast = { a, recording, contender };
  const understudy = await startUnderstudy(cast, b, setup, acts);
  await understudy.play();
  const scene = { master: a.address, backup: b.address, vrid: 51, vips: [VIP] };
  return takeoversOfPlay(recording.frames(), {
    ...{ ...scene, masterDown, skew },
    // All but those that may cross the backup's.
    adverts: Math.floor(others * 0.9),
  }, acts.length);
}
