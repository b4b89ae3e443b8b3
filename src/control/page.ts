/**
 * The page at `/`: drawn here, so that it is complete without a script, and
 * kept as the daemon is by the scripts in `page/`, which draw with the same
 * code.
 *
 * @module
 */

import { refuse, SECURITY_HEADERS } from "./answer.ts";
import type { PastEvent, StatusAnswer } from "./daemon_port.ts";
import { h, toHtml } from "./page/tree.js";
import { silentView, titleOf, view } from "./page/view.js";
import { clock } from "./page/words.js";

/** The files that the page is made of, by name, and what they are. */
const FILES: Readonly<Record<string, string>> = {
  "icon.svg": "image/svg+xml",
  "instance.js": "text/javascript",
  "page.css": "text/css",
  "page.js": "text/javascript",
  "patch.js": "text/javascript",
  "pictures.js": "text/javascript",
  "theme.js": "text/javascript",
  "tree.js": "text/javascript",
  "view.js": "text/javascript",
  "words.js": "text/javascript",
};

/** Names of the files that the page is made of. */
export const PAGE_FILES: readonly string[] = Object.keys(FILES);

const HEADERS = {
  ...SECURITY_HEADERS,
  "Content-Security-Policy": [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'"],
    ...["connect-src 'self'", "img-src 'self'", "base-uri 'none'"],
    ...["form-action 'none'", "frame-ancestors 'none'"],
  ].join("; "),
};

/**
 * Draw the page.
 *
 * @param answer What the core says, or that it is silent: then 503, and nothing
 *   that was.
 * @param events Past transitions, the newest last.
 * @param only Names of the instances that are shown; all without one.
 */
export function page(
  answer: StatusAnswer,
  events: readonly PastEvent[],
  only: readonly string[],
): Response {
  const status = answer.answers ? answer.status : null;
  const body = answer.answers
    ? view({
      ...{ status: answer.status, events, only },
      ...{ zone: "utc" as const, lost: false, wanted: null },
    })
    : silentView(answer.silentSeconds);
  const tree = h(
    "html",
    {
      lang: "en",
      "data-live": status === null ? "silent" : "page",
      "data-started": status?.started ?? null,
    },
    h(
      "head",
      {},
      h("meta", { charset: "utf-8" }),
      h("meta", {
        name: "viewport",
        content: "width=device-width, initial-scale=1",
      }),
      h("title", {}, titleOf(status, false)),
      h("link", { rel: "icon", href: "page/icon.svg" }),
      h("link", { rel: "stylesheet", href: "page/page.css" }),
      h("script", { src: "page/theme.js" }),
      h("script", { type: "module", src: "page/page.js" }),
      // Without scripts it must not grow old either.
      h("noscript", {}, h("meta", { "http-equiv": "refresh", content: "10" })),
    ),
    h(
      "body",
      {},
      h("a", { class: "skip", href: "#instances" }, "To the instances"),
      h(
        "header",
        {},
        h("p", { class: "brand" }, "alived"),
        h("h1", {}, status?.host ?? "No answer"),
        h(
          "p",
          { id: "live" },
          status === null
            ? "the core is silent"
            : `as of ${clock(status.time, status.time, "utc")}`,
        ),
        h(
          "button",
          {
            ...{ id: "theme", type: "button", hidden: true },
            ...{ "aria-label": "Dark colours", "aria-pressed": "false" },
          },
          "◐",
        ),
      ),
      h("p", { id: "said", role: "status" }),
      h("div", { id: "app" }, body),
    ),
  );
  return new Response(`<!DOCTYPE html>\n${toHtml(tree)}\n`, {
    status: status === null ? 503 : 200,
    headers: { ...HEADERS, "Content-Type": "text/html; charset=utf-8" },
  });
}

const texts = new Map<string, string>();

/** One of the files of the page. */
export function pageFile(name: string): Response {
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) {
    const shown = JSON.stringify(name.slice(0, 100));
    return refuse(404, `The page has no file ${shown}`);
  }
  const text = texts.get(name) ?? terse(
    Deno.readTextFileSync(new URL(`page/${name}`, import.meta.url)),
  );
  texts.set(name, text);
  return new Response(text, {
    headers: { ...HEADERS, "Content-Type": `${type}; charset=utf-8` },
  });
}

/**
 * A file as browsers get it, without indentation and the comments that begin a
 * line: most of them are types, which stay at home.
 */
function terse(text: string): string {
  return text.replace(/^ *\/\*[^]*?\*\/\n/gm, "").replace(/^ +/gm, "");
}
