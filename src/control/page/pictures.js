// @ts-check
/**
 * Small pictures: a shape for each state, bars of time and of results.
 *
 * @module
 */

import { h } from "./tree.js";
import { between, clock, many, span, stateWord } from "./words.js";

/**
 * @typedef {import("../daemon_port.ts").PastEvent} PastEvent
 * @typedef {import("../snapshot.ts").InstanceStatus} Instance
 * @typedef {import("../snapshot.ts").CheckStatus} Check
 * @typedef {import("./words.js").Zone} Zone
 * @typedef {import("./tree.js").Element} Element
 */

/** Each state has its shape, so that nobody needs to see colours. */
/** @type {Readonly<Record<string, string>>} */
const SHAPES = {
  // A disc.
  MASTER: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z",
  // A ring.
  BACKUP:
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 2.6a4.4 4.4 0 1 0 0 8.8 4.4 4.4 0 0 0 0-8.8Z",
  // A triangle with its sign.
  FAULT: "M8 .8 16 15H0Zm-1 5v4.6h2V5.8Zm0 5.8v1.9h2v-1.9Z",
  // A pause.
  DRAINED: "M2 1.5h4.4v13H2Zm7.6 0H14v13H9.6Z",
  // Three dots.
  INIT:
    "M2.5 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6Zm5.5 0a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6Zm5.5 0a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6Z",
  // A tick, a cross, a question.
  up: "M1.5 8.6 3.4 6.7l3 3L12.8 3l2 1.9-8.4 8.7Z",
  down:
    "M3.2 1.5 8 6.2l4.8-4.7 1.7 1.7L9.8 8l4.7 4.8-1.7 1.7L8 9.8l-4.8 4.7-1.7-1.7L6.2 8 1.5 3.2Z",
  unknown: "M2 7h12v2.2H2Z",
};

/**
 * The shape of a state; its word stands beside it.
 *
 * @param {string} state
 * @returns {Element}
 */
export function shape(state) {
  return h(
    "svg",
    { class: "shape", viewBox: "0 0 16 16", "aria-hidden": "true" },
    h("path", { d: SHAPES[state] ?? SHAPES.unknown ?? "" }),
  );
}

/**
 * A state in word, shape and colour.
 *
 * @param {string} state
 * @param {boolean} lost Whether nobody knows that it is so still.
 */
export function pill(state, lost = false) {
  return h(
    "span",
    { class: "pill", "data-state": state },
    shape(state),
    lost ? `was ${state}` : state,
  );
}

/**
 * How much of something is over.
 *
 * @param {number} part 0 to 1.
 * @param {string} tone
 */
