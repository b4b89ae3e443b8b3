// @ts-check
/**
 * Trees of elements, made alike by the daemon, which writes them as HTML, and
 * by the browser, which makes nodes of them. Text stays text in both.
 *
 * @module
 */

/**
 * @typedef {object} Element
 * @property {string} tag
 * @property {Readonly<Record<string, string>>} attributes
 * @property {readonly Tree[]} children
 * @typedef {Element | string} Tree
 * @typedef {Tree | null | false | readonly (Tree | null | false)[]} Child
 */

/** Elements without content, and without an end. */
const VOID = new Set(["meta", "link", "input", "br"]);

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Readonly<Record<string, string | number | boolean | null>>} attributes
 *   Those that are null or false are left out; true is the empty text.
 * @param {readonly Child[]} children
 * @returns {Element}
 */
export function h(tag, attributes = {}, ...children) {
  /** @type {Record<string, string>} */
  const set = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    set[name] = value === true ? "" : String(value);
  }
  const kept = children.flat()
    .filter((child) => child !== null && child !== false && child !== "");
  return { tag, attributes: set, children: /** @type {Tree[]} */ (kept) };
}

/** @type {Record<string, string>} */
const ESCAPED = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;" },
  ...{ '"': "&quot;", "'": "&#39;" },
};

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"']/g, (sign) => ESCAPED[sign] ?? "");
}

/**
 * A tree as HTML.
 *
 * @param {Tree} tree
 * @returns {string}
 */
export function toHtml(tree) {
  if (typeof tree === "string") return escape(tree);
  const { tag, attributes, children } = tree;
  const set = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
  if (VOID.has(tag)) return `<${tag}${set}>`;
  return `<${tag}${set}>${children.map(toHtml).join("")}</${tag}>`;
}

/**
 * The text of a tree, as a reader of the screen hears it.
 *
 * @param {Tree} tree
 * @returns {string}
 */
export function toText(tree) {
  return typeof tree === "string" ? tree : tree.children.map(toText).join("");
}
