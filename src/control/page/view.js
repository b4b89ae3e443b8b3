// @ts-check
/**
 * The page as a tree: of a status, or of a core that gives none.
 *
 * @module
 */

import { checkList, commandText, instanceCard } from "./instance.js";
import { pill, shape } from "./pictures.js";
import { h } from "./tree.js";
import { between, clock, count, many, span, stateWord } from "./words.js";

/**
 * @typedef {import("./instance.js").Seen} Seen
 * @typedef {import("../snapshot.ts").Status} Status
 * @typedef {import("../snapshot.ts").InstanceStatus} Instance
 * @typedef {import("./tree.js").Element} Element
 *
 * @typedef {Omit<Seen, "isOpen"> & {
 *   only: readonly string[],
 *   wanted: string | null,
 * }} Look What of it is looked at: instances by name, all without one; and
 *   what they shall contain, null where nobody can type.
 */

/** The order in which states are counted. */
const WORDS = ["MASTER", "BACKUP", "FAULT", "DRAINED", "INIT"];
/** Instances that are shown open, as cards at all, and without a search. */
const MOST_OPEN = 4;
const MOST_CARDS = 40;
const MOST_UNSOUGHT = 8;
/** Transitions that are listed. */
const MOST_EVENTS = 30;

/**
 * The title: what is bad comes first.
 *
 * @param {Status | null} status
 * @param {boolean} lost
 */
export function titleOf(status, lost) {
  if (status === null) return "No answer · alived";
  if (lost) return `? · ${status.host} · alived`;
  const words = status.instances.map(stateWord);
  const counted = ["FAULT", "DRAINED", "MASTER", "BACKUP"]
    .map((word) => [words.filter((each) => each === word).length, word])
    .filter(([number]) => number !== 0);
  const [first] = counted;
  return `${first?.join(" ") ?? "alived"} · ${status.host} · alived`;
}

/**
 * All below the head of the page.
 *
 * @param {Look} look
 * @returns {Element}
 */
export function view(look) {
  const { status, only, wanted } = look;
  const chosen = only.length === 0
    ? status.instances
    : status.instances.filter(({ name }) => only.includes(name));
  const shown = chosen.filter((instance) => matches(instance, wanted));
  const hasSearch = wanted !== null && chosen.length > MOST_UNSOUGHT;
  return h(
    "div",
    { class: "content" },
    h(
      "main",
      { id: "main" },
      summary(status, look.lost),
      look.lost && old(look),
      notices(status),
      h(
        "section",
        { "aria-labelledby": "instances" },
        h(
          "div",
          { class: "bar" },
          h("h2", { id: "instances", tabindex: "-1" }, "Instances"),
          only.length > 0 && h("a", { href: "?" }, "Show all"),
          hasSearch && h(
            "label",
            {},
            "Find ",
            h("input", {
              ...{ type: "search", id: "find", autocomplete: "off" },
              placeholder: "name, state, address",
            }),
          ),
        ),
        instances(look, shown),
      ),
      otherChecks(status),
      events(look),
    ),
    foot(look),
  );
}

/**
 * @param {Instance} instance
 * @param {string | null} wanted
 */
function matches(instance, wanted) {
  const text = [
    ...[instance.name, instance.interface, stateWord(instance)],
    ...[`vrid ${instance.vrid}`, instance.group ?? ""],
    ...instance.vips.map(({ address }) => address),
  ].join(" ").toLowerCase();
  return (wanted ?? "").toLowerCase().split(" ")
    .every((word) => text.includes(word));
}

/**
 * @param {Status} status
 * @param {boolean} lost
 */
function summary({ instances, checks }, lost) {
  const words = instances.map(stateWord);
  const ups = checks.filter(({ state }) => state === "up").length;
  const downs = checks.filter(({ state }) => state === "down").length;
  const unknown = checks.length - ups - downs;
  const counts = WORDS
    .map((word) => ({
      word,
      number: words.filter((each) => each === word).length,
    }))
    .filter(({ number, word }) =>
      number > 0 || word === "MASTER" || word === "BACKUP"
    );
  return h(
    "ul",
    { class: "counts", "aria-label": lost ? "Counts, as they were" : "Counts" },
    counts.map(({ word, number }) =>
      h(
        "li",
        { "data-state": word, "data-none": number === 0 },
        shape(word),
        h("b", {}, count(number)),
        h("span", {}, word),
      )
    ),
    checks.length > 0 && h(
      "li",
      { class: "sums" },
      h("span", {}, "Checks"),
      h("b", {}, `${ups} up`),
      downs > 0 && h("b", { class: "bad" }, `${downs} down`),
      unknown > 0 && h("b", {}, `${unknown} unknown`),
    ),
  );
}

/** @param {Look} look */
function old({ status, zone }) {
  const at = clock(status.time, status.time, zone);
  return h(
    "p",
    { class: "old" },
    shape("FAULT"),
    `No answer from ${status.host}. This was at ${at}; nobody knows what is now.`,
  );
}

/**
 * What somebody should know or mend, with the way to.
 *
 * @param {Status} status
 */
