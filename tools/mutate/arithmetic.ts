/**
 * The changes that Stryker does not make and codecs need: a number is one
 * more, a bit operator is its opposite.
 *
 * @module
 */

import { parse } from "@babel/parser";
import { type Change, oneLine } from "./mutant.ts";
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

/** A piece of the text that changes, between two offsets. */
interface Piece {
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
): { readonly content: string; readonly mutants: readonly Change[] } {
  const tree = parse(source, { sourceType: "module", plugins: ["typescript"] });
  const pieces = findPieces(tree.program, source)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const mutants = pieces.map((piece, i): Change => {
    const from = source.slice(piece.start, piece.end);
    const lineStart = source.lastIndexOf("\n", piece.start) + 1;
    const lineEnd = `${source}\n`.indexOf("\n", piece.start);
    return {
      id: String(firstId + i),
      tree: "arithmetic",
      file,
      lineNumber: source.slice(0, piece.start).split("\n").length,
      line: source.slice(lineStart, lineEnd).trim(),
      mutator: piece.mutator,
      from: oneLine(from),
      to: oneLine(piece.to),
    };
  });
  const switched = pieces.map((piece, i) => ({
    ...piece,
    id: mutants[i]?.id ?? "",
  }));
  const content = PRELUDE + weave(source, switched, 0, source.length);
  return { content, mutants };
}

function findPieces(root: object, source: string): Piece[] {
  const pieces: Piece[] = [];
  const visit = (value: unknown, parent: Node | null): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, parent);
      return;
    }
    if (!isNode(value)) return;
    const piece = pieceOf(value, parent, source);
    if (piece !== null) pieces.push(piece);
    for (const key of Object.keys(value)) visit(value[key], value);
  };
  visit(root, null);
  return pieces;
}

function pieceOf(
  node: Node,
  parent: Node | null,
  source: string,
): Piece | null {
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

/** Put each change beside what it changes; the pieces lie in one another. */
function weave(
  source: string,
  pieces: readonly (Piece & { readonly id: string })[],
  start: number,
  end: number,
): string {
  let text = "";
  let at = start;
  for (const [i, piece] of pieces.entries()) {
    if (piece.start < at) continue;
    const inner = pieces.slice(i + 1)
      .filter((other) => other.end <= piece.end);
    text += source.slice(at, piece.start) +
      `(${IS_ACTIVE}("${piece.id}") ? (${piece.to}) : (${COVER}(` +
      `"${piece.id}"), ${weave(source, inner, piece.start, piece.end)}))`;
    at = piece.end;
  }
  return text + source.slice(at, end);
}
