/**
 * The changes that Stryker does not make and codecs need: a number is one
 * more, a bit operator is its opposite.
 *
 * @module
 */

import { parse } from "@babel/parser";
import { type Mutant, oneLine } from "./mutant.ts";
import { COVER, IS_ACTIVE, PRELUDE } from "./switches.ts";

/** Bit operator → what it becomes. */
const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ["<<", ">>"],
  [">>", "<<"],
  [">>>", "<<"],
  ["&", "|"],
  ["|", "&"],
  ["^", "|"],
  ["<<=", ">>="],
  [">>=", "<<="],
  [">>>=", "<<="],
  ["&=", "|="],
  ["|=", "&="],
  ["^=", "|="],
]);

/** A node of the syntax tree, as far as it is read here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A change of the text between two offsets. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly mutator: string;
  readonly to: string;
}

/**
 * Make the mutants of a source file.
 *
 * @param file Path from the root of the repository.
 * @param source Its text.
 * @param firstId Number of the first mutant.
 * @returns The text with all mutants in it, switched off, and their list.
 */
export function instrumentArithmetic(
  file: string,
  source: string,
  firstId: number,
): { readonly content: string; readonly mutants: readonly Mutant[] } {
  const tree = parse(source, { sourceType: "module", plugins: ["typescript"] });
  const changes = findChanges(tree.program, source)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const mutants = changes.map((change, i): Mutant => {
    const from = source.slice(change.start, change.end);
    const lineStart = source.lastIndexOf("\n", change.start) + 1;
    const lineEnd = `${source}\n`.indexOf("\n", change.start);
    return {
      id: String(firstId + i),
      tree: "arithmetic",
      file,
      lineNumber: source.slice(0, change.start).split("\n").length,
      line: source.slice(lineStart, lineEnd).trim(),
      mutator: change.mutator,
      from: oneLine(from),
      to: oneLine(change.to),
    };
  });
  const switched = changes.map((change, i) => ({
    ...change,
    id: mutants[i]?.id ?? "",
  }));
  const content = PRELUDE + weave(source, switched, 0, source.length);
  return { content, mutants };
}

function findChanges(root: object, source: string): Change[] {
  const changes: Change[] = [];
  const visit = (value: unknown, parent: Node | null): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, parent);
      return;
    }
    if (!isNode(value)) return;
    const change = changeOf(value, parent, source);
    if (change !== null) changes.push(change);
    for (const key of Object.keys(value)) visit(value[key], value);
  };
  visit(root, null);
  return changes;
}

function changeOf(
  node: Node,
  parent: Node | null,
  source: string,
): Change | null {
  const { type, start, end, operator } = node;
  if (type === "NumericLiteral") {
    // A literal type, or the name of a property: no value.
    if (parent?.type === "TSLiteralType") return null;
    if (parent?.["key"] === node && parent["computed"] !== true) return null;
    const to = String(Number(node["value"]) + 1);
    return { start, end, mutator: "NumberLiteral", to };
  }
  if (type !== "BinaryExpression" && type !== "AssignmentExpression") {
    return null;
  }
  const opposite = OPPOSITES.get(String(operator));
  const { left, right } = node;
  if (opposite === undefined || !isNode(left) || !isNode(right)) return null;
  // Between the operands there may be brackets beside the operator.
  const between = source.slice(left.end, right.start)
    .replace(String(operator), opposite);
  const to = source.slice(start, left.end) + between +
    source.slice(right.start, end);
  return { start, end, mutator: "BitOperator", to };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null &&
    "type" in value && typeof value.type === "string" && "start" in value;
}

/** Put each change beside what it changes; the changes lie in one another. */
function weave(
  source: string,
  changes: readonly (Change & { readonly id: string })[],
  start: number,
  end: number,
): string {
  let text = "";
  let at = start;
  for (const [i, change] of changes.entries()) {
    if (change.start < at) continue;
    const inner = changes.slice(i + 1)
      .filter((other) => other.end <= change.end);
    text += source.slice(at, change.start) +
      `(${IS_ACTIVE}("${change.id}") ? (${change.to}) : (${COVER}(` +
      `"${change.id}"), ${weave(source, inner, change.start, change.end)}))`;
    at = change.end;
  }
  return text + source.slice(at, end);
}