function notices(status) {
  const { config, log, core, instances, cluster } = status;
  const rivals = instances.filter(({ state }) => state === "MASTER").flatMap(
    ({ name, vrid, family }) =>
      cluster.filter(({ error, instances: others }) =>
        error === null &&
        others.some((other) =>
          other.vrid === vrid && other.family === family &&
          other.state === "MASTER"
        )
      ).map(({ host, url }) => ({ name, host: host ?? url })),
  );
  /** @type {readonly (readonly [string, string | null] | false)[]} */
  const found = [
    ...rivals.map((
      { name, host },
    ) => /** @type {const} */ ([`${host} is MASTER of ${name} as well`, null])),
    !config.last_reload_ok &&
    [
      "The last reload found mistakes: what was before is in force",
      "alived check",
    ],
    config.changed_on_disk === true &&
    ["The file has changed since it was read", "alived reload --diff"],
    config.changed_on_disk === null &&
    [`The configuration cannot be read: ${config.path}`, null],
    log.lines_lost > 0 &&
    [`${many(log.lines_lost, "line")} of the log went lost`, null],
    core.netlink_overruns > 0 && core.stalls > 0 &&
    [`The core stood still ${core.stalls} times since it started`, null],
  ];
  const told = found.filter((notice) => notice !== false);
  return told.length > 0 && h(
    "ul",
    { class: "notices", "aria-label": "Notices" },
    told.map(([text, command]) =>
      h(
        "li",
        {},
        shape("FAULT"),
        h(
          "p",
          {},
          h("span", {}, text),
          command !== null && commandText(command),
        ),
      )
    ),
  );
}

/**
 * @param {Look} look
 * @param {readonly Instance[]} shown
 */
function instances(look, shown) {
  if (shown.length === 0) {
    return h("p", { class: "note" }, "No instance is like that.");
  }
  if (shown.length > MOST_CARDS) return instanceTable(look, shown);
  const isOpen = shown.length <= MOST_OPEN;
  return h(
    "div",
    { class: "cards" },
    shown.map((instance) => instanceCard({ ...look, isOpen }, instance)),
  );
}

/**
 * Many instances, one line each.
 *
 * @param {Look} look
 * @param {readonly Instance[]} shown
 */
function instanceTable({ status, zone, lost }, shown) {
  return h(
    "div",
    {
      ...{ class: "wide", tabindex: "0", role: "group" },
      "aria-label": "All instances",
    },
    h(
      "table",
      { class: "dense" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          [
            "State",
            "Instance",
            "Interface",
            "VRID",
            "Priority",
            "Addresses",
            "Since",
          ]
            .map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h(
        "tbody",
        {},
        shown.map((instance) => {
          const { name, vips, since, vrid, priority } = instance;
          const [first] = vips;
          const more = vips.length - 1;
          return h(
            "tr",
            {},
            h("td", {}, pill(stateWord(instance), lost)),
            h(
              "th",
              { scope: "row" },
              h("a", { href: `?instance=${encodeURIComponent(name)}` }, name),
            ),
            h("td", {}, instance.interface),
            h("td", {}, String(vrid)),
            h("td", {}, String(priority.effective)),
            h(
              "td",
              {},
              first !== undefined && h("code", {}, first.address),
              more > 0 && ` and ${more} more`,
            ),
            h("td", {}, clock(since, status.time, zone)),
          );
        }),
      ),
    ),
  );
}

/** @param {Status} status */
function otherChecks({ checks }) {
  const unused = checks.filter(({ used_by }) => used_by.length === 0);
  return unused.length > 0 && h(
    "section",
    { class: "plain", "aria-labelledby": "checks" },
    h("h2", { id: "checks" }, "Checks that no instance tracks"),
    checkList(unused),
  );
}

/** @param {Look} look */
function events({ status, events, zone, only }) {
  const shown = events
    .filter(({ instance }) => only.length === 0 || only.includes(instance))
    .slice(-MOST_EVENTS).toReversed();
  return h(
    "section",
    { class: "plain", "aria-labelledby": "events" },
    h("h2", { id: "events" }, "What happened"),
    shown.length === 0
      ? h("p", { class: "note" }, "Nothing changed since alived started.")
      : h(
        "ol",
        { class: "events" },
        shown.map(({ time, instance, from, to, reason, drained }) => {
          const word = drained ? "DRAINED" : to;
          return h(
            "li",
            {},
            h("time", { datetime: time }, clock(time, status.time, zone)),
            h("b", {}, instance),
            h(
              "span",
              { class: "change" },
              `${from} → `,
              h("span", { class: "to", "data-state": word }, shape(word), word),
            ),
            h("span", { class: "note" }, reason),
          );
        }),
      ),
  );
}

/** @param {Look} look */
function foot({ status, zone }) {
  const { version, runtime, pid, started, config, core, time } = status;
  const facts = [
    `alived ${version}`,
    runtime,
    `process ${pid}`,
    `runs for ${span(between(started, time))}`,
    `${config.path}, read ${clock(config.loaded, time, zone)}`,
    `answered in ${(core.answered_in_seconds * 1000).toFixed(1)} ms`,
  ];
  return h(
    "footer",
    {},
    facts.map((fact) => h("span", {}, fact)),
  );
}

/**
 * Instead of all that: the core does not answer, and nothing old is shown.
 *
 * @param {number} silentSeconds
 * @returns {Element}
 */
export function silentView(silentSeconds) {
  return h(
    "div",
    { class: "content" },
    h(
      "main",
      { id: "main" },
      h(
        "section",
        { id: "instances", class: "silent", tabindex: "-1" },
        shape("FAULT"),
        h(
          "div",
          {},
          h("h2", {}, `The core has not answered for ${span(silentSeconds)}`),
          h(
            "p",
            {},
            "Nobody knows what the instances are. What was before is not " +
              "shown, as it may be wrong.",
          ),
          h(
            "ul",
            { class: "commands" },
            [
              "alived status",
              "journalctl -u alived -n 50",
            ].map((command) => h("li", {}, commandText(command))),
          ),
        ),
      ),
    ),
  );
}
