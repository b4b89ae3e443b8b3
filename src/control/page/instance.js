// @ts-check
/**
 * One instance: what it is, why, and what is known of the others.
 *
 * @module
 */

import { h } from "./tree.js";
import { dayBar, gauge, pill, resultBars, shape, span3 } from "./pictures.js";
import {
  between,
  clock,
  count,
  shellWord,
  signed,
  span,
  stateWord,
} from "./words.js";

/**
 * @typedef {import("../snapshot.ts").Status} Status
 * @typedef {import("../snapshot.ts").InstanceStatus} Instance
 * @typedef {import("../snapshot.ts").CheckStatus} Check
 * @typedef {import("../daemon_port.ts").PastEvent} PastEvent
 * @typedef {import("./words.js").Zone} Zone
 * @typedef {import("./tree.js").Element} Element
 * @typedef {import("./tree.js").Child} Child
 *
 * @typedef {object} Seen What a view is made of.
 * @property {Status} status
 * @property {readonly PastEvent[]} events The newest last.
 * @property {Zone} zone
 * @property {boolean} lost Whether nobody knows that it is so still.
 * @property {boolean} isOpen Whether instances that are well show all.
 */

const OWNER = 255;

/**
 * An instance, which opens by a click.
 *
 * @param {Seen} seen
 * @param {Instance} instance
 * @returns {Element}
 */
export function instanceCard(seen, instance) {
  const word = stateWord(instance);
  const { family, version, group, vips } = instance;
  const here = vips.filter(({ held }) => held).length;
  return h(
    "details",
    {
      class: "instance",
      id: `instance-${instance.name}`,
      "data-state": word,
      open: seen.isOpen || word === "FAULT",
    },
    h(
      "summary",
      {},
      pill(word, seen.lost),
      h("h3", {}, instance.name),
      h(
        "span",
        { class: "where" },
        `${instance.interface} · VRID ${instance.vrid} · ` +
          `${family === "ipv6" ? "IPv6" : "IPv4"} · VRRPv${version}`,
        group !== null && ` · group ${group}`,
      ),
      h(
        "span",
        { class: "brief" },
        `${here} of ${vips.length} ${
          vips.length === 1 ? "address" : "addresses"
        } here`,
      ),
    ),
    h("div", { class: "why" }, reasons(seen, instance, word)),
    h(
      "div",
      { class: "parts" },
      part("Priority", priority(instance)),
      part("Addresses", addresses(instance, seen.lost)),
      part("Timing", timing(instance, seen.lost)),
      part("Hosts", hosts(seen, instance)),
      part(
        "Last 24 hours",
        dayBar(
          instance,
          seen.events,
          seen.status.time,
          seen.status.started,
          seen.zone,
        ),
      ),
      checksOf(seen.status, instance),
    ),
    fold("Counters", counters(instance)),
    commands(instance, word),
  );
}

/**
 * @param {string} title
 * @param {readonly Child[]} children
 */
function part(title, ...children) {
  return h("section", { class: "part" }, h("h4", {}, title), ...children);
}

/**
 * @param {string} title
 * @param {readonly Child[]} children
 */
function fold(title, ...children) {
  return h(
    "details",
    { class: "fold" },
    h("summary", {}, title),
    ...children,
  );
}

/**
 * @param {Seen} seen
 * @param {Instance} instance
 * @param {string} word
 */
function reasons({ status, zone, lost }, instance, word) {
  const { since, reason, drained, faults, yielded } = instance;
  const at = clock(since, status.time, zone);
  const age = span(between(since, status.time));
  const others = faults.filter((fault) =>
    fault.cause !== "operator" && fault.reason !== reason
  );
  return [
    h(
      "p",
      {},
      h("strong", {}, lost ? `Was ${word}` : `${word} for ${age}`),
      `, since ${at}`,
      reason !== null && `: ${reason}`,
    ),
    drained !== null && h("p", {}, drainWords(drained, status.time, zone)),
    yielded && h(
      "p",
      {},
      "Handed over by an operator: it waits until it is resumed or the " +
        "master falls silent.",
    ),
    others.length > 0 && h(
      "ul",
      { class: "faults" },
      others.map(({ cause, reason }) =>
        h(
          "li",
          {},
          shape("FAULT"),
          reason,
          !reason.includes(cause) &&
            h("span", { class: "note" }, ` ${cause}`),
        )
      ),
    ),
  ];
}

