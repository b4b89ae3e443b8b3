/**
 * Makes nodes of trees, and changes only what differs from the tree before, so
 * that focus, what was opened and what was typed stay.
 *
 * @module
 */

/**
 * @typedef {import("./tree.js").Tree} Tree
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Tree} tree
 * @param {string | null} space Of the element around.
 * @returns {Node}
 */
function create(tree, space) {
  if (typeof tree === "string") return document.createTextNode(tree);
  const own = tree.tag === "svg" ? SVG : space;
  const node = own === null
    ? document.createElement(tree.tag)
    : document.createElementNS(own, tree.tag);
  for (const [name, value] of Object.entries(tree.attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...tree.children.map((child) => create(child, own)));
  return node;
}

/**
 * Have a parent's only child, or the one at a place, be as a tree says.
 *
 * @param {globalThis.Element} parent
 * @param {Tree | undefined} before What is there, null for nothing known.
 * @param {Tree} after
 * @param {number} at
 */
export function patch(parent, before, after, at = 0) {
  if (before === after) return;
  const space = parent.namespaceURI === SVG ? SVG : null;
  const node = parent.childNodes[at];
  if (node === undefined || before === undefined) {
    const fresh = create(after, space);
    if (node === undefined) parent.append(fresh);
    else parent.replaceChild(fresh, node);
    return;
  }
  if (typeof before === "string" || typeof after === "string") {
    if (typeof before === typeof after) node.nodeValue = String(after);
    else parent.replaceChild(create(after, space), node);
    return;
  }
  if (
    before.tag !== after.tag || before.attributes.id !== after.attributes.id
  ) {
    parent.replaceChild(create(after, space), node);
    return;
  }
  const element = /** @type {globalThis.Element} */ (node);
  for (const name of Object.keys(before.attributes)) {
    if (!(name in after.attributes)) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(after.attributes)) {
    if (before.attributes[name] !== value) element.setAttribute(name, value);
  }
  after.children.forEach((child, i) =>
    patch(element, before.children[i], child, i)
  );
  for (let i = before.children.length; i > after.children.length; i--) {
    element.lastChild?.remove();
  }
}