export function gauge(part, tone) {
  const width = Math.round(100 * Math.min(Math.max(part, 0), 1));
  return h(
    "svg",
    {
      class: "gauge",
      "data-tone": tone,
      viewBox: "0 0 100 6",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    h("rect", { class: "trough", width: 100, height: 6, rx: 0 }),
    h("rect", { class: "level", width, height: 6 }),
  );
}

/** How high a state stands in the bar of a day, of 24. */
/** @type {Readonly<Record<string, number>>} */
const HEIGHTS = { MASTER: 24, BACKUP: 12, FAULT: 6, DRAINED: 4, INIT: 3 };
const MINUTES = 24 * 60;

/**
 * What an instance was in the last 24 hours, from its transitions.
 *
 * @param {Instance} instance
 * @param {readonly PastEvent[]} events Of all instances, the newest last.
 * @param {string} now
 * @param {string} started When the daemon did: before that nobody knows.
 * @returns {readonly { state: string, from: number, to: number }[]} Seconds
 *   before now, the oldest first.
 */
export function lastDay(instance, events, now, started) {
  const own = events.filter((event) => event.instance === instance.name);
  const changes = own.map((event) => ({
    state: event.drained ? "DRAINED" : event.to,
    at: Math.max(between(event.time, now), 0),
  }));
  const first = own[0];
  // Who has no event left was what it is since it became that.
  const known = first === undefined
    ? [{
      state: stateWord(instance),
      at: Math.max(between(instance.since, now), 0),
    }]
    : changes[0] !== undefined && changes.length >= 200
    ? changes
    : [{ state: first.from, at: between(started, now) }, ...changes];
  return known.map(({ state, at }, i) => ({
    state,
    from: Math.min(at, MINUTES * 60),
    to: known[i + 1]?.at ?? 0,
  })).filter(({ from, to }) => from > to);
}

/**
 * The last 24 hours as a bar: the higher, the more it serves.
 *
 * @param {Instance} instance
 * @param {readonly PastEvent[]} events
 * @param {string} now
 * @param {string} started
 * @param {Zone} zone
 */
export function dayBar(instance, events, now, started, zone) {
  const parts = lastDay(instance, events, now, started);
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const { state, from, to } of parts) {
    sums.set(state, (sums.get(state) ?? 0) + from - to);
  }
  const known = parts[0]?.from ?? 0;
  const summary = [...sums].toSorted(([, a], [, b]) => b - a)
    .map(([state, seconds]) => `${state} ${span(seconds)}`).join(", ");
  const changes =
    events.filter(({ instance: name, time }) =>
      name === instance.name && between(time, now) < MINUTES * 60
    ).length;
  const told = changes === 0
    ? `${parts[0]?.state ?? "Nothing"} all the time`
    : `${summary}; ${many(changes, "change")}`;
  const start = new Date(Date.parse(now) - MINUTES * 60_000).toISOString();
  return h(
    "div",
    { class: "day" },
    h(
      "svg",
      {
        viewBox: `0 0 ${MINUTES} 24`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": `The last 24 hours: ${told}`,
      },
      h("rect", { class: "trough", width: MINUTES, height: 24 }),
      parts.map(({ state, from, to }) => {
        const height = HEIGHTS[state] ?? 3;
        const x = MINUTES - from / 60;
        return h("rect", {
          "data-state": state,
          x: x.toFixed(1),
          y: 24 - height,
          // A short one is to be seen, too.
          width: Math.max((from - to) / 60, 3).toFixed(1),
          height,
        });
      }),
      [6, 12, 18].map((hour) =>
        h("rect", { class: "tick", x: hour * 60, width: 1.5, height: 24 })
      ),
    ),
    h(
      "p",
      { class: "axis", "aria-hidden": "true" },
      h("span", {}, clock(start, now, zone).replace(/:\d\d( UTC)?$/, "$1")),
      h("span", {}, "now"),
    ),
    h(
      "p",
      { class: "note" },
      told,
      known < MINUTES * 60 - 60 && ` (known for ${span(known)})`,
    ),
  );
}

/** Results in the bars of a check. */
const RESULTS = 20;

/**
 * The last results of a check: what failed stands higher.
 *
 * @param {Check} check
 */
export function resultBars({ history }) {
  const shown = history.slice(-RESULTS);
  const failed = shown.filter(({ ok }) => !ok).length;
  const slowest = Math.max(...shown.map(({ seconds }) => seconds), 0.001);
  const at = RESULTS - shown.length;
  return h(
    "svg",
    {
      class: "results",
      viewBox: "0 0 100 20",
      role: "img",
      "aria-label": shown.length === 0
        ? "No result yet"
        : `${failed} of the last ${shown.length} failed`,
    },
    Array.from({ length: at }, (_, i) =>
      h("rect", {
        ...{ class: "none", x: i * 5 + 0.5, y: 18, width: 4, height: 2 },
      })),
    shown.map(({ ok, seconds, message }, i) => {
      const height = ok ? 5 + Math.round(8 * seconds / slowest) : 20;
      return h(
        "rect",
        {
          "data-ok": String(ok),
          x: (at + i) * 5 + 0.5,
          y: 20 - height,
          width: 4,
          height,
          rx: 1,
        },
        h("title", {}, `${span3(seconds)}${message ? `: ${message}` : ""}`),
      );
    }),
  );
}

/**
 * A short span: `4 ms`, `1.2 s`.
 *
 * @param {number} seconds
 */
export function span3(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : span(seconds);
}