/**
 * @param {NonNullable<Instance["drained"]>} drained
 * @param {string} now
 * @param {Zone} zone
 */
function drainWords({ since, until, by, reason, last_resort }, now, zone) {
  const who = by === null ? "an operator" : by;
  const end = until === null
    ? "until it is resumed"
    : `until ${clock(until, now, zone)}`;
  const what = last_resort ? "Last resort" : "Taken out of service";
  const why = reason === null ? "" : `: ${reason}`;
  return `${what} by ${who} since ${clock(since, now, zone)}, ${end}${why}`;
}

/** @param {Instance} instance */
function priority({ priority: { base, effective, terms }, drained }) {
  const counting = terms.filter(({ term }) => term !== 0);
  const sum = counting.reduce((total, { term }) => total + term, base);
  const note = effective === OWNER
    ? "owner of the addresses: never changes"
    : drained?.last_resort && effective === 1
    ? "last resort"
    : sum !== effective && counting.length > 0
    ? "kept within 1 to 254"
    : null;
  return [
    h(
      "p",
      { class: "sum" },
      h("strong", {}, String(effective)),
      counting.length > 0 && ` = ${base}`,
      counting.map(({ kind, tracker, term }) =>
        h("span", { class: "term" }, ` ${signed(term)} ${kind} ${tracker}`)
      ),
      note !== null && h("span", { class: "note" }, ` ${note}`),
    ),
    terms.length > 0 && fold("Why this priority", termTable(base, terms)),
  ];
}

/**
 * @param {number} base
 * @param {Instance["priority"]["terms"]} terms
 */
function termTable(base, terms) {
  return h(
    "div",
    { class: "wide", tabindex: "0", role: "group", "aria-label": "Trackers" },
    h(
      "table",
      {},
      head("Tracker", "Now", "Adds"),
      h(
        "tbody",
        {},
        row("configured", "", String(base)),
        terms.map(({ kind, tracker, reverse, weight, detail, ...term }) =>
          row(
            [
              `${kind} ${tracker}`,
              h(
                "span",
                { class: "note" },
                weight === 0 ? "FAULT while down" : `weight ${signed(weight)}`,
                reverse && ", reverse",
                detail !== null && ` · ${detail}`,
              ),
            ],
            upPill(term.up),
            term.fault ? "FAULT" : signed(term.term),
          )
        ),
      ),
    ),
  );
}

/** @param {boolean | null} up */
function upPill(up) {
  return checkPill(up === null ? "unknown" : up ? "up" : "down");
}

/** @param {Check["state"]} state */
export function checkPill(state) {
  return h(
    "span",
    { class: "check", "data-check": state },
    shape(state),
    state,
  );
}

/** @param {readonly string[]} titles */
function head(...titles) {
  return h(
    "thead",
    {},
    h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title))),
  );
}

/**
 * @param {Child} first
 * @param {readonly Child[]} cells
 */
function row(first, ...cells) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, first),
    cells.map((cell) => h("td", {}, cell)),
  );
}

/**
 * @param {Instance} instance
 * @param {boolean} lost
 */
function addresses({ vips }, lost) {
  return h(
    "ul",
    { class: "vips" },
    vips.map((vip) => {
      const place = vip.held
        ? vip.owner === "other" ? "here, added by somebody else" : "here"
        : "not here";
      const lease = vip.lease_seconds === null
        ? ""
        : `, lives ${span(vip.lease_seconds)} unless renewed`;
      return h(
        "li",
        { "data-held": String(vip.held) },
        shape(vip.held ? "up" : "unknown"),
        h(
          "span",
          {},
          h("code", {}, vip.address),
          h(
            "span",
            { class: "note" },
            ` ${lost ? "was " : ""}${place}, ${vip.interface}${lease}` +
              `${vip.excluded ? ", not advertised" : ""}`,
          ),
        ),
      );
    }),
  );
}

