/**
 * Keeps the page as the daemon is: asks it each second while somebody looks,
 * is told of what happens, and shows nothing old as if it were new.
 *
 * @module
 */

import { patch } from "./patch.js";
import { silentView, titleOf, view } from "./view.js";
import { span } from "./words.js";

/**
 * @typedef {import("../snapshot.ts").Status} Status
 * @typedef {import("../daemon_port.ts").PastEvent} PastEvent
 * @typedef {import("./tree.js").Tree} Tree
 */

/** Milliseconds. */
const LOOK = 1000;
const LEAST_BETWEEN_QUESTIONS = 500;
const LATE = 6500;
const LOST = 10_000;
const PATIENCE = 3000;
const RECONNECT = 3000;
const LEAST_BETWEEN_WORDS = 2000;
/** Above so many, what happens and the heartbeats are looks enough. */
const MOST_EACH_SECOND = 64;

const root = document.documentElement;
const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const live = /** @type {HTMLElement} */ (document.getElementById("live"));
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
const host = /** @type {HTMLElement} */ (document.querySelector("h1"));
const only = new URLSearchParams(location.search).getAll("instance");

/** @type {Tree | undefined} */
let drawn;
/** @type {Status | null} */
let status = null;
/** @type {readonly PastEvent[]} */
let events = [];
/** @type {"live" | "late" | "lost"} */
let mode = "live";
/** Since when the core is silent, by this clock, or null. */
/** @type {number | null} */
let silentSince = root.dataset.live === "silent" ? Date.now() : null;
/** When the daemon was heard last, by this clock. */
let heardAt = Date.now();
let wanted = "";
/** Whether something failed since it was heard. */
let failed = false;
/** @type {EventSource | null} */
let source = null;

/**
 * A status came.
 *
 * @param {Status} next
 */
function take(next) {
  const { started } = root.dataset;
  // Another process may have another page.
  if (started !== undefined && started !== next.started) {
    location.reload();
    return;
  }
  root.dataset.started = next.started;
  // A page that began without an answer had no name either.
  if (host.textContent !== next.host) host.textContent = next.host;
  status = next;
  heardAt = Date.now();
  failed = false;
  silentSince = null;
  judge();
  draw();
}

function draw() {
  if (silentSince !== null && (status === null || mode === "lost")) {
    put(silentView((Date.now() - silentSince) / 1000), titleOf(null, true));
    return;
  }
  if (status === null) return;
  const lost = mode === "lost";
  put(
    view({ status, events, zone: "local", lost, only, wanted }),
    titleOf(status, lost),
  );
}

/**
 * @param {Tree} tree
 * @param {string} title
 */
function put(tree, title) {
  if (drawn === undefined) app.textContent = "";
  patch(app, drawn, tree);
  drawn = tree;
  if (document.title !== title) document.title = title;
}

/** Live, late or lost, by when the daemon was heard last. */
function judge() {
  // Absolute, as somebody may set the clock back.
  const age = Math.abs(Date.now() - heardAt);
  const before = mode;
  mode = age >= LOST ? "lost" : failed || age >= LATE ? "late" : "live";
  const isSilent = silentSince !== null;
  const words = mode === "live"
    ? `live, ${new Date(heardAt).toLocaleTimeString("en-GB")}`
    : isSilent
    ? "the core is silent"
    : `last heard ${span(Math.floor(age / 1000))} ago`;
  if (live.textContent !== words) live.textContent = words;
  root.dataset.live = mode;
  if (mode === before) return false;
  if (mode === "lost") say("No answer any more: what is shown is old");
  if (mode === "live" && before === "lost") say("It answers again");
  return true;
}

let asking = false;
let askedAt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let planned;

/** Ask soon, and never more than twice a second. */
function askSoon() {
  if (planned !== undefined) return;
  const wait = askedAt + LEAST_BETWEEN_QUESTIONS - Date.now();
  planned = setTimeout(() => {
    planned = undefined;
    ask();
  }, Math.min(Math.max(wait, 0), LEAST_BETWEEN_QUESTIONS));
}