/**
 * This host, those that were heard and those that were asked.
 *
 * @param {Seen} seen
 * @param {Instance} instance
 */
function hosts({ status, lost }, instance) {
  const { heard, master, vrid, family } = instance;
  const word = stateWord(instance);
  const asked = status.cluster.map((peer) => ({
    address: URL.parse(peer.url)?.hostname.replace(/^\[|\]$/g, "") ?? null,
    peer,
    there: peer.instances.find((other) =>
      other.vrid === vrid && other.family === family
    ),
  }));
  const rows = [
    hostRow(
      status.host,
      ["this host", instance.source],
      pill(word, lost),
      instance.priority.effective,
    ),
    ...asked.map(({ address, peer, there }) => {
      const advert = heard.find((other) => other.address === address);
      const { error, fetched_seconds_ago: age, host, url } = peer;
      const isKnown = error === null && there !== undefined && !lost;
      return hostRow(
        host ?? address ?? url,
        [
          host === null ? null : address,
          there === undefined && error === null && age !== null
            ? "has no such instance"
            : null,
          age === null
            ? error === null ? "not asked yet" : null
            : `asked ${span(age)} ago`,
          advert === undefined ? null : heardWords(advert),
        ],
        pill(isKnown ? stateOfPeer(there) : "unknown"),
        isKnown ? there.effective : null,
        error,
      );
    }),
    ...heard.filter(({ address }) =>
      !asked.some((other) => other.address === address)
    ).map((other) => {
      const isMaster = master?.address === other.address && !lost;
      return hostRow(
        other.address,
        [other.priority === 0 ? "resigned" : null, heardWords(other)],
        pill(isMaster ? "MASTER" : "unknown"),
        other.priority,
      );
    }),
  ];
  return [
    h(
      "div",
      { class: "wide", tabindex: "0", role: "group", "aria-label": "Hosts" },
      h(
        "table",
        {},
        head("Host", "State", "Priority"),
        h("tbody", {}, rows),
      ),
    ),
    standby(asked, word),
  ];
}

/**
 * @param {string} name
 * @param {readonly (string | null)[]} notes How that is known.
 * @param {Element} state
 * @param {number | null} priority
 * @param {string | null} error
 */
function hostRow(name, notes, state, priority, error = null) {
  return row(
    [
      name,
      h(
        "span",
        { class: "note" },
        notes.filter((note) => note !== null).join(" · "),
      ),
      error !== null && h("span", { class: "bad" }, error),
    ],
    state,
    priority === null ? "" : String(priority),
  );
}

/** @param {Status["cluster"][number]["instances"][number]} peer */
function stateOfPeer({ state, drained }) {
  return drained ? "DRAINED" : state;
}

/** @param {Instance["heard"][number]} heard */
function heardWords({ last_seconds_ago, mismatch }) {
  const other = mismatch.length === 0
    ? ""
    : `; differs: ${mismatch.join(", ").replaceAll("_", " ")}`;
  return `advert ${span(last_seconds_ago)} ago${other}`;
}

/**
 * Whether somebody would take over, as far as that can be known.
 *
 * @param {readonly { peer: Status["cluster"][number], there:
 *   Status["cluster"][number]["instances"][number] | undefined }[]} asked
 * @param {string} word
 */
function standby(asked, word) {
  if (word !== "MASTER") return null;
  if (asked.length === 0) {
    return h(
      "p",
      { class: "note" },
      "Backups are silent, so a master cannot see them. With the other " +
        "hosts under ",
      h("code", {}, "global.peers"),
      " they are shown here.",
    );
  }
  const ready = asked.filter(({ peer, there }) =>
    peer.error === null && there !== undefined && !there.drained &&
    there.state !== "FAULT" && there.state !== "INIT"
  );
  return ready.length > 0
    ? null
    : h("p", { class: "bad" }, shape("FAULT"), "No standby is known");
}

/**
 * @param {Instance} instance
 * @param {boolean} lost
 */
function timing(instance, lost) {
  const {
    next_advert_in_seconds: next,
    master_down_in_seconds: down,
    preempt_in_seconds: preempt,
    advert_interval_seconds: interval,
    master_down_seconds: patience,
  } = instance;
  return [
    !lost && next !== null && h(
      "p",
      { class: "timer" },
      h("span", {}, "Next advert"),
      gauge(1 - next / interval, "calm"),
      h("b", {}, `in ${span(next)}`),
    ),
    !lost && down !== null && h(
      "p",
      { class: "timer" },
      h("span", {}, "Silence"),
      gauge(1 - down / patience, "warn"),
      h("b", {}, `${span(patience - down)} of ${span(patience)}`),
    ),
    !lost && preempt !== null && h(
      "p",
      { class: "timer" },
      h("span", {}, "Preempts"),
      h("b", {}, `in ${span(preempt)}`),
    ),
    h(
      "p",
      { class: "note" },
      `An advert every ${span3(interval)} by ${instance.transport}; ` +
        `a backup waits ${span3(patience)}` +
        `${instance.preempt ? "" : "; does not preempt"}`,
    ),
  ];
}

/**
 * @param {Status} status
 * @param {Instance} instance
 */
function checksOf({ checks }, { name }) {
  const own = checks.filter(({ used_by }) => used_by.includes(name));
  if (own.length === 0) return null;
  return part("Checks", checkList(own));
}

/**
 * Checks with their last results.
 *
 * @param {readonly Check[]} checks
 */
export function checkList(checks) {
  return h(
    "ul",
    { class: "checks" },
    checks.map((check) => {
      const { state, history, streak, rise, fall } = check;
      const last = history.at(-1);
      const needed = state === "down" ? rise : fall;
      return h(
        "li",
        {},
        checkPill(state),
        h("b", {}, check.name),
        h("span", { class: "note" }, check.type),
        resultBars(check),
        h(
          "span",
          { class: "note" },
          last === undefined ? "no result yet" : last.message ??
            `${last.ok ? "ok" : "failed"} in ${span3(last.seconds)}`,
          streak > 0 && `; ${streak} of ${needed} to turn`,
        ),
      );
    }),
  );
}

/** @param {Instance} instance */
function counters({ counters: all }) {
  const { transitions, dropped, ...plain } = all;
  const pairs = [
    ...Object.entries(plain),
    ...Object.entries(transitions).map((
      [state, value],
    ) => /** @type {const} */ ([`became ${state}`, value])),
    ...Object.entries(dropped).filter(([, value]) => value > 0)
      .map((
        [reason, value],
      ) => /** @type {const} */ ([`dropped: ${reason}`, value])),
  ];
  return h(
    "dl",
    { class: "counters" },
    pairs.map(([name, value]) =>
      h(
        "div",
        {},
        h("dt", {}, name.replaceAll("_", " ")),
        h("dd", {}, typeof value === "number" ? count(value) : ""),
      )
    ),
  );
}

/**
 * What to type; the page itself does nothing.
 *
 * @param {Instance} instance
 * @param {string} word
 */
function commands({ name, drained, yielded }, word) {
  const verbs = [
    "explain",
    ...(drained === null ? ["drain"] : []),
    ...(word === "MASTER" ? ["failover"] : []),
    ...(drained !== null || yielded ? ["resume"] : []),
  ];
  return h(
    "ul",
    { class: "commands", "aria-label": `Commands for ${name}` },
    verbs.map((verb) =>
      h("li", {}, commandText(`alived ${verb} ${shellWord(name)}`))
    ),
  );
}

/**
 * A command, and a button that copies it where there are scripts.
 *
 * @param {string} command
 */
export function commandText(command) {
  return [
    h("code", {}, command),
    h(
      "button",
      {
        type: "button",
        class: "copy",
        "data-copy": command,
        "aria-label": `Copy: ${command}`,
      },
      "Copy",
    ),
  ];
}