async function ask() {
  if (asking) return;
  asking = true;
  askedAt = Date.now();
  try {
    const response = await get("v1/status");
    const body = await response.json();
    if (response.ok) take(body);
    else if (body.core?.answers === false) silent(body.core.silent_seconds);
    else fail();
  } catch {
    fail();
  } finally {
    asking = false;
  }
}

async function askEvents() {
  try {
    const response = await get("v1/events?limit=2000");
    if (response.ok) events = (await response.json()).events;
    draw();
  } catch {
    // They come with the next change.
  }
}

/** @param {string} path */
function get(path) {
  return fetch(path, {
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
}

/** @param {number} seconds */
function silent(seconds) {
  silentSince = Date.now() - seconds * 1000;
  fail();
}

function fail() {
  failed = true;
  judge();
  draw();
}

function connect() {
  source = new EventSource("v1/watch");
  source.addEventListener("snapshot", ({ data }) => take(JSON.parse(data)));
  source.addEventListener("heartbeat", ({ data }) => {
    const { core } = JSON.parse(data);
    if (!core.answers) silent(core.silent_seconds);
  });
  source.addEventListener("open", () => void askEvents());
  for (const type of ["transition", "drain", "reload", "check"]) {
    source.addEventListener(type, ({ data }) => {
      const { message, instance } = JSON.parse(data);
      say(instance === null ? message : `${instance}: ${message}`);
      askSoon();
      if (type !== "check") void askEvents();
    });
  }
  for (const type of ["priority", "vip", "master", "gap"]) {
    source.addEventListener(type, askSoon);
  }
  source.addEventListener("error", () => {
    fail();
    // A refusal ends it, a lost connection is tried again by the browser.
    if (source?.readyState === EventSource.CLOSED) {
      setTimeout(connect, RECONNECT);
    }
  });
}

/** @type {string[]} */
let waiting = [];
let saidAt = 0;

/**
 * Have a screen reader say something, at most one thing in 2 s.
 *
 * @param {string} words
 */
function say(words) {
  waiting.push(words);
  if (waiting.length > 1) return;
  setTimeout(() => {
    const more = waiting.length - 1;
    said.textContent = `${waiting.at(-1)}${
      more > 0 ? `, and ${more} more` : ""
    }`;
    waiting = [];
    saidAt = Date.now();
  }, Math.max(saidAt + LEAST_BETWEEN_WORDS - Date.now(), 0));
}

/** @param {HTMLElement} button */
async function copy(button) {
  const text = button.dataset.copy ?? "";
  try {
    await navigator.clipboard.writeText(text);
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 2000);
    say(`Copied: ${text}`);
  } catch {
    // Only secure pages may write: mark it, so that a key copies it.
    const code = button.previousElementSibling;
    if (code !== null) getSelection()?.selectAllChildren(code);
    say("Marked: copy it with your keyboard");
  }
}

app.addEventListener("click", ({ target }) => {
  const button = target instanceof Element
    ? target.closest("button[data-copy]")
    : null;
  if (button instanceof HTMLElement) void copy(button);
});
app.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  wanted = target.value;
  draw();
});

const theme = /** @type {HTMLButtonElement} */ (
  document.getElementById("theme")
);
const dark = matchMedia("(prefers-color-scheme: dark)");

function showTheme() {
  const isDark = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) ===
    "dark";
  theme.setAttribute("aria-pressed", String(isDark));
}

theme.addEventListener("click", () => {
  const next = theme.getAttribute("aria-pressed") === "true" ? "light" : "dark";
  root.dataset.theme = next;
  showTheme();
  try {
    localStorage.setItem("alived-theme", next);
  } catch {
    // Then it is forgotten.
  }
});
dark.addEventListener("change", showTheme);
theme.hidden = false;
showTheme();

// What a browser kept of an earlier visit is old.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void ask();
});
setInterval(() => {
  if (judge() || mode !== "live") draw();
  const isLarge = (status?.instances.length ?? 0) > MOST_EACH_SECOND;
  const isTold = source?.readyState === EventSource.OPEN;
  if (document.hidden || (isLarge && isTold)) return;
  void ask();
}, LOOK);

root.dataset.live = "live";
if (silentSince !== null) fail();
void ask();
connect();
